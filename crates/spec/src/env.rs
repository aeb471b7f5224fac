//! `.env.pf.example`: the environment of a production host, without secrets.

use std::fmt::Write as _;

use crate::{EnvironmentKey, Generate, RenderedFile, Spec};

/// Renders `.env.pf.example`.
pub fn render(spec: &Spec) -> RenderedFile {
    let mut contents = format!(
        "# {} production environment. Generated from {}: edit that file, then run `cargo xtask render`.\n\
         # Copy to .env.pf (mode 0600) and replace every value in angle brackets.\n",
        spec.platform.name,
        crate::FILE_NAME
    );
    for (name, key) in &spec.environment {
        contents.push('\n');
        contents.push_str(&entry(name, key));
    }
    RenderedFile { path: ".env.pf.example".to_owned(), contents }
}

fn entry(name: &str, key: &EnvironmentKey) -> String {
    let mut text = format!("# {}\n", key.description);
    let need = if key.required { "required" } else { "optional" };
    let secret = if key.secret { ", secret" } else { "" };
    // Writing to a String cannot fail.
    let _ = writeln!(text, "# {need}{secret}; read by {}", key.services.join(", "));
    let value = match key.generate {
        Some(Generate::HexBytes(bytes)) => {
            let _ = writeln!(text, "# make the secret: openssl rand -hex {bytes}");
            key.example.replace("{secret}", "<secret>")
        }
        None => key.example.clone(),
    };
    let comment = if key.required { "" } else { "# " };
    let _ = writeln!(text, "{comment}{name}={value}");
    text
}

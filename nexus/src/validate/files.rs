use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use spec::validate::{FileFacts, Observed};

use super::Subject;
use crate::engines::nginx;
use crate::home::private_file;
use crate::settings::SERVICE_SECRETS;

impl Subject {
    /// The configuration of nginx against what would be rendered now.
    pub(super) fn generated_facts(&self) -> BTreeMap<String, Observed<FileFacts>> {
        nginx::render(&self.home, &self.spec, &self.settings.edge())
            .into_iter()
            .map(|file| {
                let path = self.home.nginx().join(&file.path);
                (format!("nginx/{}", file.path), compared(&path, &file.contents))
            })
            .collect()
    }

    pub(super) fn secret_facts(&self) -> BTreeMap<String, Observed<FileFacts>> {
        let tls = self.home.tls();
        let keys = ["local-authority.key", "privkey.pem"].map(|name| tls.join(name));
        let folders = [self.home.secrets(), self.home.root().join(SERVICE_SECRETS)];
        let secrets = folders.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten());
        secrets
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.is_file())
            .chain(keys)
            .map(|path| {
                let name = path.strip_prefix(self.home.root()).unwrap_or(&path);
                let facts = private_file::mode(&path).map(|mode| FileFacts { mode, fresh: true });
                (name.display().to_string(), Observed::from(facts))
            })
            .collect()
    }
}

/// The specification in the current folder, when there is one.
pub(super) fn spec_file() -> Observed<FileFacts> {
    let path = Path::new(spec::FILE_NAME);
    if path.exists() {
        compared(path, spec::DEFAULT)
    } else {
        Observed::Skipped("no specification in the current folder".to_owned())
    }
}

fn compared(path: &Path, expected: &str) -> Observed<FileFacts> {
    let look = || {
        let fresh = fs::read_to_string(path)? == expected;
        Ok(FileFacts { mode: private_file::mode(path)?, fresh })
    };
    look().map_err(|error: std::io::Error| format!("{}: {error}", path.display())).into()
}

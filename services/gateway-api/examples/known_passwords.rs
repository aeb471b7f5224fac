//! Makes the filter of known passwords from a list, one password in a line: what
//! `cargo xtask known-passwords` runs.
#![expect(clippy::print_stdout, reason = "it is a program")]

use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let list = std::env::args_os().nth(1).ok_or("name the list of passwords")?;
    let bytes = fs::read(list)?;
    let text = String::from_utf8_lossy(&bytes);
    let (filter, count) = gateway_api::known_password_filter(text.lines());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/domain/known_passwords.bloom");
    fs::write(&file, &filter)?;
    println!("{count} passwords in {} bytes: {}", filter.len(), file.display());
    Ok(())
}

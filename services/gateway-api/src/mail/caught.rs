//! The mails that the catch-all of this machine kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mail_parser::MessageParser;
use time::OffsetDateTime;

/// A mail that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caught {
    /// Name of its file without the ending.
    pub id: String,
    /// When it came.
    pub at: OffsetDateTime,
    /// Whom it is for.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says, as plain text.
    pub text: String,
}

/// Every mail of the folder, oldest first; none when there is no such folder.
pub fn list(folder: &Path) -> io::Result<Vec<Caught>> {
    match files(folder) {
        Ok(files) => files.iter().filter_map(|file| read(file).transpose()).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The mail files of the folder, oldest first: their names are `UUIDv7`s.
pub(crate) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "eml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// `None` when it has been removed in the meantime.
fn read(file: &Path) -> io::Result<Option<Caught>> {
    let (bytes, at) = match (fs::read(file), fs::metadata(file).and_then(|it| it.modified())) {
        (Ok(bytes), Ok(at)) => (bytes, OffsetDateTime::from(at)),
        (Err(error), _) | (_, Err(error)) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(None);
        }
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    let message = MessageParser::default()
        .parse(&bytes)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a kept mail cannot be read"))?;
    let to = message.to().and_then(|to| to.first()).and_then(|to| to.address.as_deref());
    Ok(Some(Caught {
        id: file.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        at,
        to: to.unwrap_or_default().to_owned(),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
    }))
}

//! The first administrator and a stream to try: made once, kept in files only their owner can read.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::Nexus;

const EMAIL: &str = "admin@nexuscos.localhost";
const SLUG: &str = "demo";

/// What a newcomer needs to sign in and to go live.
#[derive(Debug)]
pub(super) struct Credentials {
    pub administrator: Option<Administrator>,
    pub stream: Stream,
}

/// Who signs in. The password is the initial one; the file is only as true as that.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Administrator {
    pub email: String,
    pub generated_password: String,
}

/// Where an encoder publishes, and where to watch.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Stream {
    pub server: String,
    pub key: String,
    pub watch: String,
}

/// Reads the credentials of an earlier run, or makes them.
pub(super) fn provide(nexus: &Nexus) -> Result<Credentials> {
    // Without the file, a refusal means that somebody made an administrator by hand.
    let administrator = kept(&nexus.secret("admin"), || {
        ask(nexus, &["admin", "--json", "create-admin", "--email", EMAIL])
    })
    .ok();
    let stream = kept(&nexus.secret("demo-stream"), || {
        let title = "Demo";
        ask(nexus, &["admin", "--json", "stream-key", "create", "--slug", SLUG, "--title", title])
            // The file was lost but the stream exists: a new key is the only way to show one.
            .or_else(|_| ask(nexus, &["admin", "--json", "stream-key", "rotate", "--slug", SLUG]))
            .context("the demo stream cannot be made")
    })?;
    Ok(Credentials { administrator, stream })
}

fn ask<T: for<'de> Deserialize<'de>>(nexus: &Nexus, args: &[&str]) -> Result<T> {
    let answer = nexus.command(args).output()?;
    serde_json::from_str(&answer).context("`nexus admin` gave an answer that cannot be read")
}

/// The value in `file`, or a new one that is written there.
fn kept<T>(file: &Path, make: impl FnOnce() -> Result<T>) -> Result<T>
where
    T: Serialize + for<'de> Deserialize<'de>,
{
    if let Some(known) =
        fs::read_to_string(file).ok().and_then(|text| serde_json::from_str(&text).ok())
    {
        return Ok(known);
    }
    let value = make()?;
    let mut output = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)
        .with_context(|| format!("{} cannot be written", file.display()))?;
    output.write_all(serde_json::to_string_pretty(&value)?.as_bytes())?;
    Ok(value)
}

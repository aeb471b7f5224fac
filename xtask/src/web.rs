//! The web workspace: dependencies and apps, each only when something changed.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::machine::node::Node;
use crate::output::Progress;
use crate::repository;

/// Folder of the workspace.
const WORKSPACE: &str = "web";

/// Brings dependencies and built apps up to date.
pub(crate) fn build(node: &Node, progress: &Progress) -> Result<()> {
    install(node, WORKSPACE, Some(progress))?;
    let stamp = Stamp::of("web-build", is_source)?;
    if stamp.is_current() && built() {
        return Ok(());
    }
    progress.stage("building the web apps");
    node.npm().args(["run", "--silent", "build"]).run().context("the web apps cannot be built")?;
    stamp.set()
}

/// Everything the web has of its own tests, and a build.
pub(crate) fn check(node: &Node) -> Result<()> {
    install(node, WORKSPACE, None)?;
    for script in ["check", "build"] {
        node.npm().args(["run", "--silent", script]).run()?;
    }
    Ok(())
}

/// Installs the locked dependencies of a folder and all below it.
pub(crate) fn install(node: &Node, folder: &str, progress: Option<&Progress>) -> Result<()> {
    let stamp = Stamp::of(&format!("{}-install", folder.replace('/', "-")), |path| {
        path.strip_prefix(folder).is_some_and(|path| {
            path.ends_with("/package.json") || path.ends_with("/package-lock.json")
        })
    })?;
    let folder = repository::root().join(folder);
    if stamp.is_current() && folder.join("node_modules").is_dir() {
        return Ok(());
    }
    if let Some(progress) = progress {
        progress.stage("installing the locked npm packages");
    }
    node.npm()
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .in_folder(folder)
        .run()
        .context("npm packages cannot be installed; is there a network?")?;
    stamp.set()
}

fn is_source(path: &str) -> bool {
    path.starts_with("web/") && !path.starts_with("web/e2e/")
}

fn built() -> bool {
    let built = |app: &str| repository::root().join("web/apps").join(app).join("dist/index.html");
    ["console", "tv"].into_iter().all(|app| built(app).is_file())
}

/// Remembers for which content a piece of work was last done.
struct Stamp {
    file: PathBuf,
    value: String,
}

impl Stamp {
    fn of(name: &str, belongs: impl Fn(&str) -> bool) -> Result<Self> {
        let root = repository::root();
        let mut hasher = DefaultHasher::new();
        for path in repository::files()?.iter().filter(|path| belongs(path)) {
            path.hash(&mut hasher);
            fs::read(root.join(path))?.hash(&mut hasher);
        }
        Ok(Self {
            file: repository::target().join("xtask").join(name),
            value: format!("{:016x}", hasher.finish()),
        })
    }

    fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|found| found == self.value)
    }

    fn set(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(fs::write(&self.file, &self.value)?)
    }
}

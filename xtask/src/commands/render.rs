//! `cargo xtask render`: writes, or compares, every generated file.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use spec::{RenderedFile, Spec};

use crate::process::cargo;
use crate::{output, repository};

/// Write every generated file: nginx/conf.d, .env.pf.example, docs/checks.md, `OpenAPI` documents, the database
/// schema.
#[derive(Debug, Args)]
pub(crate) struct Render {
    /// Change nothing; fail when a committed file differs.
    #[arg(long)]
    check: bool,
    /// Only what comes from the specification, which needs nothing else to be built.
    #[arg(long)]
    only_spec: bool,
}

impl Render {
    pub(crate) fn run(self) -> Result<()> {
        let root = repository::root();
        let files = from_spec(&root)?;
        if self.check {
            let stale = stale(&root, &files);
            if !stale.is_empty() {
                bail!("not as generated: {}; run `cargo xtask render`", stale.join(", "));
            }
        } else {
            write(&root, &files)?;
            output::line(&format!("{} files written from {}", files.len(), spec::FILE_NAME));
        }
        if self.only_spec { Ok(()) } else { from_code(self.check) }
    }
}

/// Generated files that differ from what the specification renders, or should not be there.
pub(crate) fn stale_from_spec() -> Result<Vec<String>> {
    let root = repository::root();
    Ok(stale(&root, &from_spec(&root)?))
}

/// The test that knows the services' `OpenAPI` documents and migrations writes them when asked to.
fn from_code(check: bool) -> Result<()> {
    let mut program = cargo().args(["test", "--quiet", "--package", "tests", "--test", "it"]);
    program = program.args(["--", "generated::"]);
    if !check {
        program = program.env("NEXUS_WRITE_GENERATED", "1");
    }
    program.run()
}

fn from_spec(root: &Path) -> Result<Vec<RenderedFile>> {
    let path = root.join(spec::FILE_NAME);
    let text =
        fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let spec = Spec::parse(&text).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the specification has errors\n{}", lines.join("\n"))
    })?;
    let site = spec::nginx::Site::production(&spec);
    let mut files: Vec<RenderedFile> = spec::nginx::render(&spec, &site)
        .into_iter()
        .map(|file| RenderedFile { path: format!("nginx/{}", file.path), ..file })
        .collect();
    files.push(spec::env::render(&spec));
    files.push(spec::validate::document());
    Ok(files)
}

fn stale(root: &Path, files: &[RenderedFile]) -> Vec<String> {
    let changed = files
        .iter()
        .filter(|file| {
            fs::read_to_string(root.join(&file.path)).ok().as_ref() != Some(&file.contents)
        })
        .map(|file| file.path.clone());
    changed.chain(leftovers(root, files)).collect()
}

fn write(root: &Path, files: &[RenderedFile]) -> Result<()> {
    for path in leftovers(root, files) {
        fs::remove_file(root.join(path))?;
    }
    for file in files {
        let path = root.join(&file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, &file.contents)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

/// Files in `nginx/conf.d` that no longer come from the specification.
fn leftovers(root: &Path, files: &[RenderedFile]) -> Vec<String> {
    ["nginx/conf.d", "nginx/conf.d/nexus-cos"]
        .into_iter()
        .flat_map(|folder| {
            let entries = fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
            entries
                .filter(|entry| entry.path().is_file())
                .map(move |entry| format!("{folder}/{}", entry.file_name().to_string_lossy()))
        })
        .filter(|path| !files.iter().any(|file| file.path == *path))
        .collect()
}

//! `database/schema.sql`: what the migrations of all services add up to.

use std::io;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

/// Words above the dump.
const HEADER: &str =
    "-- The database after all migrations of all services. Generated; do not edit.\n";

/// Why a schema cannot be dumped.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// `pg_dump` cannot be started.
    #[error("pg_dump cannot be started; install PostgreSQL's client programs")]
    Start(#[source] io::Error),
    /// `pg_dump` failed.
    #[error("pg_dump failed: {0}")]
    Failed(String),
}

/// Dumps the schema of the database at `url` in a form that is the same for the same migrations.
pub async fn dump(pg_dump: &Path, url: &str) -> Result<String, DumpError> {
    let output = Command::new(pg_dump)
        .args(["--schema-only", "--no-owner", "--no-privileges", "--exclude-table=*._migrations"])
        .arg(url)
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(DumpError::Start)?;
    if !output.status.success() {
        return Err(DumpError::Failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    Ok(normalise(&String::from_utf8_lossy(&output.stdout)))
}

/// Leaves out what differs between versions and runs of `pg_dump`: comments, settings, blank lines.
fn normalise(dump: &str) -> String {
    let mut text = String::from(HEADER);
    let mut statement_ended = true;
    for line in dump.lines().map(str::trim_end) {
        let noise = line.is_empty()
            || line.starts_with("--")
            || line.starts_with("SET ")
            || line.starts_with("SELECT pg_catalog.set_config")
            || line.starts_with('\\');
        if noise {
            continue;
        }
        if statement_ended {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        statement_ended = line.ends_with(';');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{HEADER, normalise};

    #[test]
    fn statements_stay_and_noise_goes() {
        let dump = "--\n-- Dumped by pg_dump 15.1\n--\n\n\\restrict abc\nSET x = 1;\n\
                    CREATE TABLE a (\n    b integer\n);\n\n\nCREATE INDEX c ON a (b);\n";
        let expected =
            format!("{HEADER}\nCREATE TABLE a (\n    b integer\n);\n\nCREATE INDEX c ON a (b);\n");
        assert_eq!(normalise(dump), expected);
    }
}

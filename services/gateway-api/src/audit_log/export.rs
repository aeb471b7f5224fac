//! The log as lines of JSON: `{"entry":{…},"leaf_hash":"…","seq":0}`, one per entry, from the first.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::{AuditLog, TreeError};
use crate::db::audit_tree;
use crate::domain::audit_leaf::Recorded;
use crate::domain::canonical_json::canonical;

/// Entries read at once.
pub(super) const PAGE: i64 = 2_000;

/// A line of an exported log.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) seq: u64,
    /// Base64.
    pub(super) leaf_hash: String,
    pub(super) entry: Recorded,
}

/// Why the log was not exported, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// An entry of the tree is gone.
    #[error("entry {seq} of the audit log is gone; run `nexus audit verify`")]
    Gone {
        /// Its place.
        seq: u64,
    },
    /// The log cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The lines cannot be written.
    #[error("the exported log cannot be written")]
    Write(#[from] io::Error),
}

impl AuditLog {
    /// Writes every entry that has its place; says how many.
    pub async fn export(&self, out: &mut impl Write) -> Result<u64, ExportError> {
        let mut connection = self.database.acquire().await.map_err(TreeError::from)?;
        let mut next = 0;
        loop {
            let page = audit_tree::leaves(&mut connection, next, PAGE).await;
            let page = page.map_err(TreeError::from)?;
            let Some(last) = page.last() else { return Ok(next) };
            next = last.seq + 1;
            for leaf in page {
                let entry = leaf.recorded.ok_or(ExportError::Gone { seq: leaf.seq })?;
                let leaf_hash = STANDARD.encode(leaf.hash);
                let line = Line { seq: leaf.seq, leaf_hash, entry };
                let line = serde_json::to_value(line).map_err(TreeError::from)?;
                writeln!(out, "{}", canonical(&line))?;
            }
        }
    }
}

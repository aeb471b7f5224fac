//! Verifying the log, in the database or as it was exported, against checkpoints.

use std::io::{self, BufRead};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sqlx::PgConnection;

use super::export::{Line, PAGE};
use super::tree::{TreeError, hash_over};
use super::{AuditLog, Finding, PublicKey, Report};
use crate::db::audit_tree;
use crate::domain::audit_verification::Verification;
use crate::domain::checkpoint::{Checkpoint, notes};
use crate::domain::merkle::{FAN, Hash};

/// Why the log could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The database failed.
    #[error("the audit log cannot be read from the database")]
    Database(#[from] sqlx::Error),
    /// The exported log cannot be read.
    #[error("the exported log cannot be read")]
    Read(#[from] io::Error),
}

impl AuditLog {
    /// Verifies the log in the database against its own checkpoints and those that were kept
    /// elsewhere, the text of a file, signed with any of these keys or the log's own.
    pub async fn verify(&self, kept: &str, keys: &[PublicKey]) -> Result<Report, VerifyError> {
        let keys = [keys, &[self.public_key().clone()]].concat();
        let mut transaction = self.database.begin().await?;
        audit_tree::hold_still(&mut transaction).await?;
        let stored = audit_tree::checkpoint_notes(&mut transaction).await?;
        let mut verification = against(&[("the table", stored), ("the file", notes(kept))], &keys);
        let mut next = 0;
        loop {
            let page = audit_tree::leaves(&mut transaction, next, PAGE).await?;
            let Some(last) = page.last() else { break };
            next = last.seq + 1;
            for leaf in page {
                verification.take(leaf.seq, leaf.entry, leaf.hash, leaf.recorded.as_ref());
            }
        }
        for entry in audit_tree::misplaced(&mut transaction).await? {
            verification.note(Finding::Inserted { entry });
        }
        for entry in audit_tree::vanished(&mut transaction).await? {
            verification.note(Finding::Vanished { entry });
        }
        check_subtrees(&mut transaction, next, &mut verification).await?;
        verification.set_pending(audit_tree::count_pending(&mut transaction).await?);
        transaction.rollback().await?;
        Ok(verification.finish())
    }
}

/// Verifies an exported log against checkpoints, the text of a file, signed with any of the keys.
/// Needs nothing else.
pub fn verify_export(
    export: impl BufRead,
    checkpoints: &str,
    keys: &[PublicKey],
) -> Result<Report, VerifyError> {
    let mut verification = against(&[("the file", notes(checkpoints))], keys);
    for (number, line) in (1..).zip(export.lines()) {
        let line = line?;
        match serde_json::from_str::<Line>(&line) {
            Ok(Line { seq, leaf_hash, entry }) => {
                let leaf = STANDARD.decode(leaf_hash).unwrap_or_default();
                let leaf = Hash::try_from(leaf).unwrap_or_default();
                verification.take(seq, entry.id, leaf, Some(&entry));
            }
            Err(error) => {
                let reason = error.to_string();
                verification.note(Finding::Unreadable { line: number, reason });
            }
        }
    }
    Ok(verification.finish())
}

/// A verification against those of the notes that can be believed. The others are findings.
fn against(sources: &[(&str, Vec<String>)], keys: &[PublicKey]) -> Verification {
    let (mut checkpoints, mut refused) = (Vec::new(), Vec::new());
    for (source, notes) in sources {
        for (number, note) in (1..).zip(notes) {
            match Checkpoint::open(note, keys) {
                Ok(checkpoint) => checkpoints.push(checkpoint),
                Err(error) => refused.push(Finding::Checkpoint {
                    place: format!("checkpoint {number} of {source}"),
                    reason: error.to_string(),
                }),
            }
        }
    }
    let mut verification = Verification::against(checkpoints);
    for finding in refused {
        verification.note(finding);
    }
    verification
}

/// Whether the kept hashes of subtrees are those of the hashes below them.
async fn check_subtrees(
    connection: &mut PgConnection,
    size: u64,
    verification: &mut Verification,
) -> Result<(), VerifyError> {
    let (mut leaves, mut level) = (FAN, 1);
    while leaves <= size {
        for position in 0..size / leaves {
            let over = position * leaves..(position + 1) * leaves;
            let kept = hash_over(connection, &over, level).await;
            let made = hash_over(connection, &over, level - 1).await;
            match (kept, made) {
                (Ok(kept), Ok(made)) if kept == made => {}
                (Err(TreeError::Database(error)), _) | (_, Err(TreeError::Database(error))) => {
                    return Err(error.into());
                }
                _ => verification.note(Finding::Subtree { level, position }),
            }
        }
        let Some(larger) = leaves.checked_mul(FAN) else { break };
        leaves = larger;
        level += 1;
    }
    Ok(())
}

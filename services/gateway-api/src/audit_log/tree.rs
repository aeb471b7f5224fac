//! Hashes of the tree, made of those that are kept.

use std::ops::Range;

use sqlx::PgConnection;

use crate::db::audit_tree;
use crate::domain::merkle::{Hash, Run, range_hash, runs};

/// Why there is no hash over a range of leaves.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// Hashes that should be kept are not there.
    #[error("hashes of the audit log's tree are gone; run `nexus audit verify`")]
    Incomplete,
    /// An entry has no canonical form.
    #[error("an entry of the audit log cannot be hashed")]
    Leaf(#[from] serde_json::Error),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

/// The hash over a range of leaves, made of kept hashes of this level at the highest.
pub(super) async fn hash_over(
    connection: &mut PgConnection,
    leaves: &Range<u64>,
    highest: u32,
) -> Result<Hash, TreeError> {
    let runs = runs(leaves, highest);
    let kept = audit_tree::kept(connection, &runs).await?;
    let mut kept = kept.into_iter().map(|hash| Hash::try_from(hash).ok());
    let mut hashes: Vec<(&Run, Vec<Hash>)> = Vec::new();
    for run in &runs {
        let count = usize::try_from(run.positions.end - run.positions.start).unwrap_or(usize::MAX);
        let of_run: Option<Vec<Hash>> = kept.by_ref().take(count).collect();
        let of_run = of_run.filter(|of_run| of_run.len() == count).ok_or(TreeError::Incomplete)?;
        hashes.push((run, of_run));
    }
    Ok(range_hash(hashes.iter().map(|(run, hashes)| (*run, hashes.as_slice()))))
}

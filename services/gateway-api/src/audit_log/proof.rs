//! Proofs that an entry is in the log that a checkpoint sealed.

use uuid::Uuid;

use super::tree::{TreeError, hash_over};
use super::{AuditLog, CheckpointError};
use crate::db::audit_tree;
use crate::domain::merkle::{Hash, inclusion_path};

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProofError {
    #[error("the audit log has no such entry")]
    UnknownEntry,
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    #[error(transparent)]
    Tree(#[from] TreeError),
}

impl From<sqlx::Error> for ProofError {
    fn from(error: sqlx::Error) -> Self {
        Self::Tree(error.into())
    }
}

/// What shows that an entry is in the log.
#[derive(Debug)]
pub(crate) struct Proof {
    pub(crate) seq: u64,
    pub(crate) leaf: Hash,
    /// Size of the tree that the checkpoint sealed.
    pub(crate) size: u64,
    pub(crate) path: Vec<Hash>,
    /// The signed checkpoint.
    pub(crate) note: String,
}

impl AuditLog {
    /// The proof for an entry. When the newest checkpoint is older than the entry, a new one is
    /// signed first.
    pub(crate) async fn prove(&self, entry: Uuid) -> Result<Proof, ProofError> {
        let mut connection = self.database.acquire().await?;
        let mut place = audit_tree::place(&mut connection, entry).await?;
        let mut sealed = audit_tree::last_checkpoint(&mut connection).await?;
        let covered = |place: &Option<(u64, Vec<u8>)>, sealed: u64| {
            place.as_ref().is_some_and(|(seq, _)| *seq < sealed)
        };
        if !covered(&place, sealed.as_ref().map_or(0, |sealed| sealed.size)) {
            drop(connection);
            sealed = self.checkpoint().await?;
            connection = self.database.acquire().await?;
            place = audit_tree::place(&mut connection, entry).await?;
        }
        let (Some((seq, leaf)), Some(sealed)) = (place, sealed) else {
            return Err(ProofError::UnknownEntry);
        };
        let mut path = Vec::new();
        for range in inclusion_path(seq, sealed.size) {
            path.push(hash_over(&mut connection, &range, u32::MAX).await?);
        }
        let leaf = leaf.try_into().map_err(|_| TreeError::Incomplete)?;
        Ok(Proof { seq, leaf, size: sealed.size, path, note: sealed.note })
    }
}

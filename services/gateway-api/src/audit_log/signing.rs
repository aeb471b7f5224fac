//! Signing checkpoints.

use std::io;
use std::path::Path;

use chassis::problem::chain;
use sqlx::PgConnection;
use time::OffsetDateTime;
use tokio::fs;
use tokio::io::AsyncWriteExt;

use super::AuditLog;
use super::sequencer::place_all;
use super::tree::{TreeError, hash_over};
use crate::db::audit_tree::{self, StoredCheckpoint};
use crate::domain::checkpoint::Checkpoint;

/// Why no checkpoint was signed.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The log is not what the last checkpoint sealed.
    #[error(
        "the audit log does not begin with the {0} entries that its last checkpoint sealed, so no further one is signed; run `nexus audit verify`"
    )]
    Inconsistent(u64),
    /// The tree cannot be read or extended.
    #[error(transparent)]
    Tree(#[from] TreeError),
}

impl AuditLog {
    /// The newest checkpoint, after signing one when the log has grown; `None` while it is empty.
    pub(crate) async fn checkpoint(&self) -> Result<Option<StoredCheckpoint>, CheckpointError> {
        let mut transaction = self.database.begin().await?;
        audit_tree::lock(&mut transaction).await?;
        place_all(&mut transaction).await?;
        let size = audit_tree::size(&mut transaction).await?;
        let last = audit_tree::last_checkpoint(&mut transaction).await?;
        if let Some(last) = &last {
            check(&mut transaction, last, size).await?;
        }
        if last.as_ref().map_or(0, |last| last.size) == size {
            transaction.commit().await?;
            return Ok(last);
        }
        let root = hash_over(&mut transaction, &(0..size), u32::MAX).await?;
        let note = self.key.sign(&Checkpoint { size, root });
        let now = OffsetDateTime::now_utc();
        audit_tree::insert_checkpoint(&mut transaction, size, &root, &note, now).await?;
        transaction.commit().await?;
        self.keep(&note).await;
        Ok(Some(StoredCheckpoint { size, root: root.to_vec(), note }))
    }

    /// The newest checkpoint as a signed note.
    pub async fn checkpoint_note(&self) -> Result<Option<String>, CheckpointError> {
        Ok(self.checkpoint().await?.map(|checkpoint| checkpoint.note))
    }

    /// Every checkpoint as a signed note, the oldest first.
    pub async fn checkpoint_notes(&self) -> Result<Vec<String>, CheckpointError> {
        Ok(audit_tree::checkpoint_notes(&mut *self.database.acquire().await?).await?)
    }

    /// Appends a note to the file. Its row is there already, so that a full disk stops nothing.
    async fn keep(&self, note: &str) {
        if let Err(error) = append(&self.file, note).await {
            let file = self.file.display();
            tracing::warn!(%file, error = chain(&error), "a checkpoint could not be appended");
        }
    }
}

/// Refuses a log that the last checkpoint did not seal.
async fn check(
    connection: &mut PgConnection,
    last: &StoredCheckpoint,
    size: u64,
) -> Result<(), CheckpointError> {
    let holds = last.size <= size
        && hash_over(connection, &(0..last.size), u32::MAX).await?[..] == last.root[..];
    if holds { Ok(()) } else { Err(CheckpointError::Inconsistent(last.size)) }
}

async fn append(file: &Path, note: &str) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).await?;
    }
    let mut file = fs::OpenOptions::new().create(true).append(true).open(file).await?;
    // In one piece: several processes may append.
    file.write_all(format!("{note}\n").as_bytes()).await?;
    file.sync_data().await
}

impl From<sqlx::Error> for CheckpointError {
    fn from(error: sqlx::Error) -> Self {
        Self::Tree(error.into())
    }
}

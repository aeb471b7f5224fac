//! Giving committed entries their places.

use sqlx::PgConnection;
use uuid::Uuid;

use super::AuditLog;
use super::tree::{TreeError, hash_over};
use crate::db::audit_tree;
use crate::domain::merkle::{FAN, Hash};

/// Most entries placed in one transaction.
const BATCH: u16 = 4096;

impl AuditLog {
    /// Gives entries that wait their places, unless another process is doing so; says how many.
    pub(crate) async fn sequence(&self) -> Result<usize, TreeError> {
        let mut placed = 0;
        while audit_tree::has_pending(&self.database).await? {
            let mut transaction = self.database.begin().await?;
            if !audit_tree::try_lock(&mut transaction).await? {
                return Ok(placed);
            }
            let batch = place_batch(&mut transaction).await?;
            transaction.commit().await?;
            placed += batch;
            if batch < usize::from(BATCH) {
                break;
            }
        }
        Ok(placed)
    }
}

/// Places everything that waits. The caller holds the lock.
pub(super) async fn place_all(connection: &mut PgConnection) -> Result<(), TreeError> {
    while place_batch(connection).await? > 0 {}
    Ok(())
}

async fn place_batch(connection: &mut PgConnection) -> Result<usize, TreeError> {
    let entries = audit_tree::take_pending(connection, BATCH.into()).await?;
    let leaves = entries
        .iter()
        .map(|entry| Ok((entry.id, entry.leaf_hash()?)))
        .collect::<Result<Vec<(Uuid, Hash)>, serde_json::Error>>()?;
    let size = audit_tree::size(connection).await?;
    audit_tree::append(connection, size, &leaves).await?;
    complete_subtrees(connection, size, size + leaves.len() as u64).await?;
    Ok(leaves.len())
}

/// Keeps the hashes of the subtrees that became complete, from the smallest to the largest.
async fn complete_subtrees(
    connection: &mut PgConnection,
    before: u64,
    after: u64,
) -> Result<(), TreeError> {
    let mut leaves = FAN;
    let mut level = 1;
    while leaves <= after {
        for position in before / leaves..after / leaves {
            let over = position * leaves..(position + 1) * leaves;
            let hash = hash_over(connection, &over, level - 1).await?;
            audit_tree::append_subtree(connection, level, position, &hash).await?;
        }
        let Some(larger) = leaves.checked_mul(FAN) else { break };
        leaves = larger;
        level += 1;
    }
    Ok(())
}

//! The audit log as a Merkle tree (RFC 6962): entries are given their place, checkpoints are signed,
//! anybody can verify.
//!
//! An entry is written in the transaction of what it records, which also notes it as pending. A
//! task then gives committed entries the next places in the tree, so that writers never wait for
//! each other. Checkpoints are signed every minute when the log has grown, and are worth keeping
//! elsewhere: held against them, [`verify`] sees any change of what they sealed.

mod export;
mod proof;
mod sequencer;
mod signing;
mod tasks;
mod tree;
mod verify;

use std::path::PathBuf;
use std::sync::Arc;

use store::Database;

use crate::Config;
use crate::domain::checkpoint::CheckpointKey;
use crate::root_secret::{RootSecret, RootSecretError};

pub use crate::domain::audit_verification::{Finding, Report};
pub use crate::domain::checkpoint::{CheckpointPublicKey as PublicKey, NotAKey};
pub use export::ExportError;
pub(crate) use proof::ProofError;
pub use signing::CheckpointError;
pub use tree::TreeError;
pub use verify::{VerifyError, verify_export};

/// The log and the key that seals it. Clones are the same log.
#[derive(Clone)]
pub struct AuditLog {
    database: Database,
    key: Arc<CheckpointKey>,
    /// Where checkpoints are appended, besides their table.
    file: PathBuf,
}

impl AuditLog {
    pub(crate) fn new(database: Database, key: CheckpointKey, file: PathBuf) -> Self {
        Self { database, key: Arc::new(key), file }
    }

    /// The log of an installation, for commands that work on its database.
    pub fn open(config: &Config, database: Database) -> Result<Self, RootSecretError> {
        let key = RootSecret::load_or_create(&config.signing_key_file)?.checkpoint_key()?;
        Ok(Self::new(database, key, config.audit_checkpoint_file.clone()))
    }

    /// The key that verifies the checkpoints.
    pub fn public_key(&self) -> &PublicKey {
        self.key.public()
    }
}

impl std::fmt::Debug for AuditLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuditLog").field("key", self.public_key()).finish_non_exhaustive()
    }
}

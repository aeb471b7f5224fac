//! Looking at the signing keys and replacing them by hand.

use api::gateway::SigningAlgorithm;
use store::Database;
use time::OffsetDateTime;

use crate::config::Config;
use crate::db::{audit, signing_keys};
use crate::domain::audit::Entry;
use crate::root_secret::RootSecret;
use crate::signing::{SigningKeys, SigningKeysError};

pub use crate::domain::signing_schedule::{KeyState, Rotation};

/// A signing key, without its private half.
#[derive(Debug, Clone)]
pub struct SigningKeyInfo {
    /// Key id.
    pub kid: String,
    /// What it signs with.
    pub algorithm: SigningAlgorithm,
    /// Where in its life it is.
    pub state: KeyState,
    /// When signing with it begins or began.
    pub activates_at: OffsetDateTime,
    /// When signing with it ends or ended.
    pub retires_at: Option<OffsetDateTime>,
}

/// Every key, oldest first.
pub async fn list_signing_keys(
    database: &Database,
) -> Result<Vec<SigningKeyInfo>, SigningKeysError> {
    let now = OffsetDateTime::now_utc();
    let stored = signing_keys::all(database).await?;
    Ok(stored
        .into_iter()
        .map(|key| SigningKeyInfo {
            kid: key.public_jwk.kid,
            algorithm: key.algorithm,
            state: key.schedule.state(now),
            activates_at: key.schedule.activates_at,
            retires_at: key.schedule.retires_at,
        })
        .collect())
}

/// Makes new keys of every kind. Running processes take them in within seconds.
pub async fn rotate_signing_keys(
    config: &Config,
    database: &Database,
    rotation: Rotation,
) -> Result<Vec<SigningKeyInfo>, SigningKeysError> {
    let now = OffsetDateTime::now_utc();
    let root = RootSecret::load_or_create(&config.signing_key_file)?;
    let made = SigningKeys::new(&root, config.signing_key_lifetime())?
        .rotate(database, rotation, now)
        .await?;
    let entry = Entry::success("signing_key.rotate", None, now)
        .with(serde_json::json!({ "made": made, "at_once": rotation == Rotation::AtOnce }));
    audit::insert(&mut *database.acquire().await?, &entry).await?;
    list_signing_keys(database).await
}

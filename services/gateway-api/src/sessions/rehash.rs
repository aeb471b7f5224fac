//! Hashes that were made with less work than new ones are made anew when the password is at hand.

use super::Sessions;
use crate::db::users::{self, Account};

impl Sessions {
    /// Makes the hash of a right password anew when it is weaker than new ones. A sign-in does not
    /// fail by it: there is a next one.
    pub(super) async fn renew_hash(&self, account: &Account, password: &str) {
        let old = &account.password_hash;
        if !self.hasher.is_outdated(old) {
            return;
        }
        let new = match self.hasher.hash(password).await {
            Ok(new) => new,
            Err(error) => {
                tracing::debug!(%error, "a password hash was not made anew");
                return;
            }
        };
        if let Err(error) = users::replace_hash(&self.database, account.user.id, old, &new).await {
            tracing::warn!(%error, "a password hash could not be made anew");
        }
    }
}

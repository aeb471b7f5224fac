//! Taking along what this service keeps about oneself.

use serde_json::{Map, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Accounts;
use crate::db::{audit, export};
use crate::domain::audit::{Caller, Entry};
use crate::error::AccountError;

impl Accounts {
    /// Everything that this service keeps about a person, by kind.
    pub(crate) async fn export(
        &self,
        user: Uuid,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<Map<String, Value>, AccountError> {
        let mut transaction = self.database.begin().await?;
        let everything = export::of(&mut transaction, user, now).await?;
        let entry = Entry::success("user.export", Some(user), now).on("user", user).by(caller);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(everything)
    }
}

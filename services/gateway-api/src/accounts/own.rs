//! What people do with their own account.

use api::gateway::{OwnChange, Person};

use super::people::{Edit, locked};
use super::{Accounts, parse_name};
use crate::db::{audit, people};
use crate::domain::audit::Entry;
use crate::error::AccountError;

impl Accounts {
    /// Edits one's own account.
    pub(crate) async fn edit_own(
        &self,
        change: &OwnChange,
        edit: Edit<'_>,
    ) -> Result<Person, AccountError> {
        let mut transaction = self.database.begin().await?;
        let mut person = locked(&mut transaction, edit.actor, edit.revision).await?;
        if let Some(name) = &change.display_name {
            parse_name(name)?.as_str().clone_into(&mut person.display_name);
        }
        people::save(&mut transaction, &person, edit.now).await?;
        let entry = Entry::success("user.edit", Some(edit.actor), edit.now)
            .on("user", edit.actor)
            .by(edit.caller);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.person(edit.actor).await
    }
}

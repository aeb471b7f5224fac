//! Administering people.

use api::gateway::{PeoplePage, PeopleQuery, Person, PersonChange, PersonStatus, UserRole};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Accounts, parse_name};
use crate::db::{audit, people, sessions};
use crate::domain::account::scopes;
use crate::domain::audit::{Caller, Entry};
use crate::domain::audit_cursor;
use crate::error::AccountError;

/// People on a page when the caller does not say.
const DEFAULT_LIMIT: u32 = 50;

/// Who edits, on what state, and from where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edit<'a> {
    pub(crate) actor: Uuid,
    /// Revision that the edit is based on.
    pub(crate) revision: i64,
    pub(crate) caller: &'a Caller,
    pub(crate) now: OffsetDateTime,
}

impl Accounts {
    pub(crate) async fn people(&self, query: &PeopleQuery) -> Result<PeoplePage, AccountError> {
        let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=200).contains(&limit) {
            return Err(AccountError::Limit);
        }
        let before = query.cursor.as_deref().map(audit_cursor::parse).transpose()?;
        let text = query.query.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let filter = people::Filter { text, role: query.role, status: query.status };
        // One more than asked for tells whether there is a next page.
        let mut people = people::page(&self.database, before, filter, i64::from(limit) + 1).await?;
        let more = people.len() > limit as usize;
        people.truncate(limit as usize);
        let next = people.last().filter(|_| more).map(|person| audit_cursor::after(person.id));
        Ok(PeoplePage { people, next })
    }

    pub(crate) async fn person(&self, user: Uuid) -> Result<Person, AccountError> {
        people::find(&self.database, user).await?.ok_or(AccountError::UnknownPerson)
    }

    /// Edits a person. Who loses rights by it, or may not sign in any more, is signed out
    /// everywhere.
    pub(crate) async fn edit(
        &self,
        user: Uuid,
        change: &PersonChange,
        edit: Edit<'_>,
    ) -> Result<Person, AccountError> {
        let mut transaction = self.database.begin().await?;
        let before = locked(&mut transaction, user, edit.revision).await?;
        let after = changed(&before, change)?;
        let taken = self.save(&mut transaction, &before, &after, edit).await?;
        let entry = Entry::success("user.edit", Some(edit.actor), edit.now)
            .on("user", user)
            .by(edit.caller)
            .with(serde_json::to_value(audited(&before, &after)).unwrap_or_default());
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.sessions.announce(taken, edit.now).await;
        self.person(user).await
    }

    /// Closes an account for good: it is erased when the hold is over, and can be opened again
    /// until then.
    pub(crate) async fn remove(&self, user: Uuid, edit: Edit<'_>) -> Result<Person, AccountError> {
        let mut transaction = self.database.begin().await?;
        let before = locked(&mut transaction, user, edit.revision).await?;
        let after = Person { status: PersonStatus::Leaving, ..before.clone() };
        let taken = self.save(&mut transaction, &before, &after, edit).await?;
        let entry = Entry::success("user.delete", Some(edit.actor), edit.now).on("user", user);
        audit::insert(&mut transaction, &entry.by(edit.caller)).await?;
        transaction.commit().await?;
        self.sessions.announce(taken, edit.now).await;
        self.person(user).await
    }

    /// Writes an edit; says which sessions it ended.
    pub(super) async fn save(
        &self,
        connection: &mut PgConnection,
        before: &Person,
        after: &Person,
        edit: Edit<'_>,
    ) -> Result<Vec<api::events::SessionRevoked>, AccountError> {
        let administers = |person: &Person| {
            person.role == UserRole::Admin && person.status == PersonStatus::Active
        };
        if administers(before)
            && !administers(after)
            && !people::another_administrator(connection, before.id).await?
        {
            return Err(AccountError::LastAdministrator);
        }
        people::save(connection, after, edit.now).await?;
        let reason = match after.status {
            PersonStatus::Disabled => "account-disabled",
            PersonStatus::Leaving => "account-deleted",
            PersonStatus::Active if loses_rights(before.role, after.role) => {
                "revoked-by-administrator"
            }
            PersonStatus::Active => return Ok(Vec::new()),
        };
        Ok(sessions::revoke_all(connection, before.id, reason, edit.now).await?)
    }
}

/// The person, unless somebody edited them meanwhile.
pub(super) async fn locked(
    connection: &mut PgConnection,
    user: Uuid,
    revision: i64,
) -> Result<Person, AccountError> {
    let person = people::lock(connection, user).await?.ok_or(AccountError::UnknownPerson)?;
    if i64::from(person.revision) != revision {
        return Err(AccountError::Changed);
    }
    Ok(person)
}

fn changed(before: &Person, change: &PersonChange) -> Result<Person, AccountError> {
    let mut after = before.clone();
    if let Some(name) = &change.display_name {
        parse_name(name)?.as_str().clone_into(&mut after.display_name);
    }
    after.role = change.role.unwrap_or(before.role);
    after.status = match change.disabled {
        Some(false) => PersonStatus::Active,
        Some(true) if before.status == PersonStatus::Active => PersonStatus::Disabled,
        _ => before.status,
    };
    Ok(after)
}

fn loses_rights(before: UserRole, after: UserRole) -> bool {
    scopes(before).iter().any(|scope| !scopes(after).contains(scope))
}

/// What an edit changed, for the audit log: never the name itself.
fn audited(before: &Person, after: &Person) -> serde_json::Map<String, serde_json::Value> {
    let mut changes = serde_json::Map::new();
    if before.display_name != after.display_name {
        changes.insert("display_name".to_owned(), "changed".into());
    }
    if before.role != after.role {
        let roles = serde_json::json!({ "from": before.role, "to": after.role });
        changes.insert("role".to_owned(), roles);
    }
    if before.status != after.status {
        let status = serde_json::json!({ "from": before.status, "to": after.status });
        changes.insert("status".to_owned(), status);
    }
    changes
}

//! Administering people.

use api::gateway::{PeoplePage, PeopleQuery, Person, PersonChange, PersonStatus, UserRole};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Accounts, parse_name};
use crate::db::{audit, call_ins, people, sessions};
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

    /// Edits a person. Access tokens that name another role are called in; who may not sign in any
    /// more is signed out everywhere.
    pub(crate) async fn edit(
        &self,
        user: Uuid,
        change: &PersonChange,
        edit: Edit<'_>,
    ) -> Result<Person, AccountError> {
        let mut transaction = self.database.begin().await?;
        let before = locked(&mut transaction, user, edit.revision).await?;
        let after = changed(&before, change)?;
        administrator_stays(&mut transaction, &before, &after).await?;
        people::save(&mut transaction, &after, edit.now).await?;
        let differs = before.role != after.role || before.status != after.status;
        if differs {
            call_ins::note(&mut transaction, &[user], edit.now).await?;
        }
        let ended = if after.status == PersonStatus::Disabled {
            sessions::revoke_all(&mut transaction, user, "account-disabled", edit.now).await?
        } else {
            Vec::new()
        };
        let entry = Entry::success("user.edit", Some(edit.actor), edit.now)
            .on("user", user)
            .by(edit.caller)
            .with(serde_json::to_value(audited(&before, &after)).unwrap_or_default());
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.sessions.announce(ended, edit.now).await;
        if differs {
            self.sessions.call_in(&[user]).await;
        }
        self.person(user).await
    }
}

/// Refuses what would take the last administrator away.
pub(super) async fn administrator_stays(
    connection: &mut PgConnection,
    before: &Person,
    after: &Person,
) -> Result<(), AccountError> {
    let administers =
        |person: &Person| person.role == UserRole::Admin && person.status == PersonStatus::Active;
    if administers(before)
        && !administers(after)
        && !people::another_administrator(connection, before.id).await?
    {
        return Err(AccountError::LastAdministrator);
    }
    Ok(())
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

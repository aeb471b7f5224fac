//! Leaving: an account is closed, kept for a while in which it can be opened again, then erased.

use api::events::SessionRevoked;
use api::gateway::{MailLinkPurpose, Person, PersonStatus};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::people::{Edit, administrator_stays, locked};
use super::{Accounts, parse_email};
use crate::db::mail_links::{self, NewLink};
use crate::db::{audit, call_ins, people, sessions};
use crate::domain::audit::{Caller, Entry};
use crate::domain::deletion::erased_at;
use crate::domain::mail::Mail;
use crate::error::AccountError;

impl Accounts {
    /// Closes one's own account. A link sent by mail takes that back until the hold is over.
    pub(crate) async fn leave(
        &self,
        user: Uuid,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<Person, AccountError> {
        let mut transaction = self.database.begin().await?;
        let before =
            people::lock(&mut transaction, user).await?.ok_or(AccountError::UnknownPerson)?;
        let ended = close(&mut transaction, &before, user, now).await?;
        let email = parse_email(&before.email)?;
        let new = NewLink::of_account(MailLinkPurpose::Restore, &email, user);
        let link = mail_links::insert(&mut transaction, &new, now).await?;
        let mail =
            Mail::DeletionRequested { link, name: before.display_name, erased_at: erased_at(now) };
        self.queue(&mut transaction, &email, &mail, now).await?;
        let entry = Entry::success("user.leave", Some(user), now).on("user", user).by(caller);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.post.wake();
        self.closed(user, ended, now).await
    }

    /// Closes somebody's account. Administrators can open it again until the hold is over; its
    /// owner cannot.
    pub(crate) async fn remove(&self, user: Uuid, edit: Edit<'_>) -> Result<Person, AccountError> {
        let mut transaction = self.database.begin().await?;
        let before = locked(&mut transaction, user, edit.revision).await?;
        let ended = close(&mut transaction, &before, edit.actor, edit.now).await?;
        let entry = Entry::success("user.delete", Some(edit.actor), edit.now).on("user", user);
        audit::insert(&mut transaction, &entry.by(edit.caller)).await?;
        transaction.commit().await?;
        self.closed(user, ended, edit.now).await
    }

    /// Opens the account again that its owner closed.
    pub(crate) async fn restore(
        &self,
        token: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), AccountError> {
        let link = self.open_link(token, now).await?;
        let (MailLinkPurpose::Restore, Some(user)) = (link.purpose, link.user) else {
            return Err(AccountError::LinkInvalid);
        };
        let mut transaction = self.database.begin().await?;
        mail_links::take(&mut transaction, link.id, now).await?.ok_or(AccountError::LinkInvalid)?;
        let person = people::lock(&mut transaction, user)
            .await?
            .filter(|person| person.status == PersonStatus::Leaving)
            .ok_or(AccountError::LinkInvalid)?;
        let person = Person { status: PersonStatus::Active, ..person };
        people::save(&mut transaction, &person, now).await?;
        mail_links::end_of_account(&mut transaction, user, &[MailLinkPurpose::Restore], now)
            .await?;
        let entry = Entry::success("user.restore", Some(user), now).on("user", user).by(caller);
        audit::insert(&mut transaction, &entry).await?;
        Ok(transaction.commit().await?)
    }

    async fn closed(
        &self,
        user: Uuid,
        ended: Vec<SessionRevoked>,
        now: OffsetDateTime,
    ) -> Result<Person, AccountError> {
        self.sessions.announce(ended, now).await;
        self.sessions.call_in(&[user]).await;
        self.person(user).await
    }
}

/// Closes an account; says which sessions that ended.
async fn close(
    connection: &mut PgConnection,
    before: &Person,
    by: Uuid,
    now: OffsetDateTime,
) -> Result<Vec<SessionRevoked>, AccountError> {
    let after = Person { status: PersonStatus::Leaving, ..before.clone() };
    administrator_stays(connection, before, &after).await?;
    people::request_deletion(connection, before.id, by, now).await?;
    mail_links::end_of_account(connection, before.id, &[MailLinkPurpose::Restore], now).await?;
    call_ins::note(connection, &[before.id], now).await?;
    Ok(sessions::revoke_all(connection, before.id, "account-deleted", now).await?)
}

//! Sends what waits in the outbox.

use std::time::Duration;

use api::gateway::MailLinkPurpose;
use chassis::problem::chain;
use sqlx::PgConnection;
use store::Database;
use store::database::is_unavailable;
use time::OffsetDateTime;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Post;
use super::transport::{SendError, Transport};
use crate::db::mail_links::{self, NewLink};
use crate::db::mail_outbox::{self, Waiting};
use crate::db::{audit, users};
use crate::domain::account::Email;
use crate::domain::audit::Entry;
use crate::domain::mail::Mail;
use crate::domain::retry;

/// How often the outbox is looked at when nobody says that there is something in it.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Sends mails as they become due, until told to stop.
pub(crate) async fn deliver(
    post: Post,
    database: Database,
    transport: Transport,
    stop: CancellationToken,
) {
    let mut tick = interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = post.waiting.notified() => {}
            () = stop.cancelled() => return,
        }
        loop {
            let sending = next(&post, &database, &transport);
            match tokio::select! { done = sending => done, () = stop.cancelled() => return } {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) if is_unavailable(&error) => break,
                Err(error) => {
                    tracing::error!(error = chain(&error), "the outbox could not be worked on");
                    break;
                }
            }
        }
    }
}

/// Sends the mail that is due first; says whether there was one.
async fn next(
    post: &Post,
    database: &Database,
    transport: &Transport,
) -> Result<bool, sqlx::Error> {
    let now = OffsetDateTime::now_utc();
    let Some(waiting) = mail_outbox::take(database, now).await? else { return Ok(false) };
    let mail = resolve(database, &waiting, now).await?;
    let Some(letter) = post.letter(&mail) else {
        tracing::error!(mail = %waiting.id, "a request in the outbox was not resolved");
        return Ok(true);
    };
    match transport.send(waiting.id, &waiting.recipient, &letter).await {
        Ok(()) => {
            mail_outbox::mark_sent(database, waiting.id, OffsetDateTime::now_utc()).await?;
            tracing::info!(mail = %waiting.id, attempts = waiting.attempts, "a mail was sent");
        }
        Err(error) => failed(database, &waiting, &error).await?,
    }
    Ok(true)
}

/// What a request turns out to mean, kept in its place so that it is found out once. Other mails
/// are what they are.
async fn resolve(
    database: &Database,
    waiting: &Waiting,
    now: OffsetDateTime,
) -> Result<Mail, sqlx::Error> {
    let request = matches!(
        waiting.mail,
        Mail::SignUpRequested { .. } | Mail::RecoveryRequested | Mail::ChangeEmailRequested { .. }
    );
    if !request {
        return Ok(waiting.mail.clone());
    }
    let mut transaction = database.begin().await?;
    let mail = resolved(&mut transaction, waiting, now).await?;
    mail_outbox::replace(&mut transaction, waiting.id, &mail).await?;
    transaction.commit().await?;
    Ok(mail)
}

async fn resolved(
    connection: &mut PgConnection,
    waiting: &Waiting,
    now: OffsetDateTime,
) -> Result<Mail, sqlx::Error> {
    let email = &waiting.recipient;
    let holder = users::find_holder(connection, email).await?;
    let Some(holder) = holder else {
        return match &waiting.mail {
            Mail::SignUpRequested { display_name } => {
                sign_up(connection, email, display_name, now).await
            }
            Mail::ChangeEmailRequested { user } => {
                change_email(connection, email, *user, now).await
            }
            _ => Ok(Mail::NotRegistered),
        };
    };
    let name = holder.display_name;
    if holder.disabled && !holder.on_hold {
        return Ok(Mail::Closed { name });
    }
    let purpose = if holder.on_hold { MailLinkPurpose::Restore } else { MailLinkPurpose::Recovery };
    let new = NewLink::of_account(purpose, email, holder.id);
    let link = mail_links::insert(connection, &new, now).await?;
    Ok(match (&waiting.mail, holder.on_hold) {
        (_, true) => Mail::Restore { link, name },
        (Mail::SignUpRequested { .. } | Mail::ChangeEmailRequested { .. }, false) => {
            Mail::AlreadyRegistered { link, name }
        }
        _ => Mail::Recovery { link, name },
    })
}

async fn sign_up(
    connection: &mut PgConnection,
    email: &Email,
    display_name: &str,
    now: OffsetDateTime,
) -> Result<Mail, sqlx::Error> {
    let new = NewLink {
        purpose: MailLinkPurpose::SignUp,
        email,
        user: None,
        organisation: None,
        display_name: Some(display_name),
        role: None,
        created_by: None,
    };
    Ok(Mail::SignUp { link: mail_links::insert(connection, &new, now).await? })
}

/// An earlier link to have another address is good no more.
async fn change_email(
    connection: &mut PgConnection,
    email: &Email,
    user: Uuid,
    now: OffsetDateTime,
) -> Result<Mail, sqlx::Error> {
    let purpose = MailLinkPurpose::ChangeEmail;
    mail_links::end_of_account(connection, user, &[purpose], now).await?;
    let name = users::name_of(connection, user).await?.unwrap_or_default();
    let new = NewLink::of_account(purpose, email, user);
    Ok(Mail::ChangeEmail { link: mail_links::insert(connection, &new, now).await?, name })
}

/// Has it tried again later, or gives it up.
async fn failed(
    database: &Database,
    waiting: &Waiting,
    error: &SendError,
) -> Result<(), sqlx::Error> {
    let now = OffsetDateTime::now_utc();
    let text = chain(error);
    if let Some(pause) = retry::pause(waiting.attempts).filter(|_| !error.is_final()) {
        tracing::warn!(mail = %waiting.id, attempts = waiting.attempts, error = text, "a mail could not be sent yet");
        return mail_outbox::mark_failed(database, waiting.id, &text, now + pause).await;
    }
    tracing::error!(mail = %waiting.id, error = text, "a mail was given up");
    let mut transaction = database.begin().await?;
    mail_outbox::mark_given_up(&mut transaction, waiting.id, &text, now).await?;
    let reason = if error.is_final() { "refused" } else { "too-many-attempts" };
    let entry = Entry::failure("mail.send", reason, now).on("mail", waiting.id);
    audit::insert(&mut transaction, &entry).await?;
    transaction.commit().await
}

//! Calling access tokens in when what they say of somebody is no longer true. Sessions go on: the
//! next token says what is.

use api::events::{SESSIONS, SessionEvent, UserCalledIn};
use store::events::PublishError;
use store::{Database, Redis};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Sessions;
use crate::db::call_ins;
use crate::domain::lifetimes::LONGEST_TOKEN;

impl Sessions {
    /// Refuses the tokens of these people from now on, here and in every service; to be called when
    /// the change is committed, in whose transaction it was noted. What cannot be told now is told
    /// by the task that publishes what is pending in the database.
    pub(crate) async fn call_in(&self, people: &[Uuid]) {
        let now = OffsetDateTime::now_utc();
        for person in people {
            self.revocations.call_in(*person, now, now + LONGEST_TOKEN, now);
        }
        let mut told = Vec::new();
        for person in people {
            if let Err(error) = tell(&self.redis, *person, now).await {
                tracing::warn!(%person, %error, "changed rights could not be told to the other services yet");
                break;
            }
            told.push(*person);
        }
        if let Err(error) = call_ins::mark_published(&self.database, &told, now).await {
            tracing::warn!(%error, "told changes of rights could not be marked; they will be told again");
        }
    }
}

/// Tells the other services of people that they have not been told of, or of all recent ones; says
/// whether all of it went out.
pub(crate) async fn publish_pending(
    database: &Database,
    redis: &Redis,
    only_unpublished: bool,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let mut told = Vec::new();
    let mut complete = true;
    for (person, before) in call_ins::since(database, now - LONGEST_TOKEN, only_unpublished).await?
    {
        // Whoever was not told of is called in now, which is after the change was committed.
        if tell(redis, person, before.unwrap_or(now)).await.is_err() {
            complete = false;
            break;
        }
        if before.is_none() {
            told.push(person);
        }
    }
    call_ins::mark_published(database, &told, now).await?;
    Ok(complete)
}

async fn tell(redis: &Redis, person: Uuid, before: OffsetDateTime) -> Result<(), PublishError> {
    let tokens_expire_at = before + LONGEST_TOKEN;
    let event = SessionEvent::UserCalledIn(UserCalledIn { user: person, before, tokens_expire_at });
    store::events::publish(redis, SESSIONS, &event).await
}

//! What was revoked before this process began.

use chassis::principal::Revocations;
use store::Database;
use time::OffsetDateTime;

use crate::db::{api_keys, call_ins, sessions};
use crate::domain::api_key::tokens_end;
use crate::domain::lifetimes::LONGEST_TOKEN;

/// The list of what is revoked and may have tokens that have not expired, from the database: it is
/// refused from the first request on, also while Redis is away.
pub(crate) async fn load(
    database: &Database,
    now: OffsetDateTime,
) -> Result<Revocations, sqlx::Error> {
    let list = Revocations::default();
    let since = now - LONGEST_TOKEN;
    for revoked in sessions::revoked_lately(database, false, now).await? {
        list.revoke(revoked.session, revoked.tokens_expire_at, now);
    }
    for (key, revoked_at) in api_keys::revoked_since(database, since, false).await? {
        list.revoke(key, tokens_end(revoked_at), now);
    }
    for (person, told_at) in call_ins::since(database, since, false).await? {
        // As for the other services, whoever was not told of is called in now.
        let before = told_at.unwrap_or(now);
        list.call_in(person, before, before + LONGEST_TOKEN, now);
    }
    Ok(list)
}

//! Table `sessions`.

use api::events::SessionRevoked;
use api::gateway::{User, UserRole};
use api::plan::PlanCode;
use sqlx::{FromRow, PgConnection};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::account::{plan_named, role_named};
use crate::domain::assurance::Assurance;
use crate::domain::audit::Caller;
use crate::domain::lifetimes::Lifetimes;
use crate::domain::refresh_token::RefreshToken;

/// Longest user agent kept, in characters.
const MAX_USER_AGENT: usize = 256;

/// A session that tokens can be issued for.
#[derive(Debug, Clone)]
pub(crate) struct Refreshed {
    pub(crate) session: Uuid,
    pub(crate) user: Uuid,
    pub(crate) role: UserRole,
    pub(crate) plan: PlanCode,
    pub(crate) generation: u32,
    pub(crate) expires_at: OffsetDateTime,
    pub(crate) auth_time: OffsetDateTime,
    pub(crate) assurance: Assurance,
}

/// What became of a refresh token.
#[derive(Debug)]
pub(crate) enum Rotation {
    /// It was the good one; its successor is now.
    Done(Refreshed),
    /// It was used before; the session is as it was.
    Spent { refreshed: Refreshed, rotated_at: OffsetDateTime },
    /// The session has ended, or its user may not sign in any more.
    Ended,
}

/// An open session and its user.
#[derive(Debug, Clone)]
pub(crate) struct OpenSession {
    pub(crate) user: User,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) expires_at: OffsetDateTime,
    pub(crate) seen_at: OffsetDateTime,
    pub(crate) auth_time: OffsetDateTime,
    pub(crate) assurance: Assurance,
    /// Whether the user has a second factor, so that one alone is not enough.
    pub(crate) second_factor: bool,
}

#[derive(FromRow)]
struct RefreshedRow {
    id: Uuid,
    user_id: Uuid,
    role: String,
    plan: String,
    refresh_generation: i32,
    expires_at: OffsetDateTime,
    refreshed_at: OffsetDateTime,
    auth_time: OffsetDateTime,
    amr: Vec<String>,
    acr: String,
}

#[derive(FromRow)]
pub(super) struct RevokedRow {
    id: Uuid,
    revoked_at: OffsetDateTime,
    tokens_expire_at: OffsetDateTime,
}

#[derive(FromRow)]
struct OpenRow {
    user_id: Uuid,
    email: String,
    display_name: String,
    role: String,
    created_at: OffsetDateTime,
    expires_at: OffsetDateTime,
    seen_at: OffsetDateTime,
    auth_time: OffsetDateTime,
    amr: Vec<String>,
    acr: String,
    second_factor: bool,
}

/// Adds a session; says until when it can be refreshed.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    session: Uuid,
    user: Uuid,
    assurance: &Assurance,
    caller: &Caller,
    lifetimes: &Lifetimes,
    now: OffsetDateTime,
) -> Result<OffsetDateTime, sqlx::Error> {
    let ends_at = lifetimes.session_end(now);
    let user_agent: Option<String> =
        caller.user_agent.as_ref().map(|text| text.chars().take(MAX_USER_AGENT).collect());
    sqlx::query_scalar(
        "INSERT INTO sessions (id, user_id, created_at, refreshed_at, expires_at, ends_at,
                               tokens_expire_at, address, user_agent, seen_at, auth_time, amr, acr)
         VALUES ($1, $2, $3, $3, $4, $5, $6, $7::inet, $8, $3, $3, $9, $10) RETURNING expires_at",
    )
    .bind(session)
    .bind(user)
    .bind(now)
    .bind(lifetimes.idle_end(now, ends_at))
    .bind(ends_at)
    .bind(lifetimes.tokens_end(now))
    .bind(caller.address.to_string())
    .bind(user_agent)
    .bind(&assurance.amr)
    .bind(&assurance.acr)
    .fetch_one(connection)
    .await
}

/// Makes the next generation the good one, in one statement: of two who send the same token at
/// once only one is served.
pub(crate) async fn rotate(
    database: &Database,
    token: RefreshToken,
    lifetimes: &Lifetimes,
    now: OffsetDateTime,
) -> Result<Rotation, sqlx::Error> {
    let Ok(generation) = i32::try_from(token.generation) else { return Ok(Rotation::Ended) };
    let idle_end = lifetimes.idle_end(now, lifetimes.session_end(now));
    let rotated: Option<RefreshedRow> = sqlx::query_as(
        "UPDATE sessions s
         SET refresh_generation = refresh_generation + 1, refreshed_at = $3, seen_at = $3,
             expires_at = least($4, ends_at), tokens_expire_at = $5
         FROM users u
         WHERE s.id = $1 AND s.refresh_generation = $2 AND s.revoked_at IS NULL
           AND s.expires_at > $3 AND u.id = s.user_id AND u.disabled_at IS NULL
         RETURNING s.id, s.user_id, u.role, effective_plan(u.id) AS plan, s.refresh_generation, s.expires_at,
                   s.refreshed_at, s.auth_time, s.amr, s.acr",
    )
    .bind(token.session)
    .bind(generation)
    .bind(now)
    .bind(idle_end)
    .bind(lifetimes.tokens_end(now))
    .fetch_optional(database)
    .await?;
    if let Some(row) = rotated {
        return Ok(Rotation::Done(row.into()));
    }
    let open: Option<RefreshedRow> = sqlx::query_as(
        "SELECT s.id, s.user_id, u.role, effective_plan(u.id) AS plan, s.refresh_generation, s.expires_at,
                   s.refreshed_at, s.auth_time, s.amr, s.acr
         FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE s.id = $1 AND s.refresh_generation > $2 AND s.revoked_at IS NULL
           AND s.expires_at > $3 AND u.disabled_at IS NULL",
    )
    .bind(token.session)
    .bind(generation)
    .bind(now)
    .fetch_optional(database)
    .await?;
    Ok(open.map_or(Rotation::Ended, |row| Rotation::Spent {
        rotated_at: row.refreshed_at,
        refreshed: row.into(),
    }))
}

/// Ends a session, and with it every access token issued in it so far: no token lives longer than
/// fifteen minutes. `None` when it had ended before.
pub(crate) async fn revoke(
    connection: &mut PgConnection,
    session: Uuid,
    reason: &str,
    now: OffsetDateTime,
) -> Result<Option<SessionRevoked>, sqlx::Error> {
    let row: Option<RevokedRow> = sqlx::query_as(
        "UPDATE sessions SET revoked_at = $3, revoked_reason = $2,
             tokens_expire_at = greatest(tokens_expire_at, $3 + interval '16 minutes')
         WHERE id = $1 AND revoked_at IS NULL
         RETURNING id, revoked_at, tokens_expire_at",
    )
    .bind(session)
    .bind(reason)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(SessionRevoked::from))
}

/// Ends every open session of a user.
pub(crate) async fn revoke_all(
    connection: &mut PgConnection,
    user: Uuid,
    reason: &str,
    now: OffsetDateTime,
) -> Result<Vec<SessionRevoked>, sqlx::Error> {
    let rows: Vec<RevokedRow> = sqlx::query_as(
        "UPDATE sessions SET revoked_at = $3, revoked_reason = $2,
             tokens_expire_at = greatest(tokens_expire_at, $3 + interval '16 minutes')
         WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $3
         RETURNING id, revoked_at, tokens_expire_at",
    )
    .bind(user)
    .bind(reason)
    .bind(now)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(SessionRevoked::from).collect())
}

/// Ended sessions and grants whose tokens others may still accept: those that nobody was told of,
/// or all.
pub(crate) async fn revoked_lately(
    database: &Database,
    only_unpublished: bool,
    now: OffsetDateTime,
) -> Result<Vec<SessionRevoked>, sqlx::Error> {
    let rows: Vec<RevokedRow> = sqlx::query_as(
        "SELECT id, revoked_at, tokens_expire_at FROM sessions
         WHERE revoked_at IS NOT NULL AND tokens_expire_at > $1
           AND (revocation_published_at IS NULL OR NOT $2)
         UNION ALL
         SELECT id, revoked_at, tokens_expire_at FROM token_revocations
         WHERE tokens_expire_at > $1 AND (published_at IS NULL OR NOT $2)
         ORDER BY revoked_at LIMIT CASE WHEN $2 THEN 1000 END",
    )
    .bind(now)
    .bind(only_unpublished)
    .fetch_all(database)
    .await?;
    Ok(rows.into_iter().map(SessionRevoked::from).collect())
}

/// Notes that the other services were told.
pub(crate) async fn mark_published(
    database: &Database,
    sessions: &[Uuid],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    if sessions.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "WITH told AS (UPDATE token_revocations SET published_at = $2 WHERE id = ANY($1))
         UPDATE sessions SET revocation_published_at = $2 WHERE id = ANY($1)",
    )
    .bind(sessions)
    .bind(now)
    .execute(database)
    .await
    .map(drop)
}

/// An open session with its user.
pub(crate) async fn find_open(
    database: &Database,
    session: Uuid,
    now: OffsetDateTime,
) -> Result<Option<OpenSession>, sqlx::Error> {
    let row: Option<OpenRow> = sqlx::query_as(
        "SELECT s.user_id, u.email, u.display_name, u.role, s.created_at, s.expires_at,
                s.seen_at, s.auth_time, s.amr, s.acr,
                EXISTS (SELECT FROM totp_secrets t
                        WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL)
                OR EXISTS (SELECT FROM passkeys p WHERE p.user_id = u.id) AS second_factor
         FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.disabled_at IS NULL",
    )
    .bind(session)
    .bind(now)
    .fetch_optional(database)
    .await?;
    Ok(row.map(|row| OpenSession {
        user: User {
            id: row.user_id,
            email: row.email,
            display_name: row.display_name,
            role: role_named(&row.role),
        },
        created_at: row.created_at,
        expires_at: row.expires_at,
        seen_at: row.seen_at,
        second_factor: row.second_factor,
        auth_time: row.auth_time,
        assurance: Assurance { amr: row.amr, acr: row.acr },
    }))
}

/// Notes that a session was used, which moves its idle end.
pub(crate) async fn touch(
    database: &Database,
    session: Uuid,
    lifetimes: &Lifetimes,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE sessions SET seen_at = $2, expires_at = greatest(expires_at, least($3, ends_at))
         WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2",
    )
    .bind(session)
    .bind(now)
    .bind(lifetimes.idle_end(now, lifetimes.session_end(now)))
    .execute(database)
    .await
    .map(drop)
}

/// An access token is about to be issued for an open session: its end must be known before.
/// `None` when the session has ended.
pub(crate) async fn extend_tokens(
    database: &Database,
    session: Uuid,
    lifetimes: &Lifetimes,
    now: OffsetDateTime,
) -> Result<Option<Refreshed>, sqlx::Error> {
    let row: Option<RefreshedRow> = sqlx::query_as(
        "UPDATE sessions s SET tokens_expire_at = greatest(s.tokens_expire_at, $3)
         FROM users u
         WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2
           AND u.id = s.user_id AND u.disabled_at IS NULL
         RETURNING s.id, s.user_id, u.role, effective_plan(u.id) AS plan, s.refresh_generation, s.expires_at,
                   s.refreshed_at, s.auth_time, s.amr, s.acr",
    )
    .bind(session)
    .bind(now)
    .bind(lifetimes.tokens_end(now))
    .fetch_optional(database)
    .await?;
    Ok(row.map(Refreshed::from))
}

/// Removes sessions that ended before `then`; says how many.
pub(crate) async fn remove_ended_before(
    database: &Database,
    then: OffsetDateTime,
) -> Result<u64, sqlx::Error> {
    sqlx::query(
        "DELETE FROM sessions WHERE id IN (
             SELECT id FROM sessions WHERE expires_at < $1 OR revoked_at < $1 LIMIT 5000)",
    )
    .bind(then)
    .execute(database)
    .await
    .map(|done| done.rows_affected())
}

impl From<RefreshedRow> for Refreshed {
    fn from(row: RefreshedRow) -> Self {
        Self {
            session: row.id,
            user: row.user_id,
            role: role_named(&row.role),
            plan: plan_named(&row.plan),
            generation: u32::try_from(row.refresh_generation).unwrap_or(0),
            expires_at: row.expires_at,
            auth_time: row.auth_time,
            assurance: Assurance { amr: row.amr, acr: row.acr },
        }
    }
}

impl From<RevokedRow> for SessionRevoked {
    fn from(row: RevokedRow) -> Self {
        Self { session: row.id, revoked_at: row.revoked_at, tokens_expire_at: row.tokens_expire_at }
    }
}

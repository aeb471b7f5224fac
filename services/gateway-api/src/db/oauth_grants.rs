//! Table `oauth_grants`.

use api::gateway::UserRole;
use api::plan::PlanCode;
use sqlx::{FromRow, PgConnection};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::account::{plan_named, role_named};
use crate::domain::lifetimes::Lifetimes;

/// What a grant must still have to be used: a client that is switched on, a user who may sign in,
/// and, unless it outlives it, an open session.
const LIVE: &str = "g.revoked_at IS NULL AND u.id = g.user_id AND u.disabled_at IS NULL
    AND c.id = g.client AND c.disabled_at IS NULL
    AND (g.offline AND u.password_changed_at <= g.created_at
         OR EXISTS (SELECT FROM sessions s WHERE s.id = g.session_id
                    AND s.revoked_at IS NULL AND s.expires_at > $2))";
const COLUMNS: &str = "g.id, g.client, g.user_id, g.session_id, g.offline, g.scopes, g.nonce,
    g.auth_time, g.amr, g.acr, g.generation, g.refreshed_at, g.expires_at, u.role,
    effective_plan(u.id) AS plan";

/// A grant that is about to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewGrant {
    pub(crate) id: Uuid,
    pub(crate) client: Uuid,
    pub(crate) user: Uuid,
    pub(crate) session: Option<Uuid>,
    pub(crate) offline: bool,
    pub(crate) scopes: Vec<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) auth_time: OffsetDateTime,
    pub(crate) amr: Vec<String>,
    pub(crate) acr: String,
    /// What the code must be presented with; none when no code is used.
    pub(crate) code: Option<NewCode>,
}

/// What a code must be presented with.
#[derive(Debug, Clone)]
pub(crate) struct NewCode {
    pub(crate) redirect_uri: String,
    pub(crate) challenge: [u8; 32],
    pub(crate) expires_at: OffsetDateTime,
}

/// A grant that tokens can be issued for.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) id: Uuid,
    pub(crate) client: Uuid,
    pub(crate) user: Uuid,
    pub(crate) session: Option<Uuid>,
    pub(crate) offline: bool,
    pub(crate) scopes: Vec<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) auth_time: OffsetDateTime,
    pub(crate) amr: Vec<String>,
    pub(crate) acr: String,
    pub(crate) generation: u32,
    pub(crate) refreshed_at: OffsetDateTime,
    pub(crate) expires_at: OffsetDateTime,
    pub(crate) role: UserRole,
    pub(crate) plan: PlanCode,
}

/// What a code is presented with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Presented<'a> {
    pub(crate) grant: Uuid,
    pub(crate) client: Uuid,
    pub(crate) redirect_uri: &'a str,
    pub(crate) challenge: [u8; 32],
}

/// What became of a refresh token.
#[derive(Debug)]
pub(crate) enum Rotation {
    /// It was the good one; its successor is now.
    Done(Grant),
    /// It was used before; the grant is as it was.
    Spent(Grant),
    /// The grant has ended, or is another client's.
    Ended,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    client: Uuid,
    user_id: Uuid,
    session_id: Option<Uuid>,
    offline: bool,
    scopes: Vec<String>,
    nonce: Option<String>,
    auth_time: OffsetDateTime,
    amr: Vec<String>,
    acr: String,
    generation: i32,
    refreshed_at: OffsetDateTime,
    expires_at: OffsetDateTime,
    role: String,
    plan: String,
}

pub(crate) async fn insert(
    connection: &mut PgConnection,
    grant: &NewGrant,
    lifetimes: &Lifetimes,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let ends_at = lifetimes.session_end(now);
    let code = grant.code.as_ref();
    sqlx::query(
        "INSERT INTO oauth_grants (id, client, user_id, session_id, offline, scopes, nonce,
             auth_time, amr, acr, created_at, refreshed_at, expires_at, ends_at,
             redirect_uri, code_challenge, code_expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $15, $16)",
    )
    .bind(grant.id)
    .bind(grant.client)
    .bind(grant.user)
    .bind(grant.session)
    .bind(grant.offline)
    .bind(&grant.scopes)
    .bind(&grant.nonce)
    .bind(grant.auth_time)
    .bind(&grant.amr)
    .bind(&grant.acr)
    .bind(now)
    .bind(lifetimes.idle_end(now, ends_at))
    .bind(ends_at)
    .bind(code.map(|code| code.redirect_uri.as_str()))
    .bind(code.map(|code| code.challenge.to_vec()))
    .bind(code.map(|code| code.expires_at))
    .execute(connection)
    .await
    .map(drop)
}

/// Takes a code in, in one statement: of two who present it at once one is served.
pub(crate) async fn redeem(
    database: &Database,
    code: Presented<'_>,
    now: OffsetDateTime,
) -> Result<Option<Grant>, sqlx::Error> {
    let sql = format!(
        "UPDATE oauth_grants g SET redeemed_at = $2, refreshed_at = $2
         FROM users u, oauth_clients c
         WHERE g.id = $1 AND g.client = $3 AND g.redirect_uri = $4 AND g.code_challenge = $5
           AND g.redeemed_at IS NULL AND g.code_expires_at > $2 AND {LIVE}
         RETURNING {COLUMNS}"
    );
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(code.grant)
        .bind(now)
        .bind(code.client)
        .bind(code.redirect_uri)
        .bind(code.challenge.to_vec())
        .fetch_optional(database)
        .await?;
    Ok(row.map(Grant::from))
}

/// Whether a code of this client was exchanged before.
pub(crate) async fn was_redeemed(
    database: &Database,
    grant: Uuid,
    client: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM oauth_grants
                        WHERE id = $1 AND client = $2 AND redeemed_at IS NOT NULL)",
    )
    .bind(grant)
    .bind(client)
    .fetch_one(database)
    .await
}

/// Makes the next generation the good one, in one statement: of two who send the same token at
/// once only one is served. A session that is used through it is kept open.
pub(crate) async fn rotate(
    database: &Database,
    grant: Uuid,
    generation: u32,
    client: Uuid,
    lifetimes: &Lifetimes,
    now: OffsetDateTime,
) -> Result<Rotation, sqlx::Error> {
    let Ok(generation) = i32::try_from(generation) else { return Ok(Rotation::Ended) };
    let idle_end = lifetimes.idle_end(now, lifetimes.session_end(now));
    let sql = format!(
        "WITH kept AS (
             UPDATE sessions SET expires_at = least($5, ends_at)
             WHERE id = (SELECT session_id FROM oauth_grants WHERE id = $1 AND client = $3)
               AND revoked_at IS NULL AND expires_at > $2
               AND expires_at < least($5, ends_at) - interval '1 hour'
         )
         UPDATE oauth_grants g
         SET generation = g.generation + 1, refreshed_at = $2, expires_at = least($5, g.ends_at)
         FROM users u, oauth_clients c
         WHERE g.id = $1 AND g.client = $3 AND g.generation = $4 AND g.expires_at > $2
           AND (g.redeemed_at IS NOT NULL OR g.code_challenge IS NULL) AND {LIVE}
         RETURNING {COLUMNS}"
    );
    let rotated: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(grant)
        .bind(now)
        .bind(client)
        .bind(generation)
        .bind(idle_end)
        .fetch_optional(database)
        .await?;
    if let Some(row) = rotated {
        return Ok(Rotation::Done(row.into()));
    }
    let found = find_live(database, grant, now).await?;
    let spent = found.filter(|found| {
        found.client == client && i64::from(found.generation) > i64::from(generation)
    });
    Ok(spent.map_or(Rotation::Ended, Rotation::Spent))
}

/// A grant that can still be used.
pub(crate) async fn find_live(
    database: &Database,
    grant: Uuid,
    now: OffsetDateTime,
) -> Result<Option<Grant>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM oauth_grants g, users u, oauth_clients c
         WHERE g.id = $1 AND g.expires_at > $2 AND {LIVE}"
    );
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(grant)
        .bind(now)
        .fetch_optional(database)
        .await?;
    Ok(row.map(Grant::from))
}

/// Ends a grant; says whether it had not ended before.
pub(crate) async fn revoke(
    connection: &mut PgConnection,
    grant: Uuid,
    client: Uuid,
    reason: &str,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    sqlx::query(
        "UPDATE oauth_grants SET revoked_at = $4, revoked_reason = $3
         WHERE id = $1 AND client = $2 AND revoked_at IS NULL",
    )
    .bind(grant)
    .bind(client)
    .bind(reason)
    .bind(now)
    .execute(connection)
    .await
    .map(|done| done.rows_affected() > 0)
}

/// Ends what a user gave one client, or every client; says which grants that were.
pub(crate) async fn revoke_of_user(
    connection: &mut PgConnection,
    user: Uuid,
    client: Option<Uuid>,
    reason: &str,
    now: OffsetDateTime,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE oauth_grants SET revoked_at = $4, revoked_reason = $3
         WHERE user_id = $1 AND ($2::uuid IS NULL OR client = $2) AND revoked_at IS NULL
         RETURNING id",
    )
    .bind(user)
    .bind(client)
    .bind(reason)
    .bind(now)
    .fetch_all(connection)
    .await
}

/// Ids of a client's open grants.
pub(crate) async fn open_of_client(
    connection: &mut PgConnection,
    client: Uuid,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar("SELECT id FROM oauth_grants WHERE client = $1 AND revoked_at IS NULL")
        .bind(client)
        .fetch_all(connection)
        .await
}

/// Removes codes that nobody exchanged and grants that ended before `then`; says how many.
pub(crate) async fn remove_ended(
    database: &Database,
    then: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<u64, sqlx::Error> {
    sqlx::query(
        "DELETE FROM oauth_grants WHERE id IN (
             SELECT id FROM oauth_grants
             WHERE expires_at < $1 OR revoked_at < $1
                OR (redeemed_at IS NULL AND code_expires_at < $2 - interval '1 hour')
             LIMIT 5000)",
    )
    .bind(then)
    .bind(now)
    .execute(database)
    .await
    .map(|done| done.rows_affected())
}

impl From<Row> for Grant {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            client: row.client,
            user: row.user_id,
            session: row.session_id,
            offline: row.offline,
            scopes: row.scopes,
            nonce: row.nonce,
            auth_time: row.auth_time,
            amr: row.amr,
            acr: row.acr,
            generation: u32::try_from(row.generation).unwrap_or(0),
            refreshed_at: row.refreshed_at,
            expires_at: row.expires_at,
            role: role_named(&row.role),
            plan: plan_named(&row.plan),
        }
    }
}

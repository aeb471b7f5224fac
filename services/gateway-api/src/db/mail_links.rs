//! Table `mail_links`.

use api::gateway::MailLinkPurpose;
use sqlx::{AssertSqlSafe, FromRow, PgConnection};
use store::Database;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::account::Email;
use crate::domain::mail_link::{lifetime, purpose_name, purpose_named};

/// A link to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewLink<'a> {
    pub(crate) purpose: MailLinkPurpose,
    pub(crate) email: &'a Email,
    pub(crate) user: Option<Uuid>,
    pub(crate) organisation: Option<Uuid>,
    pub(crate) display_name: Option<&'a str>,
    pub(crate) role: Option<&'a str>,
    pub(crate) created_by: Option<Uuid>,
}

impl<'a> NewLink<'a> {
    /// A link that acts on an account.
    pub(crate) fn of_account(purpose: MailLinkPurpose, email: &'a Email, user: Uuid) -> Self {
        Self {
            purpose,
            email,
            user: Some(user),
            organisation: None,
            display_name: None,
            role: None,
            created_by: None,
        }
    }
}

/// A link that is still good.
#[derive(Debug, Clone)]
pub(crate) struct OpenLink {
    pub(crate) id: Uuid,
    pub(crate) purpose: MailLinkPurpose,
    pub(crate) email: Email,
    pub(crate) user: Option<Uuid>,
    pub(crate) organisation: Option<Uuid>,
    /// Name of that organisation.
    pub(crate) organisation_name: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) role: Option<String>,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) expires_at: OffsetDateTime,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    purpose: String,
    email: String,
    user_id: Option<Uuid>,
    organisation_id: Option<Uuid>,
    organisation_name: Option<String>,
    display_name: Option<String>,
    role: Option<String>,
    created_at: OffsetDateTime,
    expires_at: OffsetDateTime,
}

const COLUMNS: &str = "id, purpose, email, user_id, organisation_id, display_name, role,
    created_at, expires_at,
    (SELECT o.name FROM organisations o WHERE o.id = organisation_id) AS organisation_name";

/// Adds a link; says its id.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    new: &NewLink<'_>,
    now: OffsetDateTime,
) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar(
        "INSERT INTO mail_links (id, purpose, email, user_id, organisation_id, display_name, role,
                                 created_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
    )
    .bind(Uuid::now_v7())
    .bind(purpose_name(new.purpose))
    .bind(new.email.as_str())
    .bind(new.user)
    .bind(new.organisation)
    .bind(new.display_name)
    .bind(new.role)
    .bind(new.created_by)
    .bind(now)
    .bind(now + lifetime(new.purpose))
    .fetch_one(connection)
    .await
}

/// The link, when it is still good.
pub(crate) async fn find_open(
    database: &Database,
    link: Uuid,
    now: OffsetDateTime,
) -> Result<Option<OpenLink>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM mail_links WHERE id = $1 AND ended_at IS NULL AND expires_at > $2"
    );
    let row: Option<Row> =
        sqlx::query_as(AssertSqlSafe(sql)).bind(link).bind(now).fetch_optional(database).await?;
    Ok(row.and_then(Row::known))
}

/// Every link of a purpose that is still good, the newest first; at most 500.
pub(crate) async fn list_open(
    database: &Database,
    purpose: MailLinkPurpose,
    now: OffsetDateTime,
) -> Result<Vec<OpenLink>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM mail_links
         WHERE purpose = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY id DESC LIMIT 500"
    );
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(purpose_name(purpose))
        .bind(now)
        .fetch_all(database)
        .await?;
    Ok(rows.into_iter().filter_map(Row::known).collect())
}

/// Every open invitation of an organisation, the newest first; at most 500.
pub(crate) async fn list_of_organisation(
    connection: &mut PgConnection,
    organisation: Uuid,
    now: OffsetDateTime,
) -> Result<Vec<OpenLink>, sqlx::Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM mail_links WHERE organisation_id = $1 AND ended_at IS NULL
         AND expires_at > $2 ORDER BY id DESC LIMIT 500"
    );
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(organisation)
        .bind(now)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().filter_map(Row::known).collect())
}

/// Ends the open invitation of an address to an organisation.
pub(crate) async fn end_of_organisation(
    connection: &mut PgConnection,
    organisation: Uuid,
    email: &Email,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE mail_links SET ended_at = $3
         WHERE organisation_id = $1 AND email = $2 AND ended_at IS NULL",
    )
    .bind(organisation)
    .bind(email.as_str())
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

/// Uses the link up, in one statement: of two who use it at once only one is served.
pub(crate) async fn take(
    connection: &mut PgConnection,
    link: Uuid,
    now: OffsetDateTime,
) -> Result<Option<OpenLink>, sqlx::Error> {
    let sql = format!(
        "UPDATE mail_links SET ended_at = $2
         WHERE id = $1 AND ended_at IS NULL AND expires_at > $2 RETURNING {COLUMNS}"
    );
    let row: Option<Row> =
        sqlx::query_as(AssertSqlSafe(sql)).bind(link).bind(now).fetch_optional(connection).await?;
    Ok(row.and_then(Row::known))
}

/// Ends what other links of a purpose an address has.
pub(crate) async fn end_all(
    connection: &mut PgConnection,
    purpose: MailLinkPurpose,
    email: &Email,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE mail_links SET ended_at = $3
         WHERE email = $1 AND purpose = $2 AND ended_at IS NULL",
    )
    .bind(email.as_str())
    .bind(purpose_name(purpose))
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

/// Ends what links of these purposes act on an account.
pub(crate) async fn end_of_account(
    connection: &mut PgConnection,
    user: Uuid,
    purposes: &[MailLinkPurpose],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let purposes: Vec<&str> = purposes.iter().map(|purpose| purpose_name(*purpose)).collect();
    sqlx::query(
        "UPDATE mail_links SET ended_at = $3
         WHERE user_id = $1 AND purpose = ANY($2) AND ended_at IS NULL",
    )
    .bind(user)
    .bind(purposes)
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

/// Ends what links of a purpose were made for an account after a time.
pub(crate) async fn end_later_of_account(
    connection: &mut PgConnection,
    user: Uuid,
    purpose: MailLinkPurpose,
    then: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE mail_links SET ended_at = $4
         WHERE user_id = $1 AND purpose = $2 AND created_at > $3 AND ended_at IS NULL",
    )
    .bind(user)
    .bind(purpose_name(purpose))
    .bind(then)
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

/// Removes links that have been no good for long; says how many.
pub(crate) async fn remove_expired_before(
    database: &Database,
    then: OffsetDateTime,
) -> Result<u64, sqlx::Error> {
    sqlx::query(
        "DELETE FROM mail_links
         WHERE id IN (SELECT id FROM mail_links WHERE expires_at < $1 LIMIT 5000)",
    )
    .bind(then)
    .execute(database)
    .await
    .map(|done| done.rows_affected())
}

impl Row {
    fn known(self) -> Option<OpenLink> {
        Some(OpenLink {
            id: self.id,
            purpose: purpose_named(&self.purpose)?,
            email: Email::parse(&self.email)?,
            user: self.user_id,
            organisation: self.organisation_id,
            organisation_name: self.organisation_name,
            display_name: self.display_name,
            role: self.role,
            created_at: self.created_at,
            expires_at: self.expires_at,
        })
    }
}

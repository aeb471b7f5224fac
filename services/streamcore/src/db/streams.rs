//! Rows of `streamcore.streams`.

use api::plan::PlanCode;
use sqlx::{PgExecutor, Row, postgres::PgRow};
use uuid::Uuid;

use crate::domain::{
    slug::Slug,
    stream::{Owner, Stream},
    stream_key::KeyHash,
};

const COLUMNS: &str = "id, slug, title, key_hint, created_at, key_changed_at, revision, owner_id, \
     (SELECT plan FROM streamcore.owners WHERE user_id = owner_id) AS owner_plan, \
     (SELECT plan_as_of FROM streamcore.owners WHERE user_id = owner_id) AS owner_as_of";

/// Registers a stream; `false` when the slug is taken.
pub async fn insert(
    db: impl PgExecutor<'_>,
    stream: &Stream,
    key: &KeyHash,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO streamcore.streams (id, slug, title, key_hash, key_hint, created_at, key_changed_at, revision, owner_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (slug) DO NOTHING",
    )
    .bind(stream.id)
    .bind(stream.slug.as_str())
    .bind(&stream.title)
    .bind(&key.0[..])
    .bind(&stream.key_hint)
    .bind(stream.created_at)
    .bind(stream.key_changed_at)
    .bind(stream.revision)
    .bind(stream.owner.map(|owner| owner.user))
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The stream whose key hashes to this.
pub async fn by_key(db: impl PgExecutor<'_>, key: &KeyHash) -> Result<Option<Stream>, sqlx::Error> {
    let query = format!("SELECT {COLUMNS} FROM streamcore.streams WHERE key_hash = $1");
    sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(&key.0[..])
        .try_map(stream)
        .fetch_optional(db)
        .await
}

/// The stream of this slug.
pub async fn by_slug(db: impl PgExecutor<'_>, slug: &Slug) -> Result<Option<Stream>, sqlx::Error> {
    let query = format!("SELECT {COLUMNS} FROM streamcore.streams WHERE slug = $1");
    sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(slug.as_str())
        .try_map(stream)
        .fetch_optional(db)
        .await
}

/// Registered streams whose slug comes after this one, by slug.
pub async fn page(
    db: impl PgExecutor<'_>,
    after: Option<&Slug>,
    limit: i64,
) -> Result<Vec<Stream>, sqlx::Error> {
    let query =
        format!("SELECT {COLUMNS} FROM streamcore.streams WHERE slug > $1 ORDER BY slug LIMIT $2");
    sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(after.map_or("", Slug::as_str))
        .bind(limit)
        .try_map(stream)
        .fetch_all(db)
        .await
}

/// All registered streams, by slug.
pub async fn all(db: impl PgExecutor<'_>) -> Result<Vec<Stream>, sqlx::Error> {
    let query = format!("SELECT {COLUMNS} FROM streamcore.streams ORDER BY slug");
    sqlx::query(sqlx::AssertSqlSafe(query)).try_map(stream).fetch_all(db).await
}

/// Gives a stream another key, or none; `false` when there is no such stream.
pub async fn set_key(
    db: impl PgExecutor<'_>,
    slug: &Slug,
    key: Option<(&KeyHash, &str)>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE streamcore.streams SET key_hash = $2, key_hint = $3, key_changed_at = now(),
         revision = revision + 1 WHERE slug = $1",
    )
    .bind(slug.as_str())
    .bind(key.map(|(hash, _)| &hash.0[..]))
    .bind(key.map(|(_, hint)| hint))
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a stream on air is held against.
#[derive(Debug, Clone)]
pub struct Current {
    /// Stable id.
    pub id: Uuid,
    /// What people read.
    pub title: String,
    /// `None` when nobody may publish.
    pub key: Option<KeyHash>,
    /// Plan that it is under; `None` when no plan limits it.
    pub plan: Option<PlanCode>,
}

/// The present titles, keys and plans of those of these streams that are still registered.
pub async fn current(db: impl PgExecutor<'_>, ids: &[Uuid]) -> Result<Vec<Current>, sqlx::Error> {
    sqlx::query(
        "SELECT id, title, key_hash, plan FROM streamcore.streams
         LEFT JOIN streamcore.owners ON user_id = owner_id WHERE id = ANY($1)",
    )
    .bind(ids)
    .try_map(|row: PgRow| {
        let hash: Option<Vec<u8>> = row.try_get("key_hash")?;
        let plan: Option<String> = row.try_get("plan")?;
        Ok(Current {
            id: row.try_get("id")?,
            title: row.try_get("title")?,
            key: hash.and_then(|hash| hash.try_into().ok()).map(KeyHash),
            plan: plan.as_deref().map(plan_named),
        })
    })
    .fetch_all(db)
    .await
}

/// Changes the title of the stream at this revision; `None` when it is at another or gone.
pub async fn set_title(
    db: impl PgExecutor<'_>,
    slug: &Slug,
    revision: i64,
    title: &str,
) -> Result<Option<Stream>, sqlx::Error> {
    let query = format!(
        "UPDATE streamcore.streams SET title = $3, revision = revision + 1
         WHERE slug = $1 AND revision = $2 RETURNING {COLUMNS}"
    );
    sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(slug.as_str())
        .bind(revision)
        .bind(title)
        .try_map(stream)
        .fetch_optional(db)
        .await
}

/// Removes a stream; `false` when there is none.
pub async fn remove(db: impl PgExecutor<'_>, slug: &Slug) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("DELETE FROM streamcore.streams WHERE slug = $1")
        .bind(slug.as_str())
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that try_map asks for")]
fn stream(row: PgRow) -> Result<Stream, sqlx::Error> {
    let slug: String = row.try_get("slug")?;
    let owner: Option<Uuid> = row.try_get("owner_id")?;
    let owner = owner.map(|user| {
        let plan: String = row.try_get("owner_plan")?;
        Ok::<_, sqlx::Error>(Owner {
            user,
            plan: plan_named(&plan),
            as_of: row.try_get("owner_as_of")?,
        })
    });
    Ok(Stream {
        id: row.try_get("id")?,
        slug: Slug::parse(&slug).map_err(|error| sqlx::Error::Decode(error.into()))?,
        title: row.try_get("title")?,
        key_hint: row.try_get("key_hint")?,
        created_at: row.try_get("created_at")?,
        key_changed_at: row.try_get("key_changed_at")?,
        revision: row.try_get("revision")?,
        owner: owner.transpose()?,
    })
}

/// A plan that this build does not know is taken for the cheapest.
fn plan_named(code: &str) -> PlanCode {
    PlanCode::named(code).unwrap_or(PlanCode::Free)
}

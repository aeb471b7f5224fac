//! Registering streams and handing out their keys; used by the API and by `nexus admin`.

use chassis::Principal;
use rand::Rng as _;
use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db,
    domain::{
        slug::Slug,
        stream::{Owner, Stream, parse_title},
        stream_key::StreamKey,
    },
    error::RegistryError,
};

/// Streams on a page when the caller does not say.
const DEFAULT_LIMIT: u32 = 50;
/// Streams on a page at most.
const MAX_LIMIT: u32 = 200;

/// Registers a stream and makes its key. Without an owner, no plan limits it.
pub async fn create(
    pool: &PgPool,
    slug: &str,
    title: &str,
    owner: Option<Owner>,
) -> Result<(Stream, StreamKey), RegistryError> {
    let key = new_key();
    let now = OffsetDateTime::now_utc();
    let stream = Stream {
        id: Uuid::now_v7(),
        slug: Slug::parse(slug)?,
        title: parse_title(title).ok_or(RegistryError::Title)?,
        key_hint: Some(key.hint().to_owned()),
        created_at: now,
        key_changed_at: now,
        revision: 1,
        owner,
    };
    let mut transaction = pool.begin().await?;
    if let Some(owner) = &owner {
        db::owners::insert(&mut *transaction, owner).await?;
    }
    if !db::streams::insert(&mut *transaction, &stream, &key.hash()).await? {
        return Err(RegistryError::SlugTaken(slug.to_owned()));
    }
    transaction.commit().await?;
    Ok((stream, key))
}

/// Takes note of the plan that a request says its sender has, for the streams they own.
pub async fn heard_from(pool: &PgPool, principal: &Principal) -> Result<(), RegistryError> {
    Ok(db::owners::heard(pool, &Owner::of(principal)).await?)
}

/// All registered streams, by slug.
pub async fn list(pool: &PgPool) -> Result<Vec<Stream>, RegistryError> {
    Ok(db::streams::all(pool).await?)
}

/// A page of registered streams by slug, and the cursor of the next one.
pub async fn page(
    pool: &PgPool,
    limit: Option<u32>,
    cursor: Option<&str>,
) -> Result<(Vec<Stream>, Option<String>), RegistryError> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(RegistryError::Page("the page size is 1 to 200"));
    }
    let invalid = |_| RegistryError::Page("the cursor is not one of ours; begin without one");
    let after = cursor.map(Slug::parse).transpose().map_err(invalid)?;
    // One more than asked for tells whether there is a next page.
    let mut streams = db::streams::page(pool, after.as_ref(), i64::from(limit) + 1).await?;
    let more = streams.len() > limit as usize;
    streams.truncate(limit as usize);
    let next = streams.last().filter(|_| more).map(|stream| stream.slug.to_string());
    Ok((streams, next))
}

/// Changes the title of a stream that is at this revision.
pub async fn rename(
    pool: &PgPool,
    slug: &str,
    revision: i64,
    title: &str,
) -> Result<Stream, RegistryError> {
    let title = parse_title(title).ok_or(RegistryError::Title)?;
    let stream = find(pool, slug).await?;
    let renamed = db::streams::set_title(pool, &stream.slug, revision, &title).await?;
    renamed.ok_or(RegistryError::Changed)
}

/// Forgets a stream and its key.
pub async fn remove(pool: &PgPool, slug: &str) -> Result<(), RegistryError> {
    let unknown = || RegistryError::Unknown(slug.to_owned());
    let parsed = Slug::parse(slug).map_err(|_| unknown())?;
    if db::streams::remove(pool, &parsed).await? { Ok(()) } else { Err(unknown()) }
}

/// The stream of this slug.
pub async fn find(pool: &PgPool, slug: &str) -> Result<Stream, RegistryError> {
    let unknown = || RegistryError::Unknown(slug.to_owned());
    let parsed = Slug::parse(slug).map_err(|_| unknown())?;
    db::streams::by_slug(pool, &parsed).await?.ok_or_else(unknown)
}

/// Replaces a stream's key. Whoever publishes with the old one is sent away within seconds.
pub async fn rotate_key(pool: &PgPool, slug: &str) -> Result<StreamKey, RegistryError> {
    let key = new_key();
    set_key(pool, slug, Some(&key)).await?;
    Ok(key)
}

/// Takes a stream's key away: nobody may publish it until it is given a new one.
pub async fn revoke_key(pool: &PgPool, slug: &str) -> Result<(), RegistryError> {
    set_key(pool, slug, None).await
}

async fn set_key(pool: &PgPool, slug: &str, key: Option<&StreamKey>) -> Result<(), RegistryError> {
    let unknown = || RegistryError::Unknown(slug.to_owned());
    let parsed = Slug::parse(slug).map_err(|_| unknown())?;
    let hash = key.map(StreamKey::hash);
    let key = hash.as_ref().zip(key.map(StreamKey::hint));
    if db::streams::set_key(pool, &parsed, key).await? { Ok(()) } else { Err(unknown()) }
}

fn new_key() -> StreamKey {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    StreamKey::from_random(bytes)
}

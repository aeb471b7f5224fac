//! Registering streams and handing out their keys; used by the API and by `nexus admin`.

use rand::Rng as _;
use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    db,
    domain::{
        slug::Slug,
        stream::{Stream, parse_title},
        stream_key::StreamKey,
    },
    error::RegistryError,
};

/// Registers a stream and makes its key.
pub async fn create(
    pool: &PgPool,
    slug: &str,
    title: &str,
) -> Result<(Stream, StreamKey), RegistryError> {
    let key = new_key();
    let stream = Stream {
        id: Uuid::now_v7(),
        slug: Slug::parse(slug)?,
        title: parse_title(title).ok_or(RegistryError::Title)?,
        key_hint: Some(key.hint().to_owned()),
        created_at: OffsetDateTime::now_utc(),
    };
    if !db::streams::insert(pool, &stream, &key.hash()).await? {
        return Err(RegistryError::SlugTaken(slug.to_owned()));
    }
    Ok((stream, key))
}

/// All registered streams, by slug.
pub async fn list(pool: &PgPool) -> Result<Vec<Stream>, RegistryError> {
    Ok(db::streams::all(pool).await?)
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

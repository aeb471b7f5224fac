//! Making, exchanging, rotating and revoking API keys.

use std::sync::Arc;

use api::events::{KeyRevoked, SESSIONS, SessionEvent};
use api::gateway::{AccessTokenClaims, ApiKey, ApiKeySecret, ApiKeyToken, NewApiKey};
use chassis::api_key;
use chassis::principal::{ExchangeError, Principal, Revocations};
use serde_json::json;
use store::{Database, Redis};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::db::api_keys::Addition;
use crate::db::{self, audit};
use crate::domain::account::role_name;
use crate::domain::api_key::{self as rules, KeyHash};
use crate::domain::audit::{Caller, Entry};
use crate::domain::token_id::token_id;
use crate::error::ApiKeyError;
use crate::signing::SigningKeys;

/// See the [module](self).
pub(crate) struct ApiKeys {
    pub(crate) database: Database,
    pub(crate) redis: Redis,
    pub(crate) revocations: Revocations,
    pub(crate) signing: Arc<SigningKeys>,
    pub(crate) issuer: String,
    pub(crate) audience: String,
}

impl ApiKeys {
    /// Makes a key for whoever is signed in. It can do no more than the token it is asked with.
    pub(crate) async fn create(
        &self,
        principal: &Principal,
        new: &NewApiKey,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<ApiKeySecret, ApiKeyError> {
        let name = rules::parse_name(&new.name)?;
        rules::check(new, |scope| principal.scopes.contains(scope), now)?;
        let (id, owner) = (Uuid::now_v7(), principal.subject);
        let secret = compose(id);
        let addition = Addition {
            id,
            owner,
            name: &name,
            hint: &api_key::hint(id),
            hash: KeyHash::of(&secret),
            scopes: &new.scopes,
            requests_per_minute: new.requests_per_minute,
            expires_at: new.expires_at,
        };
        let mut transaction = self.database.begin().await?;
        let api_key = db::api_keys::insert(&mut transaction, &addition, rules::MOST_KEYS, now)
            .await?
            .ok_or(ApiKeyError::TooMany)?;
        let entry = Entry::success("api_key.create", Some(owner), now)
            .on("api_key", id)
            .by(caller)
            .with(json!({ "scopes": new.scopes }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(ApiKeySecret { api_key, secret })
    }

    /// Gives an own key another name.
    pub(crate) async fn rename(
        &self,
        key: Uuid,
        owner: Uuid,
        name: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<ApiKey, ApiKeyError> {
        let name = rules::parse_name(name)?;
        let mut transaction = self.database.begin().await?;
        let renamed = db::api_keys::rename(&mut transaction, key, owner, &name)
            .await?
            .ok_or(ApiKeyError::NoSuchKey)?;
        let entry = Entry::success("api_key.rename", Some(owner), now).on("api_key", key);
        audit::insert(&mut transaction, &entry.by(caller)).await?;
        transaction.commit().await?;
        Ok(renamed)
    }

    /// Replaces the secret of an own key. The old one works for `overlap_seconds` too.
    pub(crate) async fn rotate(
        &self,
        key: Uuid,
        owner: Uuid,
        overlap_seconds: u32,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<ApiKeySecret, ApiKeyError> {
        let until = rules::overlap_end(overlap_seconds, now)?;
        let secret = compose(key);
        let hash = KeyHash::of(&secret);
        let mut transaction = self.database.begin().await?;
        let api_key = db::api_keys::rotate(&mut transaction, key, owner, hash, until, now)
            .await?
            .ok_or(ApiKeyError::NoSuchKey)?;
        let entry = Entry::success("api_key.rotate", Some(owner), now)
            .on("api_key", key)
            .by(caller)
            .with(json!({ "overlap_seconds": overlap_seconds }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(ApiKeySecret { api_key, secret })
    }

    /// Revokes a key: an own one, or anybody's when `owner` is not said.
    pub(crate) async fn revoke(
        &self,
        key: Uuid,
        owner: Option<Uuid>,
        actor: Uuid,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), ApiKeyError> {
        let mut transaction = self.database.begin().await?;
        let revoked_from = db::api_keys::revoke(&mut transaction, key, owner, now)
            .await?
            .ok_or(ApiKeyError::NoSuchKey)?;
        let entry = Entry::success("api_key.revoke", Some(actor), now)
            .on("api_key", key)
            .by(caller)
            .with(json!({ "owner": revoked_from }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        announce(&self.database, &self.redis, &self.revocations, key, now).await;
        Ok(())
    }

    /// The access token that speaks for a key. It lives a minute, or until the key ends.
    pub(crate) async fn exchange(
        &self,
        key: &str,
        now: OffsetDateTime,
    ) -> Result<ApiKeyToken, ApiKeyError> {
        let id = api_key::id(key).ok_or(ApiKeyError::Refused)?;
        let found = db::api_keys::find_good(&self.database, id, now).await?;
        let found = found.ok_or(ApiKeyError::Refused)?;
        let hash = KeyHash::of(key);
        let previous = found.previous.filter(|(previous, _)| hash.matches(previous));
        let good_until = match previous {
            _ if hash.matches(&found.hash) => found.expires_at,
            Some((_, until)) if now < until => {
                Some(found.expires_at.map_or(until, |e| e.min(until)))
            }
            _ => return Err(ApiKeyError::Refused),
        };
        let longest = now + rules::TOKEN_LIFETIME;
        let expires_at = good_until.map_or(longest, |until| until.min(longest));
        let (issued_at, exp) = (now.unix_timestamp(), expires_at.unix_timestamp());
        let claims = AccessTokenClaims {
            iss: self.issuer.clone(),
            sub: found.owner,
            aud: self.audience.clone(),
            scope: rules::effective_scopes(&found.scopes, found.role).join(" "),
            roles: vec![role_name(found.role).to_owned()],
            plan: Some(found.plan),
            key_id: Some(id),
            key_rate: found.requests_per_minute,
            exp,
            nbf: issued_at,
            iat: issued_at,
            jti: token_id(now),
            ..AccessTokenClaims::default()
        };
        let access_token = self.signing.sign_access(&claims, now)?;
        db::api_keys::note_use(&self.database, id, now).await?;
        Ok(ApiKeyToken {
            access_token,
            token_type: "Bearer".to_owned(),
            expires_in: u32::try_from(exp - issued_at).unwrap_or(0),
        })
    }

    /// The same, for requests that come to this service with a key.
    pub(crate) async fn exchange_here(&self, key: String) -> Result<ApiKeyToken, ExchangeError> {
        self.exchange(&key, OffsetDateTime::now_utc()).await.map_err(|error| match error {
            ApiKeyError::Refused => ExchangeError::Refused,
            error => ExchangeError::Unavailable(Box::new(error)),
        })
    }
}

/// Tells every service of a revoked key. What cannot be told now is told by the task that publishes
/// what is pending in the database.
pub(crate) async fn announce(
    database: &Database,
    redis: &Redis,
    revocations: &Revocations,
    key: Uuid,
    now: OffsetDateTime,
) {
    let tokens_expire_at = rules::tokens_end(now);
    revocations.revoke(key, tokens_expire_at, now);
    let event = SessionEvent::KeyRevoked(KeyRevoked { key, tokens_expire_at });
    if let Err(error) = store::events::publish(redis, SESSIONS, &event).await {
        tracing::warn!(%key, %error, "a revoked API key could not be told to the other services yet");
    } else if let Err(error) = db::api_keys::mark_published(database, &[key], now).await {
        tracing::warn!(%key, %error, "a told API key could not be marked; it will be told again");
    }
}

/// Tells the other services of keys that they have not been told of, or of all recent ones; says
/// whether all of it went out.
pub(crate) async fn publish_revoked(
    database: &Database,
    redis: &Redis,
    only_unpublished: bool,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    // A token of a key that was revoked before this has expired for everybody.
    let since = now - (rules::tokens_end(now) - now);
    let mut published = Vec::new();
    let mut complete = true;
    for (key, revoked_at) in db::api_keys::revoked_since(database, since, only_unpublished).await? {
        let tokens_expire_at = rules::tokens_end(revoked_at);
        let event = SessionEvent::KeyRevoked(KeyRevoked { key, tokens_expire_at });
        if store::events::publish(redis, SESSIONS, &event).await.is_err() {
            complete = false;
            break;
        }
        published.push(key);
    }
    db::api_keys::mark_published(database, &published, now).await?;
    Ok(complete)
}

/// A new key of this id.
fn compose(id: Uuid) -> String {
    use rand::distr::{Alphanumeric, SampleString};
    let secret = Alphanumeric.sample_string(&mut rand::rng(), api_key::SECRET_LENGTH);
    api_key::compose(id, &secret)
}

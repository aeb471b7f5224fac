//! Devices without a keyboard: the person agrees at another one (RFC 8628).

use std::time::Duration as Wait;

use api::gateway::{Decision, DeviceAuthorization, DeviceRequest, GrantType, TokenResponse};
use serde_json::json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::Oauth;
use super::authorize::Person;
use super::interaction::shown;
use crate::db::oauth_device_requests::{
    self as requests, Decider, NewDeviceRequest, Pending, Polled,
};
use crate::db::oauth_grants::NewGrant;
use crate::db::{audit, oauth_clients, oauth_grants};
use crate::domain::audit::{Caller, Entry};
use crate::domain::oauth::client::Client;
use crate::domain::oauth::handle::{Handle, HandleKind};
use crate::domain::oauth::params::Params;
use crate::domain::oauth::scopes;
use crate::domain::oauth::user_code::UserCode;
use crate::error::{InteractionError, OauthError};

/// How long a person may take to get to another device.
const LIFETIME: Duration = Duration::minutes(10);
/// Seconds between two questions of a device.
const POLL_SECONDS: u16 = 5;
/// Tries for a code that nobody else has at the moment.
const CODE_TRIES: usize = 5;
/// Codes that one person may try in the window, and that one network address may.
const TRIES: [u64; 2] = [10, 50];
/// Length of the window.
const WINDOW: Wait = Wait::from_mins(10);

impl Oauth {
    /// Gives a device its codes.
    pub(crate) async fn authorize_device(
        &self,
        client: &Client,
        params: &Params,
        now: OffsetDateTime,
    ) -> Result<DeviceAuthorization, OauthError> {
        if !client.may(GrantType::DeviceCode) {
            return Err(OauthError::refused(
                "unauthorized_client",
                "this client is not registered for the device code",
            ));
        }
        let request = NewDeviceRequest {
            id: Uuid::now_v7(),
            client: client.id,
            scopes: params.list("scope"),
            expires_at: now + LIFETIME,
            poll_seconds: POLL_SECONDS.into(),
        };
        let code = self.claim_code(&request, now).await?;
        let handle = Handle { id: request.id, generation: 0 };
        let verification_uri = format!("{}/device", self.issuer);
        Ok(DeviceAuthorization {
            device_code: self.handles.write(HandleKind::Device, handle),
            user_code: code.shown(),
            verification_uri_complete: format!("{verification_uri}?user_code={}", code.shown()),
            verification_uri,
            expires_in: u32::try_from(LIFETIME.whole_seconds()).unwrap_or(0),
            interval: POLL_SECONDS.into(),
        })
    }

    /// Answers a device that asks whether the person has agreed.
    pub(crate) async fn redeem_device_code(
        &self,
        client: &Client,
        params: &Params,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<TokenResponse, OauthError> {
        let code = params
            .get("device_code")
            .ok_or_else(|| OauthError::invalid_request("`device_code` is missing"))?;
        let bad = || OauthError::invalid_grant("the device code is unknown or was used");
        let handle = self.handles.read(HandleKind::Device, code).ok_or_else(bad)?;
        let mut transaction = self.database.begin().await?;
        let polled = requests::poll(&mut transaction, handle.id, client.id, now).await?;
        let polled = polled.ok_or_else(bad)?;
        let Some(decider) = decided(&polled, now) else {
            // What was noted about the polling stays, the grant is not made.
            transaction.commit().await?;
            return Err(undecided(&polled, now));
        };
        if !requests::take(&mut transaction, handle.id).await? {
            return Err(bad());
        }
        let grant = NewGrant {
            id: Uuid::now_v7(),
            client: client.id,
            user: decider.user,
            session: None,
            offline: true,
            scopes: polled.scopes,
            nonce: None,
            auth_time: decider.auth_time,
            amr: decider.amr,
            acr: decider.acr,
            code: None,
        };
        oauth_grants::insert(&mut transaction, &grant, &self.lifetimes, now).await?;
        let entry = Entry::success("oauth.device_grant", Some(grant.user), now)
            .on("oauth_client", client.id)
            .by(caller)
            .with(json!({ "grant": grant.id, "scopes": grant.scopes }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        let grant = oauth_grants::find_live(&self.database, grant.id, now).await?;
        let grant = grant.ok_or_else(bad)?;
        self.issue(client, &grant, &grant.scopes, true, now)
    }

    /// The device that shows this code, for the person to look at.
    pub(crate) async fn device_request(
        &self,
        typed: &str,
        person: &Person,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<DeviceRequest, InteractionError> {
        let (code, pending, client) = self.pending(typed, person, caller, now).await?;
        let scopes = scopes::for_person(&pending.scopes, &client.spec.scopes, person.user.role);
        Ok(DeviceRequest {
            user_code: code.shown(),
            client: shown(&client),
            scopes,
            expires_at: pending.expires_at,
        })
    }

    /// Takes the person's answer.
    pub(crate) async fn decide_device(
        &self,
        typed: &str,
        decision: Decision,
        person: &Person,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), InteractionError> {
        let (_, pending, client) = self.pending(typed, person, caller, now).await?;
        let decider = Decider {
            user: person.user.id,
            auth_time: person.auth_time,
            amr: person.amr.clone(),
            acr: person.acr.clone(),
        };
        let allowed = decision == Decision::Allow;
        let mut transaction = self.database.begin().await?;
        if !requests::decide(&mut transaction, pending.id, allowed, &decider, now).await? {
            return Err(InteractionError::UnknownUserCode);
        }
        let entry = Entry::success("oauth.decide_device", Some(person.user.id), now)
            .on("oauth_client", client.id)
            .by(caller)
            .with(json!({ "allowed": allowed }));
        audit::insert(&mut transaction, &entry).await?;
        Ok(transaction.commit().await?)
    }

    async fn claim_code(
        &self,
        request: &NewDeviceRequest,
        now: OffsetDateTime,
    ) -> Result<UserCode, OauthError> {
        for _ in 0..CODE_TRIES {
            let bytes: [u8; 32] = rand::random();
            let Some(code) = UserCode::from_random(&bytes) else { continue };
            if requests::insert(&self.database, request, &code, now).await? {
                return Ok(code);
            }
        }
        Err(OauthError::TooMany { retry_after: Wait::from_secs(1) })
    }

    async fn pending(
        &self,
        typed: &str,
        person: &Person,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(UserCode, Pending, Client), InteractionError> {
        self.count_try(person, caller).await?;
        let code = UserCode::parse(typed).ok_or(InteractionError::UnknownUserCode)?;
        let pending = requests::find_pending(&self.database, &code, now).await?;
        let pending = pending.ok_or(InteractionError::UnknownUserCode)?;
        let client = oauth_clients::find_by_id(&self.database, pending.client).await?;
        let client = client.filter(|client| !client.spec.disabled);
        Ok((code, pending, client.ok_or(InteractionError::UnknownUserCode)?))
    }

    /// Codes are short, so guesses are counted, per person and per network address. When Redis is
    /// away they are let through: a code is good for minutes only and needs a sign-in.
    async fn count_try(&self, person: &Person, caller: &Caller) -> Result<(), InteractionError> {
        let who = [person.user.id.to_string(), caller.address.to_string()];
        for (who, limit) in who.iter().zip(TRIES) {
            let key = self.redis.key(&["gateway-api", "user-codes", who]);
            match self.redis.count(&key, WINDOW).await {
                Ok(count) if count > limit => {
                    let left = self.redis.remaining(&key).await.ok().flatten();
                    let retry_after = left.unwrap_or(WINDOW);
                    return Err(InteractionError::TooMany { retry_after });
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "user codes cannot be counted; letting one through");
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

fn decided(polled: &Polled, now: OffsetDateTime) -> Option<Decider> {
    if polled.too_soon || polled.expires_at <= now || polled.allowed != Some(true) {
        return None;
    }
    Some(Decider {
        user: polled.user_id?,
        auth_time: polled.auth_time?,
        amr: polled.amr.clone()?,
        acr: polled.acr.clone()?,
    })
}

/// Why a device gets no tokens yet, or ever (RFC 8628, 3.5).
fn undecided(polled: &Polled, now: OffsetDateTime) -> OauthError {
    if polled.expires_at <= now {
        return OauthError::refused("expired_token", "the codes have expired; ask for new ones");
    }
    if polled.too_soon {
        return OauthError::refused("slow_down", "wait five seconds longer between questions");
    }
    match polled.allowed {
        Some(false) => OauthError::refused("access_denied", "the person said no"),
        _ => OauthError::refused("authorization_pending", "the person has not decided yet"),
    }
}

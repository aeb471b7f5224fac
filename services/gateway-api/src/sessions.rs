//! Opening, refreshing and ending sessions.

pub(crate) mod call_in;
mod end;
mod factors;
mod own_passkeys;
mod passkey;
mod password;
mod rehash;
pub(crate) mod revoked;
mod sign_in;
mod step_up;

use std::sync::Arc;

use api::events::{SESSIONS, SessionEvent, SessionRevoked};
use api::gateway::{AccessToken, AccessTokenClaims, SessionTokens};
use aws_lc_rs::hmac;
use chassis::principal::Revocations;
use store::{Database, Redis};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::db::sessions::{OpenSession, Refreshed, Rotation};
use crate::db::users::Account;
use crate::db::{audit, sessions};
use crate::domain::account::{role_name, scopes};
use crate::domain::assurance::{Assurance, Method};
use crate::domain::audit::{Caller, Entry};
use crate::domain::lifetimes::{Lifetimes, REPLAY_GRACE};
use crate::domain::refresh_token::RefreshToken;
use crate::domain::token_id::token_id;
use crate::error::SessionError;
use crate::factors::Factors;
use crate::passkeys::Passkeys;
use crate::password_hasher::PasswordHasher;
use crate::root_secret::RootSecret;
use crate::signing::SigningKeys;
use crate::throttle::Throttle;

pub(crate) use end::Ending;
pub(crate) use sign_in::SignedIn;

/// How often at most it is noted that a session is used.
const SEEN_EVERY: Duration = Duration::minutes(1);

/// See the [module](self).
pub(crate) struct Sessions {
    pub(crate) database: Database,
    pub(crate) redis: Redis,
    pub(crate) revocations: Revocations,
    pub(crate) hasher: PasswordHasher,
    pub(crate) throttle: Throttle,
    pub(crate) factors: Factors,
    pub(crate) passkeys: Passkeys,
    pub(crate) challenge_key: hmac::Key,
    pub(crate) secrets: Arc<RootSecret>,
    pub(crate) signing: Arc<SigningKeys>,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) issuer: String,
    pub(crate) audience: String,
}

impl Sessions {
    /// Exchanges a refresh token for the next one and an access token.
    ///
    /// Each token works once. Who sends the last one again within a few seconds gets the same
    /// successor again, because answers get lost; any other second use ends the session, because
    /// then two parties have the token.
    pub(crate) async fn refresh(
        &self,
        token: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<SessionTokens, SessionError> {
        let token = RefreshToken::open(token, self.secrets.refresh_key())
            .ok_or(SessionError::RefreshInvalid)?;
        let refreshed = match sessions::rotate(&self.database, token, &self.lifetimes, now).await? {
            Rotation::Done(refreshed) => refreshed,
            Rotation::Ended => return Err(SessionError::RefreshInvalid),
            Rotation::Spent { refreshed, rotated_at } => {
                let replay = refreshed.generation == token.generation + 1
                    && now - rotated_at <= REPLAY_GRACE;
                if !replay {
                    self.end_reused(&refreshed, caller, now).await?;
                    return Err(SessionError::RefreshReused);
                }
                refreshed
            }
        };
        self.issue(&refreshed, now)
    }

    /// An access token for a session whose user shows its cookie, without touching the refresh
    /// token that the session may have besides.
    pub(crate) async fn access(
        &self,
        session: Uuid,
        now: OffsetDateTime,
    ) -> Result<AccessToken, SessionError> {
        let refreshed = sessions::extend_tokens(&self.database, session, &self.lifetimes, now)
            .await?
            .ok_or(SessionError::Ended)?;
        Ok(AccessToken {
            session_id: session,
            access_token: self.sign(&refreshed, now)?,
            token_type: "Bearer".to_owned(),
            expires_in: self.expires_in(),
        })
    }

    /// Notes that a session was used, at most once a minute.
    pub(crate) async fn touch(
        &self,
        session: Uuid,
        open: &OpenSession,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        if now - open.seen_at < SEEN_EVERY {
            return Ok(());
        }
        Ok(sessions::touch(&self.database, session, &self.lifetimes, now).await?)
    }

    /// Ends one session. Saying so twice is no error.
    pub(crate) async fn sign_out(
        &self,
        session: Uuid,
        user: Uuid,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        let mut transaction = self.database.begin().await?;
        let revoked = sessions::revoke(&mut transaction, session, "signed-out", now).await?;
        if revoked.is_some() {
            let entry = Entry::success("session.sign_out", Some(user), now).on("session", session);
            audit::insert(&mut transaction, &entry.by(caller)).await?;
        }
        transaction.commit().await?;
        self.announce(revoked, now).await;
        Ok(())
    }

    /// Opens a session for somebody who has proven who they are.
    async fn open(
        &self,
        account: &Account,
        methods: &[Method],
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<SessionTokens, SessionError> {
        let session = Uuid::now_v7();
        let user = account.user.id;
        let assurance = Assurance::of(methods);
        let mut transaction = self.database.begin().await?;
        let expires_at = sessions::insert(
            &mut transaction,
            session,
            user,
            &assurance,
            caller,
            &self.lifetimes,
            now,
        )
        .await?;
        let entry = Entry::success("session.sign_in", Some(user), now).on("session", session);
        let how = serde_json::json!({ "amr": assurance.amr });
        audit::insert(&mut transaction, &entry.by(caller).with(how)).await?;
        transaction.commit().await?;
        let refreshed = Refreshed {
            session,
            user,
            role: account.user.role,
            plan: account.plan,
            generation: 0,
            expires_at,
            auth_time: now,
            assurance,
        };
        self.issue(&refreshed, now)
    }

    fn issue(
        &self,
        refreshed: &Refreshed,
        now: OffsetDateTime,
    ) -> Result<SessionTokens, SessionError> {
        let refresh = RefreshToken { session: refreshed.session, generation: refreshed.generation };
        Ok(SessionTokens {
            session_id: refreshed.session,
            access_token: self.sign(refreshed, now)?,
            token_type: "Bearer".to_owned(),
            expires_in: self.expires_in(),
            refresh_token: refresh.seal(self.secrets.refresh_key()),
            refresh_expires_at: refreshed.expires_at,
        })
    }

    fn expires_in(&self) -> u32 {
        u32::try_from(self.lifetimes.access_token.whole_seconds()).unwrap_or(0)
    }

    fn sign(&self, refreshed: &Refreshed, now: OffsetDateTime) -> Result<String, SessionError> {
        let issued_at = now.unix_timestamp();
        let claims = AccessTokenClaims {
            iss: self.issuer.clone(),
            sub: refreshed.user,
            aud: self.audience.clone(),
            sid: Some(refreshed.session),
            scope: scopes(refreshed.role).join(" "),
            roles: vec![role_name(refreshed.role).to_owned()],
            auth_time: Some(refreshed.auth_time.unix_timestamp()),
            acr: Some(refreshed.assurance.acr.clone()),
            amr: refreshed.assurance.amr.clone(),
            exp: issued_at + self.lifetimes.access_token.whole_seconds(),
            nbf: issued_at,
            iat: issued_at,
            jti: token_id(now),
            plan: Some(refreshed.plan),
            ..AccessTokenClaims::default()
        };
        Ok(self.signing.sign_access(&claims, now)?)
    }

    async fn end_reused(
        &self,
        refreshed: &Refreshed,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        let mut transaction = self.database.begin().await?;
        let session = refreshed.session;
        let revoked = sessions::revoke(&mut transaction, session, "refresh-reused", now).await?;
        let entry = Entry::failure("session.refresh", "refresh-token-reused", now)
            .on("session", session)
            .by(caller);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        tracing::warn!(%session, "a refresh token was used twice; its session was ended");
        self.announce(revoked, now).await;
        Ok(())
    }

    /// Tells every service that the tokens of these grants, or these tokens, are refused.
    pub(crate) async fn announce_ids(&self, ids: &[Uuid], now: OffsetDateTime) {
        let tokens_expire_at = self.lifetimes.tokens_end(now);
        let revoked: Vec<_> = ids
            .iter()
            .map(|id| SessionRevoked { session: *id, revoked_at: now, tokens_expire_at })
            .collect();
        self.announce(revoked, now).await;
    }

    /// Tells every service. What cannot be told now is told by the task that publishes what is
    /// pending in the database.
    pub(crate) async fn announce(
        &self,
        revoked: impl IntoIterator<Item = SessionRevoked>,
        now: OffsetDateTime,
    ) {
        let revoked: Vec<_> = revoked.into_iter().collect();
        // Here all of them are refused at once, whether or not the others can be told.
        for event in &revoked {
            self.revocations.revoke(event.session, event.tokens_expire_at, now);
        }
        let mut published = Vec::new();
        for event in revoked {
            let session = event.session;
            match store::events::publish(&self.redis, SESSIONS, &SessionEvent::Revoked(event)).await
            {
                Ok(()) => published.push(session),
                Err(error) => {
                    tracing::warn!(%session, %error, "a sign-out could not be told to the other services yet");
                    break;
                }
            }
        }
        if let Err(error) = sessions::mark_published(&self.database, &published, now).await {
            tracing::warn!(%error, "told sign-outs could not be marked; they will be told again");
        }
    }
}

//! Opening, refreshing and ending sessions.

use std::sync::Arc;

use api::events::{SESSIONS, SessionEvent, SessionRevoked};
use api::gateway::{AccessTokenClaims, SessionTokens};
use chassis::principal::Revocations;
use store::{Database, Redis};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::db::sessions::{Refreshed, Rotation};
use crate::db::users::Account;
use crate::db::{audit, sessions, users};
use crate::domain::account::{Email, role_name, scopes};
use crate::domain::audit::{Caller, Entry};
use crate::domain::lifetimes::{Lifetimes, REPLAY_GRACE};
use crate::domain::password;
use crate::domain::refresh_token::RefreshToken;
use crate::error::SessionError;
use crate::password_hasher::PasswordHasher;
use crate::root_secret::RootSecret;
use crate::signing::SigningKeys;
use crate::throttle::Throttle;

/// See the [module](self).
pub(crate) struct Sessions {
    pub(crate) database: Database,
    pub(crate) redis: Redis,
    pub(crate) revocations: Revocations,
    pub(crate) hasher: PasswordHasher,
    pub(crate) throttle: Throttle,
    pub(crate) secrets: Arc<RootSecret>,
    pub(crate) signing: Arc<SigningKeys>,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) issuer: String,
    pub(crate) audience: String,
}

impl Sessions {
    /// Opens a session for whoever knows the password of an account.
    ///
    /// An account that does not exist takes the same time and gives the same answer as a wrong
    /// password.
    pub(crate) async fn sign_in(
        &self,
        email: &str,
        secret: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<SessionTokens, SessionError> {
        let email = Email::parse(email).ok_or(SessionError::WrongCredentials)?;
        if secret.len() > password::MAX_BYTES {
            return Err(SessionError::WrongCredentials);
        }
        if let Err(retry_after) = self.throttle.attempt(&email, caller.address).await {
            self.note_failure("throttled", None, caller, now).await?;
            return Err(SessionError::Throttled { retry_after });
        }
        let account = users::find_by_email(&self.database, &email).await?;
        let hash = account.as_ref().map(|account| account.password_hash.as_str());
        let right = self.hasher.check(secret, hash).await?;
        let Some(account) = account.as_ref().filter(|account| right && !account.disabled) else {
            let (reason, user) = match &account {
                None => ("unknown-account", None),
                Some(account) if right => ("account-disabled", Some(account.user.id)),
                Some(account) => ("wrong-password", Some(account.user.id)),
            };
            self.note_failure(reason, user, caller, now).await?;
            return Err(SessionError::WrongCredentials);
        };
        self.throttle.succeeded(&email, caller.address).await;
        self.open(account, caller, now).await
    }

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

    /// Ends every session of a user; says how many there were.
    pub(crate) async fn sign_out_everywhere(
        &self,
        user: Uuid,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<u64, SessionError> {
        let mut transaction = self.database.begin().await?;
        let revoked =
            sessions::revoke_all(&mut transaction, user, "signed-out-everywhere", now).await?;
        let count = revoked.len() as u64;
        let entry = Entry::success("session.sign_out_everywhere", Some(user), now)
            .on("user", user)
            .by(caller)
            .with(serde_json::json!({ "revoked": count }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.announce(revoked, now).await;
        Ok(count)
    }

    async fn open(
        &self,
        account: &Account,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<SessionTokens, SessionError> {
        let session = Uuid::now_v7();
        let user = account.user.id;
        let mut transaction = self.database.begin().await?;
        let expires_at =
            sessions::insert(&mut transaction, session, user, caller, &self.lifetimes, now).await?;
        let entry = Entry::success("session.sign_in", Some(user), now).on("session", session);
        audit::insert(&mut transaction, &entry.by(caller)).await?;
        transaction.commit().await?;
        let role = account.user.role;
        let plan = account.plan;
        self.issue(&Refreshed { session, user, role, plan, generation: 0, expires_at }, now)
    }

    fn issue(
        &self,
        refreshed: &Refreshed,
        now: OffsetDateTime,
    ) -> Result<SessionTokens, SessionError> {
        let issued_at = now.unix_timestamp();
        let lifetime = self.lifetimes.access_token.whole_seconds();
        let claims = AccessTokenClaims {
            iss: self.issuer.clone(),
            sub: refreshed.user,
            aud: self.audience.clone(),
            sid: Some(refreshed.session),
            scope: scopes(refreshed.role).join(" "),
            roles: vec![role_name(refreshed.role).to_owned()],
            exp: issued_at + lifetime,
            nbf: issued_at,
            iat: issued_at,
            jti: Uuid::now_v7(),
            plan: Some(refreshed.plan),
            ..AccessTokenClaims::default()
        };
        let refresh = RefreshToken { session: refreshed.session, generation: refreshed.generation };
        Ok(SessionTokens {
            session_id: refreshed.session,
            access_token: self.signing.sign_access(&claims, now)?,
            token_type: "Bearer".to_owned(),
            expires_in: u32::try_from(lifetime).unwrap_or(0),
            refresh_token: refresh.seal(self.secrets.refresh_key()),
            refresh_expires_at: refreshed.expires_at,
        })
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

    /// Tells every service. What cannot be told now is told by the task that publishes what is
    /// pending in the database.
    async fn announce(
        &self,
        revoked: impl IntoIterator<Item = SessionRevoked>,
        now: OffsetDateTime,
    ) {
        let mut published = Vec::new();
        for event in revoked {
            self.revocations.revoke(event.session, event.tokens_expire_at, now);
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

    async fn note_failure(
        &self,
        reason: &str,
        user: Option<Uuid>,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), SessionError> {
        let mut entry = Entry::failure("session.sign_in", reason, now).by(caller);
        if let Some(user) = user {
            entry = entry.on("user", user);
        }
        let mut connection = self.database.acquire().await?;
        Ok(audit::insert(&mut connection, &entry).await?)
    }
}

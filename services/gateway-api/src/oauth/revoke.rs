//! Ending grants and tokens (RFC 7009).

use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Oauth;
use crate::db::{audit, oauth_consents, oauth_grants, token_revocations};
use crate::domain::audit::{Caller, Entry};
use crate::domain::oauth::client::Client;
use crate::domain::oauth::handle::HandleKind;
use crate::error::{ClientError, OauthError};

impl Oauth {
    /// Ends what a token of this client stands for. Unknown tokens are no error: they are not
    /// good, which is what was asked for.
    pub(crate) async fn revoke(
        &self,
        client: &Client,
        token: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), OauthError> {
        if let Some(handle) = self.handles.read(HandleKind::Refresh, token) {
            return self.revoke_grant(client, handle.id, caller, now).await;
        }
        let Ok(claims) = self.tokens.claims(token).await else { return Ok(()) };
        if claims.client_id.as_deref() != Some(&client.client_id) {
            return Ok(());
        }
        match claims.grant {
            Some(grant) => self.revoke_grant(client, grant, caller, now).await,
            None => self.revoke_token(client, claims.jti, caller, now).await,
        }
    }

    /// Takes back what a user gave a client, and its tokens.
    pub(crate) async fn withdraw_consent(
        &self,
        user: Uuid,
        client_id: &str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), ClientError> {
        let client = self.directory.find(client_id).await?.ok_or(ClientError::Unknown)?;
        let mut transaction = self.database.begin().await?;
        let had = oauth_consents::remove(&mut transaction, user, client.id).await?;
        let reason = "revoked-by-user";
        let grants =
            oauth_grants::revoke_of_user(&mut transaction, user, Some(client.id), reason, now)
                .await?;
        if !had && grants.is_empty() {
            return Err(ClientError::Unknown);
        }
        self.note_revoked(&mut transaction, &grants, now).await?;
        let entry = Entry::success("oauth.withdraw_consent", Some(user), now)
            .on("oauth_client", client.id)
            .by(caller)
            .with(json!({ "grants": grants.len() }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.announce(&grants, now).await;
        Ok(())
    }

    /// Ends a grant whose code or refresh token two parties have.
    pub(super) async fn end_stolen(
        &self,
        grant: Uuid,
        client: &Client,
        reason: &'static str,
        action: &'static str,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), OauthError> {
        let mut transaction = self.database.begin().await?;
        let ended = oauth_grants::revoke(&mut transaction, grant, client.id, reason, now).await?;
        if ended {
            self.note_revoked(&mut transaction, &[grant], now).await?;
        }
        let entry = Entry::failure(action, reason, now).on("oauth_grant", grant).by(caller);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        tracing::warn!(%grant, reason, client = client.client_id, "a grant was ended");
        if ended {
            self.announce(&[grant], now).await;
        }
        Ok(())
    }

    /// Writes that the access tokens of these grants are refused.
    pub(super) async fn note_revoked(
        &self,
        connection: &mut sqlx::PgConnection,
        ids: &[Uuid],
        now: OffsetDateTime,
    ) -> Result<(), sqlx::Error> {
        token_revocations::insert(connection, ids, self.lifetimes.tokens_end(now), now).await
    }

    /// Tells every service.
    pub(super) async fn announce(&self, ids: &[Uuid], now: OffsetDateTime) {
        self.sessions.announce_ids(ids, now).await;
    }

    async fn revoke_grant(
        &self,
        client: &Client,
        grant: Uuid,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), OauthError> {
        let mut transaction = self.database.begin().await?;
        let reason = "revoked-by-client";
        if !oauth_grants::revoke(&mut transaction, grant, client.id, reason, now).await? {
            return Ok(());
        }
        self.note_revoked(&mut transaction, &[grant], now).await?;
        let entry = Entry::success("oauth.revoke", None, now).on("oauth_grant", grant).by(caller);
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.announce(&[grant], now).await;
        Ok(())
    }

    async fn revoke_token(
        &self,
        client: &Client,
        token: Uuid,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<(), OauthError> {
        let mut transaction = self.database.begin().await?;
        self.note_revoked(&mut transaction, &[token], now).await?;
        let entry = Entry::success("oauth.revoke", None, now)
            .on("oauth_client", client.id)
            .by(caller)
            .with(json!({ "jti": token }));
        audit::insert(&mut transaction, &entry).await?;
        transaction.commit().await?;
        self.announce(&[token], now).await;
        Ok(())
    }
}

//! What a token says, for programs that do not check tokens themselves (RFC 7662).

use api::gateway::{AccessTokenClaims, Introspection};
use chassis::principal::TokenError;
use time::OffsetDateTime;

use super::Oauth;
use crate::db::oauth_grants;
use crate::domain::oauth::client::Client;
use crate::domain::oauth::handle::{Handle, HandleKind};
use crate::error::OauthError;

impl Oauth {
    /// Access tokens are checked here without a query: signature, times and the list of what was
    /// revoked. A refresh token is shown to the client that has it and to nobody else.
    pub(crate) async fn introspect(
        &self,
        client: &Client,
        token: &str,
        now: OffsetDateTime,
    ) -> Result<Introspection, OauthError> {
        if let Some(handle) = self.handles.read(HandleKind::Refresh, token) {
            return self.introspect_refresh(client, handle, now).await;
        }
        match self.tokens.claims(token).await {
            Ok(claims) => Ok(shown(claims)),
            Err(TokenError::KeysUnavailable(_)) => Err(OauthError::refused(
                "temporarily_unavailable",
                "the signing keys are not loaded; try again",
            )),
            Err(_) => Ok(Introspection::default()),
        }
    }

    async fn introspect_refresh(
        &self,
        client: &Client,
        handle: Handle,
        now: OffsetDateTime,
    ) -> Result<Introspection, OauthError> {
        let found = oauth_grants::find_live(&self.database, handle.id, now).await?;
        let good = found
            .filter(|grant| grant.client == client.id && grant.generation == handle.generation);
        Ok(good.map_or_else(Introspection::default, |grant| Introspection {
            active: true,
            scope: Some(grant.scopes.join(" ")),
            client_id: Some(client.client_id.clone()),
            token_type: Some("refresh_token".to_owned()),
            exp: Some(grant.expires_at.unix_timestamp()),
            sub: Some(grant.user),
            iss: Some(self.issuer.clone()),
            sid: grant.session.filter(|_| !grant.offline),
            ..Introspection::default()
        }))
    }
}

fn shown(claims: AccessTokenClaims) -> Introspection {
    Introspection {
        active: true,
        scope: Some(claims.scope),
        client_id: claims.client_id,
        token_type: Some("Bearer".to_owned()),
        exp: Some(claims.exp),
        iat: Some(claims.iat),
        nbf: Some(claims.nbf),
        sub: Some(claims.sub),
        aud: Some(claims.aud),
        iss: Some(claims.iss),
        jti: Some(claims.jti),
        sid: claims.sid,
    }
}

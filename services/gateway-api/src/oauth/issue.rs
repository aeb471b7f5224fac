//! Tokens for a grant, and for a client itself.

use api::gateway::{AccessTokenClaims, GrantType, IdTokenClaims, TokenResponse};
use time::OffsetDateTime;

use super::Oauth;
use crate::db::oauth_grants::Grant;
use crate::domain::account::role_name;
use crate::domain::oauth::client::Client;
use crate::domain::oauth::handle::{Handle, HandleKind};
use crate::domain::oauth::{id_token, scopes};
use crate::domain::token_id::token_id;
use crate::error::OauthError;

impl Oauth {
    /// Tokens for whoever gave the grant. The scopes are those of the grant as far as the
    /// client and the user still have them.
    pub(super) fn issue(
        &self,
        client: &Client,
        grant: &Grant,
        wanted: &[String],
        with_id_token: bool,
        now: OffsetDateTime,
    ) -> Result<TokenResponse, OauthError> {
        let scopes = scopes::for_person(wanted, &client.spec.scopes, grant.role);
        let sid = grant.session.filter(|_| !grant.offline);
        let claims = AccessTokenClaims {
            sub: grant.user,
            sid,
            scope: scopes.join(" "),
            roles: vec![role_name(grant.role).to_owned()],
            plan: Some(grant.plan),
            grant: Some(grant.id),
            auth_time: Some(grant.auth_time.unix_timestamp()),
            acr: Some(grant.acr.clone()),
            amr: grant.amr.clone(),
            ..self.claims_of(client, now)
        };
        let access_token = self.signing.sign_access(&claims, now)?;
        let openid = scopes.iter().any(|scope| scope == scopes::OPENID);
        let id_token = (with_id_token && openid)
            .then(|| self.id_token(client, grant, &access_token, now))
            .transpose()?;
        let refresh = Handle { id: grant.id, generation: grant.generation };
        Ok(TokenResponse {
            access_token,
            token_type: "Bearer".to_owned(),
            expires_in: self.lifetime_seconds(),
            scope: claims.scope,
            refresh_token: client
                .may(GrantType::RefreshToken)
                .then(|| self.handles.write(HandleKind::Refresh, refresh)),
            id_token,
        })
    }

    /// A token for a client that acts by itself.
    pub(crate) fn client_credentials(
        &self,
        client: &Client,
        wanted: &[String],
        now: OffsetDateTime,
    ) -> Result<TokenResponse, OauthError> {
        let scopes = scopes::for_client(wanted, &client.spec.scopes);
        if scopes.is_empty() && !wanted.is_empty() {
            return Err(OauthError::refused(
                "invalid_scope",
                "the client is registered for none of these scopes",
            ));
        }
        let claims = AccessTokenClaims {
            sub: client.id,
            scope: scopes.join(" "),
            ..self.claims_of(client, now)
        };
        Ok(TokenResponse {
            access_token: self.signing.sign_access(&claims, now)?,
            token_type: "Bearer".to_owned(),
            expires_in: self.lifetime_seconds(),
            scope: claims.scope,
            refresh_token: None,
            id_token: None,
        })
    }

    fn claims_of(&self, client: &Client, now: OffsetDateTime) -> AccessTokenClaims {
        let issued_at = now.unix_timestamp();
        AccessTokenClaims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            exp: issued_at + self.lifetimes.access_token.whole_seconds(),
            nbf: issued_at,
            iat: issued_at,
            jti: token_id(now),
            client_id: Some(client.client_id.clone()),
            ..AccessTokenClaims::default()
        }
    }

    fn id_token(
        &self,
        client: &Client,
        grant: &Grant,
        access_token: &str,
        now: OffsetDateTime,
    ) -> Result<String, OauthError> {
        let algorithm = client.spec.id_token_signed_response_alg;
        let claims = IdTokenClaims {
            iss: self.issuer.clone(),
            sub: grant.user,
            aud: client.client_id.clone(),
            exp: (now + id_token::LIFETIME).unix_timestamp(),
            iat: now.unix_timestamp(),
            auth_time: grant.auth_time.unix_timestamp(),
            acr: grant.acr.clone(),
            amr: grant.amr.clone(),
            nonce: grant.nonce.clone(),
            at_hash: Some(id_token::at_hash(algorithm, access_token)),
            sid: grant.session,
        };
        Ok(self.signing.sign_id_token(algorithm, &claims, now)?)
    }

    fn lifetime_seconds(&self) -> u32 {
        u32::try_from(self.lifetimes.access_token.whole_seconds()).unwrap_or(0)
    }
}

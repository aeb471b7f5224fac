//! Signing out because a client asks for it (OpenID Connect RP-Initiated Logout 1.0).

use api::gateway::IdTokenClaims;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Oauth;
use crate::domain::audit::Caller;
use crate::domain::oauth::params::Params;
use crate::domain::oauth::redirect_uri;
use crate::error::AuthorizeError;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SignOut {
    /// The person is asked whether they want to, because nothing shows that the client speaks for
    /// them.
    Ask,
    /// Signed out; go on to the client, or stay.
    Done(Option<String>),
}

impl Oauth {
    /// Judges a request to sign out, and does it when an id token shows whose wish it is or the
    /// person `confirmed` it.
    pub(crate) async fn sign_out(
        &self,
        params: &Params,
        session: Option<(Uuid, Uuid)>,
        confirmed: bool,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<SignOut, AuthorizeError> {
        let hint = self.hint(params)?;
        let answer = self.after_sign_out(params, hint.as_ref()).await?;
        let hinted = hint.as_ref().and_then(|claims| Some((claims.sid?, claims.sub)));
        let ending = match (hinted, session) {
            // The browser is signed in otherwise than the client thinks, or nothing is known.
            (Some(hinted), Some(session)) if hinted != session && !confirmed => None,
            (None, Some(_)) if !confirmed => None,
            (_, Some(session)) => Some(session),
            (Some(hinted), None) => Some(hinted),
            (None, None) => return Ok(SignOut::Done(answer)),
        };
        let Some((session, user)) = ending else {
            return Ok(SignOut::Ask);
        };
        self.sessions
            .sign_out(session, user, caller, now)
            .await
            .map_err(AuthorizeError::Session)?;
        Ok(SignOut::Done(answer))
    }

    fn hint(&self, params: &Params) -> Result<Option<IdTokenClaims>, AuthorizeError> {
        let Some(hint) = params.get("id_token_hint") else { return Ok(None) };
        let claims: Option<IdTokenClaims> = self.signing.read_id_token(hint);
        claims
            .filter(|claims| claims.iss == self.issuer)
            .filter(|claims| params.get("client_id").is_none_or(|id| id == claims.aud))
            .map(Some)
            .ok_or(AuthorizeError::BadHint)
    }

    /// Where the person goes afterwards: only to a URL that the client has registered.
    async fn after_sign_out(
        &self,
        params: &Params,
        hint: Option<&IdTokenClaims>,
    ) -> Result<Option<String>, AuthorizeError> {
        let Some(uri) = params.get("post_logout_redirect_uri") else { return Ok(None) };
        let named = hint.map(|claims| claims.aud.as_str()).or_else(|| params.get("client_id"));
        let client_id = named.ok_or(AuthorizeError::BadRedirect)?;
        let client = self.directory.find(client_id).await?.ok_or(AuthorizeError::NoClient)?;
        if !redirect_uri::is_registered(uri, &client.spec.post_logout_redirect_uris) {
            return Err(AuthorizeError::BadRedirect);
        }
        let state = params.get("state").map(|state| ("state", state));
        let params: Vec<_> = state.into_iter().collect();
        Ok(Some(if params.is_empty() {
            uri.to_owned()
        } else {
            redirect_uri::with_params(uri, &params)
        }))
    }
}

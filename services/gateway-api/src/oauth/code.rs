//! Exchanging an authorization code.

use api::gateway::TokenResponse;
use aws_lc_rs::digest::{SHA256, digest};
use time::OffsetDateTime;

use super::Oauth;
use crate::db::oauth_grants::{self, Presented};
use crate::domain::audit::Caller;
use crate::domain::oauth::client::Client;
use crate::domain::oauth::handle::HandleKind;
use crate::domain::oauth::params::Params;
use crate::error::OauthError;

impl Oauth {
    /// Gives tokens for a code, once. A second time means that somebody else has the code, so
    /// what it gave is taken back (RFC 6749, 4.1.2).
    pub(crate) async fn redeem_code(
        &self,
        client: &Client,
        params: &Params,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<TokenResponse, OauthError> {
        let required = |name: &'static str| {
            params
                .get(name)
                .ok_or_else(|| OauthError::invalid_request(format!("`{name}` is missing")))
        };
        let (code, redirect_uri) = (required("code")?, required("redirect_uri")?);
        let challenge = challenge_of(required("code_verifier")?)?;
        let bad = || {
            OauthError::invalid_grant(
                "the code is unknown, used, expired, or not for this client, redirect URI and \
                 verifier; start again at the authorization endpoint",
            )
        };
        let handle = self.handles.read(HandleKind::Code, code).ok_or_else(bad)?;
        let presented = Presented { grant: handle.id, client: client.id, redirect_uri, challenge };
        if let Some(grant) = oauth_grants::redeem(&self.database, presented, now).await? {
            return self.issue(client, &grant, &grant.scopes, true, now);
        }
        if oauth_grants::was_redeemed(&self.database, handle.id, client.id).await? {
            self.end_stolen(handle.id, client, "code-reused", "oauth.redeem_code", caller, now)
                .await?;
        }
        Err(bad())
    }
}

/// The S256 challenge of a verifier (RFC 7636, 4.1 and 4.6).
fn challenge_of(verifier: &str) -> Result<[u8; 32], OauthError> {
    let sound = (43..=128).contains(&verifier.len())
        && verifier.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
    if !sound {
        return Err(OauthError::invalid_grant(
            "a code verifier has 43 to 128 letters, digits and `-._~`",
        ));
    }
    let mut challenge = [0; 32];
    challenge.copy_from_slice(digest(&SHA256, verifier.as_bytes()).as_ref());
    Ok(challenge)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::challenge_of;

    /// The example of RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        let challenge = challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        let text = URL_SAFE_NO_PAD.encode(challenge);
        assert_eq!(text, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(challenge_of("too short").is_err());
        assert!(challenge_of(&"a".repeat(129)).is_err());
        assert!(challenge_of(&"\u{e4}".repeat(43)).is_err());
    }
}

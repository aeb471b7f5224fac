//! Exchanging a refresh token for the next one.

use api::gateway::TokenResponse;
use time::OffsetDateTime;

use super::Oauth;
use crate::db::oauth_grants::{self, Rotation};
use crate::domain::audit::Caller;
use crate::domain::lifetimes::REPLAY_GRACE;
use crate::domain::oauth::client::Client;
use crate::domain::oauth::handle::HandleKind;
use crate::domain::oauth::params::Params;
use crate::domain::oauth::scopes;
use crate::error::OauthError;

impl Oauth {
    /// Each refresh token works once. Who sends the last one again within a few seconds gets the
    /// same successor, because answers get lost and tabs race; any other second use ends the
    /// grant, because then two parties have the token.
    pub(crate) async fn refresh(
        &self,
        client: &Client,
        params: &Params,
        caller: &Caller,
        now: OffsetDateTime,
    ) -> Result<TokenResponse, OauthError> {
        let bad = || {
            OauthError::invalid_grant(
                "the refresh token is unknown, used, or its grant has ended; sign in again",
            )
        };
        let token = params
            .get("refresh_token")
            .ok_or_else(|| OauthError::invalid_request("`refresh_token` is missing"))?;
        let handle = self.handles.read(HandleKind::Refresh, token).ok_or_else(bad)?;
        let rotation = oauth_grants::rotate(
            &self.database,
            handle.id,
            handle.generation,
            client.id,
            &self.lifetimes,
            now,
        );
        let grant = match rotation.await? {
            Rotation::Done(grant) => grant,
            Rotation::Ended => return Err(bad()),
            Rotation::Spent(grant) => {
                let replay = grant.generation == handle.generation + 1
                    && now - grant.refreshed_at <= REPLAY_GRACE;
                if !replay {
                    let (reason, action) = ("refresh-reused", "oauth.refresh");
                    self.end_stolen(grant.id, client, reason, action, caller, now).await?;
                    return Err(bad());
                }
                grant
            }
        };
        let wanted = scopes::narrowed(&grant.scopes, &params.list("scope")).ok_or_else(|| {
            OauthError::refused("invalid_scope", "a refresh cannot ask for more than was granted")
        })?;
        self.issue(client, &grant, &wanted, false, now)
    }
}

//! Who an access token is about (OpenID Connect Core, 5.3).

use api::gateway::UserInfo;

use super::Oauth;
use crate::db::users;
use crate::domain::oauth::scopes::OPENID;
use crate::error::OauthError;

impl Oauth {
    /// What the token's scopes let be seen of its user.
    pub(crate) async fn userinfo(&self, token: &str) -> Result<UserInfo, OauthError> {
        let claims = self.tokens.claims(token).await.map_err(|_| OauthError::InvalidToken)?;
        let has = |wanted: &str| claims.scope.split(' ').any(|scope| scope == wanted);
        if !has(OPENID) {
            return Err(OauthError::InsufficientScope);
        }
        let user = users::find_enabled(&self.database, claims.sub).await?;
        let user = user.ok_or(OauthError::InvalidToken)?;
        let (profile, email) = (has("profile"), has("email"));
        Ok(UserInfo {
            sub: user.id,
            name: profile.then_some(user.display_name),
            preferred_username: profile.then(|| user.email.clone()),
            // An account exists only after its address was shown to be somebody's.
            email_verified: email.then_some(true),
            email: email.then_some(user.email),
        })
    }
}

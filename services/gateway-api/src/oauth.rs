//! The OAuth 2.1 and OpenID Connect provider: what its endpoints do.

mod authorize;
mod clients;
mod code;
mod device;
mod directory;
mod interaction;
mod introspect;
mod issue;
mod refresh;
mod revoke;
mod sign_out;
mod userinfo;

use std::sync::Arc;

use api::gateway::{ClientSpec, GrantType, SigningAlgorithm};
use chassis::principal::TokenVerifier;
use store::{Database, Redis};
use time::{Duration, OffsetDateTime};

pub(crate) use authorize::{Answer, Outcome, Person};
pub(crate) use clients::Registrar;
pub(crate) use directory::Credentials;
pub(crate) use sign_out::SignOut;

use crate::config::Config;
use crate::db::oauth_clients;
use crate::domain::lifetimes::Lifetimes;
use crate::domain::oauth::client::CONSOLE;
use crate::domain::oauth::handle::Handles;
use crate::domain::oauth::scopes;
use crate::root_secret::RootSecret;
use crate::sessions::Sessions;
use crate::signing::SigningKeys;
use directory::Directory;

/// How long a code can be exchanged.
const CODE_LIFETIME: Duration = Duration::seconds(60);

/// See the [module](self).
pub(crate) struct Oauth {
    pub(crate) database: Database,
    pub(crate) redis: Redis,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) signing: Arc<SigningKeys>,
    pub(crate) tokens: TokenVerifier,
    pub(crate) handles: Handles,
    pub(crate) directory: Directory,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) issuer: String,
    pub(crate) audience: String,
    /// Requests a minute that a confidential client may make.
    pub(crate) client_rate: u32,
}

impl Oauth {
    /// The provider on the state that signing in has, with the platform's own client registered.
    pub(crate) async fn start(
        config: &Config,
        secrets: &RootSecret,
        sessions: &Arc<Sessions>,
        tokens: &TokenVerifier,
    ) -> Result<Self, sqlx::Error> {
        let database = sessions.database.clone();
        keep_console(&database, config.console_origin(), OffsetDateTime::now_utc()).await?;
        Ok(Self {
            redis: sessions.redis.clone(),
            sessions: sessions.clone(),
            signing: sessions.signing.clone(),
            tokens: tokens.clone(),
            handles: Handles::new(|label| secrets.mac_key(label)),
            directory: Directory::new(database.clone()),
            lifetimes: sessions.lifetimes,
            issuer: config.issuer.clone(),
            audience: config.audience.clone(),
            client_rate: config.client_requests_per_minute,
            database,
        })
    }
}

/// Registers the platform's own client, or brings it up to date with the platform's address.
async fn keep_console(
    database: &Database,
    origin: Option<String>,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let spec = ClientSpec {
        name: "Nexus COS".to_owned(),
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        redirect_uris: origin.iter().map(|origin| format!("{origin}/callback")).collect(),
        post_logout_redirect_uris: origin.iter().map(|origin| format!("{origin}/")).collect(),
        scopes: scopes::of_console().map(str::to_owned).collect(),
        id_token_signed_response_alg: SigningAlgorithm::Rs256,
        disabled: false,
    };
    oauth_clients::keep_first_party(database, CONSOLE, &spec, now).await
}

//! Rules of OAuth 2.1 and OpenID Connect.

pub(crate) mod client;
pub(crate) mod client_secret;
pub(crate) mod handle;
pub(crate) mod id_token;
pub(crate) mod need;
pub(crate) mod params;
pub(crate) mod redirect_uri;
pub(crate) mod request;
pub(crate) mod scopes;
pub(crate) mod user_code;

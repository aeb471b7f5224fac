//! `/oauth2/…`: the endpoints of RFC 6749 and its extensions, and of OpenID Connect.

pub(super) mod authorize;
mod client_auth;
pub(super) mod cors;
pub(super) mod device;
pub(super) mod discovery;
mod form;
pub(super) mod interaction;
pub(super) mod introspect;
mod page;
mod person;
pub(super) mod revoke;
pub(super) mod sign_out;
pub(super) mod token;
pub(super) mod userinfo;

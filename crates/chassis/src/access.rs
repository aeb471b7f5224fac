//! Who may call which endpoint, declared where the URL table is and nowhere else.
//!
//! [`Api`] collects a service's routes. Each is added with its [`Access`], which is written into
//! the `OpenAPI` document and enforced before anything but the head of a request is read, so that
//! 401 and 403 come before complaints about the body.

mod api;
mod document;
mod guard;

pub use api::Api;
use axum::http::Method;

use crate::rate::Class;

/// Who may call an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody; why that is right.
    Public(&'static str),
    /// Whoever has an access token.
    SignedIn,
    /// Whoever has an access token that carries this scope.
    Scope(&'static str),
    /// Whoever gives another proof, such as a session cookie or a client's secret, which the
    /// handler's own extractor checks. Names of security schemes of the document, any of which
    /// will do.
    Proof(&'static [&'static str]),
}

/// One method of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The method; GET stands for HEAD too.
    pub method: Method,
    /// The path as it is routed, such as `/api/v1/streams/{slug}`.
    pub path: String,
    /// Who may call it.
    pub access: Access,
    /// Whether the `OpenAPI` document describes it.
    pub documented: bool,
    /// How its requests are counted.
    pub counting: Counting,
}

/// How the requests of an endpoint are counted against a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// With all others of the caller: by API key, account or address.
    Caller,
    /// By address, apart from others.
    Address(Class),
    /// By the handler, which alone can tell whose they are.
    Handler,
    /// Not at all, such as media.
    Never,
}

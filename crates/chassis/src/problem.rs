//! Error answers: problem+json with a stable code.
//!
//! A service lists its codes as [`Code`] constants and turns its error enums into a [`Problem`]
//! in its `error.rs`. Which HTTP status a kind of error has is decided here and nowhere else.

pub mod codes;
pub mod pages;

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use api::problem::FieldError;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use crate::request_id::RequestId;

/// What sort of thing went wrong, from the caller's point of view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request cannot be read.
    Malformed,
    /// Nobody is signed in, or the credentials are wrong.
    Unauthenticated,
    /// The plan does not include it.
    PaymentRequired,
    /// Signed in, but not allowed.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// The thing exists but not for this method.
    MethodNotAllowed,
    /// Nothing that there is would be accepted.
    NotAcceptable,
    /// It does not fit the present state.
    Conflict,
    /// The thing changed since the caller looked.
    PreconditionFailed,
    /// The caller does not say which state the edit is based on.
    PreconditionRequired,
    /// The body is larger than accepted.
    TooLarge,
    /// The body is of a type that is not accepted.
    UnsupportedMedia,
    /// The request can be read but says something impossible.
    Invalid,
    /// Too many requests from this caller.
    TooManyRequests,
    /// A fault of ours.
    Internal,
    /// Cannot be done now; later it can.
    Unavailable,
    /// There was no answer in time.
    TimedOut,
}

impl ErrorKind {
    /// The HTTP status that says it.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::PaymentRequired => StatusCode::PAYMENT_REQUIRED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::Conflict => StatusCode::CONFLICT,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

/// A kind of problem that callers can tell apart, with a page in `docs/errors/<name>.md`.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable name in kebab case.
    pub name: &'static str,
    /// What sort of thing went wrong.
    pub kind: ErrorKind,
    /// Short summary, the same for every occurrence.
    pub title: &'static str,
}

/// An error answer on its way out.
#[derive(Debug)]
pub struct Problem {
    code: &'static Code,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    members: Option<Box<Map<String, Value>>>,
    retry_after: Option<Duration>,
    challenge: Option<Cow<'static, str>>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Problem {
    /// A problem of the given kind; `detail` says what happened this time and what to do.
    pub fn new(code: &'static Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            members: None,
            retry_after: None,
            challenge: None,
            cause: None,
        }
    }

    /// A fault of ours: the cause is logged, the caller learns only the request id.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(
            &codes::INTERNAL,
            "something failed on our side; the logs have the cause under this request id",
        )
        .caused_by(cause)
    }

    /// Adds the cause, which is logged and not shown.
    pub fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Adds what is wrong with one value of the request; `pointer` is a JSON pointer.
    pub fn field(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.errors.push(FieldError { pointer: pointer.into(), detail: detail.into() });
        self
    }

    /// Adds a member of the code's own, as its page describes (RFC 9457, 3.2).
    pub fn member(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.members.get_or_insert_default().insert(name.to_owned(), value.into());
        self
    }

    /// Says after how long trying again makes sense, rounded up to whole seconds.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Says how to do better: parameters of the `Bearer` challenge of a 401, after the realm, for
    /// example `error="invalid_token"`.
    pub fn authenticate(mut self, parameters: impl Into<Cow<'static, str>>) -> Self {
        self.challenge = Some(parameters.into());
        self
    }

    /// What kind of problem it is.
    pub fn code(&self) -> &'static Code {
        self.code
    }

    /// What happened this time and what to do.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Members of the code's own.
    pub fn members(&self) -> Option<&Map<String, Value>> {
        self.members.as_deref()
    }

    fn log_cause(&self) {
        let Some(cause) = &self.cause else { return };
        let error = chain(cause.as_ref());
        let code = self.code.name;
        if self.code.kind.status().is_server_error() {
            tracing::error!(code, error, "request failed");
        } else {
            tracing::debug!(code, error, "request refused");
        }
    }

    fn body(&self) -> api::problem::Problem {
        api::problem::Problem {
            kind: format!("urn:nexus-cos:error:{}", self.code.name),
            title: self.code.title.to_owned(),
            status: self.code.kind.status().as_u16(),
            detail: self.detail.clone().into_owned(),
            code: self.code.name.to_owned(),
            instance: RequestId::current().map(|id| id.as_str().to_owned()),
            errors: self.errors.clone(),
            members: self.members.as_deref().cloned().unwrap_or_default(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.log_cause();
        let body = serde_json::to_vec(&self.body()).unwrap_or_default();
        let mut response = (self.code.kind.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(api::problem::CONTENT_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
        }
        if self.code.kind == ErrorKind::Unauthenticated {
            let (name, value) = challenge_header(self.challenge.as_deref());
            headers.insert(name, value);
        }
        response
    }
}

/// An error and its sources in one line.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        line.push_str(": ");
        line.push_str(&source.to_string());
        next = source.source();
    }
    line
}

fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

fn challenge_header(parameters: Option<&str>) -> (HeaderName, HeaderValue) {
    let plain = HeaderValue::from_static("Bearer realm=\"nexus-cos\"");
    let value = match parameters {
        None => plain,
        Some(parameters) => {
            HeaderValue::from_str(&format!("Bearer realm=\"nexus-cos\", {parameters}"))
                .unwrap_or(plain)
        }
    };
    (header::WWW_AUTHENTICATE, value)
}

//! Codes that any service may answer with.

use super::{Code, ErrorKind};

/// A fault of ours.
pub const INTERNAL: Code =
    Code { name: "internal", kind: ErrorKind::Internal, title: "Internal error" };
/// The route does not exist.
pub const NOT_FOUND: Code =
    Code { name: "not-found", kind: ErrorKind::NotFound, title: "Nothing is here" };
/// The route exists, not for this method.
pub const METHOD_NOT_ALLOWED: Code = Code {
    name: "method-not-allowed",
    kind: ErrorKind::MethodNotAllowed,
    title: "Method not allowed",
};
/// The body is not JSON or not of the expected shape.
pub const MALFORMED_BODY: Code = Code {
    name: "malformed-body",
    kind: ErrorKind::Malformed,
    title: "The request body cannot be read",
};
/// The query is not of the expected shape.
pub const MALFORMED_QUERY: Code =
    Code { name: "malformed-query", kind: ErrorKind::Malformed, title: "The query cannot be read" };
/// A part of the path is not of the expected shape.
pub const MALFORMED_PATH: Code =
    Code { name: "malformed-path", kind: ErrorKind::Malformed, title: "The path cannot be read" };
/// The body is larger than accepted.
pub const BODY_TOO_LARGE: Code = Code {
    name: "body-too-large",
    kind: ErrorKind::TooLarge,
    title: "The request body is too large",
};
/// The body is not declared as JSON.
pub const UNSUPPORTED_MEDIA_TYPE: Code = Code {
    name: "unsupported-media-type",
    kind: ErrorKind::UnsupportedMedia,
    title: "Unsupported media type",
};
/// The request took longer than is allowed.
pub const REQUEST_TIMED_OUT: Code = Code {
    name: "request-timed-out",
    kind: ErrorKind::TimedOut,
    title: "The request took too long",
};
/// No bearer token came with the request.
pub const SIGN_IN_REQUIRED: Code =
    Code { name: "sign-in-required", kind: ErrorKind::Unauthenticated, title: "Sign-in required" };
/// The bearer token is not one that can be accepted.
pub const TOKEN_INVALID: Code = Code {
    name: "token-invalid",
    kind: ErrorKind::Unauthenticated,
    title: "Access token not accepted",
};
/// The bearer token has expired.
pub const TOKEN_EXPIRED: Code =
    Code { name: "token-expired", kind: ErrorKind::Unauthenticated, title: "Access token expired" };
/// The session of the bearer token has ended.
pub const SESSION_REVOKED: Code =
    Code { name: "session-revoked", kind: ErrorKind::Unauthenticated, title: "Session ended" };
/// The keys to check bearer tokens with have not been fetched yet.
pub const KEYS_UNAVAILABLE: Code = Code {
    name: "keys-unavailable",
    kind: ErrorKind::Unavailable,
    title: "Access tokens cannot be checked now",
};
/// What was revoked lately is not known.
pub const REVOCATIONS_UNKNOWN: Code = Code {
    name: "revocations-unknown",
    kind: ErrorKind::Unavailable,
    title: "Ended sessions are not known now",
};
/// The database does not answer.
pub const DATABASE_UNAVAILABLE: Code = Code {
    name: "database-unavailable",
    kind: ErrorKind::Unavailable,
    title: "The database does not answer",
};
/// The token does not carry the scope that the operation needs.
pub const SCOPE_MISSING: Code = Code {
    name: "scope-missing",
    kind: ErrorKind::Forbidden,
    title: "Not allowed with this token",
};
/// An edit does not say which state it is based on.
pub const IF_MATCH_REQUIRED: Code = Code {
    name: "if-match-required",
    kind: ErrorKind::PreconditionRequired,
    title: "The edit must say what it is based on",
};
/// The thing is no longer what the edit is based on.
pub const CHANGED_MEANWHILE: Code = Code {
    name: "changed-meanwhile",
    kind: ErrorKind::PreconditionFailed,
    title: "It was changed meanwhile",
};
/// The account's plan does not include what was asked for, or not so much of it.
pub const PLAN_DOES_NOT_INCLUDE: Code = Code {
    name: "plan-does-not-include",
    kind: ErrorKind::PaymentRequired,
    title: "The plan does not include this",
};

/// The API key is not one that can be accepted.
pub const API_KEY_REFUSED: Code = Code {
    name: "api-key-refused",
    kind: ErrorKind::Unauthenticated,
    title: "API key not accepted",
};

/// The caller made too many requests.
pub const RATE_LIMITED: Code =
    Code { name: "rate-limited", kind: ErrorKind::TooManyRequests, title: "Too many requests" };

/// All of them.
pub const ALL: &[&Code] = &[
    &INTERNAL,
    &NOT_FOUND,
    &METHOD_NOT_ALLOWED,
    &MALFORMED_BODY,
    &MALFORMED_QUERY,
    &MALFORMED_PATH,
    &BODY_TOO_LARGE,
    &UNSUPPORTED_MEDIA_TYPE,
    &REQUEST_TIMED_OUT,
    &SIGN_IN_REQUIRED,
    &TOKEN_INVALID,
    &TOKEN_EXPIRED,
    &SESSION_REVOKED,
    &KEYS_UNAVAILABLE,
    &REVOCATIONS_UNKNOWN,
    &DATABASE_UNAVAILABLE,
    &SCOPE_MISSING,
    &API_KEY_REFUSED,
    &RATE_LIMITED,
    &IF_MATCH_REQUIRED,
    &CHANGED_MEANWHILE,
    &PLAN_DOES_NOT_INCLUDE,
];

//! What StreamCore answers when it cannot do what was asked.

use std::time::Duration;

use chassis::{Code, ErrorKind, Problem, problem::codes::DATABASE_UNAVAILABLE, revision};

use crate::webrtc::{OfferError, SessionError};

/// The stream is not on air.
const NOT_LIVE: Code =
    Code { name: "stream-not-live", kind: ErrorKind::NotFound, title: "The stream is not live" };
/// The stream has no playlist yet.
const STARTING: Code =
    Code { name: "stream-starting", kind: ErrorKind::Unavailable, title: "The stream is starting" };
/// The stream is on air but nothing new comes.
const STALLED: Code =
    Code { name: "stream-stalled", kind: ErrorKind::Unavailable, title: "The stream is stalled" };
/// The stream has no such playlist, segment or part, or has it no longer.
const NO_SUCH_FILE: Code = Code {
    name: "no-such-media-file",
    kind: ErrorKind::NotFound,
    title: "The stream has no such file",
};
/// A delivery directive that no client may send.
const BAD_DIRECTIVE: Code = Code {
    name: "bad-delivery-directive",
    kind: ErrorKind::Malformed,
    title: "The HLS delivery directive cannot be served",
};
/// No stream is registered by that name.
const UNKNOWN_STREAM: Code =
    Code { name: "unknown-stream", kind: ErrorKind::NotFound, title: "There is no such stream" };
/// The name is taken.
const SLUG_TAKEN: Code =
    Code { name: "slug-taken", kind: ErrorKind::Conflict, title: "The name is taken" };
/// A value of a stream is not acceptable.
const INVALID_STREAM: Code = Code {
    name: "invalid-stream",
    kind: ErrorKind::Invalid,
    title: "The stream cannot be registered like this",
};
/// It cannot be done to a stream on air.
const ON_AIR: Code =
    Code { name: "stream-on-air", kind: ErrorKind::Conflict, title: "The stream is on air" };
/// A page of a list cannot be found.
const INVALID_PAGE: Code =
    Code { name: "invalid-page", kind: ErrorKind::Invalid, title: "There is no such page" };
/// The body is not an SDP offer.
const MALFORMED_OFFER: Code =
    Code { name: "malformed-offer", kind: ErrorKind::Malformed, title: "The offer cannot be read" };
/// No session can be made of the offer.
const UNUSABLE_OFFER: Code = Code {
    name: "unusable-offer",
    kind: ErrorKind::Invalid,
    title: "No session can be made of the offer",
};
/// The offer has no codec that the stream has.
const NO_COMMON_CODEC: Code = Code {
    name: "no-common-codec",
    kind: ErrorKind::NotAcceptable,
    title: "The offer accepts no codec of the stream",
};
/// The stream is on air but WebRTC cannot carry it.
const NOT_CARRIED: Code = Code {
    name: "not-carried-by-webrtc",
    kind: ErrorKind::Conflict,
    title: "WebRTC cannot carry the stream",
};
/// There is no room for another session.
const SESSIONS_FULL: Code = Code {
    name: "webrtc-sessions-full",
    kind: ErrorKind::Unavailable,
    title: "No room for another WebRTC session",
};
/// There is no such session.
const UNKNOWN_SESSION: Code = Code {
    name: "unknown-webrtc-session",
    kind: ErrorKind::NotFound,
    title: "There is no such WebRTC session",
};

/// Every code of this service, for the test that each has its page.
pub const CODES: [&Code; 16] = [
    &NOT_LIVE,
    &STARTING,
    &STALLED,
    &NO_SUCH_FILE,
    &BAD_DIRECTIVE,
    &UNKNOWN_STREAM,
    &SLUG_TAKEN,
    &INVALID_STREAM,
    &ON_AIR,
    &INVALID_PAGE,
    &MALFORMED_OFFER,
    &UNUSABLE_OFFER,
    &NO_COMMON_CODEC,
    &NOT_CARRIED,
    &SESSIONS_FULL,
    &UNKNOWN_SESSION,
];

/// Why a viewer cannot be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlaybackError {
    /// Nobody publishes the stream.
    #[error("nobody is publishing this stream; it can be watched once its encoder connects")]
    NotLive,
    /// The first playlist is not out yet.
    #[error("the encoder has connected and the first pictures are on their way; try again shortly")]
    Starting,
    /// What was waited for did not come.
    #[error("the encoder sent nothing for three target durations; try again shortly")]
    Stalled,
    /// No such file, or no longer.
    #[error("the stream has no such playlist, segment or part, or it is no longer kept")]
    NoSuchFile,
    /// `_HLS_msn` or `_HLS_part` is out of bounds.
    #[error("{0}")]
    BadDirective(&'static str),
}

impl From<PlaybackError> for Problem {
    fn from(error: PlaybackError) -> Self {
        let code = match error {
            PlaybackError::NotLive => &NOT_LIVE,
            PlaybackError::Starting => &STARTING,
            PlaybackError::Stalled => &STALLED,
            PlaybackError::NoSuchFile => &NO_SUCH_FILE,
            PlaybackError::BadDirective(_) => &BAD_DIRECTIVE,
        };
        let problem = Self::new(code, error.to_string());
        match code.kind {
            ErrorKind::Unavailable => problem.retry_after(Duration::from_secs(1)),
            _ => problem,
        }
    }
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        let code = match &error {
            SessionError::Offer(OfferError::Malformed(_)) => &MALFORMED_OFFER,
            SessionError::Offer(OfferError::Unusable(_)) => &UNUSABLE_OFFER,
            SessionError::Offer(OfferError::NoCommonCodec(_)) => &NO_COMMON_CODEC,
            SessionError::Starting => &STARTING,
            SessionError::Unplayable(_) | SessionError::NotOffered => &NOT_CARRIED,
            SessionError::Full(_) | SessionError::Busy => &SESSIONS_FULL,
            SessionError::Unknown => &UNKNOWN_SESSION,
        };
        let problem = Self::new(code, error.to_string());
        match code.kind {
            ErrorKind::Unavailable => problem.retry_after(Duration::from_secs(1)),
            _ => problem,
        }
    }
}

/// Why a stream cannot be registered or changed.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// No stream has this slug.
    #[error("no stream is registered as `{0}`")]
    Unknown(String),
    /// Another stream has it.
    #[error("the slug `{0}` is taken by another stream; choose a different one")]
    SlugTaken(String),
    /// The slug is not one.
    #[error(transparent)]
    Slug(#[from] crate::domain::slug::InvalidSlug),
    /// The title is not acceptable.
    #[error("a title has 1 to 120 characters and no control characters")]
    Title,
    /// The stream is on air.
    #[error("the stream `{0}` is on air; end it first")]
    OnAir(String),
    /// It was changed since the caller looked.
    #[error("the stream was changed meanwhile; fetch it again and repeat the change")]
    Changed,
    /// The page size or the cursor is not one of ours.
    #[error("{0}")]
    Page(&'static str),
    /// The database failed.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
}

impl From<RegistryError> for Problem {
    fn from(error: RegistryError) -> Self {
        let text = error.to_string();
        match error {
            RegistryError::Unknown(_) => Self::new(&UNKNOWN_STREAM, text),
            RegistryError::SlugTaken(_) => Self::new(&SLUG_TAKEN, text).field("/slug", "is taken"),
            RegistryError::Slug(_) => Self::new(&INVALID_STREAM, text.clone()).field("/slug", text),
            RegistryError::Title => Self::new(&INVALID_STREAM, text.clone()).field("/title", text),
            RegistryError::OnAir(_) => Self::new(&ON_AIR, text),
            RegistryError::Changed => revision::changed(),
            RegistryError::Page(_) => Self::new(&INVALID_PAGE, text),
            RegistryError::Database(source) if store::database::is_unavailable(&source) => {
                Self::new(&DATABASE_UNAVAILABLE, "the database does not answer; try again shortly")
                    .retry_after(Duration::from_secs(2))
                    .caused_by(source)
            }
            RegistryError::Database(source) => Self::internal(source),
        }
    }
}

//! What the handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use chassis::principal::TokenVerifier;
use sqlx::PgPool;

use crate::{
    audit::Audit, domain::ingest_address::IngestAddress, live::LiveStreams, webrtc::WebRtc,
};

/// See the [module](self).
#[derive(Debug, Clone)]
pub(crate) struct AppState {
    /// Registered streams.
    pub(crate) pool: PgPool,
    /// Streams on air.
    pub(crate) live: Arc<LiveStreams>,
    /// Sessions of viewers who want the least delay, where that is offered.
    pub(crate) webrtc: Option<WebRtc>,
    /// Checks access tokens.
    pub(crate) tokens: TokenVerifier,
    /// Where encoders connect.
    pub(crate) ingest: IngestAddress,
    /// Origin from which viewers may fetch media directly.
    pub(crate) viewer_origin: Option<Arc<str>>,
    /// Who changed what.
    pub(crate) audit: Audit,
}

impl FromRef<AppState> for TokenVerifier {
    fn from_ref(state: &AppState) -> Self {
        state.tokens.clone()
    }
}

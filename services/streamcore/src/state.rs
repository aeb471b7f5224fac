//! What the handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use chassis::principal::TokenVerifier;
use sqlx::PgPool;

use crate::live::LiveStreams;

/// See the [module](self).
#[derive(Debug, Clone)]
pub struct AppState {
    /// Registered streams.
    pub pool: PgPool,
    /// Streams on air.
    pub live: Arc<LiveStreams>,
    /// Checks access tokens.
    pub tokens: TokenVerifier,
}

impl FromRef<AppState> for TokenVerifier {
    fn from_ref(state: &AppState) -> Self {
        state.tokens.clone()
    }
}

//! What the handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use chassis::principal::TokenVerifier;
use store::Database;

use crate::sessions::Sessions;
use crate::signing::SigningKeys;

/// See the [module](self).
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) database: Database,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) signing: Arc<SigningKeys>,
    pub(crate) tokens: TokenVerifier,
}

impl FromRef<AppState> for TokenVerifier {
    fn from_ref(state: &AppState) -> Self {
        state.tokens.clone()
    }
}

//! What the handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use chassis::entitlements::Plans;
use chassis::principal::TokenVerifier;
use store::{Database, Redis};

use crate::accounts::Accounts;
use crate::api_keys::ApiKeys;
use crate::audit_log::AuditLog;
use crate::browser::Browser;
use crate::oauth::Oauth;
use crate::organisations::Organisations;
use crate::sessions::Sessions;
use crate::signing::SigningKeys;
use crate::system::System;

/// See the [module](self).
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) database: Database,
    pub(crate) redis: Redis,
    pub(crate) audit: AuditLog,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) api_keys: Arc<ApiKeys>,
    pub(crate) oauth: Arc<Oauth>,
    pub(crate) browser: Arc<Browser>,
    pub(crate) signing: Arc<SigningKeys>,
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) organisations: Arc<Organisations>,
    pub(crate) tokens: TokenVerifier,
    pub(crate) plans: Plans,
    pub(crate) system: Arc<System>,
}

impl FromRef<AppState> for TokenVerifier {
    fn from_ref(state: &AppState) -> Self {
        state.tokens.clone()
    }
}

impl FromRef<AppState> for Plans {
    fn from_ref(state: &AppState) -> Self {
        state.plans.clone()
    }
}

//! gateway-api: people, sign-in, tokens, audit log. One module per area.

mod audit;
mod people;
mod plans;
mod session;
mod token;

pub use audit::{AuditCheckpoint, AuditEntry, AuditOutcome, AuditPage, AuditProof, AuditQuery};
pub use people::{User, UserRole};
pub use plans::SetPlan;
pub use session::{
    AccessToken, Refresh, RefreshedTokens, Session, SessionTokens, SessionsRevoked, SignIn,
};
pub use token::{ACCESS_TOKEN_TYPE, AccessTokenClaims, Jwk, JwkSet, SigningAlgorithm};

//! gateway-api: people, sign-in, tokens, audit log. One module per area.

mod api_keys;
mod audit;
mod mail_link;
mod people;
mod plans;
mod session;
mod sign_up;
mod system;
mod token;

pub use api_keys::{
    ApiKey, ApiKeyList, ApiKeyPage, ApiKeyQuery, ApiKeySecret, ApiKeyToken, EditApiKey, NewApiKey,
    RotateApiKey,
};
pub use audit::{AuditCheckpoint, AuditEntry, AuditOutcome, AuditPage, AuditProof, AuditQuery};
pub use mail_link::{
    AcceptInvitation, EmailVerified, InvitationAccepted, MailLink, MailLinkPurpose, MailLinkToken,
    Recovery, ResetPassword, VerifyEmail,
};
pub use people::{
    Invitation, Invitations, Invite, OwnChange, PeoplePage, PeopleQuery, Person, PersonChange,
    PersonStatus, User, UserRole,
};
pub use plans::SetPlan;
pub use session::{
    AccessToken, Refresh, RefreshedTokens, Session, SessionTokens, SessionsRevoked, SignIn,
};
pub use sign_up::{SignUp, SignUpPolicy, SignUpRules};
pub use system::{
    Alarm, AlarmSeverity, CheckFinding, CheckOutcome, ChecksReport, ChecksState, EngineStatus,
    HostSample, HostStatus, ProcessStatus, ServiceState, ServiceStatus, SystemStatus,
};
pub use token::{ACCESS_TOKEN_TYPE, AccessTokenClaims, Jwk, JwkSet, SigningAlgorithm};

//! gateway-api: people, sign-in, tokens, audit log. One module per area.

mod api_keys;
mod audit;
mod clients;
mod factors;
mod mail_link;
mod oauth;
mod organisations;
mod passkeys;
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
pub use clients::{
    Client, ClientKind, ClientPage, ClientQuery, ClientSpec, ClientWithSecret, Consent, Consents,
    CreateClient, GrantType,
};
pub use factors::{
    ChangePassword, ConfirmTotp, Factors, RecoveryCodes, SecondFactor, SecondFactorMethod, StepUp,
    TotpEnrolment,
};
pub use mail_link::{
    AcceptInvitation, EmailVerified, InvitationAccepted, MailLink, MailLinkPurpose, MailLinkToken,
    Recovery, ResetPassword, VerifyEmail,
};
pub use oauth::{
    AuthorizeQuery, Decision, DeviceAuthorization, DeviceAuthorizationRequest, DeviceCodeEntry,
    DeviceDecision, DeviceRequest, IdTokenClaims, Interaction, InteractionAnswer,
    InteractionClient, InteractionOutcome, InteractionReason, InteractionStage, Introspection,
    OauthErrorBody, ServerMetadata, SignOutQuery, TokenQuestion, TokenRequest, TokenResponse,
    UserInfo,
};
pub use organisations::{
    InviteMember, Member, MemberChange, MemberInvitation, MemberInvitations, Members, Organisation,
    OrganisationName, OrganisationRole, Organisations, Team, TeamName, Teams,
};
pub use passkeys::{
    AssertionResponse, AttestationResponse, Passkey, PasskeyAssertion, PasskeyAttestation,
    PasskeyCeremony, PasskeyChallenge, PasskeyList, PasskeyProof, RegisterPasskey,
    RegisteredPasskey, RenamePasskey,
};
pub use people::{
    ChangeEmail, Invitation, Invitations, Invite, OwnChange, PeoplePage, PeopleQuery, Person,
    PersonChange, PersonStatus, User, UserRole,
};
pub use plans::{Plans, SetPlan};
pub use session::{
    AccessToken, Refresh, RefreshedTokens, Session, SessionDetails, SessionList, SessionTokens,
    SessionsQuery, SessionsRevoked, SignIn,
};
pub use sign_up::{PasswordCheck, PasswordStrength, SignUp, SignUpPolicy, SignUpRules};
pub use system::{
    Alarm, AlarmSeverity, CheckFinding, CheckOutcome, ChecksReport, ChecksState, EngineStatus,
    HostSample, HostStatus, ProcessStatus, ServiceState, ServiceStatus, SystemStatus,
};
pub use token::{ACCESS_TOKEN_TYPE, AccessTokenClaims, Jwk, JwkSet, SigningAlgorithm};

//! The only SQL of this service.

pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod audit_tree;
pub(crate) mod call_ins;
pub(crate) mod erasure;
pub(crate) mod export;
pub(crate) mod factors;
mod labels;
pub(crate) mod mail_links;
pub(crate) mod mail_outbox;
pub(crate) mod oauth_clients;
pub(crate) mod oauth_consents;
pub(crate) mod oauth_device_requests;
pub(crate) mod oauth_grants;
pub(crate) mod oauth_interactions;
pub(crate) mod organisations;
pub(crate) mod passkeys;
pub(crate) mod people;
pub(crate) mod plans;
pub(crate) mod recovery_codes;
pub(crate) mod session_list;
pub(crate) mod sessions;
pub(crate) mod signing_keys;
pub(crate) mod teams;
pub(crate) mod token_revocations;
pub(crate) mod totp;
pub(crate) mod users;

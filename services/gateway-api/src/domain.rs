//! Rules about people, sessions and the audit log. Time is always an argument.

pub(crate) mod account;
pub(crate) mod alarm_book;
pub(crate) mod alarm_rules;
pub(crate) mod api_key;
pub(crate) mod assurance;
pub(crate) mod audit;
pub(crate) mod audit_cursor;
pub(crate) mod audit_filter;
pub(crate) mod audit_leaf;
pub(crate) mod audit_verification;
pub(crate) mod canonical_json;
pub(crate) mod checkpoint;
pub(crate) mod deletion;
pub(crate) mod host_readings;
pub(crate) mod letter;
pub(crate) mod lifetimes;
pub(crate) mod maced;
pub(crate) mod mail;
pub(crate) mod mail_link;
pub(crate) mod merkle;
pub(crate) mod oauth;
pub(crate) mod password;
pub(crate) mod refresh_token;
pub(crate) mod retry;
pub(crate) mod signing_schedule;

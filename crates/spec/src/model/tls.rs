//! TLS policy.

use serde::{Deserialize, Serialize};

/// TLS policy of the public listeners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Oldest accepted protocol version.
    pub min_version: TlsVersion,
    /// Cipher suites of TLS 1.2, by OpenSSL name; those of TLS 1.3 are all sound and not chosen.
    pub ciphers: Vec<String>,
    /// Key exchange groups, by OpenSSL name, most preferred first.
    pub curves: Vec<String>,
    /// Lifetime of Strict-Transport-Security, in seconds.
    pub hsts_seconds: u64,
    /// Accepted issuers: one of these words occurs in the issuer's organisation.
    pub issuers: Vec<String>,
    /// Whether an ACME client may manage certificates.
    pub acme: bool,
    /// Absolute path of the certificate chain on a production host, leaf first.
    pub certificate: String,
    /// Absolute path of its private key.
    pub key: String,
    /// Days before expiry from which the certificate is reported.
    pub warn_days_before_expiry: u32,
}

/// A TLS protocol version that may still be offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TlsVersion {
    /// TLS 1.2 (RFC 5246).
    #[serde(rename = "TLSv1.2")]
    V1_2,
    /// TLS 1.3 (RFC 8446).
    #[serde(rename = "TLSv1.3")]
    V1_3,
}

//! Settings of gateway-api.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::time::Duration;

use api::gateway::SignUpPolicy;
use chassis::Secret;
use chassis::principal::VerifierConfig;
use serde::{Deserialize, Serialize};

use crate::domain::oauth::redirect_uri;

/// See the [module](self). Environment names begin with `NEXUS_GATEWAY_API__`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Issuer of access tokens: the platform's public URL. Every service must be told the same.
    pub issuer: String,
    /// Audience of access tokens. Every service must be told the same.
    pub audience: String,
    /// File with the secret that seals the signing keys in the database and that other keys are
    /// derived from; made at the first start, readable by its owner only. Whoever has it and the
    /// database can act as anybody; without it the signing keys are lost.
    pub signing_key_file: PathBuf,
    /// Days after which the keys that sign tokens are replaced, 1 to 365.
    pub signing_key_days: u32,
    /// File that signed checkpoints of the audit log are appended to. A copy that is kept elsewhere
    /// shows whether the log was changed or cut off.
    pub audit_checkpoint_file: PathBuf,
    /// Proxies whose `x-forwarded-for` names the caller: where nginx runs.
    pub trusted_proxies: Vec<IpAddr>,
    /// Seconds that an access token is good for, 60 to 900.
    pub access_token_seconds: u32,
    /// Days without a refresh after which a session ends.
    pub session_idle_days: u32,
    /// Days after which a session ends however it is used.
    pub session_days: u32,
    /// Milliseconds of a core that hashing a password shall take, 0 to 1000. The work is measured at
    /// the start, is never less than 19 MiB and two passes of Argon2id, and never more than 64 MiB.
    /// Hashes of less work are made anew when their owner signs in.
    pub password_hash_milliseconds: u32,
    /// Threads that check passwords; 0 means half of the processor cores. Each keeps up to 64 MiB.
    pub password_threads: u32,
    /// Sign-ins that may wait for such a thread; more are told to try again.
    pub password_queue: u32,
    /// Sign-in attempts for one account from one address in the throttle window.
    pub attempts_per_account: u32,
    /// Sign-in attempts from one address in the throttle window.
    pub attempts_per_address: u32,
    /// Sign-in attempts for one account in the throttle window, from wherever they come. Devices
    /// that have signed in to it before are not bound by it. Counts as `attempts_per_account` when
    /// it is less.
    pub attempts_per_account_anywhere: u32,
    /// Length of the throttle window in seconds.
    pub attempts_window_seconds: u32,
    /// Requests a minute that a program with a client secret may make to the token, introspection,
    /// revocation and device authorization endpoints, from all addresses together; a fifth of them at
    /// once.
    pub client_requests_per_minute: u32,
    /// Who may make an account: `open` everybody, `invite` whoever was invited, `closed` nobody.
    pub sign_up: SignUpPolicy,
    /// Host name of the mail server. When there is none, mails are kept as files in
    /// `mail_folder` and sent nowhere; `nexus mail list` shows them.
    pub smtp_host: String,
    /// Port of the mail server.
    pub smtp_port: u16,
    /// How the connection to the mail server is encrypted: `starttls`, `implicit` or `none`.
    pub smtp_tls: SmtpTls,
    /// Name to sign in to the mail server with; empty when it asks for none.
    pub smtp_user: String,
    /// Password to sign in to the mail server with.
    pub smtp_password: Secret<String>,
    /// Sender of mails, such as `Nexus COS <no-reply@example.org>`.
    pub mail_from: String,
    /// Folder for mails that are sent nowhere.
    pub mail_folder: PathBuf,
    /// Seconds after which whoever changes how they sign in, somebody's role, an API key or a
    /// registered client, or takes their data along, must prove again who they are.
    pub step_up_seconds: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            issuer: "https://nexuscos.localhost:8443".to_owned(),
            audience: "nexus-cos".to_owned(),
            signing_key_file: PathBuf::from(".nexus/secrets/signing-key.pem"),
            signing_key_days: 30,
            audit_checkpoint_file: PathBuf::from(".nexus/audit/checkpoints"),
            trusted_proxies: vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
            access_token_seconds: 300,
            session_idle_days: 14,
            session_days: 90,
            password_hash_milliseconds: 50,
            password_threads: 0,
            password_queue: 32,
            attempts_per_account: 10,
            attempts_per_address: 60,
            attempts_per_account_anywhere: 100,
            attempts_window_seconds: 300,
            client_requests_per_minute: 60_000,
            sign_up: SignUpPolicy::Invite,
            smtp_host: String::new(),
            smtp_port: 587,
            smtp_tls: SmtpTls::Starttls,
            smtp_user: String::new(),
            smtp_password: Secret::default(),
            mail_from: "Nexus COS <no-reply@nexuscos.localhost>".to_owned(),
            mail_folder: PathBuf::from(".nexus/mail"),
            step_up_seconds: 300,
        }
    }
}

/// How the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// Begins in plain text and must be upgraded: usual on port 587.
    #[default]
    Starttls,
    /// From the first byte: usual on port 465.
    Implicit,
    /// Not at all: only for a mail server on this machine.
    None,
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A number is out of its bounds.
    #[error("gateway-api.{key} is {value}; it must be {bounds}")]
    Bounds {
        /// The setting.
        key: &'static str,
        /// Its value.
        value: u32,
        /// What is allowed.
        bounds: &'static str,
    },
    /// A password or a link would cross the network in plain text.
    #[error(
        "gateway-api.smtp_tls is `none`, which only a mail server on this machine may be used with; set it to `starttls` or `implicit`"
    )]
    PlainMail,
}

impl Config {
    /// What every service accepts access tokens by.
    pub fn verifier(&self) -> VerifierConfig {
        VerifierConfig { issuer: self.issuer.clone(), audience: self.audience.clone() }
    }

    /// The origin that the console is used from.
    pub(crate) fn console_origin(&self) -> Option<String> {
        redirect_uri::origin(&self.issuer)
    }

    /// Checks what the types cannot.
    pub fn check(&self) -> Result<(), ConfigError> {
        let rules = [
            (
                "access_token_seconds",
                self.access_token_seconds,
                (60..=900).contains(&self.access_token_seconds),
                "60 to 900",
            ),
            (
                "session_idle_days",
                self.session_idle_days,
                (1..=self.session_days).contains(&self.session_idle_days),
                "at least 1 and at most session_days",
            ),
            (
                "signing_key_days",
                self.signing_key_days,
                (1..=365).contains(&self.signing_key_days),
                "1 to 365",
            ),
            (
                "password_hash_milliseconds",
                self.password_hash_milliseconds,
                self.password_hash_milliseconds <= 1000,
                "at most 1000",
            ),
            ("password_queue", self.password_queue, self.password_queue > 0, "at least 1"),
            (
                "attempts_per_account",
                self.attempts_per_account,
                self.attempts_per_account > 0,
                "at least 1",
            ),
            (
                "attempts_per_address",
                self.attempts_per_address,
                self.attempts_per_address > 0,
                "at least 1",
            ),
            (
                "attempts_per_account_anywhere",
                self.attempts_per_account_anywhere,
                self.attempts_per_account_anywhere > 0,
                "at least 1",
            ),
            ("step_up_seconds", self.step_up_seconds, self.step_up_seconds > 0, "at least 1"),
            (
                "attempts_window_seconds",
                self.attempts_window_seconds,
                self.attempts_window_seconds > 0,
                "at least 1",
            ),
        ];
        let local = ["", "localhost", "127.0.0.1", "::1"].contains(&self.smtp_host.as_str());
        if self.smtp_tls == SmtpTls::None && !local {
            return Err(ConfigError::PlainMail);
        }
        match rules.into_iter().find(|(_, _, holds, _)| !holds) {
            Some((key, value, _, bounds)) => Err(ConfigError::Bounds { key, value, bounds }),
            None => Ok(()),
        }
    }

    pub(crate) fn signing_key_lifetime(&self) -> time::Duration {
        time::Duration::days(self.signing_key_days.into())
    }

    pub(crate) fn password_hash_time(&self) -> Duration {
        Duration::from_millis(self.password_hash_milliseconds.into())
    }

    pub(crate) fn attempts_window(&self) -> Duration {
        Duration::from_secs(self.attempts_window_seconds.into())
    }
}

//! What a collector saw of a running platform. Everything starts as "not looked at".

use std::collections::BTreeMap;

use time::OffsetDateTime;

/// What looking at one thing gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed<T> {
    /// It was seen.
    Seen(T),
    /// Looking failed, which is itself a finding; the text says how.
    Failed(String),
    /// It was not looked at; the text says why.
    Skipped(String),
}

impl<T> Default for Observed<T> {
    fn default() -> Self {
        Self::Skipped("not looked at".to_owned())
    }
}

impl<T, E: std::fmt::Display> From<Result<T, E>> for Observed<T> {
    fn from(result: Result<T, E>) -> Self {
        match result {
            Ok(value) => Self::Seen(value),
            Err(error) => Self::Failed(error.to_string()),
        }
    }
}

/// Which kind of installation is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    /// A developer's machine: names end in `.localhost`, certificates come from a local authority.
    Local,
    /// A public host.
    Production,
}

/// Everything a collector saw.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Which kind of installation this is.
    pub site: Site,
    /// When the facts were collected.
    pub now: OffsetDateTime,
    /// The machine.
    pub host: Observed<HostFacts>,
    /// Generated files and settings, by path or name; the value says whether each is as rendered.
    pub generated: BTreeMap<String, Observed<FileFacts>>,
    /// Files holding secrets, by path.
    pub secrets: BTreeMap<String, Observed<FileFacts>>,
    /// The specification file, read from disk and compared with the one this program carries.
    pub spec_file: Observed<FileFacts>,
    /// PostgreSQL.
    pub database: Observed<DatabaseFacts>,
    /// Redis or Valkey.
    pub redis: Observed<RedisFacts>,
    /// Our services by target name.
    pub services: BTreeMap<String, ServiceFacts>,
    /// nginx.
    pub gateway: GatewayFacts,
    /// Certificates by domain, as served in a handshake.
    pub certificates: BTreeMap<String, Observed<CertificateFacts>>,
    /// Sign-in and tokens.
    pub identity: IdentityFacts,
    /// Ingest and delivery.
    pub streaming: StreamingFacts,
    /// Log files by name.
    pub logs: BTreeMap<String, Observed<LogFacts>>,
}

impl Facts {
    /// Facts in which nothing has been looked at yet.
    pub fn unseen(site: Site, now: OffsetDateTime) -> Self {
        Self {
            site,
            now,
            host: Observed::default(),
            generated: BTreeMap::new(),
            secrets: BTreeMap::new(),
            spec_file: Observed::default(),
            database: Observed::default(),
            redis: Observed::default(),
            services: BTreeMap::new(),
            gateway: GatewayFacts::default(),
            certificates: BTreeMap::new(),
            identity: IdentityFacts::default(),
            streaming: StreamingFacts::default(),
            logs: BTreeMap::new(),
        }
    }
}

/// The machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostFacts {
    /// Bytes free for us on the file system that holds the data.
    pub disk_free_bytes: u64,
    /// Inodes free on it.
    pub inodes_free: u64,
    /// Memory that can be used without swapping (`MemAvailable`), in bytes.
    pub memory_available_bytes: u64,
    /// Soft limit on open files of the services' process.
    pub open_files: u64,
}

/// A file that the platform depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileFacts {
    /// Unix permission bits (the low nine).
    pub mode: u32,
    /// Whether the content is what would be written now; always true for secrets.
    pub fresh: bool,
}

/// PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseFacts {
    /// Name of the database connected to.
    pub name: String,
    /// Major version of the server.
    pub version: u32,
    /// `schema.table` of every table.
    pub tables: Vec<String>,
    /// Per service: migrations in the program and not in the database, or the other way round.
    pub migration_drift: BTreeMap<String, Vec<String>>,
    /// Connections in use and allowed.
    pub connections: (u32, u32),
    /// Whether data checksums are on.
    pub checksums: bool,
}

/// Redis or Valkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisFacts {
    /// Answer to `PING`.
    pub ping: String,
    /// Server and version, such as `Valkey 8.0.1`.
    pub version: String,
    /// Whether writes survive a restart (append-only file or snapshots on).
    pub persistent: bool,
    /// Whether the last background save or rewrite failed.
    pub save_failed: bool,
    /// Whether the server refuses commands without a password.
    pub password_required: bool,
}

/// One of our services.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceFacts {
    /// `GET` of its health path.
    pub health: Observed<HttpAnswer>,
    /// `GET /readyz`.
    pub ready: Observed<HttpAnswer>,
    /// `GET /metrics`.
    pub metrics: Observed<HttpAnswer>,
    /// Version from `GET /version`.
    pub version: Observed<String>,
    /// Addresses that its main port listens on, without the port.
    pub addresses: Observed<Vec<String>>,
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpAnswer {
    /// Status code.
    pub status: u16,
    /// Headers that the checks look at, by lowercase name.
    pub headers: BTreeMap<String, String>,
    /// The first bytes of the body, as text.
    pub body: String,
}

/// nginx and what it passes on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GatewayFacts {
    /// Outcome of `nginx -t` on the live configuration; the text is its output.
    pub syntax: Observed<String>,
    /// Answers to one request per route of the specification, through the gateway over HTTPS.
    pub routes: Vec<RouteAnswer>,
    /// Status of a plain HTTP request to a known domain.
    pub plain_http: Observed<u16>,
    /// Whether a TLS handshake for an unknown name was refused.
    pub unknown_name_refused: Observed<bool>,
    /// Application protocol agreed in a handshake offering `h2`.
    pub alpn: Observed<String>,
    /// Status of `GET /metrics` through the gateway, by domain.
    pub internal_paths: BTreeMap<String, Observed<u16>>,
    /// Status of a request whose body is one byte over the limit.
    pub oversized_body: Observed<u16>,
    /// The request id that a request claiming an id of its own was answered with, and that claim.
    pub request_id: Observed<(String, String)>,
}

/// The answer to one request through the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteAnswer {
    /// Domain as written in the specification.
    pub domain: String,
    /// Path as written in the specification.
    pub path: String,
    /// What came back.
    pub answer: Observed<HttpAnswer>,
}

/// A certificate as served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Start of validity.
    pub not_before: OffsetDateTime,
    /// End of validity.
    pub not_after: OffsetDateTime,
    /// DNS names of the subject alternative name.
    pub names: Vec<String>,
    /// Organisation (or common name) of the issuer.
    pub issuer: String,
    /// Whether the chain leads to a trusted root (the local authority on a local site).
    pub chain_trusted: bool,
    /// Whether the certificate on disk is the one served and its key file matches it.
    pub matches_disk: bool,
    /// Protocol version agreed in the handshake, such as `TLSv1.3`.
    pub protocol: String,
    /// Whether a handshake with TLS 1.1 was refused.
    pub old_protocol_refused: Option<bool>,
}

/// Sign-in and tokens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IdentityFacts {
    /// Number of keys in `/.well-known/jwks.json`.
    pub jwks_keys: Observed<usize>,
    /// Answer to a protected path without a token.
    pub without_token: Observed<HttpAnswer>,
    /// Answer to a protected path with a forged token.
    pub forged_token: Observed<HttpAnswer>,
    /// Whether an administrator exists.
    pub administrator: Observed<bool>,
}

/// Ingest and delivery.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamingFacts {
    /// Whether the RTMP port answered a handshake (S0 and S1).
    pub rtmp_handshake: Observed<bool>,
    /// Answer to the live list.
    pub live_list: Observed<HttpAnswer>,
    /// Answer to the playlist of a stream that does not exist.
    pub missing_playlist: Observed<HttpAnswer>,
    /// Protocol agreed on at the port where viewers fetch media directly; `None` where there is
    /// no such port.
    pub viewers: Option<Observed<String>>,
}

/// A log file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogFacts {
    /// Lines of the last hundred that report a critical error.
    pub critical: Vec<String>,
    /// Size in bytes.
    pub bytes: u64,
}

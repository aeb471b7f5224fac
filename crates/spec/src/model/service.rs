//! Services, engines, domains and routes.

use serde::{Deserialize, Serialize};

/// One service of ours, or an engine it stands on (PostgreSQL, Redis).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Display name.
    pub title: String,
    /// One line for people.
    pub purpose: String,
    /// Whether code for it exists.
    pub status: Status,
    /// Folder in the repository; absent for engines, which are not ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// TCP port of its main listener, on the loopback interface.
    pub port: u16,
    /// How its health is asked for.
    pub health: Health,
    /// Listeners besides the main one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listens: Vec<Listen>,
}

/// Whether code for a service exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Built and expected to run.
    Active,
    /// Named, with its port reserved; nothing answers for it.
    Planned,
}

/// How the health of a service is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// `GET` of this path answers 200.
    Http(String),
    /// PostgreSQL accepts connections.
    PgIsready,
    /// `PING` answers `PONG`.
    RedisPing,
}

/// A listener besides the main one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// Name of the protocol spoken there.
    pub name: String,
    /// Transport protocol.
    pub protocol: Transport,
    /// Port number.
    pub port: u16,
    /// Whether it is reached from outside the host without the gateway.
    pub public: bool,
}

/// Transport protocol of a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// A public domain name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// The service that owns the domain; its root page answers there.
    pub service: String,
}

/// A path prefix of a domain that the gateway passes to a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Domain name, a key of `domains`.
    pub domain: String,
    /// Absolute path; one that ends in `/` is a prefix, any other matches exactly.
    pub path: String,
    /// Target name, a key of `services`.
    pub service: String,
    /// What kind of traffic it carries, which decides limits, buffering and caching.
    pub kind: RouteKind,
}

/// What kind of traffic a route carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteKind {
    /// JSON requests, rate limited per address.
    Api,
    /// Requests of programs with a client secret. Many come from one address, so the service counts
    /// them by client.
    Client,
    /// A web application and its assets.
    App,
    /// HLS playlists, parts and segments; requests may be held open.
    Live,
}

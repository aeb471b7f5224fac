//! OAuth clients: programs that people sign in to with their account here, or that act by
//! themselves.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::SigningAlgorithm;

/// Whether a program can keep a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClientKind {
    /// It cannot: an app in a browser or on somebody's machine. It has no secret.
    Public,
    /// It runs on a server and proves itself with its secret.
    Confidential,
}

/// How a client may get tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub enum GrantType {
    /// A person signs in at a browser.
    #[serde(rename = "authorization_code")]
    AuthorizationCode,
    /// It keeps itself signed in.
    #[serde(rename = "refresh_token")]
    RefreshToken,
    /// It acts by itself, without a person.
    #[serde(rename = "client_credentials")]
    ClientCredentials,
    /// A person signs in at another device.
    #[serde(rename = "urn:ietf:params:oauth:grant-type:device_code")]
    DeviceCode,
}

/// What an administrator says about a client.
///
/// It takes unknown fields: it is part of the answer [`Client`], which has more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClientSpec {
    /// Name that people are shown when they are asked for their consent, 1 to 120 characters.
    #[schema(example = "Rundown planner")]
    pub name: String,
    /// How it may get tokens.
    pub grant_types: Vec<GrantType>,
    /// Where people may be sent back to: `https` URLs, or `http` ones on a loopback address.
    /// Compared character by character; on `127.0.0.1` and `[::1]` any port will do.
    #[serde(default)]
    #[schema(example = json!(["https://planner.example.org/callback"]))]
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after they signed out.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Most that its tokens may allow.
    #[schema(example = json!(["openid", "profile", "email"]))]
    pub scopes: Vec<String>,
    /// What its id tokens are signed with.
    #[serde(default)]
    pub id_token_signed_response_alg: SigningAlgorithm,
    /// Whether it is switched off.
    #[serde(default)]
    pub disabled: bool,
}

/// Body of `POST /api/v1/clients`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateClient {
    /// Whether it can keep a secret; fixed from then on.
    pub kind: ClientKind,
    /// The rest, which can be changed later.
    pub client: ClientSpec,
}

/// A client. Its secret is never shown again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Client {
    /// The client here; the subject of the tokens that it gets for itself.
    pub id: Uuid,
    /// Its name in the protocol.
    #[schema(example = "nxp_5f0c8a1b2c3d4e5f")]
    pub client_id: String,
    /// Whether it can keep a secret.
    pub kind: ClientKind,
    /// What can be changed.
    #[serde(flatten)]
    pub spec: ClientSpec,
    /// Whether it belongs to the platform: people are not asked for their consent, and it cannot
    /// be changed here.
    pub first_party: bool,
    /// Last characters of its secret, to tell secrets apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_hint: Option<String>,
    /// When it was registered.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// A client with its secret, which is shown this once.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct ClientWithSecret {
    /// The client.
    #[serde(flatten)]
    pub client: Client,
    /// The secret of a confidential client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
}

/// A page of clients, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClientPage {
    /// The clients.
    pub clients: Vec<Client>,
    /// Cursor of the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Query of `GET /api/v1/clients`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ClientQuery {
    /// Clients on a page, 1 to 200; 50 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// Where to go on: `next` of the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Clients that a person agreed to, answer of `GET /api/v1/session/consents`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Consents {
    /// One for each client.
    pub consents: Vec<Consent>,
}

/// What a person agreed to for a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Consent {
    /// The client's name in the protocol.
    pub client_id: String,
    /// The client's name for people.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When the person agreed last.
    #[serde(with = "time::serde::rfc3339")]
    pub granted_at: OffsetDateTime,
}

impl ClientKind {
    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Confidential => "confidential",
        }
    }
}

impl GrantType {
    /// Every one of them.
    pub const ALL: [Self; 4] =
        [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials, Self::DeviceCode];

    /// The name in the protocol.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
        }
    }

    /// The grant type of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.name() == name)
    }
}

impl std::fmt::Debug for ClientWithSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientWithSecret").field("client", &self.client).finish_non_exhaustive()
    }
}

//! Clients: programs that get tokens.

use std::collections::BTreeSet;

use api::gateway::{ClientKind, ClientSpec, GrantType};
use time::OffsetDateTime;
use uuid::Uuid;

use super::client_secret::SecretHash;
use super::redirect_uri::{self, UriRefused};
use super::scopes;

/// Most URIs of each kind, grant types and scopes that a client has.
const MAX_LIST: usize = 50;
/// The platform's own client for browsers.
pub(crate) const CONSOLE: &str = "console";

/// A registered client.
#[expect(clippy::struct_field_names, reason = "`client_id` is the protocol's name for it")]
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) id: Uuid,
    pub(crate) client_id: String,
    pub(crate) kind: ClientKind,
    pub(crate) secret_hash: Option<SecretHash>,
    pub(crate) secret_hint: Option<String>,
    pub(crate) spec: ClientSpec,
    pub(crate) first_party: bool,
    pub(crate) revision: i64,
    pub(crate) created_at: OffsetDateTime,
}

/// Why a client cannot be registered like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ClientRefused {
    #[error("a name has 1 to 120 characters")]
    Name,
    #[error("a list has at most 50 entries")]
    TooMany { pointer: String },
    #[error("{reason}")]
    Uri { pointer: String, reason: UriRefused },
    #[error("the authorization code needs at least one redirect URI")]
    NoRedirectUri,
    #[error("a client needs at least one way to get tokens")]
    NoGrant,
    #[error("only a confidential client can act by itself")]
    PublicByItself { pointer: String },
    #[error(
        "a refresh token comes with a person's sign-in: add authorization_code or the device code"
    )]
    RefreshAlone { pointer: String },
    #[error("`{scope}` is no scope that you can give a client")]
    Scope { pointer: String, scope: String },
}

impl Client {
    pub(crate) fn may(&self, grant: GrantType) -> bool {
        self.spec.grant_types.contains(&grant)
    }

    /// As it is shown.
    pub(crate) fn shown(&self) -> api::gateway::Client {
        api::gateway::Client {
            id: self.id,
            client_id: self.client_id.clone(),
            kind: self.kind,
            spec: self.spec.clone(),
            first_party: self.first_party,
            secret_hint: self.secret_hint.clone(),
            created_at: self.created_at,
        }
    }
}

impl ClientRefused {
    /// JSON pointer, inside the client, to what is refused.
    pub(crate) fn pointer(&self) -> &str {
        match self {
            Self::Name => "/name",
            Self::NoRedirectUri => "/redirect_uris",
            Self::NoGrant => "/grant_types",
            Self::TooMany { pointer }
            | Self::Uri { pointer, .. }
            | Self::PublicByItself { pointer }
            | Self::RefreshAlone { pointer }
            | Self::Scope { pointer, .. } => pointer,
        }
    }
}

/// Checks what an administrator with these scopes says about a client.
pub(crate) fn check(
    kind: ClientKind,
    spec: &ClientSpec,
    own_scopes: &BTreeSet<String>,
) -> Result<(), ClientRefused> {
    if !(1..=120).contains(&spec.name.trim().chars().count()) {
        return Err(ClientRefused::Name);
    }
    check_uris("/redirect_uris", &spec.redirect_uris)?;
    check_uris("/post_logout_redirect_uris", &spec.post_logout_redirect_uris)?;
    check_grants(kind, spec)?;
    check_length("/scopes", spec.scopes.len())?;
    let registrable = scopes::registrable(false);
    for (index, scope) in spec.scopes.iter().enumerate() {
        let known = registrable.contains(scope.as_str());
        let own = scopes::is_standard(scope) || own_scopes.contains(scope);
        if !(known && own) {
            let pointer = format!("/scopes/{index}");
            return Err(ClientRefused::Scope { pointer, scope: scope.clone() });
        }
    }
    Ok(())
}

fn check_grants(kind: ClientKind, spec: &ClientSpec) -> Result<(), ClientRefused> {
    let grants = &spec.grant_types;
    check_length("/grant_types", grants.len())?;
    let at = |wanted| grants.iter().position(|grant| *grant == wanted);
    let pointer = |index: usize| format!("/grant_types/{index}");
    if let Some(index) = at(GrantType::ClientCredentials)
        && kind == ClientKind::Public
    {
        return Err(ClientRefused::PublicByItself { pointer: pointer(index) });
    }
    let person = at(GrantType::AuthorizationCode).or(at(GrantType::DeviceCode));
    if let (Some(index), None) = (at(GrantType::RefreshToken), person) {
        return Err(ClientRefused::RefreshAlone { pointer: pointer(index) });
    }
    if at(GrantType::AuthorizationCode).is_some() && spec.redirect_uris.is_empty() {
        return Err(ClientRefused::NoRedirectUri);
    }
    if grants.is_empty() { Err(ClientRefused::NoGrant) } else { Ok(()) }
}

fn check_uris(list: &str, uris: &[String]) -> Result<(), ClientRefused> {
    check_length(list, uris.len())?;
    for (index, uri) in uris.iter().enumerate() {
        redirect_uri::check(uri)
            .map_err(|reason| ClientRefused::Uri { pointer: format!("{list}/{index}"), reason })?;
    }
    Ok(())
}

fn check_length(list: &str, length: usize) -> Result<(), ClientRefused> {
    if length > MAX_LIST {
        return Err(ClientRefused::TooMany { pointer: list.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use api::gateway::{ClientKind, ClientSpec, GrantType, SigningAlgorithm};

    use super::check;

    fn spec() -> ClientSpec {
        ClientSpec {
            name: "Planner".to_owned(),
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            redirect_uris: vec!["https://planner.example/cb".to_owned()],
            post_logout_redirect_uris: Vec::new(),
            scopes: vec!["openid".to_owned(), "streams:read".to_owned()],
            id_token_signed_response_alg: SigningAlgorithm::Rs256,
            disabled: false,
        }
    }

    #[test]
    fn what_is_wrong_with_a_client_is_pointed_at() {
        use ClientKind::{Confidential, Public};
        let own = ["streams:read", "account"].map(str::to_owned).into();
        assert_eq!(check(Public, &spec(), &own), Ok(()));
        let by_itself = vec![GrantType::ClientCredentials];
        let cases: [(ClientKind, ClientSpec, &str); 8] = [
            (Public, ClientSpec { name: " ".to_owned(), ..spec() }, "/name"),
            (Public, ClientSpec { grant_types: by_itself, ..spec() }, "/grant_types/0"),
            (Public, ClientSpec { grant_types: Vec::new(), ..spec() }, "/grant_types"),
            (
                Confidential,
                ClientSpec {
                    grant_types: vec![GrantType::ClientCredentials, GrantType::RefreshToken],
                    ..spec()
                },
                "/grant_types/1",
            ),
            (Public, ClientSpec { redirect_uris: Vec::new(), ..spec() }, "/redirect_uris"),
            (
                Public,
                ClientSpec { redirect_uris: vec!["http://a.example/".to_owned()], ..spec() },
                "/redirect_uris/0",
            ),
            (Public, ClientSpec { scopes: vec!["audit:read".to_owned()], ..spec() }, "/scopes/0"),
            (Public, ClientSpec { scopes: vec!["account".to_owned()], ..spec() }, "/scopes/0"),
        ];
        for (kind, spec, pointer) in cases {
            assert_eq!(check(kind, &spec, &own).unwrap_err().pointer(), pointer);
        }
    }
}

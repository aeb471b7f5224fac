//! What a client asks of `/oauth2/authorize`.

use api::gateway::GrantType;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::client::Client;
use super::params::Params;

/// Longest `state`, `nonce` and `login_hint`.
const MAX_TEXT: usize = 2048;

/// What the client wants the person to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Prompt {
    None,
    Login,
    Consent,
    SelectAccount,
}

/// How an answer gets to the client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResponseMode {
    /// In the query of the redirect URI.
    #[default]
    Query,
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

/// Where an answer goes, good or bad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReturnAddress {
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    #[serde(default)]
    pub(crate) mode: ResponseMode,
}

/// A request that can be answered with a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AuthorizationRequest {
    pub(crate) back: ReturnAddress,
    pub(crate) scopes: Vec<String>,
    /// SHA-256 of the code verifier.
    pub(crate) code_challenge: [u8; 32],
    pub(crate) nonce: Option<String>,
    pub(crate) prompt: Vec<Prompt>,
    /// Oldest sign-in that the client accepts, in seconds.
    pub(crate) max_age: Option<u32>,
    pub(crate) login_hint: Option<String>,
    pub(crate) acr_values: Vec<String>,
    /// The user of the id token that came as a hint.
    pub(crate) expected_user: Option<Uuid>,
}

/// Why a request is refused; told to the client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}: {description}")]
pub(crate) struct RequestRefused {
    /// Code of RFC 6749, 4.1.2.1 or OpenID Connect Core, 3.1.2.6.
    pub(crate) error: &'static str,
    pub(crate) description: String,
}

impl ReturnAddress {
    /// Takes a redirect URI that is known to be the client's.
    pub(crate) fn new(redirect_uri: &str, params: &Params) -> Self {
        Self {
            redirect_uri: redirect_uri.to_owned(),
            state: params.owned("state").filter(|state| state.len() <= MAX_TEXT),
            mode: match params.get("response_mode") {
                Some("form_post") => ResponseMode::FormPost,
                _ => ResponseMode::Query,
            },
        }
    }
}

impl AuthorizationRequest {
    /// Reads the rest of a request whose client and redirect URI are good.
    pub(crate) fn parse(
        back: ReturnAddress,
        params: &Params,
        client: &Client,
        expected_user: Option<Uuid>,
    ) -> Result<Self, RequestRefused> {
        refuse_unsupported(params)?;
        if !client.may(GrantType::AuthorizationCode) {
            return Err(refused(
                "unauthorized_client",
                "this client is not registered for the authorization code",
            ));
        }
        for name in ["state", "nonce", "login_hint"] {
            if params.get(name).is_some_and(|text| text.len() > MAX_TEXT) {
                let text = format!("`{name}` is longer than {MAX_TEXT} characters");
                return Err(refused("invalid_request", text));
            }
        }
        Ok(Self {
            back,
            scopes: params.list("scope"),
            code_challenge: code_challenge(params)?,
            nonce: params.owned("nonce"),
            prompt: prompt(params)?,
            max_age: max_age(params)?,
            login_hint: params.owned("login_hint"),
            acr_values: params.list("acr_values"),
            expected_user,
        })
    }

    pub(crate) fn asks(&self, prompt: Prompt) -> bool {
        self.prompt.contains(&prompt)
    }
}

pub(crate) fn refused(error: &'static str, description: impl Into<String>) -> RequestRefused {
    RequestRefused { error, description: description.into() }
}

fn refuse_unsupported(params: &Params) -> Result<(), RequestRefused> {
    let unsupported = [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ];
    for (name, error) in unsupported {
        if params.get(name).is_some() {
            return Err(refused(
                error,
                format!("`{name}` is not supported; send plain parameters"),
            ));
        }
    }
    match params.get("response_type") {
        None => Err(refused("invalid_request", "`response_type` is missing; send `code`")),
        Some("code") => Ok(()),
        Some(_) => Err(refused("unsupported_response_type", "the one response type is `code`")),
    }?;
    match params.get("response_mode") {
        None | Some("query" | "form_post") => Ok(()),
        Some(_) => {
            Err(refused("invalid_request", "the response modes are `query` and `form_post`"))
        }
    }
}

fn code_challenge(params: &Params) -> Result<[u8; 32], RequestRefused> {
    let challenge = params.get("code_challenge").ok_or_else(|| {
        refused("invalid_request", "`code_challenge` is missing; PKCE is required (RFC 7636)")
    })?;
    if params.get("code_challenge_method") != Some("S256") {
        return Err(refused("invalid_request", "`code_challenge_method` must be `S256`"));
    }
    let hash = URL_SAFE_NO_PAD.decode(challenge).ok();
    hash.and_then(|hash| hash.try_into().ok()).ok_or_else(|| {
        refused("invalid_request", "`code_challenge` must be a SHA-256 in base64url")
    })
}

fn prompt(params: &Params) -> Result<Vec<Prompt>, RequestRefused> {
    let values = params.list("prompt");
    let prompts: Vec<Prompt> = values
        .iter()
        .filter_map(|value| match value.as_str() {
            "none" => Some(Prompt::None),
            "login" => Some(Prompt::Login),
            "consent" => Some(Prompt::Consent),
            "select_account" => Some(Prompt::SelectAccount),
            _ => None,
        })
        .collect();
    if prompts.contains(&Prompt::None) && values.len() > 1 {
        return Err(refused("invalid_request", "`prompt=none` excludes every other prompt"));
    }
    Ok(prompts)
}

fn max_age(params: &Params) -> Result<Option<u32>, RequestRefused> {
    let seconds = params.get("max_age").map(str::parse).transpose();
    seconds.map_err(|_| refused("invalid_request", "`max_age` must be a number of seconds"))
}

#[cfg(test)]
mod tests {
    use api::gateway::{ClientKind, ClientSpec, GrantType, SigningAlgorithm};
    use time::OffsetDateTime;
    use uuid::Uuid;

    use super::{AuthorizationRequest, Prompt, ResponseMode, ReturnAddress};
    use crate::domain::oauth::client::Client;
    use crate::domain::oauth::params::Params;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn parse(query: &str, grants: &[GrantType]) -> Result<AuthorizationRequest, &'static str> {
        let client = Client {
            id: Uuid::nil(),
            client_id: "c".to_owned(),
            kind: ClientKind::Public,
            secret_hash: None,
            secret_hint: None,
            spec: ClientSpec {
                name: "C".to_owned(),
                grant_types: grants.to_vec(),
                redirect_uris: Vec::new(),
                post_logout_redirect_uris: Vec::new(),
                scopes: Vec::new(),
                id_token_signed_response_alg: SigningAlgorithm::Rs256,
                disabled: false,
            },
            first_party: false,
            revision: 1,
            created_at: OffsetDateTime::UNIX_EPOCH,
        };
        let params = Params::parse(query.as_bytes()).unwrap();
        let back = ReturnAddress::new("https://c.example/cb", &params);
        AuthorizationRequest::parse(back, &params, &client, None).map_err(|refused| refused.error)
    }

    #[test]
    fn a_whole_request_is_read() {
        let query = format!(
            "response_type=code&scope=openid+email&state=s&nonce=n&prompt=login+consent&max_age=10\
             &response_mode=form_post&code_challenge={CHALLENGE}&code_challenge_method=S256"
        );
        let request = parse(&query, &[GrantType::AuthorizationCode]).unwrap();
        assert_eq!(request.scopes, ["openid", "email"]);
        assert!(request.asks(Prompt::Login) && request.asks(Prompt::Consent));
        assert_eq!(request.max_age, Some(10));
        assert_eq!(request.back.state.as_deref(), Some("s"));
        assert_eq!(request.back.mode, ResponseMode::FormPost);
    }

    #[test]
    fn each_fault_has_its_code() {
        let pkce = format!("code_challenge={CHALLENGE}&code_challenge_method=S256");
        let cases = [
            (pkce.clone(), "invalid_request"),
            (format!("response_type=token&{pkce}"), "unsupported_response_type"),
            (format!("response_type=code+id_token&{pkce}"), "unsupported_response_type"),
            ("response_type=code".to_owned(), "invalid_request"),
            (format!("response_type=code&code_challenge={CHALLENGE}"), "invalid_request"),
            (
                format!(
                    "response_type=code&code_challenge={CHALLENGE}&code_challenge_method=plain"
                ),
                "invalid_request",
            ),
            (
                "response_type=code&code_challenge=abc&code_challenge_method=S256".to_owned(),
                "invalid_request",
            ),
            (format!("response_type=code&response_mode=fragment&{pkce}"), "invalid_request"),
            (format!("response_type=code&response_mode=form_post.jwt&{pkce}"), "invalid_request"),
            (format!("response_type=code&prompt=none+login&{pkce}"), "invalid_request"),
            (format!("response_type=code&max_age=-1&{pkce}"), "invalid_request"),
            (format!("response_type=code&request=x.y.z&{pkce}"), "request_not_supported"),
            (format!("response_type=code&request_uri=urn:x&{pkce}"), "request_uri_not_supported"),
            (format!("response_type=code&nonce={}&{pkce}", "n".repeat(3000)), "invalid_request"),
        ];
        for (query, error) in cases {
            assert_eq!(parse(&query, &[GrantType::AuthorizationCode]), Err(error), "{query}");
        }
        let good = format!("response_type=code&{pkce}");
        assert_eq!(parse(&good, &[GrantType::ClientCredentials]), Err("unauthorized_client"));
    }
}

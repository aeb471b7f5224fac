//! A relying party and the browser of the person who uses it.

use std::collections::BTreeMap;

use api::gateway::{ClientWithSecret, IdTokenClaims, JwkSet, TokenResponse};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::app::{App, DEADLINE, EMAIL, PASSWORD, cookie};

pub const REDIRECT: &str = "https://planner.example.org/callback";
pub const OTHER_REDIRECT: &str = "https://planner.example.org/other";
pub const LOGGED_OUT: &str = "https://planner.example.org/bye";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CODE_GRANTS: [&str; 2] = ["authorization_code", "refresh_token"];

/// Parameters by name.
pub type Params = BTreeMap<String, String>;

/// Where the browser ended up.
#[derive(Debug)]
pub enum Landing {
    /// At the client, with these parameters.
    Client(Params),
    /// At a page of the platform.
    Page(String),
    /// At a page that explains what is wrong.
    Refused(StatusCode, String),
}

/// A registered client.
pub struct Party<'a> {
    pub app: &'a App,
    pub client_id: String,
    pub secret: Option<String>,
    pub http: Client,
}

/// How a client proves itself.
#[derive(Clone, Copy)]
pub enum Proof {
    Basic,
    Post,
}

/// A client of its own kind, made by the administrator.
pub async fn register<'a>(app: &'a App, kind: &str, grants: &[&str], scopes: &[&str]) -> Party<'a> {
    let body = json!({
        "kind": kind,
        "client": {
            "name": "Planner",
            "grant_types": grants,
            "redirect_uris": [REDIRECT, OTHER_REDIRECT],
            "post_logout_redirect_uris": [LOGGED_OUT],
            "scopes": scopes,
        },
    });
    let token = app.sign_in().await.access_token;
    let request = app.request(Method::POST, "/api/v1/clients").bearer_auth(token).json(&body);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED, "{}", response.text().await.unwrap());
    let made: ClientWithSecret = response.json().await.unwrap();
    Party {
        app,
        client_id: made.client.client_id,
        secret: made.client_secret,
        http: no_redirects(),
    }
}

/// A confidential client with every OpenID scope.
pub async fn confidential(app: &App) -> Party<'_> {
    let scopes = ["openid", "profile", "email", "offline_access", "streams:read"];
    register(app, "confidential", &CODE_GRANTS, &scopes).await
}

pub fn no_redirects() -> Client {
    Client::builder().timeout(DEADLINE).no_proxy().redirect(Policy::none()).build().unwrap()
}

/// Signs the administrator in at a browser; says what it sends as `cookie` from then on.
pub async fn browser(app: &App) -> String {
    let response = app.try_sign_in(EMAIL, PASSWORD).await;
    assert_eq!(response.status(), StatusCode::OK);
    cookie(&response, "__Host-nexus-session").unwrap()
}

pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

impl Party<'_> {
    /// What this client sends to the authorization endpoint; `changes` with an empty value leave
    /// a parameter out.
    pub fn request(&self, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let challenge = challenge(VERIFIER);
        let mut params: Vec<(String, String)> = [
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", REDIRECT),
            ("scope", "openid"),
            ("state", "the state"),
            ("nonce", "the nonce"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        for (name, value) in changes {
            params.retain(|(known, _)| known != name);
            if !value.is_empty() {
                params.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        params
    }

    /// Sends the browser to the authorization endpoint.
    pub async fn authorize(&self, cookie: Option<&str>, changes: &[(&str, &str)]) -> Landing {
        let url = reqwest::Url::parse_with_params(
            &format!("{}/oauth2/authorize", self.app.url),
            self.request(changes),
        )
        .unwrap();
        let mut request = self.http.get(url);
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        landing(request.send().await.unwrap()).await
    }

    /// Answers the page of an interaction; says where the browser goes.
    pub async fn answer(&self, page: &str, cookie: Option<&str>, decision: &str) -> Response {
        let id = page.rsplit_once("interaction=").unwrap().1;
        let path = format!("/api/v1/interaction/{id}");
        let mut request = self
            .app
            .request(Method::POST, &path)
            .header("origin", self.app.origin())
            .json(&json!({ "decision": decision }));
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        request.send().await.unwrap()
    }

    /// Says yes at a page; where that leads.
    pub async fn allow(&self, page: &str, cookie: &str) -> Landing {
        let response = self.answer(page, Some(cookie), "allow").await;
        assert_eq!(response.status(), StatusCode::OK, "{}", response.text().await.unwrap());
        let outcome: Value = response.json().await.unwrap();
        goes_to(outcome["redirect_to"].as_str().unwrap())
    }

    /// Does whatever the platform asks until the client has its answer.
    pub async fn answered(&self, cookie: &str, changes: &[(&str, &str)]) -> Params {
        let mut landing = self.authorize(Some(cookie), changes).await;
        for _ in 0..3 {
            match landing {
                Landing::Client(params) => return params,
                Landing::Page(page) => landing = self.allow(&page, cookie).await,
                Landing::Refused(status, text) => panic!("{status}: {text}"),
            }
        }
        panic!("the platform keeps asking: {landing:?}");
    }

    /// A code, after whatever the platform asks.
    pub async fn code(&self, cookie: &str, changes: &[(&str, &str)]) -> String {
        let params = self.answered(cookie, changes).await;
        params.get("code").unwrap_or_else(|| panic!("no code: {params:?}")).clone()
    }

    /// A form for an endpoint, proven as this client proves itself.
    pub fn form(&self, path: &str, proof: Proof, fields: &[(&str, &str)]) -> RequestBuilder {
        let mut fields: Vec<(&str, &str)> = fields.to_vec();
        let request = self.http.post(format!("{}{path}", self.app.url));
        let request = match (&self.secret, proof) {
            (Some(secret), Proof::Basic) => request.basic_auth(&self.client_id, Some(secret)),
            (Some(secret), Proof::Post) => {
                fields.push(("client_id", &self.client_id));
                fields.push(("client_secret", secret));
                request
            }
            (None, _) => {
                fields.push(("client_id", &self.client_id));
                request
            }
        };
        form(request, &fields)
    }

    /// Exchanges a code as the token endpoint wants it.
    pub async fn exchange(&self, code: &str) -> Response {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        self.form("/oauth2/token", Proof::Basic, &fields).send().await.unwrap()
    }

    /// Tokens, after whatever the platform asks.
    pub async fn tokens(&self, cookie: &str, changes: &[(&str, &str)]) -> TokenResponse {
        let code = self.code(cookie, changes).await;
        good(self.exchange(&code).await).await
    }

    pub async fn refresh(&self, token: &str) -> Response {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.form("/oauth2/token", Proof::Basic, &fields).send().await.unwrap()
    }

    pub async fn userinfo(&self, access_token: &str) -> Response {
        self.app.get("/oauth2/userinfo", access_token).await
    }

    /// Checks an id token as OpenID Connect Core, 3.1.3.7, says, against the published keys.
    pub async fn id_token(&self, token: &str, algorithm: Algorithm) -> IdTokenClaims {
        let keys = self.app.request(Method::GET, "/.well-known/jwks.json").send().await.unwrap();
        let keys: JwkSet = keys.json().await.unwrap();
        let header = jsonwebtoken::decode_header(token).unwrap();
        assert_eq!(header.alg, algorithm);
        let kid = header.kid.unwrap();
        let key = keys.keys.iter().find(|key| key.kid == kid).unwrap();
        let key: jsonwebtoken::jwk::Jwk =
            serde_json::from_value(serde_json::to_value(key).unwrap()).unwrap();
        let mut validation = Validation::new(algorithm);
        validation.set_audience(&[&self.client_id]);
        validation.set_issuer(&[&self.app.config.issuer]);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        validation.leeway = 0;
        let key = DecodingKey::from_jwk(&key).unwrap();
        jsonwebtoken::decode::<IdTokenClaims>(token, &key, &validation).unwrap().claims
    }
}

/// Where an answer of the authorization endpoint sends the browser.
pub async fn landing(response: Response) -> Landing {
    if response.status() == StatusCode::SEE_OTHER {
        assert_eq!(response.headers()["cache-control"], "no-store");
        return goes_to(response.headers()["location"].to_str().unwrap());
    }
    let status = response.status();
    Landing::Refused(status, response.text().await.unwrap())
}

fn goes_to(url: &str) -> Landing {
    match url.split_once('?') {
        Some((before, query)) if before == REDIRECT => Landing::Client(params(query)),
        _ => Landing::Page(url.to_owned()),
    }
}

pub fn params(query: &str) -> Params {
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// A form as browsers and clients send it.
pub fn form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let mut encoded = url::form_urlencoded::Serializer::new(String::new());
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(encoded.extend_pairs(fields).finish())
}

/// Tokens that an answer holds.
pub async fn good(response: Response) -> TokenResponse {
    assert_eq!(response.status(), StatusCode::OK, "{}", response.text().await.unwrap());
    assert_eq!(response.headers()["cache-control"], "no-store");
    response.json().await.unwrap()
}

/// Checks status and code of an error in the RFC's form.
pub async fn refused(response: Response, status: u16, error: &str) {
    let (got, headers) = (response.status().as_u16(), response.headers().clone());
    let body: Value = response.json().await.unwrap();
    assert_eq!((got, body["error"].as_str()), (status, Some(error)), "{body}");
    assert_eq!(headers["cache-control"], "no-store");
    assert!(body["error_description"].as_str().is_some_and(|text| !text.is_empty()));
    assert_eq!(headers.contains_key("www-authenticate"), status == 401 || status == 403);
}

/// The error that a client was sent back with.
pub fn error_of(landing: Landing) -> String {
    match landing {
        Landing::Client(params) => {
            assert!(!params.contains_key("code"), "{params:?}");
            assert_eq!(params.get("state").map(String::as_str), Some("the state"));
            assert!(params.contains_key("iss"));
            params["error"].clone()
        }
        other => panic!("not sent back: {other:?}"),
    }
}

/// The page that a person was sent to.
pub fn page_of(landing: Landing) -> String {
    match landing {
        Landing::Page(page) => page,
        other => panic!("not at a page: {other:?}"),
    }
}

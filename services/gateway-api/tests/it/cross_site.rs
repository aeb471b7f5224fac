//! No other site makes a signed-in browser do anything: every endpoint that takes the cookie and
//! changes something, found in the URL table.

use chassis::access::{Access, Endpoint};
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::app::{App, EMAIL, PASSWORD, cookie, expect_problem};

/// What browsers say of requests that pages of other origins send.
const FOREIGN: [(&str, &str); 5] = [
    ("origin", "https://evil.example"),
    ("origin", "null"),
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
    ("x-nothing", "said"),
];

fn takes_the_cookie(endpoint: &Endpoint) -> bool {
    matches!(endpoint.access, Access::Proof(schemes) if schemes.contains(&"cookie"))
}

#[tokio::test]
async fn every_endpoint_that_takes_the_cookie_refuses_other_sites() {
    let app = App::start().await;
    let signed_in = app.try_sign_in(EMAIL, PASSWORD).await;
    let held = cookie(&signed_in, "__Host-nexus-session").unwrap();
    let mut tried = Vec::new();
    for endpoint in gateway_api::endpoints().iter().filter(|endpoint| takes_the_cookie(endpoint)) {
        if endpoint.method == Method::GET {
            continue;
        }
        let path = endpoint.path.replace("{id}", &Uuid::new_v4().to_string());
        assert!(!path.contains('{'), "{path}: say what stands there");
        for (name, value) in FOREIGN {
            let request = app.request(endpoint.method.clone(), &path);
            let request = request.header("cookie", &held).header(name, value).json(&json!({}));
            expect_problem(request.send().await.unwrap(), 403, "cross-site-request").await;
        }
        tried.push(path);
    }
    assert!(tried.len() >= 5, "{tried:?}");
    let still = app.request(Method::GET, "/api/v1/session").header("cookie", &held);
    assert_eq!(still.send().await.unwrap().status(), StatusCode::OK);
}

/// A page of another site can send forms and nothing else without being asked first.
#[tokio::test]
async fn a_form_is_no_body_of_ours() {
    let app = App::start().await;
    for path in ["/api/v1/session", "/api/v1/recovery", "/api/v1/sign-up"] {
        for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
        {
            let request = app.request(Method::POST, path).header("content-type", media_type);
            let body = format!("{{\"email\":\"{EMAIL}\",\"password\":\"{PASSWORD}\"}}");
            let response = request.body(body).send().await.unwrap();
            assert_eq!(cookie(&response, "__Host-nexus-session"), None);
            assert_eq!(
                response.status(),
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "{path} {media_type}"
            );
        }
    }
}

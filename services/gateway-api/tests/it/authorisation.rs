//! Every endpoint says who may call it, and is held to that.

use std::collections::BTreeSet;

use reqwest::Method;

use crate::app::{App, expect_problem};

/// Who may call an endpoint.
enum Access {
    /// Anybody; why.
    Public(&'static str),
    /// Whoever is signed in.
    SignedIn,
    /// Whoever has the scope, which a viewer has not.
    Scope(&'static str),
}

const CASES: [(&str, &str, Access); 7] = [
    ("POST", "/api/v1/session", Access::Public("it is how one signs in")),
    ("POST", "/api/v1/session/refresh", Access::Public("the refresh token is the proof")),
    ("GET", "/api/v1/session", Access::SignedIn),
    ("DELETE", "/api/v1/session", Access::SignedIn),
    ("DELETE", "/api/v1/sessions", Access::SignedIn),
    ("GET", "/api/v1/audit", Access::Scope("audit:read")),
    ("GET", "/.well-known/jwks.json", Access::Public("verifying keys are public")),
];

#[test]
fn every_endpoint_has_a_case() {
    let document = serde_json::to_value(gateway_api::openapi()).unwrap();
    let mut endpoints = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let method = method.to_uppercase();
            let case = CASES.iter().find(|(m, p, _)| (*m, *p) == (&method, path));
            let Some((_, _, access)) = case else {
                panic!("{method} {path} has no authorisation case");
            };
            let declared = operation.get("security").is_some();
            match access {
                Access::Public(why) => assert!(!declared, "{method} {path} is public: {why}"),
                Access::SignedIn => assert!(declared, "{method} {path} declares no security"),
                Access::Scope(scope) => {
                    assert_eq!(operation["security"][0]["bearer"][0], *scope, "{method} {path}");
                }
            }
            endpoints.insert((method, path.clone()));
        }
    }
    assert_eq!(endpoints.len(), CASES.len(), "a case names an endpoint that does not exist");
}

#[tokio::test]
async fn nobody_gets_in_without_what_the_endpoint_asks_for() {
    let app = App::start().await;
    let viewer = app.sign_in_viewer().await.access_token;
    for (method, path, access) in CASES {
        let request = || app.request(Method::from_bytes(method.as_bytes()).unwrap(), path);
        if matches!(access, Access::Public(_)) {
            let response = request().send().await.unwrap();
            assert_ne!(response.status(), 403, "{method} {path}");
            assert_ne!(response.status(), 401, "{method} {path}");
            continue;
        }
        let without = request().send().await.unwrap();
        expect_problem(without, 401, "sign-in-required").await;
        let forged = request().bearer_auth("a.b.c").send().await.unwrap();
        expect_problem(forged, 401, "token-invalid").await;
        if let Access::Scope(scope) = access {
            let refused = request().bearer_auth(&viewer).send().await.unwrap();
            let problem = expect_problem(refused, 403, "scope-missing").await;
            assert!(problem.detail.contains(scope));
        }
    }
}

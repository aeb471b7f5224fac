//! Every endpoint of every service declares who may call it, and its document agrees.

use std::collections::BTreeSet;

use chassis::access::{Access, Endpoint};
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

/// Each service with its endpoints and its document.
fn services() -> [(&'static str, Vec<Endpoint>, OpenApi); 2] {
    [
        (gateway_api::NAME, gateway_api::endpoints(), gateway_api::openapi()),
        (streamcore::NAME, streamcore::endpoints(), streamcore::openapi()),
    ]
}

#[test]
fn every_documented_operation_is_an_endpoint_with_that_access() {
    for (service, endpoints, document) in services() {
        let document = serde_json::to_value(document).unwrap();
        let mut described = 0;
        for (path, operations) in document["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let endpoint = endpoints
                    .iter()
                    .find(|it| it.path == *path && it.method.as_str().eq_ignore_ascii_case(method))
                    .unwrap_or_else(|| panic!("{service}: {method} {path} declares no access"));
                let security = operation.get("security").cloned().unwrap_or_default();
                assert_eq!(security, documented(endpoint.access), "{service}: {method} {path}");
                described += 1;
            }
        }
        let documented = endpoints.iter().filter(|endpoint| endpoint.documented).count();
        assert_eq!(described, documented, "{service}: an endpoint lost its description");
    }
}

#[test]
fn access_is_declared_once_and_means_something() {
    for (service, endpoints, document) in services() {
        let document = serde_json::to_value(document).unwrap();
        let schemes = document["components"]["securitySchemes"].as_object().unwrap();
        let mut seen = BTreeSet::new();
        for Endpoint { method, path, access, .. } in endpoints {
            assert!(seen.insert(format!("{method} {path}")), "{service}: {method} {path} twice");
            match access {
                Access::Public(why) => {
                    assert!(why.len() > 8, "{service}: {method} {path} is public, why?");
                }
                // `account` is what concerns the caller's own account.
                Access::SignedIn | Access::Scope("account") => {}
                Access::Scope(scope) => {
                    let (resource, verb) = scope.split_once(':').unwrap();
                    assert!(!resource.is_empty(), "{service}: {method} {path}: {scope}");
                    assert!(["read", "write"].contains(&verb), "{service}: {path}: {scope}");
                }
                Access::Proof(proofs) => {
                    assert!(!proofs.is_empty(), "{service}: {method} {path}");
                    for proof in proofs {
                        assert!(schemes.contains_key(*proof), "{service}: no scheme `{proof}`");
                    }
                }
            }
        }
    }
}

fn documented(access: Access) -> Value {
    match access {
        Access::Public(_) => Value::Null,
        Access::SignedIn => json!([{ "bearer": [] }]),
        Access::Scope(scope) => json!([{ "bearer": [scope] }]),
        Access::Proof(proofs) => proofs.iter().map(|proof| json!({ *proof: [] })).collect(),
    }
}

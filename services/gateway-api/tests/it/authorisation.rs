//! Every endpoint says who may call it, and is held to that.

use chassis::access::Access;
use reqwest::Method;

use crate::app::{App, expect_problem};
use crate::tokens::Forger;

const CASES: &[(&str, &str, Access)] = &[
    ("POST", "/api/v1/session", Access::Public("it is how one signs in")),
    ("POST", "/api/v1/session/refresh", Access::Public("the refresh token is the proof")),
    ("GET", "/api/v1/session", Access::Proof(&["bearer", "cookie"])),
    ("DELETE", "/api/v1/session", Access::Proof(&["bearer", "cookie"])),
    ("POST", "/api/v1/session/second-factor", Access::Public("the challenge is the proof")),
    ("POST", "/api/v1/session/step-up", Access::Proof(&["bearer", "cookie"])),
    ("POST", "/api/v1/session/passkey/start", Access::Public("it is how one signs in")),
    ("POST", "/api/v1/session/passkey/finish", Access::Public("the passkey is the proof")),
    ("POST", "/api/v1/session/second-factor/passkey", Access::Public("the challenge is the proof")),
    ("POST", "/api/v1/session/step-up/passkey", Access::Proof(&["bearer", "cookie"])),
    ("GET", "/api/v1/me/passkeys", Access::Scope("account")),
    ("POST", "/api/v1/me/passkeys/start", Access::Scope("account")),
    ("POST", "/api/v1/me/passkeys/finish", Access::Scope("account")),
    ("PATCH", "/api/v1/me/passkeys/{id}", Access::Scope("account")),
    ("DELETE", "/api/v1/me/passkeys/{id}", Access::Scope("account")),
    ("GET", "/api/v1/sessions", Access::Scope("account")),
    ("DELETE", "/api/v1/sessions", Access::Scope("account")),
    ("DELETE", "/api/v1/sessions/{id}", Access::Scope("account")),
    ("GET", "/api/v1/people/{id}/sessions", Access::Scope("people:write")),
    ("DELETE", "/api/v1/people/{id}/sessions", Access::Scope("people:write")),
    ("DELETE", "/api/v1/people/{id}/sessions/{session}", Access::Scope("people:write")),
    ("GET", "/api/v1/me/factors", Access::Scope("account")),
    ("POST", "/api/v1/me/totp", Access::Scope("account")),
    ("DELETE", "/api/v1/me/totp", Access::Scope("account")),
    ("POST", "/api/v1/me/totp/confirm", Access::Scope("account")),
    ("POST", "/api/v1/me/recovery-codes", Access::Scope("account")),
    ("PUT", "/api/v1/me/password", Access::Scope("account")),
    ("GET", "/api/v1/audit", Access::Scope("audit:read")),
    ("GET", "/api/v1/api-keys", Access::Scope("account")),
    ("POST", "/api/v1/api-keys", Access::Scope("account")),
    ("PATCH", "/api/v1/api-keys/{id}", Access::Scope("account")),
    ("DELETE", "/api/v1/api-keys/{id}", Access::Scope("account")),
    ("POST", "/api/v1/api-keys/{id}/rotation", Access::Scope("account")),
    ("GET", "/api/v1/api-keys/everyone", Access::Scope("api-keys:read")),
    ("DELETE", "/api/v1/api-keys/everyone/{id}", Access::Scope("api-keys:write")),
    ("POST", "/api/v1/api-keys/token", Access::Proof(&["api-key"])),
    ("GET", "/api/v1/me/entitlements", Access::SignedIn),
    ("GET", "/api/v1/plans", Access::Public("what is on offer is no secret")),
    ("PUT", "/api/v1/people/{id}/plan", Access::Scope("people:write")),
    ("GET", "/api/v1/audit/checkpoint", Access::Scope("audit:read")),
    ("GET", "/api/v1/audit/{id}/proof", Access::Scope("audit:read")),
    ("GET", "/api/v1/sign-up", Access::Public("it is how one gets an account")),
    ("POST", "/api/v1/sign-up", Access::Public("it is how one gets an account")),
    ("POST", "/api/v1/password-strength", Access::Public("it keeps nothing")),
    ("POST", "/api/v1/mail-links/inspect", Access::Public("the link is the proof")),
    ("POST", "/api/v1/email/verify", Access::Public("the link is the proof")),
    ("POST", "/api/v1/recovery", Access::Public("it is for those who cannot sign in")),
    ("POST", "/api/v1/recovery/reset", Access::Public("the link is the proof")),
    ("POST", "/api/v1/invitations/accept", Access::Public("the link is the proof")),
    ("POST", "/api/v1/invitations/decline", Access::Public("the link is the proof")),
    ("GET", "/api/v1/people", Access::Scope("people:read")),
    ("GET", "/api/v1/people/{id}", Access::Scope("people:read")),
    ("PATCH", "/api/v1/people/{id}", Access::Scope("people:write")),
    ("DELETE", "/api/v1/people/{id}", Access::Scope("people:write")),
    ("GET", "/api/v1/me", Access::Scope("account")),
    ("PATCH", "/api/v1/me", Access::Scope("account")),
    ("DELETE", "/api/v1/me", Access::Scope("account")),
    ("POST", "/api/v1/me/email", Access::Scope("account")),
    ("POST", "/api/v1/me/export", Access::Scope("account")),
    ("POST", "/api/v1/restore", Access::Public("the link is the proof")),
    ("PUT", "/api/v1/organisations/{organisation}/plan", Access::Scope("organisations:write")),
    ("GET", "/api/v1/organisations", Access::Scope("account")),
    ("POST", "/api/v1/organisations", Access::Scope("account")),
    ("GET", "/api/v1/organisations/{organisation}", Access::Scope("account")),
    ("PATCH", "/api/v1/organisations/{organisation}", Access::Scope("account")),
    ("DELETE", "/api/v1/organisations/{organisation}", Access::Scope("account")),
    ("GET", "/api/v1/organisations/{organisation}/members", Access::Scope("account")),
    ("PATCH", "/api/v1/organisations/{organisation}/members/{user}", Access::Scope("account")),
    ("DELETE", "/api/v1/organisations/{organisation}/members/{user}", Access::Scope("account")),
    ("GET", "/api/v1/organisations/{organisation}/invitations", Access::Scope("account")),
    ("POST", "/api/v1/organisations/{organisation}/invitations", Access::Scope("account")),
    (
        "DELETE",
        "/api/v1/organisations/{organisation}/invitations/{invitation}",
        Access::Scope("account"),
    ),
    ("GET", "/api/v1/organisations/{organisation}/teams", Access::Scope("account")),
    ("POST", "/api/v1/organisations/{organisation}/teams", Access::Scope("account")),
    ("PATCH", "/api/v1/organisations/{organisation}/teams/{team}", Access::Scope("account")),
    ("DELETE", "/api/v1/organisations/{organisation}/teams/{team}", Access::Scope("account")),
    (
        "PUT",
        "/api/v1/organisations/{organisation}/teams/{team}/members/{user}",
        Access::Scope("account"),
    ),
    (
        "DELETE",
        "/api/v1/organisations/{organisation}/teams/{team}/members/{user}",
        Access::Scope("account"),
    ),
    ("GET", "/api/v1/people/invitations", Access::Scope("people:read")),
    ("POST", "/api/v1/people/invitations", Access::Scope("people:write")),
    ("DELETE", "/api/v1/people/invitations/{invitation}", Access::Scope("people:write")),
    ("GET", "/api/v1/system", Access::Scope("system:read")),
    ("GET", "/api/v1/system/checks", Access::Scope("system:read")),
    ("POST", "/api/v1/system/checks", Access::Scope("system:read")),
    ("GET", "/.well-known/jwks.json", Access::Public("verifying keys are public")),
    ("GET", "/.well-known/openid-configuration", Access::Public("it says where to begin")),
    ("GET", "/.well-known/oauth-authorization-server", Access::Public("it says where to begin")),
    ("GET", "/oauth2/authorize", Access::Public("it is where a sign-in begins")),
    ("POST", "/oauth2/authorize", Access::Public("it is where a sign-in begins")),
    ("GET", "/oauth2/logout", Access::Public("it asks before it acts")),
    ("POST", "/oauth2/logout", Access::Public("it asks before it acts")),
    ("POST", "/oauth2/token", Access::Proof(&["client"])),
    ("POST", "/oauth2/introspect", Access::Proof(&["client"])),
    ("POST", "/oauth2/revoke", Access::Proof(&["client"])),
    ("POST", "/oauth2/device_authorization", Access::Proof(&["client"])),
    ("GET", "/oauth2/userinfo", Access::Proof(&["bearer"])),
    ("POST", "/oauth2/userinfo", Access::Proof(&["bearer"])),
    ("GET", "/api/v1/interaction/{id}", Access::Public("its random id is the proof")),
    ("POST", "/api/v1/interaction/{id}", Access::Proof(&["cookie"])),
    ("POST", "/api/v1/interaction/device", Access::Proof(&["cookie"])),
    ("POST", "/api/v1/interaction/device/decision", Access::Proof(&["cookie"])),
    ("GET", "/api/v1/session/consents", Access::Scope("account")),
    ("DELETE", "/api/v1/session/consents/{client_id}", Access::Scope("account")),
    ("GET", "/api/v1/clients", Access::Scope("clients:read")),
    ("POST", "/api/v1/clients", Access::Scope("clients:write")),
    ("GET", "/api/v1/clients/{id}", Access::Scope("clients:read")),
    ("PUT", "/api/v1/clients/{id}", Access::Scope("clients:write")),
    ("DELETE", "/api/v1/clients/{id}", Access::Scope("clients:write")),
    ("POST", "/api/v1/clients/{id}/secret", Access::Scope("clients:write")),
];

#[test]
fn every_endpoint_has_a_case() {
    let endpoints = gateway_api::endpoints();
    for endpoint in &endpoints {
        let (method, path) = (endpoint.method.as_str(), endpoint.path.as_str());
        let case = CASES.iter().find(|(m, p, _)| (*m, *p) == (method, path));
        let Some((_, _, access)) = case else { panic!("{method} {path} has no case") };
        match (access, endpoint.access) {
            // The reasons are two ways to say it.
            (Access::Public(_), Access::Public(_)) => {}
            (expected, declared) => assert_eq!(*expected, declared, "{method} {path}"),
        }
    }
    assert_eq!(endpoints.len(), CASES.len(), "a case names an endpoint that does not exist");
}

#[tokio::test]
async fn nobody_gets_in_without_what_the_endpoint_asks_for() {
    let app = App::start().await;
    let nothing = Forger::of(&app, &app.sign_in_viewer().await).await.without_scopes();
    for (method, path, access) in CASES {
        let request = || app.request(Method::from_bytes(method.as_bytes()).unwrap(), path);
        if matches!(access, Access::Public(_) | Access::Proof(_)) {
            let response = request().send().await.unwrap();
            let refused = matches!(response.status().as_u16(), 401 | 403);
            // Who must bring another proof is refused without; which code says so is the area's.
            let proof = matches!(access, Access::Proof(_));
            assert!(proof || !refused, "{method} {path}: {}", response.status());
            assert!(refused || !proof || response.status().is_client_error(), "{method} {path}");
            continue;
        }
        let without = request().send().await.unwrap();
        expect_problem(without, 401, "sign-in-required").await;
        let forged = request().bearer_auth("a.b.c").send().await.unwrap();
        expect_problem(forged, 401, "token-invalid").await;
        if let Access::Scope(scope) = access {
            let refused = request().bearer_auth(&nothing).send().await.unwrap();
            let problem = expect_problem(refused, 403, "scope-missing").await;
            assert!(problem.detail.contains(scope));
        }
    }
}

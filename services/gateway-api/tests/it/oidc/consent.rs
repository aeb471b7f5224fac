//! What people agree to, and taking it back.

use api::gateway::Consents;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::party::{Landing, browser, confidential, error_of, page_of, refused};
use crate::app::{App, expect_problem};

#[tokio::test]
async fn consent_is_asked_once_and_again_for_more() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let cookie = browser(&app).await;
    let page = page_of(party.authorize(Some(&cookie), &[]).await);
    assert!(page.starts_with("/consent?interaction="), "{page}");
    assert!(matches!(party.allow(&page, &cookie).await, Landing::Client(_)));
    let known = party.authorize(Some(&cookie), &[]).await;
    assert!(matches!(known, Landing::Client(params) if params.contains_key("code")));
    let more = page_of(party.authorize(Some(&cookie), &[("scope", "openid email")]).await);
    assert!(more.starts_with("/consent?"), "{more}");
    let response = party.answer(&more, Some(&cookie), "deny").await;
    let outcome: Value = response.json().await.unwrap();
    let url = outcome["redirect_to"].as_str().unwrap();
    assert!(url.contains("error=access_denied") && url.contains("iss="), "{url}");
    let demanded = page_of(party.authorize(Some(&cookie), &[("prompt", "consent")]).await);
    assert!(demanded.starts_with("/consent?"), "{demanded}");
}

#[tokio::test]
async fn a_sign_in_is_no_consent() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let page = page_of(party.authorize(None, &[]).await);
    assert!(page.starts_with("/sign-in?interaction="), "{page}");
    let cookie = browser(&app).await;
    let then = page_of(party.allow(&page, &cookie).await);
    assert!(then.starts_with("/consent?interaction="), "{then}");
    assert!(matches!(party.allow(&then, &cookie).await, Landing::Client(_)));
}

#[tokio::test]
async fn what_is_taken_back_is_asked_for_again_and_its_tokens_are_refused() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let cookie = browser(&app).await;
    let tokens = party.tokens(&cookie, &[("scope", "openid offline_access")]).await;
    let own = app.sign_in().await.access_token;
    let listed: Consents = app.get("/api/v1/session/consents", &own).await.json().await.unwrap();
    assert_eq!(listed.consents.len(), 1);
    assert_eq!(listed.consents[0].scopes, ["openid", "offline_access"]);
    let path = format!("/api/v1/session/consents/{}", party.client_id);
    let withdraw = || app.request(Method::DELETE, &path).bearer_auth(&own).send();
    assert_eq!(withdraw().await.unwrap().status(), StatusCode::NO_CONTENT);
    refused(party.userinfo(&tokens.access_token).await, 401, "invalid_token").await;
    refused(party.refresh(&tokens.refresh_token.unwrap()).await, 400, "invalid_grant").await;
    let silent = party.authorize(Some(&cookie), &[("prompt", "none")]).await;
    assert_eq!(error_of(silent), "consent_required");
    expect_problem(withdraw().await.unwrap(), 404, "unknown-client").await;
}

//! Introspection, revocation, and tokens of clients themselves.

use api::gateway::Introspection;
use reqwest::{Response, StatusCode};

use super::party::{CODE_GRANTS, Party, Proof, browser, confidential, good, refused, register};
use crate::app::App;

async fn ask(party: &Party<'_>, token: &str) -> Introspection {
    let request = party.form("/oauth2/introspect", Proof::Basic, &[("token", token)]);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{}", response.text().await.unwrap());
    response.json().await.unwrap()
}

async fn revoke(party: &Party<'_>, token: &str) -> Response {
    party.form("/oauth2/revoke", Proof::Basic, &[("token", token)]).send().await.unwrap()
}

#[tokio::test]
async fn a_resource_server_learns_what_a_token_says() {
    let app = App::start().await;
    let (party, server) = (confidential(&app).await, confidential(&app).await);
    let tokens = party.tokens(&browser(&app).await, &[("scope", "openid email")]).await;
    let said = ask(&server, &tokens.access_token).await;
    assert!(said.active);
    assert_eq!(said.client_id.as_deref(), Some(party.client_id.as_str()));
    assert_eq!(said.scope.as_deref(), Some("openid email"));
    assert_eq!(said.iss.as_deref(), Some(app.config.issuer.as_str()));
    assert_eq!(said.exp.unwrap() - said.iat.unwrap(), 300);
    // A refresh token is shown to its own client only.
    let refresh = tokens.refresh_token.unwrap();
    let own = ask(&party, &refresh).await;
    assert_eq!((own.active, own.token_type.as_deref()), (true, Some("refresh_token")));
    assert_eq!(ask(&server, &refresh).await, Introspection::default());
    for token in ["garbage", "a.b.c", &tokens.id_token.unwrap()] {
        assert_eq!(ask(&server, token).await, Introspection::default());
    }
}

#[tokio::test]
async fn nobody_introspects_without_a_secret() {
    let app = App::start().await;
    let public = register(&app, "public", &CODE_GRANTS, &["openid"]).await;
    let tokens = public.tokens(&browser(&app).await, &[]).await;
    let fields = [("token", tokens.access_token.as_str())];
    let response = public.form("/oauth2/introspect", Proof::Basic, &fields).send().await.unwrap();
    refused(response, 401, "invalid_client").await;
    let party = confidential(&app).await;
    let response = party.form("/oauth2/introspect", Proof::Post, &[]).send().await.unwrap();
    refused(response, 400, "invalid_request").await;
}

#[tokio::test]
async fn a_revoked_token_takes_its_grant_with_it_and_others_cannot_revoke_it() {
    let app = App::start().await;
    let (party, other) = (confidential(&app).await, confidential(&app).await);
    let cookie = browser(&app).await;
    let tokens = party.tokens(&cookie, &[]).await;
    assert_eq!(revoke(&other, &tokens.access_token).await.status(), StatusCode::OK);
    assert_eq!(
        revoke(&other, tokens.refresh_token.as_deref().unwrap()).await.status(),
        StatusCode::OK
    );
    assert!(ask(&party, &tokens.access_token).await.active);
    assert_eq!(revoke(&party, &tokens.access_token).await.status(), StatusCode::OK);
    assert!(!ask(&party, &tokens.access_token).await.active);
    refused(party.refresh(&tokens.refresh_token.unwrap()).await, 400, "invalid_grant").await;
    let second = party.tokens(&cookie, &[]).await;
    assert_eq!(revoke(&party, &second.refresh_token.unwrap()).await.status(), StatusCode::OK);
    refused(party.userinfo(&second.access_token).await, 401, "invalid_token").await;
    assert_eq!(revoke(&party, "garbage").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_client_by_itself_acts_for_nobody() {
    let app = App::start().await;
    let scopes = ["openid", "streams:read", "streams:write"];
    let party = register(&app, "confidential", &["client_credentials"], &scopes).await;
    let fields = [("grant_type", "client_credentials"), ("scope", "openid streams:read")];
    let request = party.form("/oauth2/token", Proof::Basic, &fields);
    let tokens = good(request.send().await.unwrap()).await;
    assert_eq!(tokens.scope, "streams:read");
    assert!(tokens.refresh_token.is_none() && tokens.id_token.is_none());
    let said = ask(&party, &tokens.access_token).await;
    assert_eq!((said.active, said.sid), (true, None));
    refused(party.userinfo(&tokens.access_token).await, 403, "insufficient_scope").await;
    assert_eq!(revoke(&party, &tokens.access_token).await.status(), StatusCode::OK);
    assert!(!ask(&party, &tokens.access_token).await.active);
    let none = [("grant_type", "client_credentials"), ("scope", "audit:read")];
    let response = party.form("/oauth2/token", Proof::Basic, &none).send().await.unwrap();
    refused(response, 400, "invalid_scope").await;
}

//! Refresh tokens of grants: each works once, and what ends them.

use reqwest::{Method, StatusCode};

use super::party::{Proof, browser, confidential, good, refused};
use crate::app::App;

async fn age(app: &App, seconds: u32) {
    let earlier = format!(
        "UPDATE oauth_grants SET refreshed_at = refreshed_at - interval '{seconds} seconds'"
    );
    sqlx::query(sqlx::AssertSqlSafe(earlier)).execute(&app.database.pool()).await.unwrap();
}

#[tokio::test]
async fn a_second_use_ends_the_grant_and_its_access_tokens() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let first = party.tokens(&browser(&app).await, &[]).await.refresh_token.unwrap();
    let second = good(party.refresh(&first).await).await;
    age(&app, 11).await;
    refused(party.refresh(&first).await, 400, "invalid_grant").await;
    refused(party.userinfo(&second.access_token).await, 401, "invalid_token").await;
    refused(party.refresh(&second.refresh_token.unwrap()).await, 400, "invalid_grant").await;
    let noted =
        ("oauth.refresh".to_owned(), "failure".to_owned(), Some("refresh-reused".to_owned()));
    assert!(app.audit().await.contains(&noted));
}

#[tokio::test]
async fn whoever_lost_the_answer_gets_the_same_successor_again() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let first = party.tokens(&browser(&app).await, &[]).await.refresh_token.unwrap();
    let once = good(party.refresh(&first).await).await;
    let again = good(party.refresh(&first).await).await;
    assert_eq!(once.refresh_token, again.refresh_token);
    let third = good(party.refresh(&once.refresh_token.unwrap()).await).await;
    good(party.refresh(&third.refresh_token.unwrap()).await).await;
    refused(party.refresh(&first).await, 400, "invalid_grant").await;
}

#[tokio::test]
async fn many_tabs_at_once_are_all_served_and_stay_signed_in() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let first = party.tokens(&browser(&app).await, &[]).await.refresh_token.unwrap();
    let tabs = (0..20).map(|_| party.refresh(&first));
    let mut successors = std::collections::BTreeSet::new();
    for response in futures_util::future::join_all(tabs).await {
        successors.insert(good(response).await.refresh_token.unwrap());
    }
    assert_eq!(successors.len(), 1, "there is one successor");
    good(party.refresh(&successors.pop_first().unwrap()).await).await;
}

#[tokio::test]
async fn signing_out_ends_what_was_given_in_the_session_unless_it_is_to_outlive_it() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let cookie = browser(&app).await;
    let bound = party.tokens(&cookie, &[]).await;
    let offline = party.tokens(&cookie, &[("scope", "openid offline_access")]).await;
    let out = app.request(Method::DELETE, "/api/v1/session").header("cookie", &cookie);
    let out = out.header("origin", app.origin()).send().await.unwrap();
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    refused(party.userinfo(&bound.access_token).await, 401, "invalid_token").await;
    refused(party.refresh(&bound.refresh_token.unwrap()).await, 400, "invalid_grant").await;
    assert_eq!(party.userinfo(&offline.access_token).await.status(), StatusCode::OK);
    good(party.refresh(&offline.refresh_token.unwrap()).await).await;
}

#[tokio::test]
async fn a_new_password_ends_even_what_outlives_the_session() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let scope = [("scope", "openid offline_access")];
    let tokens = party.tokens(&browser(&app).await, &scope).await;
    gateway_api::admin::reset_password(&app.database.pool(), crate::app::EMAIL, None)
        .await
        .unwrap();
    refused(party.refresh(&tokens.refresh_token.unwrap()).await, 400, "invalid_grant").await;
}

#[tokio::test]
async fn a_refresh_may_ask_for_less_and_not_for_more() {
    let app = App::start().await;
    let party = confidential(&app).await;
    let scope = [("scope", "openid email")];
    let token = party.tokens(&browser(&app).await, &scope).await.refresh_token.unwrap();
    let ask = |scope: &'static str, token: String| {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", &token), ("scope", scope)];
        party.form("/oauth2/token", Proof::Basic, &fields).send()
    };
    let less = good(ask("openid", token).await.unwrap()).await;
    assert_eq!(less.scope, "openid");
    let more = ask("openid profile", less.refresh_token.unwrap()).await.unwrap();
    refused(more, 400, "invalid_scope").await;
}

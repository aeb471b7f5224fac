//! What the cookie of a session is good for, and what it is not.

use api::gateway::{AccessToken, Session};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::json;

use crate::app::{App, EMAIL, PASSWORD, cookie, expect_problem};

const SESSION: &str = "__Host-nexus-session";

/// A signed-in browser: what it sends as `cookie`.
async fn sign_in(app: &App) -> String {
    let response = app.try_sign_in(EMAIL, PASSWORD).await;
    assert_eq!(response.status(), StatusCode::OK);
    cookie(&response, SESSION).unwrap()
}

fn with(app: &App, method: Method, path: &str, cookie: &str) -> RequestBuilder {
    app.request(method, path).header("cookie", cookie)
}

async fn look(app: &App, cookie: &str) -> Response {
    with(app, Method::GET, "/api/v1/session", cookie).send().await.unwrap()
}

#[tokio::test]
async fn the_cookie_shows_who_is_signed_in_and_opens_no_other_door() {
    let app = App::start().await;
    let response = app.try_sign_in(EMAIL, PASSWORD).await;
    let set = response.headers().get_all("set-cookie").iter();
    let set: Vec<&str> = set.map(|value| value.to_str().unwrap()).collect();
    let session = set.iter().find(|text| text.starts_with("__Host-nexus-session=nxc_")).unwrap();
    assert!(session.ends_with("; Max-Age=7776000; Path=/; Secure; HttpOnly; SameSite=Lax"));
    let held = cookie(&response, SESSION).unwrap();

    let session: Session = look(&app, &held).await.json().await.unwrap();
    assert_eq!(session.user.email, EMAIL);
    assert_eq!((session.acr.as_str(), session.amr), ("urn:nexus:aal1", vec!["pwd".to_owned()]));
    assert_eq!(session.auth_time, session.created_at);
    for path in ["/api/v1/audit", "/api/v1/sessions"] {
        let method = if path.ends_with("audit") { Method::GET } else { Method::DELETE };
        let refused = with(&app, method, path, &held).header("origin", app.origin());
        expect_problem(refused.send().await.unwrap(), 401, "sign-in-required").await;
    }
}

#[tokio::test]
async fn other_sites_cannot_make_the_cookie_act() {
    let app = App::start().await;
    let held = sign_in(&app).await;
    let forms = [(Method::DELETE, "/api/v1/session"), (Method::POST, "/api/v1/session/refresh")];
    let origins: [(&str, &str); 5] = [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://nexuscos.localhost:8443"),
        ("sec-fetch-site", "cross-site"),
        ("x-nothing", "said"),
    ];
    for (method, path) in forms {
        for (name, value) in origins {
            let request = with(&app, method.clone(), path, &held).header(name, value);
            let refused = request.json(&json!({})).send().await.unwrap();
            expect_problem(refused, 403, "cross-site-request").await;
        }
    }
    let form = with(&app, Method::POST, "/api/v1/session/refresh", &held)
        .header("origin", app.origin())
        .header("content-type", "text/plain")
        .body("{}");
    expect_problem(form.send().await.unwrap(), 415, "unsupported-media-type").await;
    assert_eq!(look(&app, &held).await.status(), StatusCode::OK, "nothing has changed");
}

#[tokio::test]
async fn signing_out_at_a_page_ends_the_session_and_removes_the_cookie() {
    let app = App::start().await;
    let (here, there) = (sign_in(&app).await, sign_in(&app).await);
    let out = with(&app, Method::DELETE, "/api/v1/session", &here);
    let out = out.header("origin", app.origin()).send().await.unwrap();
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    let removed = out.headers()["set-cookie"].to_str().unwrap();
    assert!(removed.starts_with("__Host-nexus-session=; Max-Age=0; Path=/; Secure"), "{removed}");
    expect_problem(look(&app, &here).await, 401, "sign-in-required").await;
    assert_eq!(look(&app, &there).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_page_gets_access_tokens_and_the_program_keeps_its_refresh_token() {
    let app = App::start().await;
    let response = app.try_sign_in(EMAIL, PASSWORD).await;
    let held = cookie(&response, SESSION).unwrap();
    let tokens: api::gateway::SessionTokens = response.json().await.unwrap();
    for header in [("origin", app.origin().as_str()), ("sec-fetch-site", "same-origin")] {
        let request = with(&app, Method::POST, "/api/v1/session/refresh", &held);
        let answer = request.header(header.0, header.1).json(&json!({})).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let token: AccessToken = answer.json().await.unwrap();
        let seen = app.get("/api/v1/session", &token.access_token).await;
        assert_eq!(seen.json::<Session>().await.unwrap().id, tokens.session_id);
    }
    assert_eq!(app.refresh(&tokens.refresh_token).await.status(), StatusCode::OK);
    let nobody = app.request(Method::POST, "/api/v1/session/refresh").json(&json!({}));
    expect_problem(nobody.send().await.unwrap(), 401, "sign-in-required").await;
}

#[tokio::test]
async fn cookies_that_are_not_ours_or_whose_session_is_over_are_nothing() {
    let app = App::start().await;
    let held = sign_in(&app).await;
    let changed = held.replacen("nxc_A", "nxc_B", 1);
    assert_ne!(changed, held);
    let garbage = "__Host-nexus-session=nxc_AAAA".to_owned();
    let plain = held.replacen("__Host-", "", 1);
    let twice = format!("{held}; {held}");
    for wrong in [changed, garbage, plain, twice] {
        expect_problem(look(&app, &wrong).await, 401, "sign-in-required").await;
    }
    let expire = "UPDATE sessions SET created_at = created_at - interval '1 hour', \
                  expires_at = now() - interval '1 second'";
    sqlx::query(expire).execute(&app.database.pool()).await.unwrap();
    expect_problem(look(&app, &held).await, 401, "sign-in-required").await;
}

#[tokio::test]
async fn using_the_cookie_keeps_the_session_alive() {
    let app = App::start().await;
    let held = sign_in(&app).await;
    let age = "UPDATE sessions SET seen_at = seen_at - interval '13 days', \
               created_at = created_at - interval '13 days', \
               expires_at = expires_at - interval '13 days'";
    sqlx::query(age).execute(&app.database.pool()).await.unwrap();
    assert_eq!(look(&app, &held).await.status(), StatusCode::OK);
    let left: f64 =
        sqlx::query_scalar("SELECT extract(epoch FROM expires_at - now())::float8 FROM sessions")
            .fetch_one(&app.database.pool())
            .await
            .unwrap();
    assert!(left > 13.9 * 86_400.0, "{left} seconds are left");
}

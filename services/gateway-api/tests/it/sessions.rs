//! Lists of sessions, and ending one's own and those of others.

use api::gateway::{SessionDetails, SessionList, SessionTokens, SessionsRevoked};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::app::{App, EMAIL, PASSWORD, expect_problem};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn list(app: &App, token: &str, path: &str) -> Vec<SessionDetails> {
    app.get(path, token).await.json::<SessionList>().await.unwrap().sessions
}

async fn delete(app: &App, token: &str, path: &str) -> Response {
    app.request(Method::DELETE, path).bearer_auth(token).send().await.unwrap()
}

#[tokio::test]
async fn everybody_sees_where_they_are_signed_in_and_nobody_else() {
    let app = App::start().await;
    app.sign_in_viewer().await;
    let first = app
        .request(Method::POST, "/api/v1/session")
        .header("user-agent", FIREFOX)
        .header("x-forwarded-for", "203.0.113.9")
        .json(&json!({ "email": EMAIL, "password": PASSWORD }));
    let first: SessionTokens = first.send().await.unwrap().json().await.unwrap();
    let second = app.sign_in().await;

    let sessions = list(&app, &second.access_token, "/api/v1/sessions").await;
    assert_eq!(
        sessions.iter().map(|s| s.id).collect::<Vec<_>>(),
        [second.session_id, first.session_id]
    );
    assert_eq!(sessions.iter().map(|s| s.current).collect::<Vec<_>>(), [true, false]);
    assert_eq!(sessions[1].device.as_deref(), Some("Firefox on Linux"));
    assert_eq!(sessions[1].user_agent.as_deref(), Some(FIREFOX));
    assert_eq!(sessions[1].address.as_deref(), Some("203.0.113.9"));
    assert_eq!(sessions[0].device, None);
}

#[tokio::test]
async fn one_session_is_ended_and_only_ones_own() {
    let app = App::start().await;
    let (here, there) = (app.sign_in().await, app.sign_in().await);
    let viewer = app.sign_in_viewer().await;
    let path = format!("/api/v1/sessions/{}", there.session_id);
    let foreign = delete(&app, &viewer.access_token, &path).await;
    expect_problem(foreign, 404, "unknown-session").await;
    assert_eq!(delete(&app, &here.access_token, &path).await.status(), StatusCode::NO_CONTENT);
    let ended = app.get("/api/v1/session", &there.access_token).await;
    expect_problem(ended, 401, "session-revoked").await;
    expect_problem(delete(&app, &here.access_token, &path).await, 404, "unknown-session").await;
    let nonsense = delete(&app, &here.access_token, "/api/v1/sessions/nonsense").await;
    expect_problem(nonsense, 400, "malformed-path").await;
}

#[tokio::test]
async fn all_others_are_ended_and_this_one_goes_on() {
    let app = App::start().await;
    let (here, there) = (app.sign_in().await, app.sign_in().await);
    let answer = delete(&app, &here.access_token, "/api/v1/sessions?keep_current=true").await;
    assert_eq!(answer.json::<SessionsRevoked>().await.unwrap().revoked, 1);
    assert_eq!(app.get("/api/v1/session", &here.access_token).await.status(), StatusCode::OK);
    expect_problem(app.refresh(&there.refresh_token).await, 401, "refresh-token-invalid").await;
}

#[tokio::test]
async fn an_administrator_ends_the_sessions_of_others() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let viewer = app.sign_in_viewer().await;
    let id: Uuid = sqlx::query_scalar("SELECT id FROM users WHERE email = 'viewer@example.org'")
        .fetch_one(&app.database.pool())
        .await
        .unwrap();
    let path = format!("/api/v1/people/{id}/sessions");
    let refused = app.get(&path, &viewer.access_token).await;
    expect_problem(refused, 403, "scope-missing").await;

    let sessions = list(&app, &admin, &path).await;
    assert_eq!(sessions.len(), 1);
    assert_eq!((sessions[0].id, sessions[0].current), (viewer.session_id, false));
    let one = format!("{path}/{}", viewer.session_id);
    assert_eq!(delete(&app, &admin, &one).await.status(), StatusCode::NO_CONTENT);
    let ended = app.get("/api/v1/sessions", &viewer.access_token).await;
    expect_problem(ended, 401, "session-revoked").await;
    let again = app.try_sign_in("viewer@example.org", PASSWORD).await;
    assert_eq!(again.status(), StatusCode::OK);
    let all = delete(&app, &admin, &path).await;
    assert_eq!(all.json::<SessionsRevoked>().await.unwrap().revoked, 1);
    let reason: String =
        sqlx::query_scalar("SELECT DISTINCT revoked_reason FROM sessions WHERE user_id = $1")
            .bind(id)
            .fetch_one(&app.database.pool())
            .await
            .unwrap();
    assert_eq!(reason, "revoked-by-administrator");
}

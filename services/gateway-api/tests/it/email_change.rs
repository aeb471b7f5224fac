//! Another address.

use api::gateway::{
    ApiKeySecret, EmailVerified, Factors, MailLink, MailLinkPurpose, SessionTokens,
};
use reqwest::{Response, StatusCode};
use serde_json::json;

use crate::app::{App, EMAIL, PASSWORD, expect_problem, token_in};
use crate::second_factor::enrol;

const OLD: &str = "viewer@example.org";
const NEW: &str = "new@example.org";
const OPEN_TO_KEYS: &str = "/api/v1/me/entitlements";

async fn ask(app: &App, token: &str, email: &str) -> Response {
    app.post_as(token, "/api/v1/me/email", &json!({ "email": email })).await
}

async fn follow(app: &App, token: &str) -> Response {
    app.post("/api/v1/email/verify", &json!({ "token": token })).await
}

#[tokio::test]
async fn an_address_is_had_when_it_is_proven_and_the_old_one_is_told() {
    let app = App::start().await;
    let tokens = app.sign_in_viewer().await;
    assert_eq!(ask(&app, &tokens.access_token, "New@Example.org").await.status(), 202);
    let first = token_in(&app.mail(NEW).await);
    assert_eq!(ask(&app, &tokens.access_token, NEW).await.status(), 202);
    let second = token_in(&app.mail_after(NEW, 1).await);
    assert_eq!(app.try_sign_in(OLD, PASSWORD).await.status(), StatusCode::OK, "not yet");
    expect_problem(follow(&app, &first).await, 404, "link-invalid").await;

    let looked = app.post("/api/v1/mail-links/inspect", &json!({ "token": second })).await;
    let link: MailLink = looked.json().await.unwrap();
    assert_eq!((link.purpose, link.needs_password), (MailLinkPurpose::ChangeEmail, false));
    let done: EmailVerified = follow(&app, &second).await.json().await.unwrap();
    assert_eq!((done.purpose, done.email.as_str()), (MailLinkPurpose::ChangeEmail, NEW));
    assert_eq!(app.try_sign_in(NEW, PASSWORD).await.status(), StatusCode::OK);
    expect_problem(app.try_sign_in(OLD, PASSWORD).await, 401, "wrong-credentials").await;
    let here = app.get("/api/v1/session", &tokens.access_token).await;
    assert_eq!(here.status(), StatusCode::OK, "the session goes on");

    let told = app.mail(OLD).await;
    assert!(told.subject.contains("was changed") && told.text.contains(NEW), "{}", told.text);
}

#[tokio::test]
async fn whoever_was_robbed_of_the_account_takes_it_back() {
    let app = App::start().await;
    let owner = app.sign_in_viewer().await;
    sqlx::query("UPDATE users SET role = 'operator' WHERE email = $1")
        .bind(OLD)
        .execute(&app.database.pool())
        .await
        .unwrap();
    let thief: SessionTokens = app.refresh(&owner.refresh_token).await.json().await.unwrap();
    let key = json!({ "name": "Lights", "scopes": ["streams:read"] });
    let own: ApiKeySecret =
        app.post_as(&thief.access_token, "/api/v1/api-keys", &key).await.json().await.unwrap();
    ask(&app, &thief.access_token, NEW).await;
    follow(&app, &token_in(&app.mail(NEW).await)).await;
    let undo = token_in(&app.mail(OLD).await);
    // The thief makes the account a home, moves on to a third address and closes the account.
    let key = json!({ "name": "Back door", "scopes": ["streams:read"] });
    let made = app.post_as(&thief.access_token, "/api/v1/api-keys", &key).await;
    let key: ApiKeySecret = made.json().await.unwrap();
    assert_eq!(app.get(OPEN_TO_KEYS, &key.secret).await.status(), StatusCode::OK);
    enrol(&app, &thief.access_token).await;
    ask(&app, &thief.access_token, "third@example.org").await;
    follow(&app, &token_in(&app.mail("third@example.org").await)).await;
    let left = app.request(reqwest::Method::DELETE, "/api/v1/me").bearer_auth(&thief.access_token);
    assert_eq!(left.send().await.unwrap().status(), StatusCode::OK);

    let done: EmailVerified = follow(&app, &undo).await.json().await.unwrap();
    assert_eq!((done.purpose, done.email.as_str()), (MailLinkPurpose::UndoEmailChange, OLD));
    let out = app.get("/api/v1/session", &thief.access_token).await;
    expect_problem(out, 401, "session-revoked").await;
    let others = [app.mail_after(NEW, 1).await, app.mail_after("third@example.org", 1).await];
    for mail in others {
        let token = token_in(&mail);
        expect_problem(follow(&app, &token).await, 404, "link-invalid").await;
        let kept = app.post("/api/v1/restore", &json!({ "token": token })).await;
        expect_problem(kept, 404, "link-invalid").await;
    }
    app.post("/api/v1/recovery", &json!({ "email": OLD })).await;
    let restore = token_in(&app.mail_after(OLD, 1).await);
    let restored = app.post("/api/v1/restore", &json!({ "token": restore })).await;
    assert_eq!(restored.status(), StatusCode::NO_CONTENT);
    expect_problem(app.get(OPEN_TO_KEYS, &key.secret).await, 401, "api-key-refused").await;
    let signed_in = app.try_sign_in(OLD, PASSWORD).await;
    assert_eq!(signed_in.status(), StatusCode::OK, "and the thief's second factor is gone");
    let tokens: SessionTokens = signed_in.json().await.unwrap();
    let own = app.get(OPEN_TO_KEYS, &own.secret).await;
    assert_eq!(own.status(), StatusCode::OK, "what the owner made before stays");
    let factors = app.get("/api/v1/me/factors", &tokens.access_token).await;
    let factors: Factors = factors.json().await.unwrap();
    assert_eq!(factors, Factors { totp: false, passkeys: 0, recovery_codes_left: 0 });
}

#[tokio::test]
async fn a_thief_who_takes_back_a_later_change_does_not_keep_the_owner_from_the_first() {
    let app = App::start().await;
    let thief = app.sign_in_viewer().await.access_token;
    let (second, third) = ("second@example.org", "third@example.org");
    for (address, before) in [(second, OLD), (third, second)] {
        ask(&app, &thief, address).await;
        follow(&app, &token_in(&app.mail(address).await)).await;
        assert!(app.mail_after(before, usize::from(before == second)).await.text.contains(address));
    }
    let later = token_in(&app.mail_after(second, 1).await);
    assert_eq!(follow(&app, &later).await.status(), StatusCode::OK);
    let taken_back: EmailVerified =
        follow(&app, &token_in(&app.mail(OLD).await)).await.json().await.unwrap();
    assert_eq!(taken_back.email, OLD);
    assert_eq!(app.try_sign_in(OLD, PASSWORD).await.status(), StatusCode::OK);
    expect_problem(app.try_sign_in(second, PASSWORD).await, 401, "wrong-credentials").await;
}

#[tokio::test]
async fn the_answer_does_not_tell_who_has_an_address() {
    let app = App::start().await;
    let tokens = app.sign_in_viewer().await;
    assert_eq!(ask(&app, &tokens.access_token, EMAIL).await.status(), StatusCode::ACCEPTED);
    let told = app.mail(EMAIL).await;
    assert!(told.subject.contains("You have an account"), "{}", told.subject);
    expect_problem(follow(&app, &token_in(&told)).await, 404, "link-invalid").await;
    let same = expect_problem(ask(&app, &tokens.access_token, OLD).await, 422, "invalid-person");
    assert_eq!(same.await.errors[0].pointer, "/email");
    let none =
        expect_problem(ask(&app, &tokens.access_token, "nobody").await, 422, "invalid-person");
    assert_eq!(none.await.errors[0].pointer, "/email");
}

#[tokio::test]
async fn an_address_that_was_taken_meanwhile_stays_whose_it_is() {
    let app = App::start().await;
    let tokens = app.sign_in_viewer().await;
    ask(&app, &tokens.access_token, NEW).await;
    let link = token_in(&app.mail(NEW).await);
    sqlx::query("UPDATE users SET email = $2 WHERE email = $1")
        .bind(EMAIL)
        .bind(NEW)
        .execute(&app.database.pool())
        .await
        .unwrap();
    expect_problem(follow(&app, &link).await, 409, "address-taken").await;
    assert_eq!(app.try_sign_in(OLD, PASSWORD).await.status(), StatusCode::OK);
}

//! Invitations to the platform.

use api::gateway::{Invitation, InvitationAccepted, Invitations, MailLink, UserRole};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{App, EMAIL, expect_problem, token_in};

const GUEST: &str = "grace@example.org";
const CHOSEN: &str = "violet engine 1843 loom";
const PATH: &str = "/api/v1/people/invitations";

async fn invite(app: &App, token: &str, email: &str) -> reqwest::Response {
    let body = json!({ "email": email, "display_name": "Grace Hopper", "role": "operator" });
    app.request(Method::POST, PATH).bearer_auth(token).json(&body).send().await.unwrap()
}

async fn accept(app: &App, body: &Value) -> reqwest::Response {
    app.post("/api/v1/invitations/accept", body).await
}

async fn open_ones(app: &App, token: &str) -> Vec<Invitation> {
    let all: Invitations = app.get(PATH, token).await.json().await.unwrap();
    all.invitations
}

#[tokio::test]
async fn one_address_is_not_sent_invitations_without_end() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    for _ in 0..5 {
        assert_eq!(invite(&app, &admin, GUEST).await.status(), StatusCode::CREATED);
    }
    let over = invite(&app, &admin, GUEST).await;
    assert!(over.headers().contains_key("retry-after"));
    expect_problem(over, 429, "too-many-mails").await;
    assert_eq!(open_ones(&app, &admin).await.len(), 1, "the last one stays good");
    let another = invite(&app, &admin, "mary@example.org").await;
    assert_eq!(another.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn an_account_does_not_send_invitations_without_end() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    for guest in 0..60 {
        let sent = invite(&app, &admin, &format!("guest{guest}@example.org")).await;
        assert_eq!(sent.status(), StatusCode::CREATED);
    }
    expect_problem(invite(&app, &admin, GUEST).await, 429, "too-many-mails").await;
}

#[tokio::test]
async fn an_invitation_makes_an_account_with_its_role() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let response = invite(&app, &admin, GUEST).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let sent: Invitation = response.json().await.unwrap();
    assert_eq!((sent.email.as_str(), sent.role), (GUEST, UserRole::Operator));
    assert_eq!(open_ones(&app, &admin).await, [sent]);

    let mail = app.mail(GUEST).await;
    assert!(mail.text.starts_with("The Administrator invites you"), "{}", mail.text);
    let token = token_in(&mail);
    let looked = app.post("/api/v1/mail-links/inspect", &json!({ "token": token })).await;
    let link: MailLink = looked.json().await.unwrap();
    assert_eq!((link.role.as_deref(), link.needs_password), (Some("operator"), true));

    expect_problem(accept(&app, &json!({ "token": token })).await, 422, "password-refused").await;
    let body = json!({ "token": token, "display_name": "Rear Admiral", "password": CHOSEN });
    let done: InvitationAccepted = accept(&app, &body).await.json().await.unwrap();
    assert!(done.account_created && done.email == GUEST);
    assert_eq!(app.try_sign_in(GUEST, CHOSEN).await.status(), StatusCode::OK);
    assert_eq!(open_ones(&app, &admin).await, []);
    expect_problem(accept(&app, &body).await, 404, "link-invalid").await;
    expect_problem(invite(&app, &admin, GUEST).await, 409, "address-taken").await;
}

#[tokio::test]
async fn an_invitation_can_be_taken_back_replaced_and_declined() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    invite(&app, &admin, GUEST).await;
    let first = token_in(&app.mail(GUEST).await);
    let again: Invitation = invite(&app, &admin, GUEST).await.json().await.unwrap();
    let second = token_in(&app.mail_after(GUEST, 1).await);
    let body = |token: &str| json!({ "token": token, "password": CHOSEN });
    expect_problem(accept(&app, &body(&first)).await, 404, "link-invalid").await;

    let path = format!("{PATH}/{}", again.id);
    let withdraw = || app.request(Method::DELETE, &path).bearer_auth(&admin).send();
    assert_eq!(withdraw().await.unwrap().status(), StatusCode::NO_CONTENT);
    expect_problem(withdraw().await.unwrap(), 404, "unknown-invitation").await;
    expect_problem(accept(&app, &body(&second)).await, 404, "link-invalid").await;

    invite(&app, &admin, GUEST).await;
    let third = token_in(&app.mail_after(GUEST, 2).await);
    let declined = app.post("/api/v1/invitations/decline", &json!({ "token": third })).await;
    assert_eq!(declined.status(), StatusCode::NO_CONTENT);
    expect_problem(accept(&app, &body(&third)).await, 404, "link-invalid").await;
    assert_eq!(open_ones(&app, &admin).await, []);
}

#[tokio::test]
async fn an_address_with_an_account_is_not_invited() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    expect_problem(invite(&app, &admin, EMAIL).await, 409, "address-taken").await;
    expect_problem(invite(&app, &admin, "nobody").await, 422, "invalid-person").await;
}

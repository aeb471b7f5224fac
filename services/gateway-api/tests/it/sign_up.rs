//! Signing up, and links that come back.

use api::gateway::{EmailVerified, MailLink, MailLinkPurpose, SignUpPolicy, SignUpRules};
use reqwest::{Method, StatusCode};
use serde_json::json;
use store::testing::test_redis;

use crate::app::{App, EMAIL, expect_problem, token_in};

const NEW: &str = "ada@example.org";
const CHOSEN: &str = "violet engine 1843 loom";

async fn open() -> App {
    App::start_with(test_redis().await.unwrap(), |config| config.sign_up = SignUpPolicy::Open).await
}

async fn sign_up(app: &App, email: &str) -> reqwest::Response {
    app.post("/api/v1/sign-up", &json!({ "email": email, "display_name": "Ada Lovelace" })).await
}

async fn verify(app: &App, token: &str, password: Option<&str>) -> reqwest::Response {
    app.post("/api/v1/email/verify", &json!({ "token": token, "password": password })).await
}

#[tokio::test]
async fn whoever_proves_an_address_gets_an_account() {
    let app = open().await;
    assert_eq!(sign_up(&app, " ADA@example.org").await.status(), StatusCode::ACCEPTED);
    let mail = app.mail(NEW).await;
    assert!(mail.subject.starts_with("Finish signing up"), "{}", mail.subject);
    assert!(!mail.text.contains("Ada"), "a stranger's words are not sent on");
    assert!(mail.text.contains("/verify-email#token=nxl_"), "{}", mail.text);
    let token = token_in(&mail);

    let link: MailLink = app
        .post("/api/v1/mail-links/inspect", &json!({ "token": token }))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!((link.purpose, link.email.as_str()), (MailLinkPurpose::SignUp, NEW));
    assert_eq!(link.display_name.as_deref(), Some("Ada Lovelace"));
    assert!(link.needs_password);

    let without = verify(&app, &token, None).await;
    let problem = expect_problem(without, 422, "password-refused").await;
    assert_eq!(problem.errors[0].pointer, "/password");
    expect_problem(verify(&app, &token, Some("short")).await, 422, "password-refused").await;
    let done: EmailVerified = verify(&app, &token, Some(CHOSEN)).await.json().await.unwrap();
    assert_eq!((done.purpose, done.email.as_str()), (MailLinkPurpose::SignUp, NEW));
    assert_eq!(app.try_sign_in(NEW, CHOSEN).await.status(), StatusCode::OK);

    expect_problem(verify(&app, &token, Some(CHOSEN)).await, 404, "link-invalid").await;
    let actions: Vec<String> = app.audit().await.into_iter().map(|entry| entry.0).collect();
    assert_eq!(actions[1..], ["user.sign_up", "session.sign_in"]);
}

#[tokio::test]
async fn the_answer_does_not_tell_who_has_an_account() {
    let app = open().await;
    let known = sign_up(&app, EMAIL).await;
    let unknown = sign_up(&app, NEW).await;
    assert_eq!(known.status(), unknown.status());
    let names = |response: &reqwest::Response| -> Vec<String> {
        response.headers().keys().map(ToString::to_string).collect()
    };
    assert_eq!(names(&known), names(&unknown));
    assert_eq!(known.text().await.unwrap(), unknown.text().await.unwrap());
    let mail = app.mail(EMAIL).await;
    assert!(mail.subject.starts_with("You have an account"), "{}", mail.subject);
    assert!(mail.text.contains("/reset-password#token="), "{}", mail.text);
}

/// Nothing is looked up before the answer, so both take as long; a look-up, a link and a mail
/// would take several times that.
#[tokio::test]
async fn the_time_does_not_tell_who_has_an_account() {
    let app = open().await;
    let mut fastest = Vec::new();
    for email in [EMAIL, NEW] {
        let mut times = Vec::new();
        for _ in 0..10 {
            let started = std::time::Instant::now();
            sign_up(&app, email).await;
            times.push(started.elapsed().as_secs_f64());
        }
        fastest.push(times.into_iter().fold(f64::INFINITY, f64::min));
    }
    let ratio = fastest[0] / fastest[1];
    assert!((0.4..2.5).contains(&ratio), "known {} s, unknown {} s", fastest[0], fastest[1]);
}

#[tokio::test]
async fn only_an_open_platform_takes_everybody() {
    let app = App::start().await;
    let rules = app.request(Method::GET, "/api/v1/sign-up").send().await.unwrap();
    let rules: SignUpRules = rules.json().await.unwrap();
    assert_eq!((rules.policy, rules.password_min_characters), (SignUpPolicy::Invite, 10));
    expect_problem(sign_up(&app, NEW).await, 403, "sign-up-closed").await;
}

#[tokio::test]
async fn what_cannot_be_a_person_is_refused() {
    let app = open().await;
    let cases = [
        (json!({ "email": "nobody", "display_name": "Ada" }), "/email"),
        (json!({ "email": NEW, "display_name": " " }), "/display_name"),
        (json!({ "email": NEW, "display_name": "A\u{7}da" }), "/display_name"),
    ];
    for (body, pointer) in cases {
        let response = app.post("/api/v1/sign-up", &body).await;
        let problem = expect_problem(response, 422, "invalid-person").await;
        assert_eq!(problem.errors[0].pointer, pointer);
    }
}

#[tokio::test]
async fn links_are_good_once_for_a_while_and_for_one_thing() {
    let app = open().await;
    sign_up(&app, NEW).await;
    sign_up(&app, NEW).await;
    let (first, second) = (app.mail(NEW).await, app.mail_after(NEW, 1).await);
    let (first, second) = (token_in(&first), token_in(&second));
    let forged = format!("{}A", &first[..first.len() - 1]);
    for token in ["", "nxl_", &forged] {
        expect_problem(verify(&app, token, Some(CHOSEN)).await, 404, "link-invalid").await;
    }
    let reset = json!({ "token": first, "password": CHOSEN });
    expect_problem(app.post("/api/v1/recovery/reset", &reset).await, 404, "link-invalid").await;

    let both = tokio::join!(verify(&app, &first, Some(CHOSEN)), verify(&app, &first, Some(CHOSEN)));
    let statuses = [both.0.status(), both.1.status()];
    assert!(statuses.contains(&StatusCode::OK), "{statuses:?}");
    assert!(statuses.contains(&StatusCode::NOT_FOUND), "of two at once one wins: {statuses:?}");
    expect_problem(verify(&app, &second, Some(CHOSEN)).await, 404, "link-invalid").await;

    sign_up(&app, "late@example.org").await;
    let late = token_in(&app.mail("late@example.org").await);
    let expire = "UPDATE mail_links SET expires_at = now() - interval '1 second'";
    sqlx::query(expire).execute(&app.database.pool()).await.unwrap();
    expect_problem(verify(&app, &late, Some(CHOSEN)).await, 404, "link-invalid").await;
}

#[tokio::test]
async fn nobody_is_flooded_with_mail() {
    let app = open().await;
    for _ in 0..6 {
        assert_eq!(sign_up(&app, NEW).await.status(), StatusCode::ACCEPTED);
    }
    for attempt in 6..20 {
        sign_up(&app, &format!("person{attempt}@example.org")).await;
    }
    let problem = sign_up(&app, "last@example.org").await;
    assert!(problem.headers().contains_key("retry-after"));
    expect_problem(problem, 429, "too-many-mails").await;
    app.mail("person19@example.org").await;
    assert_eq!(app.mails(NEW).len(), 3, "a recipient gets three in an hour");
}

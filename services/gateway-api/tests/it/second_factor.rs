//! Authenticator apps, recovery codes, and signing in with them.

use api::gateway::{Factors, RecoveryCodes, Session, SessionTokens, TotpEnrolment};
use aws_lc_rs::hmac;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::testing::test_redis;
use time::OffsetDateTime;

use crate::app::{App, EMAIL, PASSWORD, cookie, expect_problem};

/// An authenticator app: RFC 6238 as its text says, sharing nothing with the code under test.
pub struct Authenticator {
    base32: String,
    secret: Vec<u8>,
}

impl Authenticator {
    /// Takes the secret as it is typed in.
    pub fn new(base32: &str) -> Self {
        let (mut secret, mut bits, mut held) = (Vec::new(), 0u32, 0);
        for character in base32.chars() {
            let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(character).unwrap();
            bits = bits << 5 | u32::try_from(value).unwrap();
            held += 5;
            if held >= 8 {
                held -= 8;
                secret.push(u8::try_from(bits >> held & 0xff).unwrap());
            }
        }
        assert_eq!(secret.len(), 20);
        Self { base32: base32.to_owned(), secret }
    }

    /// The secret as it is typed in.
    pub fn base32(&self) -> &str {
        &self.base32
    }

    /// The code of a time step, counted from the present one.
    pub fn code(&self, from_now: i64) -> String {
        let step = OffsetDateTime::now_utc().unix_timestamp() / 30 + from_now;
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let mac = hmac::sign(&key, &step.to_be_bytes());
        let mac = mac.as_ref();
        let at = usize::from(mac[19] & 15);
        let number = u32::from_be_bytes(mac[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}

/// Sets up an app with the code before the present one, so that the present one is still good.
pub async fn enrol(app: &App, token: &str) -> (Authenticator, Vec<String>) {
    let enrolment = app.post_as(token, "/api/v1/me/totp", &json!({})).await;
    assert_eq!(enrolment.status(), StatusCode::OK);
    assert_eq!(enrolment.headers()["cache-control"], "no-store");
    let enrolment: TotpEnrolment = enrolment.json().await.unwrap();
    assert!(enrolment.otpauth_uri.starts_with("otpauth://totp/Nexus%20COS:"));
    assert!(enrolment.otpauth_uri.contains(&format!("secret={}", enrolment.secret)));
    let authenticator = Authenticator::new(&enrolment.secret);
    let code = json!({ "code": authenticator.code(-1) });
    let confirmed = app.post_as(token, "/api/v1/me/totp/confirm", &code).await;
    assert_eq!(confirmed.status(), StatusCode::OK);
    let codes: RecoveryCodes = confirmed.json().await.unwrap();
    (authenticator, codes.recovery_codes)
}

/// The challenge that a right password gets.
pub async fn challenge(app: &App) -> String {
    let problem =
        expect_problem(app.try_sign_in(EMAIL, PASSWORD).await, 401, "second-factor-required").await;
    problem.members["challenge"].as_str().unwrap().to_owned()
}

async fn answer(app: &App, challenge: &str, code: &str) -> Response {
    app.post("/api/v1/session/second-factor", &json!({ "challenge": challenge, "code": code }))
        .await
}

async fn factors(app: &App, token: &str) -> Factors {
    app.get("/api/v1/me/factors", token).await.json().await.unwrap()
}

#[tokio::test]
async fn with_an_authenticator_app_the_password_alone_opens_nothing() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    assert_eq!(
        factors(&app, &token).await,
        Factors { totp: false, passkeys: 0, recovery_codes_left: 0 }
    );
    let (authenticator, codes) = enrol(&app, &token).await;
    assert_eq!(codes.len(), 10);
    assert_eq!(
        factors(&app, &token).await,
        Factors { totp: true, passkeys: 0, recovery_codes_left: 10 }
    );
    let here: Session = app.get("/api/v1/session", &token).await.json().await.unwrap();
    assert_eq!((here.amr.join(" ").as_str(), here.acr.as_str()), ("pwd otp mfa", "urn:nexus:aal2"));

    let asked = app.try_sign_in(EMAIL, PASSWORD).await;
    assert_eq!(cookie(&asked, "__Host-nexus-session"), None);
    let asked = expect_problem(asked, 401, "second-factor-required").await;
    assert_eq!(asked.members["methods"], json!(["totp", "recovery-code"]));
    let wrong = app.try_sign_in(EMAIL, "not the password").await;
    let wrong = expect_problem(wrong, 401, "wrong-credentials").await;
    assert!(wrong.members.is_empty(), "only who knows the password learns of the factor");

    let challenge = asked.members["challenge"].as_str().unwrap();
    let signed_in = answer(&app, challenge, &authenticator.code(0)).await;
    assert_eq!(signed_in.status(), StatusCode::OK);
    assert!(cookie(&signed_in, "__Host-nexus-session").is_some());
    let tokens: SessionTokens = signed_in.json().await.unwrap();
    let session: Session =
        app.get("/api/v1/session", &tokens.access_token).await.json().await.unwrap();
    assert_eq!(
        (session.amr.join(" ").as_str(), session.acr.as_str()),
        ("pwd otp mfa", "urn:nexus:aal2")
    );
}

#[tokio::test]
async fn a_code_is_taken_once_and_so_is_a_challenge() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let (authenticator, _) = enrol(&app, &token).await;
    let first = challenge(&app).await;
    expect_problem(answer(&app, &first, &authenticator.code(-1)).await, 401, "wrong-second-factor")
        .await;
    let code = authenticator.code(0);
    let both = tokio::join!(answer(&app, &first, &code), answer(&app, &first, &code));
    let statuses = [both.0.status(), both.1.status()];
    assert!(statuses.contains(&StatusCode::OK) && statuses.contains(&StatusCode::UNAUTHORIZED));

    let second = challenge(&app).await;
    expect_problem(answer(&app, &second, &code).await, 401, "wrong-second-factor").await;
    let next = authenticator.code(1);
    expect_problem(answer(&app, &first, &next).await, 401, "challenge-invalid").await;
    let open: i64 = sqlx::query_scalar("SELECT count(*) FROM sessions")
        .fetch_one(&app.database.pool())
        .await
        .unwrap();
    assert_eq!(open, 2);
}

#[tokio::test]
async fn recovery_codes_work_once_and_new_ones_replace_them() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let (_, codes) = enrol(&app, &token).await;
    let typed = codes[0].to_lowercase().replace('-', " ");
    let both = challenge(&app).await;
    assert_eq!(answer(&app, &both, &typed).await.status(), StatusCode::OK);
    let again = challenge(&app).await;
    expect_problem(answer(&app, &again, &codes[0]).await, 401, "wrong-second-factor").await;
    assert_eq!(factors(&app, &token).await.recovery_codes_left, 9);

    let renewed = app.post_as(&token, "/api/v1/me/recovery-codes", &json!({})).await;
    let renewed: RecoveryCodes = renewed.json().await.unwrap();
    assert_eq!(renewed.recovery_codes.len(), 10);
    expect_problem(answer(&app, &again, &codes[1]).await, 401, "wrong-second-factor").await;
    let done = answer(&app, &again, &renewed.recovery_codes[3]).await;
    assert_eq!(done.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_removed_app_is_not_asked_for_and_takes_the_recovery_codes_along() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    enrol(&app, &token).await;
    let again = app.post_as(&token, "/api/v1/me/totp", &json!({})).await;
    expect_problem(again, 409, "totp-enabled").await;
    let remove = || app.request(Method::DELETE, "/api/v1/me/totp").bearer_auth(&token).send();
    assert_eq!(remove().await.unwrap().status(), StatusCode::NO_CONTENT);
    expect_problem(remove().await.unwrap(), 404, "factor-missing").await;
    assert_eq!(
        factors(&app, &token).await,
        Factors { totp: false, passkeys: 0, recovery_codes_left: 0 }
    );
    app.sign_in().await;
    let none = app.post_as(&token, "/api/v1/me/recovery-codes", &json!({})).await;
    expect_problem(none, 404, "factor-missing").await;
}

#[tokio::test]
async fn an_app_counts_from_its_first_code_on() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let confirm = |code: String| {
        let (app, token) = (&app, &token);
        async move { app.post_as(token, "/api/v1/me/totp/confirm", &json!({ "code": code })).await }
    };
    expect_problem(confirm("123456".to_owned()).await, 409, "totp-not-pending").await;
    let first: TotpEnrolment =
        app.post_as(&token, "/api/v1/me/totp", &json!({})).await.json().await.unwrap();
    let second: TotpEnrolment =
        app.post_as(&token, "/api/v1/me/totp", &json!({})).await.json().await.unwrap();
    assert_ne!(first.secret, second.secret);
    let problem =
        expect_problem(confirm(Authenticator::new(&first.secret).code(0)).await, 422, "wrong-code")
            .await;
    assert_eq!(problem.errors[0].pointer, "/code");
    app.sign_in().await;
    let done = confirm(Authenticator::new(&second.secret).code(0)).await;
    assert_eq!(done.status(), StatusCode::OK);
    challenge(&app).await;
}

#[tokio::test]
async fn a_challenge_dies_with_what_it_was_made_for() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let (authenticator, _) = enrol(&app, &token).await;
    let old = challenge(&app).await;
    let forged = old.replacen("nxf_A", "nxf_B", 1);
    let refresh = app.sign_in_viewer().await.refresh_token.replacen("nxr_", "nxf_", 1);
    for wrong in ["", "nxf_", forged.as_str(), refresh.as_str()] {
        let refused = answer(&app, wrong, &authenticator.code(0)).await;
        expect_problem(refused, 401, "challenge-invalid").await;
    }
    for change in [
        "UPDATE users SET password_changed_at = now() + interval '5 seconds'",
        "UPDATE users SET password_changed_at = created_at, disabled_at = now()",
    ] {
        sqlx::query(change).execute(&app.database.pool()).await.unwrap();
        let refused = answer(&app, &old, &authenticator.code(0)).await;
        expect_problem(refused, 401, "challenge-invalid").await;
    }
}

#[tokio::test]
async fn guessing_codes_is_stopped_at_the_challenge_and_at_the_account() {
    let redis = test_redis().await.unwrap();
    let app = App::start_with(redis, |config| config.attempts_per_account = 8).await;
    let token = app.sign_in().await.access_token;
    let (authenticator, _) = enrol(&app, &token).await;
    let guess = |challenge: String| {
        let app = &app;
        async move { answer(app, &challenge, "000000").await }
    };
    let first = challenge(&app).await;
    for _ in 0..5 {
        expect_problem(guess(first.clone()).await, 401, "wrong-second-factor").await;
    }
    expect_problem(guess(first.clone()).await, 429, "too-many-attempts").await;
    let second = challenge(&app).await;
    for _ in 0..3 {
        expect_problem(guess(second.clone()).await, 401, "wrong-second-factor").await;
    }
    let stopped = answer(&app, &second, &authenticator.code(0)).await;
    assert!(stopped.headers().contains_key("retry-after"));
    expect_problem(stopped, 429, "too-many-attempts").await;
    let reasons: Vec<_> = app.audit().await.into_iter().filter_map(|entry| entry.2).collect();
    assert_eq!(reasons.iter().filter(|reason| *reason == "wrong-second-factor").count(), 8);
}

#[tokio::test]
async fn nothing_of_it_can_be_read_in_the_database() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let enrolment: TotpEnrolment =
        app.post_as(&token, "/api/v1/me/totp", &json!({})).await.json().await.unwrap();
    let authenticator = Authenticator::new(&enrolment.secret);
    let code = json!({ "code": authenticator.code(0) });
    let codes = app.post_as(&token, "/api/v1/me/totp/confirm", &code).await;
    let codes: RecoveryCodes = codes.json().await.unwrap();
    let dump: Vec<Value> = sqlx::query_scalar(
        "SELECT to_jsonb(t) FROM totp_secrets t UNION ALL SELECT to_jsonb(r) FROM recovery_codes r
         UNION ALL SELECT to_jsonb(a) FROM audit_log a",
    )
    .fetch_all(&app.database.pool())
    .await
    .unwrap();
    let dump = dump.iter().map(Value::to_string).collect::<String>();
    let hex: String = sqlx::query_scalar("SELECT encode($1, 'hex')")
        .bind(&authenticator.secret)
        .fetch_one(&app.database.pool())
        .await
        .unwrap();
    for secret in [&enrolment.secret, &hex, &codes.recovery_codes[0]] {
        assert!(!dump.contains(secret.as_str()), "{secret}");
    }
    let moved = "UPDATE totp_secrets SET user_id = (SELECT id FROM users WHERE email LIKE 'v%')";
    app.sign_in_viewer().await;
    sqlx::query(moved).execute(&app.database.pool()).await.unwrap();
    let problem = expect_problem(
        app.try_sign_in("viewer@example.org", PASSWORD).await,
        401,
        "second-factor-required",
    )
    .await;
    let challenge = problem.members["challenge"].as_str().unwrap();
    let refused = answer(&app, challenge, &authenticator.code(1)).await;
    expect_problem(refused, 500, "internal").await;
}

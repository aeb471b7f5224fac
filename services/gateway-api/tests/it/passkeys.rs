//! Passkeys: registering, signing in, and what must not be believed.

use api::gateway::{
    ApiKeySecret, Factors, PasskeyCeremony, PasskeyList, RegisteredPasskey, Session, SessionTokens,
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::Redis;

use crate::app::{App, EMAIL, PASSWORD, cookie, expect_problem};
use crate::authenticator::Authenticator;
use crate::second_factor::challenge;

/// What is different with a device.
type Change = fn(&mut Authenticator);

async fn begin(app: &App, token: &str, path: &str) -> PasskeyCeremony {
    let begun = app.post_as(token, path, &json!({})).await;
    assert_eq!(begun.status(), StatusCode::OK);
    begun.json().await.unwrap()
}

async fn try_register(
    app: &App,
    token: &str,
    device: &mut Authenticator,
    change: impl FnOnce(&mut Value),
) -> Response {
    let begun = begin(app, token, "/api/v1/me/passkeys/start").await;
    let credential = device.create(&begun.options);
    let mut body =
        json!({ "ceremony": begun.ceremony, "name": "Laptop", "credential": credential });
    change(&mut body);
    app.post_as(token, "/api/v1/me/passkeys/finish", &body).await
}

/// Registers a passkey for the administrator.
async fn register(app: &App, token: &str) -> (Authenticator, RegisteredPasskey) {
    let mut device = Authenticator::new(&app.origin());
    let answer = try_register(app, token, &mut device, |_| {}).await;
    assert_eq!(answer.status(), StatusCode::OK);
    (device, answer.json().await.unwrap())
}

async fn begin_sign_in(app: &App) -> PasskeyCeremony {
    let begun = app.post("/api/v1/session/passkey/start", &json!({})).await;
    assert_eq!(begun.status(), StatusCode::OK);
    begun.json().await.unwrap()
}

async fn finish(app: &App, ceremony: &str, credential: &Value) -> Response {
    let body = json!({ "ceremony": ceremony, "credential": credential });
    app.post("/api/v1/session/passkey/finish", &body).await
}

async fn sign_in(app: &App, device: &mut Authenticator) -> Response {
    let begun = begin_sign_in(app).await;
    let credential = device.get(&begun.options);
    finish(app, &begun.ceremony, &credential).await
}

#[tokio::test]
async fn a_passkey_signs_in_without_a_password_and_is_two_factors() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let (mut device, registered) = register(&app, &token).await;
    assert_eq!(registered.recovery_codes.len(), 10);
    assert!(!registered.passkey.syncable && !registered.passkey.backed_up);
    let factors: Factors = app.get("/api/v1/me/factors", &token).await.json().await.unwrap();
    assert_eq!(factors, Factors { totp: false, passkeys: 1, recovery_codes_left: 10 });

    let signed_in = sign_in(&app, &mut device).await;
    assert_eq!(signed_in.status(), StatusCode::OK);
    assert!(cookie(&signed_in, "__Host-nexus-session").is_some());
    let tokens: SessionTokens = signed_in.json().await.unwrap();
    let session: Session =
        app.get("/api/v1/session", &tokens.access_token).await.json().await.unwrap();
    assert_eq!(session.user.email, EMAIL);
    assert_eq!(
        (session.amr.join(" ").as_str(), session.acr.as_str()),
        ("hwk mfa", "urn:nexus:aal2")
    );
    let list: PasskeyList = app.get("/api/v1/me/passkeys", &token).await.json().await.unwrap();
    assert!(list.passkeys[0].last_used_at.is_some());
}

#[tokio::test]
async fn what_the_browser_is_asked_leaves_nothing_open() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    register(&app, &token).await;
    let begun = begin(&app, &token, "/api/v1/me/passkeys/start").await;
    let options = &begun.options["publicKey"];
    assert_eq!(options["rp"]["id"], "nexuscos.localhost");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1);
    assert_eq!(options["challenge"].as_str().unwrap().len(), 43);
    let asked = begin_sign_in(&app).await.options;
    assert_eq!(asked["publicKey"]["allowCredentials"], json!([]));
    assert_eq!(asked["publicKey"]["userVerification"], "required");
    let again = begin_sign_in(&app).await.options;
    assert_ne!(asked["publicKey"]["challenge"], again["publicKey"]["challenge"]);
}

#[tokio::test]
async fn a_passkey_is_the_second_factor_of_a_password() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let (mut device, registered) = register(&app, &token).await;
    let asked =
        expect_problem(app.try_sign_in(EMAIL, PASSWORD).await, 401, "second-factor-required").await;
    assert_eq!(asked.members["methods"], json!(["passkey", "recovery-code"]));
    let held = asked.members["challenge"].as_str().unwrap();
    let path = "/api/v1/session/second-factor/passkey";
    let begun: PasskeyCeremony =
        app.post(path, &json!({ "challenge": held })).await.json().await.unwrap();
    assert_eq!(begun.options["publicKey"]["allowCredentials"].as_array().unwrap().len(), 1);
    // Such a passkey need not say whose it is: the challenge does.
    device.names_user = false;
    let credential = device.get(&begun.options);
    let proof = json!({ "ceremony": begun.ceremony, "credential": credential });
    let body = json!({ "challenge": held, "passkey": proof });
    let signed_in = app.post("/api/v1/session/second-factor", &body).await;
    assert_eq!(signed_in.status(), StatusCode::OK);
    let tokens: SessionTokens = signed_in.json().await.unwrap();
    let session: Session =
        app.get("/api/v1/session", &tokens.access_token).await.json().await.unwrap();
    assert_eq!(session.amr.join(" "), "pwd hwk mfa");

    let held = challenge(&app).await;
    let code = json!({ "challenge": held, "code": registered.recovery_codes[0] });
    let recovered = app.post("/api/v1/session/second-factor", &code).await;
    assert_eq!(recovered.status(), StatusCode::OK, "who lost the device has the codes");
}

#[tokio::test]
async fn a_passkey_steps_up() {
    let app = App::start().await;
    let (here, there) = (app.sign_in().await, app.sign_in().await);
    let (mut device, _) = register(&app, &here.access_token).await;
    let token = &there.access_token;
    let refused = app.post_as(token, "/api/v1/me/recovery-codes", &json!({})).await;
    expect_problem(refused, 401, "step-up-required").await;
    let begun = begin(&app, token, "/api/v1/session/step-up/passkey").await;
    let credential = device.get(&begun.options);
    let proof = json!({ "passkey": { "ceremony": begun.ceremony, "credential": credential } });
    // The ceremony is bound to the session that began it.
    let elsewhere = app.post_as(&here.access_token, "/api/v1/session/step-up", &proof).await;
    expect_problem(elsewhere, 401, "passkey-refused").await;
    let begun = begin(&app, token, "/api/v1/session/step-up/passkey").await;
    let credential = device.get(&begun.options);
    let proof = json!({ "passkey": { "ceremony": begun.ceremony, "credential": credential } });
    assert_eq!(app.post_as(token, "/api/v1/session/step-up", &proof).await.status(), 204);
    let renewed = app.post_as(token, "/api/v1/me/recovery-codes", &json!({})).await;
    assert_eq!(renewed.status(), StatusCode::OK);
}

#[tokio::test]
async fn assertions_that_are_not_what_they_seem_are_refused() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let (mut device, _) = register(&app, &token).await;
    let site = app.origin();
    let devices: [(&str, Change); 7] = [
        ("another origin", |d| d.origin = "https://evil.example".to_owned()),
        ("the origin of a sub-domain", |d| {
            d.origin = "https://x.nexuscos.localhost:8443".to_owned();
        }),
        ("another port", |d| d.origin = "https://nexuscos.localhost".to_owned()),
        ("another site", |d| d.rp_id = "evil.example".to_owned()),
        ("an unverified user", |d| d.flags = 1),
        ("nobody there", |d| d.flags = 4),
        ("no user handle", |d| d.names_user = false),
    ];
    for (what, change) in devices {
        change(&mut device);
        let refused = sign_in(&app, &mut device).await;
        let problem = expect_problem(refused, 401, "passkey-refused").await;
        assert!(!problem.detail.contains("origin"), "{what}: the reason is for the log");
        (device.origin, device.rp_id) = (site.clone(), "nexuscos.localhost".to_owned());
        (device.flags, device.names_user) = (5, true);
    }
    let begun = begin_sign_in(&app).await;
    let created = device.assert(&begun.options["publicKey"]["challenge"], "webauthn.create");
    expect_problem(finish(&app, &begun.ceremony, &created).await, 401, "passkey-refused").await;
    let (one, two) = (begin_sign_in(&app).await, begin_sign_in(&app).await);
    let crossed = device.get(&one.options);
    expect_problem(finish(&app, &two.ceremony, &crossed).await, 401, "passkey-refused").await;
    let mut unknown = Authenticator::new(&site);
    expect_problem(sign_in(&app, &mut unknown).await, 401, "passkey-refused").await;
    for ceremony in ["", "AAAA", "not base64!"] {
        let answer = finish(&app, ceremony, &device.get(&one.options)).await;
        expect_problem(answer, 401, "passkey-refused").await;
    }
    let begun = begin_sign_in(&app).await;
    let mut spoiled = device.get(&begun.options);
    spoiled["response"]["signature"] = json!("MEUCIQ");
    expect_problem(finish(&app, &begun.ceremony, &spoiled).await, 401, "passkey-refused").await;
    assert_eq!(sign_in(&app, &mut device).await.status(), StatusCode::OK, "it still works");
}

#[tokio::test]
async fn an_answer_is_taken_once_and_a_copy_of_the_passkey_is_noticed() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let (mut device, _) = register(&app, &token).await;
    let begun = begin_sign_in(&app).await;
    let credential = device.get(&begun.options);
    let both = tokio::join!(
        finish(&app, &begun.ceremony, &credential),
        finish(&app, &begun.ceremony, &credential),
    );
    let statuses = [both.0.status(), both.1.status()];
    assert!(statuses.contains(&StatusCode::OK) && statuses.contains(&StatusCode::UNAUTHORIZED));

    device.counter = 0;
    expect_problem(sign_in(&app, &mut device).await, 401, "passkey-refused").await;
    let last = app.audit().await.pop().unwrap();
    assert_eq!(last.2.as_deref(), Some("passkey-cloned"));
    let noted: (Option<String>,) =
        sqlx::query_as("SELECT subject FROM audit_log ORDER BY id DESC LIMIT 1")
            .fetch_one(&app.database.pool())
            .await
            .unwrap();
    assert!(noted.0.is_some(), "whose passkey it is stands in the log");
    device.counter = 10;
    assert_eq!(sign_in(&app, &mut device).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn registrations_that_are_not_what_they_seem_are_refused() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let mut device = Authenticator::new("https://evil.example");
    let refused = try_register(&app, &token, &mut device, |_| {}).await;
    expect_problem(refused, 422, "passkey-invalid").await;
    let mut device = Authenticator::new(&app.origin());
    device.flags = 1;
    let refused = try_register(&app, &token, &mut device, |_| {}).await;
    expect_problem(refused, 422, "passkey-invalid").await;
    let mut device = Authenticator::new(&app.origin());
    let nameless = |body: &mut Value| body["name"] = json!("  ");
    let refused = try_register(&app, &token, &mut device, nameless).await;
    assert_eq!(expect_problem(refused, 422, "passkey-invalid").await.errors[0].pointer, "/name");
    let garbage =
        |body: &mut Value| body["credential"]["response"]["attestationObject"] = json!("AA");
    let refused = try_register(&app, &token, &mut device, garbage).await;
    expect_problem(refused, 422, "passkey-invalid").await;
    for algorithm in [0x27, 0x38] {
        let mut device = Authenticator::new(&app.origin());
        device.algorithm = algorithm;
        let refused = try_register(&app, &token, &mut device, |_| {}).await;
        expect_problem(refused, 422, "passkey-invalid").await;
    }
    for length in [1, 10, 60, 120, 180] {
        let cut = |body: &mut Value| {
            let object = &mut body["credential"]["response"]["attestationObject"];
            *object = json!(object.as_str().unwrap()[..length]);
        };
        let refused = try_register(&app, &token, &mut device, cut).await;
        expect_problem(refused, 422, "passkey-invalid").await;
    }
    let other = begin(&app, &token, "/api/v1/me/passkeys/start").await.ceremony;
    let swapped = |body: &mut Value| body["ceremony"] = json!(other);
    let refused = try_register(&app, &token, &mut device, swapped).await;
    expect_problem(refused, 422, "passkey-invalid").await;

    assert_eq!(try_register(&app, &token, &mut device, |_| {}).await.status(), StatusCode::OK);
    let viewer = app.sign_in_viewer().await.access_token;
    let again = try_register(&app, &viewer, &mut device, |_| {}).await;
    expect_problem(again, 409, "passkey-taken").await;
    // What one user began another does not finish.
    let begun = begin(&app, &token, "/api/v1/me/passkeys/start").await;
    let credential = Authenticator::new(&app.origin()).create(&begun.options);
    let body = json!({ "ceremony": begun.ceremony, "name": "Mine", "credential": credential });
    let foreign = app.post_as(&viewer, "/api/v1/me/passkeys/finish", &body).await;
    expect_problem(foreign, 401, "passkey-refused").await;
}

#[tokio::test]
async fn passkeys_are_renamed_and_removed_by_their_owner_only() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let (mut device, registered) = register(&app, &token).await;
    let viewer = app.sign_in_viewer().await.access_token;
    let path = format!("/api/v1/me/passkeys/{}", registered.passkey.id);
    let rename = |token: &str, name: &str| {
        app.request(Method::PATCH, &path).bearer_auth(token).json(&json!({ "name": name })).send()
    };
    expect_problem(rename(&viewer, "Mine").await.unwrap(), 404, "factor-missing").await;
    let renamed: Value = rename(&token, " Old laptop ").await.unwrap().json().await.unwrap();
    assert_eq!(renamed["name"], "Old laptop");
    let remove = |token: &str| app.request(Method::DELETE, &path).bearer_auth(token).send();
    expect_problem(remove(&viewer).await.unwrap(), 404, "factor-missing").await;
    assert_eq!(remove(&token).await.unwrap().status(), StatusCode::NO_CONTENT);
    expect_problem(sign_in(&app, &mut device).await, 401, "passkey-refused").await;
    let factors: Factors = app.get("/api/v1/me/factors", &token).await.json().await.unwrap();
    assert_eq!(factors, Factors { totp: false, passkeys: 0, recovery_codes_left: 0 });
    app.sign_in().await;
}

#[tokio::test]
async fn what_is_not_ones_own_proves_nothing() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let viewer = app.sign_in_viewer().await.access_token;
    let (_, _) = register(&app, &token).await;
    let (mut strange, _) = register(&app, &viewer).await;

    let held = challenge(&app).await;
    let path = "/api/v1/session/second-factor/passkey";
    let begun: PasskeyCeremony =
        app.post(path, &json!({ "challenge": held })).await.json().await.unwrap();
    strange.names_user = false;
    let credential = strange.get(&begun.options);
    let proof = json!({ "ceremony": begun.ceremony, "credential": credential });
    let body = json!({ "challenge": held, "passkey": proof });
    let refused = app.post("/api/v1/session/second-factor", &body).await;
    expect_problem(refused, 401, "passkey-refused").await;

    let begun = begin(&app, &token, "/api/v1/session/step-up/passkey").await;
    let credential = strange.get(&begun.options);
    let proof = json!({ "passkey": { "ceremony": begun.ceremony, "credential": credential } });
    let refused = app.post_as(&token, "/api/v1/session/step-up", &proof).await;
    expect_problem(refused, 401, "passkey-refused").await;
    let last = app.audit().await.pop().unwrap();
    assert_eq!((last.0.as_str(), last.1.as_str()), ("session.step_up", "failure"));

    // Its device says that it is somebody else's: what it signed is not looked at.
    let begun = begin_sign_in(&app).await;
    let mut credential = strange.get(&begun.options);
    credential["response"]["userHandle"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
    expect_problem(finish(&app, &begun.ceremony, &credential).await, 401, "passkey-refused").await;
}

#[tokio::test]
async fn an_account_has_twenty_passkeys_at_most() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let begun = begin(&app, &token, "/api/v1/me/passkeys/start").await;
    for _ in 0..20 {
        register(&app, &token).await;
    }
    let more = app.post_as(&token, "/api/v1/me/passkeys/start", &json!({})).await;
    expect_problem(more, 409, "too-many-passkeys").await;
    let credential = Authenticator::new(&app.origin()).create(&begun.options);
    let body = json!({ "ceremony": begun.ceremony, "name": "One more", "credential": credential });
    let more = app.post_as(&token, "/api/v1/me/passkeys/finish", &body).await;
    expect_problem(more, 409, "too-many-passkeys").await;
}

#[tokio::test]
async fn a_passkey_that_was_copied_to_the_cloud_says_so() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let mut device = Authenticator::new(&app.origin());
    // Present, verified, may be copied.
    device.flags = 0b1101;
    let answer = try_register(&app, &token, &mut device, |_| {}).await;
    let registered: RegisteredPasskey = answer.json().await.unwrap();
    assert!(registered.passkey.syncable && !registered.passkey.backed_up);
    device.flags = 0b1_1101;
    let tokens: SessionTokens = sign_in(&app, &mut device).await.json().await.unwrap();
    let session: Session =
        app.get("/api/v1/session", &tokens.access_token).await.json().await.unwrap();
    assert_eq!(session.amr.join(" "), "swk mfa");
    let list: PasskeyList = app.get("/api/v1/me/passkeys", &token).await.json().await.unwrap();
    assert!(list.passkeys[0].backed_up);
    // One that says to be another kind than it was is not the same.
    device.flags = 0b101;
    expect_problem(sign_in(&app, &mut device).await, 401, "passkey-refused").await;
}

#[tokio::test]
async fn what_is_begun_is_limited_for_each_address_and_apart_from_passwords() {
    let redis = store::testing::test_redis().await.unwrap();
    let app = App::start_with(redis, |config| config.attempts_per_address = 3).await;
    for _ in 0..3 {
        begin_sign_in(&app).await;
    }
    let path = "/api/v1/session/passkey/start";
    expect_problem(app.post(path, &json!({})).await, 429, "too-many-attempts").await;
    app.sign_in().await;
}

#[tokio::test]
async fn a_disabled_account_is_not_opened_by_its_passkey() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let (mut device, _) = register(&app, &token).await;
    sqlx::query("UPDATE users SET disabled_at = now()")
        .execute(&app.database.pool())
        .await
        .unwrap();
    expect_problem(sign_in(&app, &mut device).await, 401, "passkey-refused").await;
    let last = app.audit().await.pop().unwrap();
    assert_eq!(last.2.as_deref(), Some("account-disabled"));
    let used: bool = sqlx::query_scalar("SELECT last_used_at IS NOT NULL FROM passkeys")
        .fetch_one(&app.database.pool())
        .await
        .unwrap();
    assert!(!used, "what is refused changes nothing");
}

#[tokio::test]
async fn an_answer_that_comes_again_stands_in_the_audit_log() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let (mut device, _) = register(&app, &token).await;
    let begun = begin_sign_in(&app).await;
    let credential = device.get(&begun.options);
    assert_eq!(finish(&app, &begun.ceremony, &credential).await.status(), StatusCode::OK);
    expect_problem(finish(&app, &begun.ceremony, &credential).await, 401, "passkey-refused").await;
    let last = app.audit().await.pop().unwrap();
    assert_eq!((last.1.as_str(), last.2.as_deref()), ("failure", Some("passkey-refused")));
}

/// The audit log is kept when a person is erased.
#[tokio::test]
async fn what_people_call_their_passkeys_and_keys_is_not_in_the_audit_log() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let named = |body: &mut Value| body["name"] = json!("Canary of Ada");
    let mut device = Authenticator::new(&app.origin());
    let answer = try_register(&app, &token, &mut device, named).await;
    let passkey: RegisteredPasskey = answer.json().await.unwrap();
    let body = json!({ "name": "Canary of Ada", "scopes": ["audit:read"] });
    let key: ApiKeySecret =
        app.post_as(&token, "/api/v1/api-keys", &body).await.json().await.unwrap();
    for path in [
        format!("/api/v1/me/passkeys/{}", passkey.passkey.id),
        format!("/api/v1/api-keys/{}", key.api_key.id),
    ] {
        let body = json!({ "name": "Canary of Grace" });
        let renamed = app.request(Method::PATCH, &path).bearer_auth(&token).json(&body);
        assert_eq!(renamed.send().await.unwrap().status(), StatusCode::OK, "{path}");
    }
    let (all, named): (i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE action IN ('passkey.register', 'passkey.rename',
                                                  'api_key.create', 'api_key.rename')),
                count(*) FILTER (WHERE a::text LIKE '%Canary%') FROM audit_log a",
    )
    .fetch_one(&app.database.pool())
    .await
    .unwrap();
    assert_eq!((all, named), (4, 0));
}

#[tokio::test]
async fn without_redis_or_a_host_name_passkeys_say_so() {
    let nowhere = tempfile::tempdir().unwrap().path().join("no-such-socket");
    let redis = Redis::new(&format!("unix://{}", nowhere.display()), "nexus").unwrap();
    let app = App::start_with(redis, |_| {}).await;
    let path = "/api/v1/session/passkey/start";
    let away = app.post(path, &json!({})).await;
    assert_eq!(away.headers()["retry-after"], "2");
    expect_problem(away, 503, "passkeys-unavailable").await;
    let redis = store::testing::test_redis().await.unwrap();
    let app =
        App::start_with(redis, |config| config.issuer = "https://192.0.2.1:8443".to_owned()).await;
    expect_problem(app.post(path, &json!({})).await, 503, "passkeys-unavailable").await;
}

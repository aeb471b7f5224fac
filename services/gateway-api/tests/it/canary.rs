//! Every secret of the service is made and used, rightly and wrongly; afterwards none of them can be
//! read in logs, in the database, in what Redis was told, or in refusals.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use api::gateway::{ApiKeySecret, DeviceAuthorization, SessionTokens, SignUpPolicy};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use store::Redis;
use store::testing::PrivateRedis;

use crate::app::{App, EMAIL, PASSWORD, cookie, token_in};
use crate::oidc::party::{Party, Proof, VERIFIER, browser, confidential, good, register};
use crate::second_factor::{challenge, enrol};

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const CHOSEN: &str = "violet engine 1843 loom";
const WRONG: &str = "canary in the wrong coal mine 77";

/// What must not be found, by what it is.
#[derive(Default)]
struct Secrets {
    known: Vec<(&'static str, String)>,
    /// Bodies of refusals.
    refusals: String,
}

impl Secrets {
    fn keep(&mut self, name: &'static str, secret: impl Into<String>) -> String {
        let secret = secret.into();
        self.known.push((name, secret.clone()));
        if secret.len() < 20 && secret.contains('-') {
            // People may leave the separators out, and so may we.
            self.known.push((name, secret.replace('-', "")));
        }
        secret
    }

    /// Takes in what a request that must fail is answered with.
    async fn refused(&mut self, response: Response) {
        let status = response.status();
        assert!(status.is_client_error(), "{status} from {}", response.url().path());
        self.refusals.push_str(&response.text().await.unwrap());
    }

    fn assert_absent(&self, place: &str, text: &str) {
        for (name, secret) in &self.known {
            // What follows the id in a token is the part that proves something.
            let proof = secret.char_indices().rev().nth(19).map_or(0, |(at, _)| at);
            let hex = hex(secret);
            for part in [&secret[proof..], &hex] {
                let line = text.lines().find(|line| line.contains(part));
                assert_eq!(line, None, "{name} in {place}");
            }
        }
    }
}

/// As the database shows binary values.
fn hex(text: &str) -> String {
    let digits = text.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Everything that Redis is told from now on.
fn monitor(url: &str) -> Receiver<String> {
    let mut stream = UnixStream::connect(url.strip_prefix("unix://").unwrap()).unwrap();
    stream.write_all(b"MONITOR\r\n").unwrap();
    let mut acknowledged = [0; 5];
    stream.read_exact(&mut acknowledged).unwrap();
    assert_eq!(&acknowledged, b"+OK\r\n");
    let (sender, receiver) = channel();
    // Ends with the server, when it closes the connection.
    thread::spawn(move || {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = stream.read(&mut bytes) {
            if sender.send(String::from_utf8_lossy(&bytes[..count]).into_owned()).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Every row of every table, as text.
async fn dump(app: &App) -> String {
    let pool = app.database.pool();
    let tables = "SELECT table_name::text FROM information_schema.tables
                  WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&pool).await.unwrap();
    let mut text = String::new();
    for table in tables {
        let rows = format!("SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM \"{table}\" t");
        let rows: String =
            sqlx::query_scalar(sqlx::AssertSqlSafe(rows)).fetch_one(&pool).await.unwrap();
        text.extend(["--- ", &table, "\n", &rows, "\n"]);
    }
    text
}

/// Sign-up, recovery, another address, leaving, invitations.
async fn accounts(app: &App, secrets: &mut Secrets) {
    let new = json!({ "email": "ada@example.org", "display_name": "Ada" });
    app.post("/api/v1/sign-up", &new).await;
    let link = secrets.keep("sign-up link", token_in(&app.mail("ada@example.org").await));
    let weak = json!({ "token": link, "password": secrets.keep("weak password", "canary 1") });
    secrets.refused(app.post("/api/v1/email/verify", &weak).await).await;
    let chosen = json!({ "token": link, "password": secrets.keep("chosen password", CHOSEN) });
    assert_eq!(app.post("/api/v1/email/verify", &chosen).await.status(), StatusCode::OK);
    secrets.refused(app.post("/api/v1/email/verify", &chosen).await).await;

    app.post("/api/v1/recovery", &json!({ "email": "ada@example.org" })).await;
    let mail = app.mail_after("ada@example.org", 1).await;
    let link = secrets.keep("recovery link", token_in(&mail));
    let other = secrets.keep("new password", "brass lantern 2291 quay");
    let reset = json!({ "token": link, "password": other });
    let done = app.post("/api/v1/recovery/reset", &reset).await;
    assert_eq!(done.status(), StatusCode::NO_CONTENT);
    secrets.refused(app.post("/api/v1/recovery/reset", &reset).await).await;

    let signed_in = app.try_sign_in("ada@example.org", &other).await;
    let device = cookie(&signed_in, "__Host-nexus-device").unwrap();
    secrets.keep("device cookie", device.split_once('=').unwrap().1);
    let tokens: SessionTokens = signed_in.json().await.unwrap();
    let access = tokens.access_token;
    app.post_as(&access, "/api/v1/me/email", &json!({ "email": "new@example.org" })).await;
    let link = secrets.keep("change link", token_in(&app.mail("new@example.org").await));
    let followed = app.post("/api/v1/email/verify", &json!({ "token": link })).await;
    assert_eq!(followed.status(), StatusCode::OK);
    // The third mail told of the new password.
    let undo = token_in(&app.mail_after("ada@example.org", 3).await);
    let undo = secrets.keep("undo link", undo);
    app.request(Method::DELETE, "/api/v1/me").bearer_auth(&access).send().await.unwrap();
    let link = token_in(&app.mail_after("new@example.org", 1).await);
    let link = json!({ "token": secrets.keep("restore link", link) });
    assert_eq!(app.post("/api/v1/restore", &link).await.status(), StatusCode::NO_CONTENT);
    secrets.refused(app.post("/api/v1/restore", &link).await).await;
    let undo = json!({ "token": undo });
    assert_eq!(app.post("/api/v1/email/verify", &undo).await.status(), StatusCode::OK);
    secrets.refused(app.post("/api/v1/email/verify", &undo).await).await;

    let admin = app.sign_in().await.access_token;
    let guest = json!({ "email": "guest@example.org", "display_name": "G", "role": "viewer" });
    app.post_as(&admin, "/api/v1/people/invitations", &guest).await;
    secrets.keep("invitation link", token_in(&app.mail("guest@example.org").await));
}

/// Sessions, second factors, API keys.
async fn sessions(app: &App, secrets: &mut Secrets) {
    secrets.keep("password", PASSWORD);
    let wrong = secrets.keep("wrong password", WRONG);
    secrets.refused(app.try_sign_in(EMAIL, &wrong).await).await;
    let signed_in = app.try_sign_in(EMAIL, PASSWORD).await;
    let held = cookie(&signed_in, "__Host-nexus-session").unwrap();
    secrets.keep("session cookie", held.split_once('=').unwrap().1);
    let tokens: SessionTokens = signed_in.json().await.unwrap();
    let access = secrets.keep("access token", tokens.access_token);
    let refresh = secrets.keep("refresh token", tokens.refresh_token);
    secrets.refused(app.get("/api/v1/session", &format!("{access}x")).await).await;
    secrets.refused(app.refresh(&format!("{refresh}x")).await).await;

    let body = json!({ "name": "Lights", "scopes": ["audit:read"] });
    let key: ApiKeySecret =
        app.post_as(&access, "/api/v1/api-keys", &body).await.json().await.unwrap();
    let key = secrets.keep("API key", key.secret);
    assert_eq!(app.get("/api/v1/audit", &key).await.status(), StatusCode::OK);
    secrets.refused(app.get("/api/v1/audit", &format!("{key}x")).await).await;
    secrets.refused(app.get("/api/v1/api-keys", &key).await).await;

    let (authenticator, codes) = enrol(app, &access).await;
    secrets.keep("authenticator secret", authenticator.base32());
    for code in codes {
        secrets.keep("recovery code", code);
    }
    let guess = secrets.keep("challenge", challenge(app).await);
    let body = json!({ "challenge": guess, "code": "canary-code-that-is-none" });
    secrets.keep("wrong code", "canary-code-that-is-none");
    secrets.refused(app.post("/api/v1/session/second-factor", &body).await).await;
    let body = json!({ "challenge": guess, "code": authenticator.code(0) });
    let answer = app.post("/api/v1/session/second-factor", &body).await;
    assert_eq!(answer.status(), StatusCode::OK);
}

/// Clients, codes, tokens, devices.
async fn oauth(app: &App, secrets: &mut Secrets) {
    let party = confidential(app).await;
    let secret = secrets.keep("client secret", party.secret.clone().unwrap());
    secrets.keep("code verifier", VERIFIER);
    let cookie = browser(app).await;
    let wide = [("scope", "openid email offline_access")];
    let code = secrets.keep("code", party.code(&cookie, &wide).await);
    let thief = Party { secret: Some(format!("{secret}x")), ..confidential(app).await };
    secrets.refused(thief.exchange(&code).await).await;
    let tokens = good(party.exchange(&code).await).await;
    secrets.refused(party.exchange(&code).await).await;
    let tokens_again = party.tokens(&cookie, &wide).await;
    for tokens in [tokens, tokens_again] {
        secrets.keep("access token of a client", tokens.access_token);
        secrets.keep("id token", tokens.id_token.unwrap());
        let refresh = secrets.keep("refresh token of a client", tokens.refresh_token.unwrap());
        let renewed = party.refresh(&refresh).await;
        if let Ok(renewed) = renewed.json::<Value>().await
            && let Some(refresh) = renewed["refresh_token"].as_str()
        {
            secrets.keep("renewed refresh token", refresh);
            let fields = [("token", refresh)];
            for path in ["/oauth2/introspect", "/oauth2/revoke"] {
                party.form(path, Proof::Basic, &fields).send().await.unwrap();
                party.form(path, Proof::Post, &fields).send().await.unwrap();
            }
        }
        secrets.refused(party.refresh(&format!("{refresh}x")).await).await;
    }

    let camera = register(app, "public", &[DEVICE], &["openid"]).await;
    let ask = camera.form("/oauth2/device_authorization", Proof::Basic, &[("scope", "openid")]);
    let given: DeviceAuthorization = ask.send().await.unwrap().json().await.unwrap();
    let device_code = secrets.keep("device code", given.device_code);
    let fields = [("grant_type", DEVICE), ("device_code", device_code.as_str())];
    secrets
        .refused(camera.form("/oauth2/token", Proof::Basic, &fields).send().await.unwrap())
        .await;
    let look = app.request(Method::POST, "/api/v1/interaction/device").header("cookie", &cookie);
    let look = look.header("origin", app.origin());
    // The code that people type is no secret: it stands on a screen, and does nothing without
    // somebody who is signed in.
    let body = json!({ "user_code": given.user_code });
    assert_eq!(look.json(&body).send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn no_secret_is_found_where_it_has_no_business() {
    let server = PrivateRedis::start().await.unwrap();
    let told = monitor(&server.url());
    let redis = Redis::new(&server.url(), "nexus").unwrap();
    let app = App::start_with(redis, |config| config.sign_up = SignUpPolicy::Open).await;
    let mut secrets = Secrets::default();
    accounts(&app, &mut secrets).await;
    oauth(&app, &mut secrets).await;
    sessions(&app, &mut secrets).await;
    secrets.keep("root secret", std::fs::read_to_string(app.signing_key_file()).unwrap().trim());
    // Announcements are sent after the answers.
    tokio::time::sleep(Duration::from_secs(1)).await;

    let redis: String = told.try_iter().collect();
    assert!(redis.contains("\"XADD\""), "the monitor saw nothing:\n{redis}");
    let rows = dump(&app).await;
    assert!(rows.contains("--- users\n") && rows.contains(EMAIL), "the dump is empty");
    let logs = crate::logs::text();
    assert!(logs.contains("/api/v1/session"), "nothing was logged");
    assert!(secrets.refusals.contains("wrong-credentials"));
    secrets.assert_absent("what Redis was told", &redis);
    secrets.assert_absent("the database", &rows);
    secrets.assert_absent("the logs", &logs);
    secrets.assert_absent("refusals", &secrets.refusals);
    assert!(secrets.known.len() > 30, "{}", secrets.known.len());
}

//! No secret reaches the logs.

use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex};

use api::gateway::SessionTokens;
use reqwest::Method;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::app::{App, EMAIL, PASSWORD, cookie};

/// Everything that the platform's own code logs in this process, at the finest level. What the
/// drivers log at theirs is never switched on.
static LOGS: LazyLock<Captured> = LazyLock::new(|| {
    let captured = Captured::default();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("off,gateway_api=trace,chassis=trace,store=trace"))
        .with_ansi(false)
        .with_writer(captured.clone())
        .init();
    captured
});

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Begins to keep the logs of this process.
pub fn capture() {
    LazyLock::force(&LOGS);
}

/// What was logged until now.
pub fn text() -> String {
    String::from_utf8_lossy(&LOGS.0.lock().unwrap()).into_owned()
}

#[tokio::test]
async fn passwords_and_tokens_are_never_logged() {
    let app = App::start().await;
    let wrong = "a wrong password for tests";
    app.try_sign_in(EMAIL, wrong).await;
    let signed_in = app.try_sign_in(EMAIL, PASSWORD).await;
    let held = cookie(&signed_in, "__Host-nexus-session").unwrap();
    let first: SessionTokens = signed_in.json().await.unwrap();
    app.request(Method::GET, "/api/v1/session").header("cookie", &held).send().await.unwrap();
    let second: SessionTokens = app.refresh(&first.refresh_token).await.json().await.unwrap();
    app.get("/api/v1/session", &second.access_token).await;
    app.get("/api/v1/session", &format!("{}x", second.access_token)).await;
    app.refresh(&format!("{}x", second.refresh_token)).await;
    let out = app.request(Method::DELETE, "/api/v1/session").bearer_auth(&second.access_token);
    let answer = out.send().await.unwrap();
    let request_id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();

    let logs = String::from_utf8(LOGS.0.lock().unwrap().clone()).unwrap();
    let signed_out = format!("request_id={request_id}");
    let line = logs.lines().find(|line| line.contains(&signed_out) && line.contains("answered"));
    let line = line.unwrap_or_else(|| panic!("the access log has no line for {signed_out}"));
    assert!(line.contains("method=DELETE route=\"/api/v1/session\" status=204"), "{line}");
    let secrets = [
        PASSWORD,
        wrong,
        &first.access_token,
        &second.access_token,
        &first.refresh_token,
        &second.refresh_token,
        held.split_once('=').unwrap().1,
        "$argon2",
        EMAIL,
    ];
    for secret in secrets {
        let leak = logs.lines().find(|line| line.contains(secret));
        assert_eq!(leak, None);
    }
}

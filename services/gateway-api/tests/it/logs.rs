//! No secret reaches the logs.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use api::gateway::SessionTokens;
use reqwest::Method;
use tracing_subscriber::fmt::MakeWriter;

use crate::app::{App, EMAIL, PASSWORD};

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

/// The test's runtime has one thread, so everything the service logs is caught.
#[tokio::test]
async fn passwords_and_tokens_are_never_logged() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(captured.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let app = App::start().await;
    let wrong = "a wrong password for tests";
    app.try_sign_in(EMAIL, wrong).await;
    let first = app.sign_in().await;
    let second: SessionTokens = app.refresh(&first.refresh_token).await.json().await.unwrap();
    app.get("/api/v1/session", &second.access_token).await;
    app.get("/api/v1/session", &format!("{}x", second.access_token)).await;
    app.refresh(&format!("{}x", second.refresh_token)).await;
    let out = app.request(Method::DELETE, "/api/v1/session").bearer_auth(&second.access_token);
    out.send().await.unwrap();

    let logs = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(logs.contains("request_id="), "the requests were caught");
    assert!(logs.contains("answered"), "the access log was caught");
    let secrets = [
        PASSWORD,
        wrong,
        &first.access_token,
        &second.access_token,
        &first.refresh_token,
        &second.refresh_token,
        "$argon2",
        EMAIL,
    ];
    for line in logs.lines().filter(|line| {
        // The client in this process and the drivers log bytes at their own trace level, which
        // the platform never switches on.
        ["gateway_api", "chassis", "store", "request"].iter().any(|part| line.contains(part))
            && !["hyper", "reqwest", "sqlx", "redis::"].iter().any(|part| line.contains(part))
    }) {
        for secret in secrets {
            assert!(!line.contains(secret), "{line}");
        }
    }
}

//! The outbox, the catch-all, and what must never be kept.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::json;
use store::testing::test_redis;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::app::{App, DEADLINE, EMAIL, token_in};

#[tokio::test]
async fn no_token_is_kept_in_the_database() {
    let app = App::start().await;
    app.post("/api/v1/recovery", &json!({ "email": EMAIL })).await;
    let token = token_in(&app.mail(EMAIL).await);
    let secret = token.strip_prefix("nxl_").unwrap();
    for table in ["mail_links", "mail_outbox", "audit_log"] {
        let query = format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t");
        let rows: String = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(&app.database.pool())
            .await
            .unwrap();
        assert!(!rows.contains(secret), "{table} has the token");
    }
}

/// The state of the one mail in the outbox: attempts, sent, given up.
async fn outbox(app: &App) -> (i32, bool, bool) {
    sqlx::query_as("SELECT attempts, sent_at IS NOT NULL, given_up_at IS NOT NULL FROM mail_outbox")
        .fetch_one(&app.database.pool())
        .await
        .unwrap()
}

/// Waits for a state, with every mail due at once.
async fn until(app: &App, what: &str, holds: impl Fn((i32, bool, bool)) -> bool) {
    let started = Instant::now();
    loop {
        let state = outbox(app).await;
        if holds(state) {
            return;
        }
        assert!(started.elapsed() < DEADLINE, "{what}: {state:?}");
        sqlx::query("UPDATE mail_outbox SET next_attempt_at = now() WHERE last_error IS NOT NULL")
            .execute(&app.database.pool())
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A mail server that answers every recipient with a line of its own.
async fn server_that_says(answer: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, answer));
        }
    });
    port
}

async fn talk(mut stream: TcpStream, answer: &str) -> std::io::Result<()> {
    stream.write_all(b"220 test\r\n").await?;
    let mut buffer = vec![0; 4096];
    loop {
        let count = stream.read(&mut buffer).await?;
        let reply = match &buffer[..count.min(4)] {
            b"" => return Ok(()),
            b"RCPT" => format!("{answer}\r\n"),
            _ => "250 ok\r\n".to_owned(),
        };
        stream.write_all(reply.as_bytes()).await?;
    }
}

async fn with_server(answer: &'static str) -> App {
    let port = server_that_says(answer).await;
    App::start_with(test_redis().await.unwrap(), |config| {
        "127.0.0.1".clone_into(&mut config.smtp_host);
        config.smtp_port = port;
        config.smtp_tls = gateway_api::SmtpTls::None;
    })
    .await
}

#[tokio::test]
async fn a_mail_that_is_not_taken_now_is_tried_again_and_given_up_in_the_end() {
    let app = with_server("451 later").await;
    let asked = app.post("/api/v1/recovery", &json!({ "email": EMAIL })).await;
    assert_eq!(asked.status(), StatusCode::ACCEPTED, "nobody waits for the mail server");
    until(&app, "it is given up", |(_, sent, given_up)| given_up && !sent).await;
    assert_eq!(outbox(&app).await.0, 9);
    let last = app.audit().await.pop().unwrap();
    assert_eq!(last, ("mail.send".into(), "failure".into(), Some("too-many-attempts".into())));
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_given_up_at_once() {
    let app = with_server("550 no such mailbox").await;
    app.post("/api/v1/recovery", &json!({ "email": EMAIL })).await;
    until(&app, "it is given up", |(attempts, _, given_up)| given_up && attempts == 1).await;
    assert_eq!(app.audit().await.pop().unwrap().2.as_deref(), Some("refused"));
}

#[test]
fn plain_text_to_another_machine_is_refused() {
    let config = gateway_api::Config {
        smtp_host: "mail.example.org".to_owned(),
        smtp_tls: gateway_api::SmtpTls::None,
        ..gateway_api::Config::default()
    };
    assert!(config.check().unwrap_err().to_string().contains("smtp_tls"));
}

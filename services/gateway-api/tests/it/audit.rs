//! The audit log.

use std::time::{Duration, Instant};

use api::events::{AUDIT, AuditEvent};
use api::gateway::{AuditOutcome, AuditPage};
use store::events::publish;
use store::testing::test_redis;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::app::{App, DEADLINE, EMAIL, expect_problem};

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let app = App::start().await;
    for _ in 0..5 {
        app.try_sign_in(EMAIL, "not the password").await;
    }
    let token = app.sign_in().await.access_token;
    let mut seen = Vec::new();
    let mut path = "/api/v1/audit?limit=3".to_owned();
    loop {
        let page: AuditPage = app.get(&path, &token).await.json().await.unwrap();
        assert!(page.entries.len() <= 3);
        seen.extend(page.entries);
        let Some(next) = page.next else { break };
        path = format!("/api/v1/audit?limit=3&cursor={next}");
    }
    let actions: Vec<&str> = seen.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions.len(), 7);
    assert_eq!((actions[0], actions[6]), ("session.sign_in", "user.create_administrator"));
    assert!(seen.is_sorted_by(|newer, older| newer.id > older.id));
    assert_eq!(seen[0].outcome, AuditOutcome::Success);
    assert_eq!(seen[1].outcome, AuditOutcome::Failure);
    assert_eq!(seen[1].address.as_deref(), Some("127.0.0.1"));
    assert!(seen[1].request_id.is_some());
}

#[tokio::test]
async fn entries_can_be_chosen_by_action() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let path = "/api/v1/audit?action=user.create_administrator";
    let page: AuditPage = app.get(path, &token).await.json().await.unwrap();
    assert_eq!(page.entries.len(), 1);
    assert_eq!(page.next, None);
}

#[tokio::test]
async fn entries_are_found_by_what_is_known_about_them() {
    let app = App::start().await;
    app.try_sign_in(EMAIL, "not the password").await;
    app.try_sign_in("nobody@example.org", "not the password").await;
    let first = app.sign_in().await;
    let token = &first.access_token;
    let whole: AuditPage = app.get("/api/v1/audit", token).await.json().await.unwrap();
    let [signed_in, unknown, wrong, created] = &whole.entries[..] else {
        panic!("{} entries", whole.entries.len());
    };
    let actor = signed_in.actor.unwrap();
    let request = wrong.request_id.clone().unwrap();
    let at = wrong.at.format(&time::format_description::well_known::Rfc3339).unwrap();
    let session = first.session_id;
    let cases = [
        (format!("actor={actor}"), vec![signed_in.id]),
        ("action=session.*".to_owned(), vec![signed_in.id, unknown.id, wrong.id]),
        ("action=session.sign_*&outcome=failure".to_owned(), vec![unknown.id, wrong.id]),
        ("action=session.sign".to_owned(), vec![]),
        (format!("subject=session:{session}"), vec![signed_in.id]),
        (format!("request_id={request}"), vec![wrong.id]),
        (format!("until={at}"), vec![created.id]),
        (format!("from={at}&outcome=failure"), vec![unknown.id, wrong.id]),
        ("text=wrong-password".to_owned(), vec![wrong.id]),
        ("text=account+Unknown".to_owned(), vec![unknown.id]),
        ("text=account+wrong".to_owned(), vec![]),
    ];
    for (query, expected) in cases {
        let answer = app.get(&format!("/api/v1/audit?{query}"), token).await;
        let page: AuditPage = answer.json().await.unwrap();
        let found: Vec<Uuid> = page.entries.iter().map(|entry| entry.id).collect();
        assert_eq!(found, expected, "{query}");
    }
}

#[tokio::test]
async fn queries_that_make_no_sense_are_refused() {
    let app = App::start().await;
    let token = app.sign_in().await.access_token;
    let cases = [
        ("limit=0", 422, "invalid-limit"),
        ("limit=201", 422, "invalid-limit"),
        ("limit=many", 400, "malformed-query"),
        ("cursor=nonsense", 422, "invalid-cursor"),
        ("page=2", 400, "malformed-query"),
        ("actor=somebody", 400, "malformed-query"),
        ("outcome=maybe", 400, "malformed-query"),
        ("from=yesterday", 400, "malformed-query"),
        ("action=Sign", 422, "invalid-audit-search"),
        ("text=", 422, "invalid-audit-search"),
        ("from=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", 422, "invalid-audit-search"),
        ("subject=%00", 422, "unstorable-text"),
        ("text=a%00b", 422, "unstorable-text"),
    ];
    for (query, status, code) in cases {
        let response = app.get(&format!("/api/v1/audit?{query}"), &token).await;
        expect_problem(response, status, code).await;
    }
}

#[tokio::test]
async fn rows_cannot_be_changed_or_removed() {
    let app = App::start().await;
    for statement in [
        "UPDATE audit_log SET action = 'a.b'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log CASCADE",
    ] {
        let error = sqlx::query(statement).execute(&app.database.pool()).await.unwrap_err();
        assert!(error.to_string().contains("only ever added"), "{statement}: {error}");
    }
}

#[tokio::test]
async fn what_other_services_report_is_kept_once() {
    let redis = test_redis().await.unwrap();
    let event = AuditEvent {
        id: Uuid::now_v7(),
        at: OffsetDateTime::now_utc(),
        actor: None,
        action: "stream.publish".to_owned(),
        outcome: AuditOutcome::Failure,
        subject: Some("stream:demo".to_owned()),
        address: Some("203.0.113.9".parse().unwrap()),
        request_id: None,
        details: serde_json::json!({ "reason": "wrong-key" }),
    };
    // Before the service runs, then twice more; one that the table refuses holds nothing up.
    publish(&redis, AUDIT, &event).await.unwrap();
    let app = App::start_with(redis.clone(), |_| {}).await;
    let refused =
        AuditEvent { id: Uuid::now_v7(), action: "NO ACTION".to_owned(), ..event.clone() };
    let last = AuditEvent { id: Uuid::now_v7(), action: "stream.end".to_owned(), ..event.clone() };
    for event in [&event, &refused, &event, &last] {
        publish(&redis, AUDIT, event).await.unwrap();
    }
    let token = app.sign_in().await.access_token;
    let started = Instant::now();
    loop {
        let page: AuditPage = app.get("/api/v1/audit", &token).await.json().await.unwrap();
        let reported: Vec<_> =
            page.entries.iter().filter(|entry| entry.action.starts_with("stream.")).collect();
        if reported.iter().any(|entry| entry.id == last.id) {
            assert_eq!(reported.len(), 2);
            assert_eq!(reported[1].id, event.id);
            assert_eq!(reported[1].address.as_deref(), Some("203.0.113.9"));
            break;
        }
        assert!(started.elapsed() < DEADLINE, "the report did not arrive");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn the_address_behind_the_proxy_is_noted() {
    let app = App::start().await;
    let body = serde_json::json!({ "email": EMAIL, "password": "not the password" });
    app.request(reqwest::Method::POST, "/api/v1/session")
        .header("x-forwarded-for", "203.0.113.9")
        .header("x-request-id", "0123456789abcdef")
        .json(&body)
        .send()
        .await
        .unwrap();
    let noted: (String, String) =
        sqlx::query_as("SELECT host(address), request_id FROM audit_log ORDER BY id DESC LIMIT 1")
            .fetch_one(&app.database.pool())
            .await
            .unwrap();
    assert_eq!(noted, ("203.0.113.9".to_owned(), "0123456789abcdef".to_owned()));
}

//! Administering people.

use api::gateway::{PeoplePage, Person, PersonStatus, Session, SessionTokens};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{App, EMAIL, PASSWORD, expect_problem};

/// Adds an account with the administrator's password.
async fn add(app: &App, email: &str, name: &str, role: &str) -> Uuid {
    sqlx::query_scalar(
        "INSERT INTO users (id, email, display_name, role, password_hash)
         SELECT $1, $2, $3, $4, password_hash FROM users WHERE email = $5 RETURNING id",
    )
    .bind(Uuid::now_v7())
    .bind(email)
    .bind(name)
    .bind(role)
    .bind(EMAIL)
    .fetch_one(&app.database.pool())
    .await
    .unwrap()
}

async fn person(app: &App, token: &str, id: Uuid) -> Person {
    app.get(&format!("/api/v1/people/{id}"), token).await.json().await.unwrap()
}

async fn page(app: &App, token: &str, query: &str) -> PeoplePage {
    app.get(&format!("/api/v1/people?{query}"), token).await.json().await.unwrap()
}

async fn edit(app: &App, token: &str, person: &Person, change: Value) -> Response {
    app.request(Method::PATCH, &format!("/api/v1/people/{}", person.id))
        .bearer_auth(token)
        .header("if-match", format!("\"{}\"", person.revision))
        .json(&change)
        .send()
        .await
        .unwrap()
}

async fn remove(app: &App, token: &str, person: &Person) -> Response {
    app.request(Method::DELETE, &format!("/api/v1/people/{}", person.id))
        .bearer_auth(token)
        .header("if-match", format!("\"{}\"", person.revision))
        .send()
        .await
        .unwrap()
}

fn emails(page: &PeoplePage) -> Vec<&str> {
    page.people.iter().map(|person| person.email.as_str()).collect()
}

#[tokio::test]
async fn people_are_listed_searched_and_paged() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    add(&app, "ada@example.org", "Ada Lovelace", "operator").await;
    let grace = add(&app, "grace@example.net", "Grace Hopper", "viewer").await;
    let all = page(&app, &admin, "").await;
    assert_eq!(emails(&all), ["grace@example.net", "ada@example.org", EMAIL]);
    assert!(all.people[2].last_seen_at.is_some() && all.people[0].last_seen_at.is_none());
    for (query, expected) in [
        ("query=LOVE", "ada@example.org"),
        ("query=example.net", "grace@example.net"),
        ("role=operator", "ada@example.org"),
        ("query=%25", ""),
        ("status=disabled", ""),
    ] {
        assert_eq!(emails(&page(&app, &admin, query).await).concat(), expected, "{query}");
    }
    let first = page(&app, &admin, "limit=2").await;
    let next = first.next.unwrap();
    let rest = page(&app, &admin, &format!("limit=2&cursor={next}")).await;
    assert_eq!((emails(&rest), &rest.next), (vec![EMAIL], &None));
    for (query, code) in [("limit=0", "invalid-limit"), ("cursor=x", "invalid-cursor")] {
        let answer = app.get(&format!("/api/v1/people?{query}"), &admin).await;
        expect_problem(answer, 422, code).await;
    }
    let shown = app.get(&format!("/api/v1/people/{grace}"), &admin).await;
    assert_eq!(shown.headers()["etag"], "\"1\"");
    let nobody = app.get(&format!("/api/v1/people/{}", Uuid::nil()), &admin).await;
    expect_problem(nobody, 404, "unknown-person").await;
}

#[tokio::test]
async fn an_edit_names_the_state_that_it_is_based_on() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let id = add(&app, "ada@example.org", "Ada", "viewer").await;
    let before = person(&app, &admin, id).await;
    let answer = edit(&app, &admin, &before, json!({ "display_name": " Ada L. " })).await;
    assert_eq!(answer.headers()["etag"], "\"2\"");
    let after: Person = answer.json().await.unwrap();
    assert_eq!((after.display_name.as_str(), after.revision), ("Ada L.", 2));
    let late = edit(&app, &admin, &before, json!({ "role": "operator" })).await;
    expect_problem(late, 412, "changed-meanwhile").await;
    let without = app.request(Method::PATCH, &format!("/api/v1/people/{id}"));
    let without = without.bearer_auth(&admin).json(&json!({ "role": "operator" }));
    expect_problem(without.send().await.unwrap(), 428, "if-match-required").await;
    let bad = edit(&app, &admin, &after, json!({ "display_name": "" })).await;
    expect_problem(bad, 422, "invalid-person").await;
}

#[tokio::test]
async fn another_role_counts_at_once_and_the_session_goes_on() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let id = add(&app, "ada@example.org", "Ada", "operator").await;
    let signed_in = app.try_sign_in("ada@example.org", PASSWORD).await;
    let mut tokens: SessionTokens = signed_in.json().await.unwrap();
    let mut before = person(&app, &admin, id).await;
    for (role, may) in [("viewer", false), ("operator", true)] {
        let edited = edit(&app, &admin, &before, json!({ "role": role })).await;
        before = edited.json().await.unwrap();
        let old = app.get("/api/v1/session", &tokens.access_token).await;
        expect_problem(old, 401, "token-expired").await;
        tokens = app.refresh(&tokens.refresh_token).await.json().await.unwrap();
        let session: Session =
            app.get("/api/v1/session", &tokens.access_token).await.json().await.unwrap();
        assert_eq!(session.scopes.iter().any(|scope| scope == "streams:write"), may, "{role}");
    }
    let named = edit(&app, &admin, &before, json!({ "display_name": "Ada L." })).await;
    assert_eq!(named.status(), StatusCode::OK);
    let same = app.get("/api/v1/session", &tokens.access_token).await;
    assert_eq!(same.status(), StatusCode::OK, "a name is nothing that tokens say");
}

#[tokio::test]
async fn a_closed_account_is_out_until_it_is_opened_again() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let id = add(&app, "ada@example.org", "Ada", "operator").await;
    let before = person(&app, &admin, id).await;
    let closed: Person =
        edit(&app, &admin, &before, json!({ "disabled": true })).await.json().await.unwrap();
    assert_eq!(closed.status, PersonStatus::Disabled);
    let refused = app.try_sign_in("ada@example.org", PASSWORD).await;
    expect_problem(refused, 401, "wrong-credentials").await;

    let leaving: Person = remove(&app, &admin, &closed).await.json().await.unwrap();
    assert_eq!(leaving.status, PersonStatus::Leaving);
    let days = (leaving.erased_at.unwrap() - time::OffsetDateTime::now_utc()).whole_days();
    assert!((29..=30).contains(&days), "{days}");
    let open: Person =
        edit(&app, &admin, &leaving, json!({ "disabled": false })).await.json().await.unwrap();
    assert_eq!((open.status, open.erased_at), (PersonStatus::Active, None));
    assert_eq!(app.try_sign_in("ada@example.org", PASSWORD).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let me: Person = app.get("/api/v1/me", &admin).await.json().await.unwrap();
    for change in [json!({ "role": "viewer" }), json!({ "disabled": true })] {
        expect_problem(edit(&app, &admin, &me, change).await, 409, "last-administrator").await;
    }
    expect_problem(remove(&app, &admin, &me).await, 409, "last-administrator").await;

    let second = add(&app, "second@example.org", "Second", "admin").await;
    let second = person(&app, &admin, second).await;
    let both = tokio::join!(
        edit(&app, &admin, &me, json!({ "role": "viewer" })),
        edit(&app, &admin, &second, json!({ "role": "viewer" })),
    );
    let statuses = [both.0.status().as_u16(), both.1.status().as_u16()];
    assert!(statuses.contains(&200), "{statuses:?}");
    assert!(statuses.iter().any(|it| [401, 403, 409].contains(it)), "one stays: {statuses:?}");
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM users WHERE role = 'admin'")
        .fetch_one(&app.database.pool())
        .await
        .unwrap();
    assert_eq!(left, 1);
}

#[tokio::test]
async fn edits_are_in_the_audit_log_without_names() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let id = add(&app, "ada@example.org", "Ada", "viewer").await;
    let before = person(&app, &admin, id).await;
    let change = json!({ "display_name": "Countess", "role": "operator" });
    edit(&app, &admin, &before, change).await;
    let details: Value =
        sqlx::query_scalar("SELECT details FROM audit_log WHERE action = 'user.edit'")
            .fetch_one(&app.database.pool())
            .await
            .unwrap();
    let expected = json!({
        "display_name": "changed",
        "role": { "from": "viewer", "to": "operator" },
    });
    assert_eq!(details, expected);
}

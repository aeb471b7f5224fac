//! What the operator does on the command line.

use api::gateway::UserRole;
use chassis::Secret;
use gateway_api::MIGRATIONS;
use gateway_api::admin::{
    AdminError, Invitee, NewAdministrator, create_administrator, invite, reset_password,
};
use reqwest::StatusCode;
use serde_json::json;
use store::testing::TestDatabase;

use crate::app::{App, EMAIL, PASSWORD, expect_problem, token_in};

fn new(email: &str) -> NewAdministrator {
    NewAdministrator {
        email: email.to_owned(),
        display_name: "Somebody".to_owned(),
        password: None,
        additional: false,
    }
}

#[tokio::test]
async fn the_first_administrator_gets_a_password_that_works() {
    let app = App::start().await;
    let additional = NewAdministrator { additional: true, ..new("Second@Example.org") };
    let created = create_administrator(&app.database.pool(), additional).await.unwrap();
    assert_eq!(created.email, "second@example.org");
    let password = created.generated_password.unwrap();
    let signed_in = app.try_sign_in("second@example.org", password.expose()).await;
    assert_eq!(signed_in.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_second_administrator_must_be_asked_for() {
    let database = TestDatabase::new(&[MIGRATIONS]).await.unwrap();
    let pool = database.pool();
    let both = tokio::join!(
        create_administrator(&pool, new("a@example.org")),
        create_administrator(&pool, new("b@example.org")),
    );
    assert_ne!(both.0.is_ok(), both.1.is_ok(), "of two at once one wins");
    let third = create_administrator(&pool, new("c@example.org")).await;
    assert!(matches!(third, Err(AdminError::AdministratorExists)));
}

#[tokio::test]
async fn what_cannot_be_an_account_is_refused_with_the_reason() {
    let database = TestDatabase::new(&[MIGRATIONS]).await.unwrap();
    let pool = database.pool();
    let short = Some(Secret::new("too short".to_owned()));
    let cases = [
        (new("nobody"), "`nobody` is not an e-mail address"),
        (
            NewAdministrator { password: short, ..new("a@example.org") },
            "a password has at least 10 characters",
        ),
        (
            NewAdministrator { display_name: " ".to_owned(), ..new("a@example.org") },
            "a display name has 1 to 120 characters",
        ),
    ];
    for (case, message) in cases {
        assert_eq!(create_administrator(&pool, case).await.unwrap_err().to_string(), message);
    }
    create_administrator(&pool, new("a@example.org")).await.unwrap();
    let again = NewAdministrator { additional: true, ..new("a@example.org") };
    let error = create_administrator(&pool, again).await.unwrap_err();
    assert!(matches!(error, AdminError::AccountExists(_)));
}

#[tokio::test]
async fn a_reset_password_ends_all_sessions() {
    let app = App::start().await;
    let tokens = app.sign_in().await;
    let reset = reset_password(&app.database.pool(), EMAIL, None).await.unwrap();
    expect_problem(app.try_sign_in(EMAIL, PASSWORD).await, 401, "wrong-credentials").await;
    let password = reset.generated_password.unwrap();
    assert_eq!(app.try_sign_in(EMAIL, password.expose()).await.status(), StatusCode::OK);
    expect_problem(app.refresh(&tokens.refresh_token).await, 401, "refresh-token-invalid").await;
    let unknown = reset_password(&app.database.pool(), "nobody@example.org", None).await;
    assert!(matches!(unknown, Err(AdminError::NoAccount(_))));
}

#[tokio::test]
async fn an_invitation_from_the_command_line_is_sent_by_the_running_service() {
    let app = App::start().await;
    let (pool, email) = (app.database.pool(), "grace@example.org");
    let new = |email: &str| Invitee {
        email: email.to_owned(),
        display_name: "Grace".to_owned(),
        role: UserRole::Operator,
    };
    invite(&pool, &new(email)).await.unwrap();
    let token = token_in(&app.mail(email).await);
    let accept = json!({ "token": token, "password": "violet engine 1843 loom" });
    let accepted = app.post("/api/v1/invitations/accept", &accept).await;
    assert_eq!(accepted.status(), 200);
    let again = invite(&pool, &new(EMAIL)).await.unwrap_err();
    assert!(matches!(again, AdminError::AccountExists(_)), "{again}");
    let wrong = invite(&pool, &new("nobody")).await.unwrap_err();
    assert!(matches!(wrong, AdminError::Email(_)), "{wrong}");
}

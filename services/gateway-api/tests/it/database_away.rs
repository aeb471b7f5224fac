//! Without Postgres nothing can be done, and that is said clearly.

use reqwest::{Method, StatusCode};

use crate::app::{App, EMAIL, PASSWORD, expect_problem};

#[tokio::test]
async fn requests_are_told_to_come_back_and_health_goes_on() {
    let app = App::start().await;
    let tokens = app.sign_in().await;
    app.database.pool().close().await;
    let refused = [
        app.try_sign_in(EMAIL, PASSWORD).await,
        app.refresh(&tokens.refresh_token).await,
        app.get("/api/v1/session", &tokens.access_token).await,
        app.get("/api/v1/audit", &tokens.access_token).await,
    ];
    for response in refused {
        assert_eq!(response.headers()["retry-after"], "2");
        expect_problem(response, 503, "database-unavailable").await;
    }
    let ready = app.request(Method::GET, "/readyz").send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::SERVICE_UNAVAILABLE);
    let keys = app.request(Method::GET, "/.well-known/jwks.json").send().await.unwrap();
    assert_eq!(keys.status(), StatusCode::OK);
}

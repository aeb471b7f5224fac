//! The routes that every service has.

use api::health::{Health, HealthStatus, Ready, Version};
use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use chassis::Service;
use chassis::health::Readiness;

use crate::running::{DEADLINE, Running};

#[tokio::test]
async fn health_and_version_name_the_service() {
    let app = Running::router(Router::new()).await;
    for path in ["/health", "/livez"] {
        let health: Health = app.get(path).await.json().await.unwrap();
        assert_eq!((health.status, health.service.as_str()), (HealthStatus::Ok, "demo"));
    }
    let version: Version = app.get("/version").await.json().await.unwrap();
    assert_eq!(version.version, chassis::VERSION);
}

#[tokio::test]
async fn readiness_names_what_fails_and_what_does_not_answer() {
    let readiness = Readiness::default()
        .check("there", || async { Ok(()) })
        .check("broken", || async { Err("it is broken".to_owned()) })
        .check("silent", std::future::pending);
    let service = Service::new("demo", Router::new()).readiness(readiness);
    let app = Running::service(service, DEADLINE).await;
    let response = app.get("/readyz").await;
    assert_eq!(response.status(), 503);
    let ready: Ready = response.json().await.unwrap();
    let checks: Vec<_> = ready
        .checks
        .iter()
        .map(|check| (check.name.as_str(), check.ready, check.reason.as_deref()))
        .collect();
    assert_eq!(
        checks,
        [
            ("there", true, None),
            ("broken", false, Some("it is broken")),
            ("silent", false, Some("no answer within 2 s")),
        ]
    );
}

#[tokio::test]
async fn metrics_count_by_matched_route_and_never_by_path() {
    let router = Router::new().route("/things/{id}", get(|Path(id): Path<String>| async { id }));
    let app = Running::router(router).await;
    for id in ["1", "2"] {
        app.get(&format!("/things/{id}")).await;
    }
    app.get("/secret-path").await;
    let response = app.get("/metrics").await;
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    assert_eq!(kind, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    let text = response.text().await.unwrap();
    for line in [
        r#"http_requests_total{route="/things/{id}",method="GET",status="2xx"} 2"#,
        r#"http_requests_total{route="none",method="GET",status="4xx"} 1"#,
        r#"http_request_duration_seconds_count{route="/things/{id}",method="GET"} 2"#,
    ] {
        assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("secret-path"));
    assert!(text.ends_with("# EOF\n"));
}

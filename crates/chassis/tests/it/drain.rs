//! Stopping without cutting anybody off, and without waiting for ever.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use chassis::Service;
use chassis::server::ServeError;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::running::{DEADLINE, Running};

#[tokio::test]
async fn a_request_that_has_begun_is_finished_and_no_new_connection_is_taken() {
    let (begun, finish) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begins, finishes) = (begun.clone(), finish.clone());
    let handler = move || async move {
        begins.notify_one();
        finishes.notified().await;
        "finished"
    };
    let app = Running::router(Router::new().route("/slow", get(handler))).await;
    let request = tokio::spawn(app.client.get(app.url("/slow")).send());
    begun.notified().await;

    app.stop.cancel();
    let refused = async {
        while TcpStream::connect(app.address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(DEADLINE, refused).await.unwrap();
    assert!(!app.serving.is_finished(), "the drain waits for the request");
    finish.notify_one();
    let answer = request.await.unwrap().unwrap();
    assert_eq!(answer.text().await.unwrap(), "finished");
    app.ended().await.unwrap();
}

#[tokio::test]
async fn the_drain_ends_at_its_deadline() {
    let router = Router::new().route("/hang", get(std::future::pending::<()>));
    let app = Running::service(Service::new("demo", router), Duration::from_millis(200)).await;
    let request = tokio::spawn(app.client.get(app.url("/hang")).send());
    let idle = TcpStream::connect(app.address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let started = Instant::now();
    app.stop.cancel();
    app.ended().await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert!(request.await.unwrap().is_err());
    drop(idle);
}

#[tokio::test]
async fn tasks_are_told_and_joined() {
    let ended = Arc::new(AtomicBool::new(false));
    let end = ended.clone();
    let service = Service::new("demo", Router::new()).task("tidy", |stop| async move {
        stop.cancelled().await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        end.store(true, Ordering::SeqCst);
    });
    let app = Running::service(service, DEADLINE).await;
    assert_eq!(app.get("/health").await.status(), 200);
    app.stop.cancel();
    app.ended().await.unwrap();
    assert!(ended.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_task_that_ends_by_itself_takes_the_service_down() {
    let panicking = Service::new("demo", Router::new()).task("fragile", |_| async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        panic!("broken");
    });
    let returning = Service::new("demo", Router::new()).task("fragile", |_| async {});
    for service in [panicking, returning] {
        let app = Running::service(service, DEADLINE).await;
        let ended = app.ended().await;
        assert!(matches!(ended, Err(ServeError::TaskEnded { task: "fragile", .. })), "{ended:?}");
    }
}

//! How the platform is doing, and its checks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use api::gateway::{CheckFinding, CheckOutcome, ChecksReport, ChecksState, SystemStatus};
use chassis::Service;
use chassis::health::Readiness;
use gateway_api::{CheckFindings, ChecksRunner, Platform, PlatformService};
use reqwest::Method;
use store::testing::test_redis;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::app::{App, DEADLINE, expect_problem};

const STATUS: &str = "/api/v1/system";
const CHECKS: &str = "/api/v1/system/checks";

/// A service that lacks something.
async fn lacking() -> (SocketAddr, CancellationToken) {
    let readiness =
        Readiness::default().check("disk", || async { Err("the disk was pulled out".to_owned()) });
    let service = Service::new("streamcore", axum::Router::new()).readiness(readiness);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let serving = chassis::serve(service, listener, stop.clone(), Duration::from_secs(1));
    tokio::spawn(async move { serving.await.unwrap() });
    (address, stop)
}

fn platform(address: SocketAddr, checks: Option<ChecksRunner>) -> Platform {
    let service =
        PlatformService { name: "streamcore".to_owned(), title: "StreamCore".to_owned(), address };
    Platform { services: vec![service], data: std::env::temp_dir(), checks }
}

async fn start(platform: Platform) -> (App, String) {
    let app = App::start_in(platform, test_redis().await.unwrap(), |_| {}).await;
    let token = app.sign_in().await.access_token;
    (app, token)
}

async fn status(app: &App, token: &str) -> SystemStatus {
    let answer = app.get(STATUS, token).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_service_that_lacks_something_raises_an_alarm_and_one_that_dies_another() {
    let (address, stop) = lacking().await;
    let (app, token) = start(platform(address, None)).await;
    let first = status(&app, &token).await;
    assert_eq!(first.alarms, [], "a moment is no alarm");
    assert!(first.engines.iter().all(|engine| engine.latency_ms.is_some()), "{first:?}");
    assert!(first.host.memory_bytes > 0 && first.host.disk_bytes > 0, "{:?}", first.host);
    assert!(first.process.memory_bytes > 0 && first.process.threads > 0);
    let service = &first.services[0];
    assert_eq!(service.missing[0].reason.as_deref(), Some("the disk was pulled out"));
    assert!(service.started_at.is_some() && service.version.is_some());

    let alarm = async |id: &str| {
        let raised = timeout(DEADLINE, async {
            loop {
                let status = status(&app, &token).await;
                if let Some(alarm) = status.alarms.into_iter().find(|alarm| alarm.id == id) {
                    return alarm;
                }
                sleep(Duration::from_millis(100)).await;
            }
        });
        raised.await.unwrap_or_else(|_| panic!("{id} was not raised"))
    };
    let raised = alarm("service-not-ready").await;
    assert_eq!(raised.text, "StreamCore lacks disk (the disk was pulled out)");
    assert_eq!(raised.since, first.at, "it counts from when it began");
    stop.cancel();
    assert_eq!(alarm("service-away").await.text, "StreamCore does not answer");
    assert!(!status(&app, &token).await.samples.is_empty());
}

#[tokio::test]
async fn checks_that_are_asked_for_together_run_once() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let runner = ChecksRunner::new(move || {
        let runs = counted.clone();
        async move {
            runs.fetch_add(1, Ordering::SeqCst);
            sleep(Duration::from_millis(300)).await;
            let finding = CheckFinding {
                id: "PF-DB-001".to_owned(),
                area: "PostgreSQL".to_owned(),
                title: "PostgreSQL accepts connections".to_owned(),
                required: true,
                subject: String::new(),
                outcome: CheckOutcome::Failed,
                evidence: "connection refused".to_owned(),
                remedy: "start it".to_owned(),
            };
            Ok(CheckFindings { passed: false, findings: vec![finding] })
        }
    });
    let (app, token) = start(platform(([127, 0, 0, 1], 9).into(), Some(runner))).await;
    let before: ChecksState = app.get(CHECKS, &token).await.json().await.unwrap();
    assert_eq!(before, ChecksState { running: false, report: None });

    let run = || async {
        let request = app.request(Method::POST, CHECKS).bearer_auth(&token);
        request.send().await.unwrap().json::<ChecksReport>().await.unwrap()
    };
    let during = async {
        let running = timeout(DEADLINE, async {
            while !app.get(CHECKS, &token).await.json::<ChecksState>().await.unwrap().running {}
        });
        running.await.unwrap();
    };
    let (one, two, ()) = tokio::join!(run(), run(), during);
    assert_eq!(one, two);
    assert_eq!(run().await, one, "a fresh report is given again");
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    assert!(!one.passed);
    let after: ChecksState = app.get(CHECKS, &token).await.json().await.unwrap();
    assert_eq!(after, ChecksState { running: false, report: Some(one) });
}

#[tokio::test]
async fn checks_that_cannot_be_run_say_why() {
    let runner = ChecksRunner::new(|| async { Err("there is no home folder".to_owned()) });
    for (checks, why) in [(None, "not started by `nexus`"), (Some(runner), "no home folder")] {
        let (app, token) = start(platform(([127, 0, 0, 1], 9).into(), checks)).await;
        let request = app.request(Method::POST, CHECKS).bearer_auth(&token);
        let problem =
            expect_problem(request.send().await.unwrap(), 503, "checks-unavailable").await;
        assert!(problem.detail.contains(why), "{}", problem.detail);
    }
}

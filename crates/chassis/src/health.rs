//! The routes that every service has: `/health`, `/livez`, `/readyz`, `/metrics`, `/version`.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use api::health::{Health, HealthStatus, Ready, ReadyCheck, Version};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::future::join_all;
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use crate::extract::Json;
use crate::metrics::Metrics;
use crate::problem::Problem;

/// Longest that one readiness check may take.
const CHECK_DEADLINE: Duration = Duration::from_secs(2);

type Check = dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync;

/// What a service needs before it can do its work: named checks, run by `/readyz`.
#[derive(Clone, Default)]
pub struct Readiness {
    checks: Vec<(&'static str, Arc<Check>)>,
}

impl Readiness {
    /// Adds a check; its error says in a lowercase fragment what is missing.
    pub fn check<F, Fut>(mut self, name: &'static str, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.checks.push((name, Arc::new(move || Box::pin(check()))));
        self
    }

    async fn run(&self) -> Vec<ReadyCheck> {
        join_all(self.checks.iter().map(|(name, check)| async move {
            let reason = match tokio::time::timeout(CHECK_DEADLINE, check()).await {
                Ok(Ok(())) => None,
                Ok(Err(reason)) => Some(reason),
                Err(_) => Some(format!("no answer within {} s", CHECK_DEADLINE.as_secs())),
            };
            ReadyCheck { name: (*name).to_owned(), ready: reason.is_none(), reason }
        }))
        .await
    }
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.checks.iter().map(|(name, _)| name)).finish()
    }
}

#[derive(Clone)]
pub(crate) struct Builtin {
    pub(crate) service: &'static str,
    pub(crate) readiness: Readiness,
    pub(crate) metrics: Metrics,
    pub(crate) draining: CancellationToken,
    pub(crate) started_at: OffsetDateTime,
}

pub(crate) fn routes(builtin: Builtin) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/livez", get(health))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/version", get(version))
        .with_state(builtin)
}

async fn health(State(builtin): State<Builtin>) -> Json<Health> {
    let draining = builtin.draining.is_cancelled();
    Json(Health {
        status: if draining { HealthStatus::Draining } else { HealthStatus::Ok },
        service: builtin.service.to_owned(),
        version: crate::VERSION.to_owned(),
    })
}

async fn ready(State(builtin): State<Builtin>) -> Response {
    let mut checks = builtin.readiness.run().await;
    if builtin.draining.is_cancelled() {
        checks.push(ReadyCheck {
            name: "serving".to_owned(),
            ready: false,
            reason: Some("draining, about to stop".to_owned()),
        });
    }
    let ready = checks.iter().all(|check| check.ready);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Ready { ready, checks })).into_response()
}

async fn metrics(State(builtin): State<Builtin>) -> Result<Response, Problem> {
    let text = builtin.metrics.encode().map_err(Problem::internal)?;
    let content_type =
        HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, content_type)], text).into_response())
}

async fn version(State(builtin): State<Builtin>) -> Json<Version> {
    Json(Version {
        service: builtin.service.to_owned(),
        version: crate::VERSION.to_owned(),
        started_at: builtin.started_at,
        commit: option_env!("NEXUS_GIT_HASH").map(str::to_owned),
    })
}

use std::any::Any;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tracing::Instrument;

use super::Limits;
use crate::client_address::client_address;
use crate::metrics::Metrics;
use crate::problem::{Problem, codes};
use crate::request_id::{self, RequestId};

/// Label of requests that match no route.
const NO_ROUTE: &str = "none";

/// Puts around a router what every request of a service goes through. Outermost first: the
/// request id with log and metrics, plain refusals made problem+json, the time limit, panics,
/// the body limit.
pub(super) fn wrap(
    name: &'static str,
    router: Router,
    limits: &Limits,
    metrics: Metrics,
) -> Router {
    let shell = Arc::new(Shell {
        name,
        metrics,
        trusted_proxies: limits.trusted_proxies.clone(),
        timeout: limits.request_timeout,
        held_routes: limits.held_routes.clone(),
    });
    router
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(limits.body_bytes))
        .layer(CatchPanicLayer::custom(|panic| panicked(&panic)))
        .layer(middleware::from_fn_with_state(shell.clone(), bound_time))
        .layer(middleware::map_response(plain_refusal_to_problem))
        .layer(middleware::from_fn_with_state(shell, observe))
}

struct Shell {
    name: &'static str,
    metrics: Metrics,
    trusted_proxies: Vec<IpAddr>,
    timeout: Duration,
    held_routes: Vec<&'static str>,
}

async fn observe(State(shell): State<Arc<Shell>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = RequestId::of(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let client = client_address(&request, &shell.trusted_proxies);
    request.extensions_mut().insert(client);

    let span = tracing::info_span!("request", request_id = %id, service = shell.name);
    let mut response = id.clone().scope(next.run(request).instrument(span.clone())).await;

    let took = started.elapsed();
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    shell.metrics.observe(route, &method, response.status(), took);
    span.in_scope(|| log(&method, route, response.status(), took));
    if let Some(value) = id.to_header() {
        response.headers_mut().insert(request_id::HEADER, value);
    }
    response
}

/// Reads are logged for debugging only (nginx has the access log); what changes state or fails
/// is always there.
fn log(method: &Method, route: &str, status: StatusCode, took: Duration) {
    let status = status.as_u16();
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if method.is_safe() && status < 400 {
        tracing::debug!(%method, route, status, ms, "answered");
    } else {
        tracing::info!(%method, route, status, ms, "answered");
    }
}

async fn bound_time(State(shell): State<Arc<Shell>>, request: Request, next: Next) -> Response {
    let held = request
        .extensions()
        .get::<MatchedPath>()
        .is_some_and(|route| shell.held_routes.contains(&route.as_str()));
    if held {
        return next.run(request).await;
    }
    match tokio::time::timeout(shell.timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(
            &codes::REQUEST_TIMED_OUT,
            "the request was given up because it took too long; try again later",
        )
        .retry_after(Duration::from_secs(1))
        .into_response(),
    }
}

/// Refusals of the router and of the body limit have no useful body of their own.
async fn plain_refusal_to_problem(response: Response) -> Response {
    let has_own_body = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
        !kind.as_bytes().starts_with(b"text/plain")
            || response.status() != StatusCode::PAYLOAD_TOO_LARGE
    });
    let problem = match response.status() {
        _ if has_own_body => return response,
        StatusCode::NOT_FOUND => {
            Problem::new(&codes::NOT_FOUND, "no route of this service has this path")
        }
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(
            &codes::METHOD_NOT_ALLOWED,
            "the `allow` header lists the methods that this path has",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(&codes::BODY_TOO_LARGE, "the request body is larger than accepted here")
        }
        _ => return response,
    };
    let mut replaced = problem.into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        replaced.headers_mut().insert(header::ALLOW, allow.clone());
    }
    replaced
}

fn panicked(panic: &Box<dyn Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message");
    Problem::internal(format!("handler panicked: {message}")).into_response()
}

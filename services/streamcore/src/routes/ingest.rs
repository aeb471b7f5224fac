//! Where encoders connect.

use api::streamcore as wire;
use axum::{
    extract::State,
    http::{HeaderMap, header},
};
use chassis::extract::Json;

use crate::state::AppState;

/// Ingest addresses
#[utoipa::path(
    get,
    path = "/api/v1/ingest",
    responses(
        (status = 200, description = "Where encoders connect", body = wire::Ingest),
        (status = 401, description = "Not signed in", body = api::problem::Problem),
        (status = 403, description = "The scope is missing", body = api::problem::Problem),
    )
)]
pub async fn show(State(app): State<AppState>, headers: HeaderMap) -> Json<wire::Ingest> {
    let called = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    Json(app.ingest.for_caller(called))
}

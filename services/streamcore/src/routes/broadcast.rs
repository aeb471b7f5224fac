//! A stream on air: what is measured on it, and ending it.

use std::time::Duration;

use api::streamcore as wire;
use axum::extract::State;
use chassis::{
    Principal, Problem,
    extract::{Json, Path, Query},
};

use super::description::describe;
use crate::{audit::By, error::PlaybackError, live::Presence, registry, state::AppState};

/// How long a publisher may take to let go. One that does not is cut off by its connection's own
/// deadlines.
const LET_GO: Duration = Duration::from_secs(5);

/// A stream's figures
#[utoipa::path(
    get,
    path = "/api/v1/streams/{slug}/stats",
    params(
        ("slug" = String, Path, description = "Name in addresses"),
        wire::StatisticsQuery,
    ),
    responses(
        (status = 200, description = "The present figures and the last minutes", body = wire::StreamStatistics),
        (status = 400, description = "The query cannot be read", body = api::problem::Problem),
        (status = 401, description = "Not signed in", body = api::problem::Problem),
        (status = 403, description = "The scope is missing", body = api::problem::Problem),
        (status = 404, description = "The stream is not on air", body = api::problem::Problem),
    )
)]
pub async fn statistics(
    State(app): State<AppState>,
    Path(slug): Path<String>,
    Query(query): Query<wire::StatisticsQuery>,
) -> Result<Json<wire::StreamStatistics>, Problem> {
    let live = app.live.get(&slug).ok_or(PlaybackError::NotLive)?;
    Ok(Json(wire::StreamStatistics {
        stream: describe(&live, app.viewer_origin.as_deref()),
        publisher: live.publisher(),
        figures: live.statistics.figures(),
        samples: live.statistics.samples(query.since),
    }))
}

/// End a stream
#[utoipa::path(
    delete,
    path = "/api/v1/streams/{slug}/live",
    params(
        ("slug" = String, Path, description = "Name in addresses"),
        wire::EndQuery,
    ),
    responses(
        (status = 200, description = "The encoder was told and the stream has ended", body = wire::EndedStream),
        (status = 400, description = "The query cannot be read", body = api::problem::Problem),
        (status = 401, description = "Not signed in", body = api::problem::Problem),
        (status = 403, description = "The scope is missing", body = api::problem::Problem),
        (status = 404, description = "The stream is not on air", body = api::problem::Problem),
    )
)]
pub async fn end(
    State(app): State<AppState>,
    principal: Principal,
    Path(slug): Path<String>,
    Query(query): Query<wire::EndQuery>,
) -> Result<Json<wire::EndedStream>, Problem> {
    let on_air = app.live.get(&slug).filter(|live| live.is_on_air());
    let live = on_air.ok_or(PlaybackError::NotLive)?;
    let by = By::User(principal.subject);
    let key = if query.rotate_key {
        let key = registry::rotate_key(&app.pool, &slug).await?;
        app.audit.done("stream_key.rotate", by, &slug);
        Some(key.expose().to_owned())
    } else {
        None
    };
    live.end();
    app.audit.done("stream.end", by, &slug);
    let mut presence = live.presence();
    let gone = presence.wait_for(|presence| *presence != Presence::Publishing);
    if tokio::time::timeout(LET_GO, gone).await.is_err() {
        tracing::warn!(stream.slug = %slug, "the publisher has been told to go and still holds on");
    }
    Ok(Json(wire::EndedStream { slug, stream_key: key }))
}

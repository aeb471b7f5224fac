//! Streams: who is on air, and registering them.

use api::streamcore as wire;
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chassis::{
    Principal, Problem,
    extract::{Json, Path},
};

use super::description::{describe, describe_offline};
use crate::{audit::By, domain::stream::Owner, registry, state::AppState};

/// Streams on air
#[utoipa::path(
    get,
    path = "/api/v1/streams",
    responses((status = 200, description = "Streams on air, by slug", body = wire::StreamList))
)]
pub async fn list(State(app): State<AppState>) -> Response {
    let mut streams: Vec<_> =
        app.live.all().iter().map(|live| describe(live, app.viewer_origin.as_deref())).collect();
    // One that has ended can be played out by who watches it, but is nothing to come to.
    streams.retain(|stream| stream.state != wire::StreamState::Offline);
    let mut response = Json(wire::StreamList { streams }).into_response();
    // Long enough for a cache to answer a crowd, short enough that nobody notices.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=1"));
    response
}

/// One stream
#[utoipa::path(
    get,
    path = "/api/v1/streams/{slug}",
    params(("slug" = String, Path, description = "Name in addresses")),
    responses(
        (status = 200, description = "The stream, on air or not", body = wire::Stream),
        (status = 404, description = "No stream has this name", body = api::problem::Problem),
    )
)]
pub async fn show(
    State(app): State<AppState>,
    Path(slug): Path<String>,
) -> Result<Json<wire::Stream>, Problem> {
    if let Some(live) = app.live.get(&slug) {
        return Ok(Json(describe(&live, app.viewer_origin.as_deref())));
    }
    let stream = registry::find(&app.pool, &slug).await?;
    Ok(Json(describe_offline(&stream, app.viewer_origin.as_deref())))
}

/// Register a stream
#[utoipa::path(
    post,
    path = "/api/v1/streams",
    request_body = wire::NewStream,
    responses(
        (status = 201, description = "Registered; the key is shown this once", body = wire::StreamKey),
        (status = 400, description = "The body cannot be read", body = api::problem::Problem),
        (status = 401, description = "Not signed in", body = api::problem::Problem),
        (status = 403, description = "The scope is missing", body = api::problem::Problem),
        (status = 409, description = "The slug is taken", body = api::problem::Problem),
        (status = 422, description = "Slug or title is not acceptable", body = api::problem::Problem),
    )
)]
pub async fn create(
    State(app): State<AppState>,
    principal: Principal,
    Json(new): Json<wire::NewStream>,
) -> Result<(StatusCode, Json<wire::StreamKey>), Problem> {
    let owner = Some(Owner::of(&principal));
    let (stream, key) = registry::create(&app.pool, &new.slug, &new.title, owner).await?;
    app.audit.done("stream.register", By::User(principal.subject), stream.slug.as_str());
    let shown =
        wire::StreamKey { slug: stream.slug.to_string(), stream_key: key.expose().to_owned() };
    Ok((StatusCode::CREATED, Json(shown)))
}

/// Replace a stream's key
#[utoipa::path(
    post,
    path = "/api/v1/streams/{slug}/key",
    params(("slug" = String, Path, description = "Name in addresses")),
    responses(
        (status = 200, description = "The new key, shown this once", body = wire::StreamKey),
        (status = 401, description = "Not signed in", body = api::problem::Problem),
        (status = 403, description = "The scope is missing", body = api::problem::Problem),
        (status = 404, description = "No stream has this name", body = api::problem::Problem),
    )
)]
pub async fn rotate_key(
    State(app): State<AppState>,
    principal: Principal,
    Path(slug): Path<String>,
) -> Result<Json<wire::StreamKey>, Problem> {
    registry::heard_from(&app.pool, &principal).await?;
    let key = registry::rotate_key(&app.pool, &slug).await?;
    app.audit.done("stream_key.rotate", By::User(principal.subject), &slug);
    Ok(Json(wire::StreamKey { slug, stream_key: key.expose().to_owned() }))
}

/// Take a stream's key away
#[utoipa::path(
    delete,
    path = "/api/v1/streams/{slug}/key",
    params(("slug" = String, Path, description = "Name in addresses")),
    responses(
        (status = 204, description = "Nobody may publish the stream until it gets a new key"),
        (status = 401, description = "Not signed in", body = api::problem::Problem),
        (status = 403, description = "The scope is missing", body = api::problem::Problem),
        (status = 404, description = "No stream has this name", body = api::problem::Problem),
    )
)]
pub async fn revoke_key(
    State(app): State<AppState>,
    principal: Principal,
    Path(slug): Path<String>,
) -> Result<StatusCode, Problem> {
    registry::revoke_key(&app.pool, &slug).await?;
    app.audit.done("stream_key.revoke", By::User(principal.subject), &slug);
    Ok(StatusCode::NO_CONTENT)
}

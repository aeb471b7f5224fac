//! Streams as the studio sees them: all that are registered, on air or not.

use api::streamcore as wire;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode},
};
use chassis::{
    Principal, Problem,
    extract::{Json, Path, Query},
    revision::{self, IfMatch},
};

use super::description::{describe, describe_offline, describe_registration};
use crate::{audit::By, domain::stream::Stream, error::RegistryError, registry, state::AppState};

/// A stream's registration with its entity tag.
type Tagged = ([(HeaderName, HeaderValue); 1], Json<wire::Registration>);

/// Registered streams
#[utoipa::path(
    get,
    path = "/api/v1/registrations",
    params(wire::RegistrationQuery),
    responses(
        (status = 200, description = "A page of the registered streams, by slug", body = wire::RegistrationPage),
        (status = 400, description = "The query cannot be read", body = api::problem::Problem),
        (status = 401, description = "Not signed in", body = api::problem::Problem),
        (status = 403, description = "The scope is missing", body = api::problem::Problem),
        (status = 422, description = "Cursor or page size cannot be used", body = api::problem::Problem),
    )
)]
pub async fn list(
    State(app): State<AppState>,
    Query(query): Query<wire::RegistrationQuery>,
) -> Result<Json<wire::RegistrationPage>, Problem> {
    let (streams, next) = registry::page(&app.pool, query.limit, query.cursor.as_deref()).await?;
    let streams = streams.iter().map(|stream| registered(&app, stream)).collect();
    Ok(Json(wire::RegistrationPage { streams, next }))
}

/// One registration
#[utoipa::path(
    get,
    path = "/api/v1/registrations/{slug}",
    params(("slug" = String, Path, description = "Name in addresses")),
    responses(
        (status = 200, description = "What is kept of the stream; `etag` is for a change", body = wire::Registration),
        (status = 401, description = "Not signed in", body = api::problem::Problem),
        (status = 403, description = "The scope is missing", body = api::problem::Problem),
        (status = 404, description = "No stream has this name", body = api::problem::Problem),
    )
)]
pub async fn show(
    State(app): State<AppState>,
    Path(slug): Path<String>,
) -> Result<Tagged, Problem> {
    Ok(tagged(&app, &registry::find(&app.pool, &slug).await?))
}

/// Change a stream
#[utoipa::path(
    patch,
    path = "/api/v1/registrations/{slug}",
    params(
        ("slug" = String, Path, description = "Name in addresses"),
        ("if-match" = String, Header, description = "`etag` of the state that was edited"),
    ),
    request_body = wire::StreamChange,
    responses(
        (status = 200, description = "Changed; who watches sees it at once", body = wire::Registration),
        (status = 400, description = "The body cannot be read", body = api::problem::Problem),
        (status = 401, description = "Not signed in", body = api::problem::Problem),
        (status = 403, description = "The scope is missing", body = api::problem::Problem),
        (status = 404, description = "No stream has this name", body = api::problem::Problem),
        (status = 412, description = "It was changed meanwhile", body = api::problem::Problem),
        (status = 415, description = "The body is not JSON", body = api::problem::Problem),
        (status = 422, description = "The title is not acceptable", body = api::problem::Problem),
        (status = 428, description = "`if-match` is missing", body = api::problem::Problem),
    )
)]
pub async fn change(
    State(app): State<AppState>,
    principal: Principal,
    Path(slug): Path<String>,
    IfMatch(revision): IfMatch,
    Json(change): Json<wire::StreamChange>,
) -> Result<Tagged, Problem> {
    let Some(title) = change.title else {
        let stream = registry::find(&app.pool, &slug).await?;
        let same = stream.revision == revision;
        return if same { Ok(tagged(&app, &stream)) } else { Err(revision::changed()) };
    };
    registry::heard_from(&app.pool, &principal).await?;
    let stream = registry::rename(&app.pool, &slug, revision, &title).await?;
    if let Some(live) = app.live.get(&slug) {
        live.rename(&stream.title);
    }
    app.audit.done("stream.rename", By::User(principal.subject), &slug);
    Ok(tagged(&app, &stream))
}

/// Remove a stream
#[utoipa::path(
    delete,
    path = "/api/v1/registrations/{slug}",
    params(("slug" = String, Path, description = "Name in addresses")),
    responses(
        (status = 204, description = "The stream and its key are no more"),
        (status = 401, description = "Not signed in", body = api::problem::Problem),
        (status = 403, description = "The scope is missing", body = api::problem::Problem),
        (status = 404, description = "No stream has this name", body = api::problem::Problem),
        (status = 409, description = "The stream is on air", body = api::problem::Problem),
    )
)]
pub async fn remove(
    State(app): State<AppState>,
    principal: Principal,
    Path(slug): Path<String>,
) -> Result<StatusCode, Problem> {
    if app.live.get(&slug).is_some_and(|live| live.is_on_air()) {
        return Err(RegistryError::OnAir(slug).into());
    }
    registry::remove(&app.pool, &slug).await?;
    app.audit.done("stream.remove", By::User(principal.subject), &slug);
    Ok(StatusCode::NO_CONTENT)
}

fn tagged(app: &AppState, stream: &Stream) -> Tagged {
    ([revision::etag(stream.revision)], Json(describe_registration(stream, &app.live)))
}

fn registered(app: &AppState, stream: &Stream) -> wire::RegisteredStream {
    let live = app.live.get(stream.slug.as_str()).filter(|live| live.id == stream.id);
    wire::RegisteredStream {
        registration: describe_registration(stream, &app.live),
        stream: match &live {
            Some(live) => describe(live, app.viewer_origin.as_deref()),
            None => describe_offline(stream, app.viewer_origin.as_deref()),
        },
        figures: live.filter(|live| live.is_on_air()).map(|live| live.statistics.figures()),
    }
}

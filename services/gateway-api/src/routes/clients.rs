//! `/api/v1/clients`: OAuth clients.

use api::gateway::{Client, ClientPage, ClientQuery, ClientSpec, ClientWithSecret, CreateClient};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::extract::{Json, Path, Query};
use chassis::revision::{IfMatch, etag};
use chassis::{Principal, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use super::stepped_up::FreshPrincipal;
use crate::domain::audit::Caller;
use crate::oauth::Registrar;
use crate::state::AppState;

/// List clients
///
/// OAuth clients, the oldest first. Needs the scope `clients:read`.
#[utoipa::path(
    get, path = "/api/v1/clients", tag = "clients", params(ClientQuery),
    responses(
        (status = OK, description = "A page of clients", body = ClientPage),
        (status = BAD_REQUEST, description = "The query cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Cursor or page size cannot be used", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Query(query): Query<ClientQuery>,
) -> Result<Json<ClientPage>, Problem> {
    Ok(Json(state.oauth.list_clients(query.limit, query.cursor.as_deref()).await?))
}

/// Register a client
///
/// The answer holds the secret of a confidential client, this once. Needs `clients:write` and a
/// fresh proof of who one is.
#[utoipa::path(
    post, path = "/api/v1/clients", tag = "clients", request_body = CreateClient,
    responses(
        (status = CREATED, description = "Registered", body = ClientWithSecret),
        (status = BAD_REQUEST, description = "The body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, description = "The body is not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "It cannot be registered like this", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    FreshPrincipal(principal): FreshPrincipal,
    caller: Caller,
    Json(body): Json<CreateClient>,
) -> Result<Response, Problem> {
    let by = registrar(&principal, &caller);
    let created = state.oauth.create_client(body, by, OffsetDateTime::now_utc()).await?;
    let location = format!("/api/v1/clients/{}", created.client.id);
    let location = HeaderValue::try_from(location).map_err(Problem::internal)?;
    let headers = [(header::LOCATION, location), no_store(), etag(1)];
    Ok((StatusCode::CREATED, headers, Json(created)).into_response())
}

/// Show a client
///
/// One client, with its `ETag`. Needs `clients:read`.
#[utoipa::path(
    get, path = "/api/v1/clients/{id}", tag = "clients",
    params(("id" = Uuid, Path, description = "The client")),
    responses(
        (status = OK, description = "The client", body = Client),
        (status = BAD_REQUEST, description = "The id is not one", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No such client", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let client = state.oauth.client(id).await?;
    Ok(([etag(client.revision)], Json(client.shown())).into_response())
}

/// Change a client
///
/// Replaces what can be changed; `If-Match` names the state that was edited. A client that is
/// switched off loses its tokens. Needs `clients:write`.
#[utoipa::path(
    put, path = "/api/v1/clients/{id}", tag = "clients", request_body = ClientSpec,
    params(
        ("id" = Uuid, Path, description = "The client"),
        ("if-match" = String, Header, description = "The `ETag` of the state that was edited"),
    ),
    responses(
        (status = OK, description = "Changed", body = Client),
        (status = BAD_REQUEST, description = "The id or the body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No such client", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "It belongs to the platform", body = ProblemBody, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, description = "Changed meanwhile", body = ProblemBody, content_type = "application/problem+json"),
        (status = PRECONDITION_REQUIRED, description = "No `If-Match`", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, description = "The body is not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "It cannot be like this", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn edit(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(id): Path<Uuid>,
    IfMatch(revision): IfMatch,
    Json(body): Json<ClientSpec>,
) -> Result<Response, Problem> {
    let by = registrar(&principal, &caller);
    let now = OffsetDateTime::now_utc();
    let client = state.oauth.edit_client(id, revision, body, by, now).await?;
    Ok(([etag(client.revision)], Json(client.shown())).into_response())
}

/// Remove a client
///
/// With it goes everything that people gave it. Needs `clients:write`.
#[utoipa::path(
    delete, path = "/api/v1/clients/{id}", tag = "clients",
    params(("id" = Uuid, Path, description = "The client")),
    responses(
        (status = NO_CONTENT, description = "Removed"),
        (status = BAD_REQUEST, description = "The id is not one", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No such client", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "It belongs to the platform", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let by = registrar(&principal, &caller);
    state.oauth.delete_client(id, by, OffsetDateTime::now_utc()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replace a client's secret
///
/// The answer holds the new secret, this once; the old one is no good any more. Needs
/// `clients:write` and a fresh proof of who one is.
#[utoipa::path(
    post, path = "/api/v1/clients/{id}/secret", tag = "clients",
    params(("id" = Uuid, Path, description = "The client")),
    responses(
        (status = OK, description = "Replaced", body = ClientWithSecret),
        (status = BAD_REQUEST, description = "The id is not one", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No such client", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "It has no secret", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn rotate_secret(
    State(state): State<AppState>,
    FreshPrincipal(principal): FreshPrincipal,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let by = registrar(&principal, &caller);
    let now = OffsetDateTime::now_utc();
    let rotated = state.oauth.rotate_client_secret(id, by, now).await?;
    Ok(([no_store()], Json(rotated)).into_response())
}

fn registrar<'a>(principal: &'a Principal, caller: &'a Caller) -> Registrar<'a> {
    Registrar { user: principal.subject, scopes: &principal.scopes, caller }
}

fn no_store() -> (header::HeaderName, HeaderValue) {
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

//! `/api/v1/api-keys`: keys for programs that act for a user.

use api::gateway::{
    ApiKey, ApiKeyList, ApiKeyPage, ApiKeyQuery, ApiKeySecret, ApiKeyToken, EditApiKey, NewApiKey,
    RotateApiKey,
};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chassis::extract::{Json, Path, Query};
use chassis::rate::{self, Meter};
use chassis::{Principal, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use super::stepped_up::FreshPrincipal;
use crate::db;
use crate::domain::audit::Caller;
use crate::domain::audit_cursor;
use crate::error::ApiKeyError;
use crate::state::AppState;

/// Keys on a page when the caller does not say.
const DEFAULT_LIMIT: u32 = 50;
/// Most own keys that are listed, revoked ones with them: the newest.
const MOST_OWN: i64 = 500;

/// My API keys
///
/// The caller's keys, newest first, revoked ones too.
#[utoipa::path(
    get, path = "/api/v1/api-keys", tag = "api keys",
    responses((status = OK, description = "The keys", body = ApiKeyList)),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    principal: Principal,
) -> Result<Json<ApiKeyList>, Problem> {
    let api_keys = db::api_keys::page(&state.database, Some(principal.subject), None, MOST_OWN)
        .await
        .map_err(ApiKeyError::from)?;
    Ok(Json(ApiKeyList { api_keys }))
}

/// Make an API key
///
/// The key is shown this once. It can do no more than the token it is asked with. Needs a fresh
/// proof of who one is.
#[utoipa::path(
    post, path = "/api/v1/api-keys", tag = "api keys",
    request_body = NewApiKey,
    responses(
        (status = CREATED, description = "The key with its secret, shown this once", body = ApiKeySecret),
        (status = BAD_REQUEST, description = "The body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "There are too many", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "A value is not acceptable", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    FreshPrincipal(principal): FreshPrincipal,
    caller: Caller,
    Json(body): Json<NewApiKey>,
) -> Result<Response, Problem> {
    let now = OffsetDateTime::now_utc();
    let made = state.api_keys.create(&principal, &body, &caller, now).await?;
    Ok((StatusCode::CREATED, unstored(), Json(made)).into_response())
}

/// Rename an API key
#[utoipa::path(
    patch, path = "/api/v1/api-keys/{id}", tag = "api keys",
    request_body = EditApiKey, params(("id" = Uuid, Path, description = "The key")),
    responses(
        (status = OK, description = "Renamed", body = ApiKey),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No such key", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The name is not acceptable", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn rename(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(key): Path<Uuid>,
    Json(body): Json<EditApiKey>,
) -> Result<Json<ApiKey>, Problem> {
    let (owner, now) = (principal.subject, OffsetDateTime::now_utc());
    Ok(Json(state.api_keys.rename(key, owner, &body.name, &caller, now).await?))
}

/// Rotate an API key
///
/// Replaces the secret, which is shown this once. For the overlap both secrets work, so that
/// programs can be given the new one one after the other. Needs a fresh proof of who one is.
#[utoipa::path(
    post, path = "/api/v1/api-keys/{id}/rotation", tag = "api keys",
    request_body = RotateApiKey, params(("id" = Uuid, Path, description = "The key")),
    responses(
        (status = OK, description = "The key with its new secret", body = ApiKeySecret),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No such key", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The overlap is too long", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn rotate(
    State(state): State<AppState>,
    FreshPrincipal(principal): FreshPrincipal,
    caller: Caller,
    Path(key): Path<Uuid>,
    Json(body): Json<RotateApiKey>,
) -> Result<Response, Problem> {
    let (owner, now) = (principal.subject, OffsetDateTime::now_utc());
    let made = state.api_keys.rotate(key, owner, body.overlap_seconds, &caller, now).await?;
    Ok((unstored(), Json(made)).into_response())
}

/// Revoke an API key
///
/// Every service refuses it within a second.
#[utoipa::path(
    delete, path = "/api/v1/api-keys/{id}", tag = "api keys",
    params(("id" = Uuid, Path, description = "The key")),
    responses(
        (status = NO_CONTENT, description = "Revoked"),
        (status = BAD_REQUEST, description = "The path cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No such key", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn revoke(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(key): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let (owner, now) = (principal.subject, OffsetDateTime::now_utc());
    state.api_keys.revoke(key, Some(owner), owner, &caller, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Everybody's API keys
///
/// A page of all keys, newest first, revoked ones too.
#[utoipa::path(
    get, path = "/api/v1/api-keys/everyone", tag = "api keys",
    params(ApiKeyQuery),
    responses(
        (status = OK, description = "A page of keys", body = ApiKeyPage),
        (status = BAD_REQUEST, description = "The query cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Cursor or page size cannot be used", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list_everyones(
    State(state): State<AppState>,
    Query(query): Query<ApiKeyQuery>,
) -> Result<Json<ApiKeyPage>, Problem> {
    Ok(Json(page(&state, &query).await?))
}

/// Revoke anybody's API key
#[utoipa::path(
    delete, path = "/api/v1/api-keys/everyone/{id}", tag = "api keys",
    params(("id" = Uuid, Path, description = "The key")),
    responses(
        (status = NO_CONTENT, description = "Revoked"),
        (status = BAD_REQUEST, description = "The path cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No such key", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn revoke_anyones(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(key): Path<Uuid>,
) -> Result<StatusCode, Problem> {
    let now = OffsetDateTime::now_utc();
    state.api_keys.revoke(key, None, principal.subject, &caller, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Exchange an API key
///
/// The key is the bearer token of the request; the answer is an access token of a minute that
/// speaks for it. Services do this by themselves when a key comes to them.
#[utoipa::path(
    post, path = "/api/v1/api-keys/token", tag = "api keys",
    responses(
        (status = OK, description = "A token that speaks for the key", body = ApiKeyToken),
        (status = UNAUTHORIZED, description = "The key is not good", body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many keys that are not good", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn exchange(
    State(state): State<AppState>,
    meter: Meter,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let key = chassis::principal::bearer_token(&headers)?;
    let token = match state.api_keys.exchange(key, OffsetDateTime::now_utc()).await {
        Err(refused) => {
            // A good key is counted where it is used.
            meter.address(rate::ANONYMOUS).await?;
            return Err(refused.into());
        }
        Ok(token) => token,
    };
    Ok((unstored(), Json(token)).into_response())
}

async fn page(state: &AppState, query: &ApiKeyQuery) -> Result<ApiKeyPage, ApiKeyError> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=200).contains(&limit) {
        return Err(ApiKeyError::Limit);
    }
    let before = query.cursor.as_deref().map(audit_cursor::parse).transpose()?;
    // One more than asked for tells whether there is a next page.
    let mut api_keys =
        db::api_keys::page(&state.database, query.owner, before, i64::from(limit) + 1).await?;
    let more = api_keys.len() > limit as usize;
    api_keys.truncate(limit as usize);
    let last = api_keys.last().filter(|_| more);
    Ok(ApiKeyPage { next: last.map(|key| audit_cursor::after(key.id)), api_keys })
}

/// Secrets must not stay in any cache.
fn unstored() -> [(header::HeaderName, HeaderValue); 1] {
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}

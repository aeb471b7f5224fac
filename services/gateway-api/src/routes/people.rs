//! `/api/v1/people`: who has an account here.

use api::gateway::{PeoplePage, PeopleQuery, Person, PersonChange};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::extract::{Json, Path, Query};
use chassis::revision::{IfMatch, etag};
use chassis::{Principal, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use super::stepped_up::FreshPrincipal;
use crate::accounts::Edit;
use crate::domain::audit::Caller;
use crate::state::AppState;

/// People
///
/// A page of the people who have an account, the newest account first.
#[utoipa::path(
    get, path = "/api/v1/people", tag = "people", params(PeopleQuery),
    responses(
        (status = OK, description = "A page of people", body = PeoplePage),
        (status = BAD_REQUEST, description = "The query cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Cursor or page size cannot be used", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Query(query): Query<PeopleQuery>,
) -> Result<Json<PeoplePage>, Problem> {
    Ok(Json(state.accounts.people(&query).await?))
}

/// Person
///
/// One person, with the entity tag that edits must name.
#[utoipa::path(
    get, path = "/api/v1/people/{id}", tag = "people",
    params(("id" = Uuid, Path, description = "The person")),
    responses(
        (status = OK, description = "The person", body = Person, headers(("etag" = String, description = "Revision"))),
        (status = BAD_REQUEST, description = "The path cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such person", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Path(id): Path<Uuid>,
) -> Result<impl IntoResponse, Problem> {
    Ok(tagged(state.accounts.person(id).await?))
}

/// Edit a person
///
/// Changes name, role, or whether the account is closed. Access tokens of before another role are
/// refused from now on, and closing an account ends its sessions. Opening an account again takes its
/// deletion back. All but the name needs a fresh proof of who one is.
#[utoipa::path(
    patch, path = "/api/v1/people/{id}", tag = "people", request_body = PersonChange,
    params(
        ("id" = Uuid, Path, description = "The person"),
        ("if-match" = String, Header, description = "Entity tag of the state that was edited"),
    ),
    responses(
        (status = OK, description = "Edited", body = Person, headers(("etag" = String, description = "Revision"))),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such person", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "It is the last administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, description = "Somebody edited the person meanwhile", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Not a name", body = ProblemBody, content_type = "application/problem+json"),
        (status = PRECONDITION_REQUIRED, description = "No `if-match` was sent", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn edit(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(id): Path<Uuid>,
    IfMatch(revision): IfMatch,
    Json(change): Json<PersonChange>,
) -> Result<impl IntoResponse, Problem> {
    if change.role.is_some() || change.disabled.is_some() {
        FreshPrincipal::check(&principal, &state).await?;
    }
    let now = OffsetDateTime::now_utc();
    let edit = Edit { actor: principal.subject, revision, caller: &caller, now };
    Ok(tagged(state.accounts.edit(id, &change, edit).await?))
}

/// Delete a person
///
/// Closes the account and erases it after 30 days; until then it can be opened again. Needs a
/// fresh proof of who one is.
#[utoipa::path(
    delete, path = "/api/v1/people/{id}", tag = "people",
    params(
        ("id" = Uuid, Path, description = "The person"),
        ("if-match" = String, Header, description = "Entity tag of the state that was looked at"),
    ),
    responses(
        (status = OK, description = "The account is closed and will be erased", body = Person, headers(("etag" = String, description = "Revision"))),
        (status = BAD_REQUEST, description = "The path cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNAUTHORIZED, description = "Not signed in, or not lately", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such person", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "It is the last administrator", body = ProblemBody, content_type = "application/problem+json"),
        (status = PRECONDITION_FAILED, description = "Somebody edited the person meanwhile", body = ProblemBody, content_type = "application/problem+json"),
        (status = PRECONDITION_REQUIRED, description = "No `if-match` was sent", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn remove(
    State(state): State<AppState>,
    FreshPrincipal(principal): FreshPrincipal,
    caller: Caller,
    Path(id): Path<Uuid>,
    IfMatch(revision): IfMatch,
) -> Result<impl IntoResponse, Problem> {
    let now = OffsetDateTime::now_utc();
    let edit = Edit { actor: principal.subject, revision, caller: &caller, now };
    Ok(tagged(state.accounts.remove(id, edit).await?))
}

/// A person with the entity tag of their revision.
pub(super) fn tagged(person: Person) -> impl IntoResponse {
    ([etag(person.revision.into())], Json(person))
}

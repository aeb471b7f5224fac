//! `/api/v1/interaction/{id}`: what pages of ours show while a client waits, and the answer.

use api::gateway::{Interaction, InteractionAnswer, InteractionOutcome};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use chassis::Problem;
use chassis::extract::{Json, Path};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::audit::Caller;
use crate::oauth::{Answer, Outcome, Person};
use crate::routes::browser_session::BrowserSession;
use crate::routes::same_origin::SameOrigin;
use crate::state::AppState;

/// What is asked
///
/// Which client waits, for what, and what the person must do.
#[utoipa::path(
    get, path = "/api/v1/interaction/{id}", tag = "interaction",
    params(("id" = Uuid, Path, description = "The interaction, from the URL of the page")),
    responses(
        (status = OK, description = "What is asked", body = Interaction),
        (status = BAD_REQUEST, description = "The id is not one", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "Over, expired or never was", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    Path(id): Path<Uuid>,
) -> Result<Json<Interaction>, Problem> {
    Ok(Json(state.oauth.interaction(id, OffsetDateTime::now_utc()).await?))
}

/// Answer
///
/// Goes on after a sign-in or with the person's consent, or gives up. Needs the cookie of a
/// signed-in browser unless it is to give up.
#[utoipa::path(
    post, path = "/api/v1/interaction/{id}", tag = "interaction", request_body = InteractionAnswer,
    params(("id" = Uuid, Path, description = "The interaction, from the URL of the page")),
    responses(
        (status = OK, description = "Where the browser goes now", body = InteractionOutcome),
        (status = BAD_REQUEST, description = "The id or the body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "Sent by another site", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "Over, expired or never was", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "A sign-in is needed first", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, description = "The body is not JSON", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn answer(
    State(state): State<AppState>,
    _: SameOrigin,
    browser: Option<BrowserSession>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<InteractionAnswer>,
) -> Result<Json<InteractionOutcome>, Problem> {
    let person = browser.map(Person::from);
    let now = OffsetDateTime::now_utc();
    let outcome =
        state.oauth.answer_interaction(id, body.decision, person.as_ref(), &caller, now).await?;
    let (redirect_to, form) = match outcome {
        Outcome::Page(url) | Outcome::Answer(Answer::Redirect(url)) => (url, None),
        Outcome::Answer(Answer::Form { action, fields }) => (action, Some(fields)),
    };
    Ok(Json(InteractionOutcome { redirect_to, form }))
}

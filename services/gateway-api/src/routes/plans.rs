//! `/api/v1/plans`, `/api/v1/me/entitlements`, `/api/v1/people/{id}/plan` and
//! `/api/v1/organisations/{organisation}/plan`: what plans allow, and who has which.

use api::gateway::{Plans as PlanList, SetPlan};
use api::plan::Entitlements;
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::StatusCode;
use chassis::entitlements::{Entitled, Plans};
use chassis::extract::{Json, Path};
use chassis::{Principal, Problem};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::audit::Caller;
use crate::organisations::Actor;
use crate::plans;
use crate::state::AppState;

/// Plans
///
/// What each plan of the platform allows, the cheapest first.
#[utoipa::path(
    get, path = "/api/v1/plans", tag = "plans",
    responses((status = OK, description = "The plans", body = PlanList)),
)]
pub(crate) async fn list(State(known): State<Plans>) -> Json<PlanList> {
    Json(PlanList { plans: known.all().to_vec() })
}

/// What my plan allows
///
/// The plan that the access token names, with its features and limits.
#[utoipa::path(
    get, path = "/api/v1/me/entitlements", tag = "plans",
    responses((status = OK, description = "What the plan allows", body = Entitlements)),
)]
pub(crate) async fn mine(
    State(known): State<Plans>,
    entitled: Entitled,
) -> Result<Json<Entitlements>, Problem> {
    let plan = entitled.plan();
    let entitlements =
        known.of(plan).ok_or_else(|| Problem::internal(format!("no plan {plan} is specified")))?;
    Ok(Json(entitlements.clone()))
}

/// Give an account a plan
///
/// Access tokens of before are refused from now on; renewed ones name it.
#[utoipa::path(
    put, path = "/api/v1/people/{id}/plan", tag = "plans", request_body = SetPlan,
    params(("id" = Uuid, Path, description = "The account")),
    responses(
        (status = NO_CONTENT, description = "The account has the plan"),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such account", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(user): Path<Uuid>,
    Json(body): Json<SetPlan>,
) -> Result<StatusCode, Problem> {
    let by = Some((principal.subject, &caller));
    let now = OffsetDateTime::now_utc();
    plans::set(&state.database, &state.redis, user, body.plan, by, now).await?;
    state.sessions.call_in(&[user]).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Give an organisation a plan
///
/// Every member has at least this plan from now on. For administrators of the platform.
#[utoipa::path(
    put, path = "/api/v1/organisations/{organisation}/plan", tag = "plans", request_body = SetPlan,
    params(("organisation" = Uuid, Path, description = "The organisation")),
    responses(
        (status = NO_CONTENT, description = "The organisation has the plan"),
        (status = BAD_REQUEST, description = "Path or body cannot be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "There is no such organisation", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn set_of_organisation(
    State(state): State<AppState>,
    principal: Principal,
    caller: Caller,
    Path(organisation): Path<Uuid>,
    Json(body): Json<SetPlan>,
) -> Result<StatusCode, Problem> {
    let actor = Actor::of(&principal, &caller);
    state.organisations.set_plan(organisation, body.plan, actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `/api/v1/sign-up`, `/api/v1/email`, `/api/v1/recovery`: accounts of people who are not signed in.

use api::gateway::{
    EmailVerified, MailLink, MailLinkToken, PasswordCheck, PasswordStrength, Recovery,
    ResetPassword, SignUp, SignUpRules, VerifyEmail,
};
use api::problem::Problem as ProblemBody;
use axum::extract::State;
use axum::http::StatusCode;
use chassis::Problem;
use chassis::extract::Json;
use time::OffsetDateTime;

use crate::domain::audit::Caller;
use crate::state::AppState;

/// Texts about a password's owner that are looked at.
const MOST_ABOUT: usize = 8;
/// Bytes of each of them: a longer one is no name and no address.
const LONGEST_ABOUT: usize = 480;

/// Rules of signing up
///
/// Who may make an account here, and what a password must be like.
#[utoipa::path(
    get, path = "/api/v1/sign-up", tag = "account",
    responses((status = OK, description = "The rules", body = SignUpRules)),
)]
pub(crate) async fn rules(State(state): State<AppState>) -> Json<SignUpRules> {
    Json(state.accounts.sign_up_rules())
}

/// Sign up
///
/// Sends a mail to the address. The answer is the same whether or not the address has an account;
/// the mail says which. The account is made when the link in the mail comes back.
#[utoipa::path(
    post, path = "/api/v1/sign-up", tag = "account", request_body = SignUp,
    responses(
        (status = ACCEPTED, description = "A mail is on its way"),
        (status = FORBIDDEN, description = "Signing up is not open to everybody", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "Not an address or not a name", body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many mails were asked for", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn sign_up(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<SignUp>,
) -> Result<StatusCode, Problem> {
    let now = OffsetDateTime::now_utc();
    state.accounts.sign_up(&body.email, &body.display_name, &caller, now).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Strength of a password
///
/// Says how hard a password is to guess and whether it would be accepted, by the rules that decide
/// when it is chosen. Nothing of it is kept.
#[utoipa::path(
    post, path = "/api/v1/password-strength", tag = "account", request_body = PasswordCheck,
    responses((status = OK, description = "How strong it is", body = PasswordStrength)),
)]
pub(crate) async fn password_strength(
    State(state): State<AppState>,
    Json(body): Json<PasswordCheck>,
) -> Result<Json<PasswordStrength>, Problem> {
    let about = body.about.iter().map(String::as_str).filter(|text| text.len() <= LONGEST_ABOUT);
    let about: Vec<&str> = about.take(MOST_ABOUT).collect();
    Ok(Json(state.accounts.strength(&body.password, &about).await?))
}

/// Inspect a mail's link
///
/// Says what a link is for and whom it was sent to. It stays good.
#[utoipa::path(
    post, path = "/api/v1/mail-links/inspect", tag = "account", request_body = MailLinkToken,
    responses(
        (status = OK, description = "The link is good", body = MailLink),
        (status = NOT_FOUND, description = "The link is not good any more", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn inspect(
    State(state): State<AppState>,
    Json(body): Json<MailLinkToken>,
) -> Result<Json<MailLink>, Problem> {
    Ok(Json(state.accounts.inspect(&body.token, OffsetDateTime::now_utc()).await?))
}

/// Verify an address
///
/// Uses the link of a mail that proves an address: makes the account of whoever signed up, or
/// gives an account its new address, or its old one back.
#[utoipa::path(
    post, path = "/api/v1/email/verify", tag = "account", request_body = VerifyEmail,
    responses(
        (status = OK, description = "The address is proven", body = EmailVerified),
        (status = NOT_FOUND, description = "The link is not good any more", body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "The address has an account by now", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The password is missing or not accepted", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Too many people are signing in", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn verify(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<VerifyEmail>,
) -> Result<Json<EmailVerified>, Problem> {
    let (token, password) = (&body.token, body.password.as_deref());
    let now = OffsetDateTime::now_utc();
    Ok(Json(state.accounts.verify_email(token, password, &caller, now).await?))
}

/// Recover an account
///
/// Sends a mail to the address. The answer is the same whether or not the address has an account.
#[utoipa::path(
    post, path = "/api/v1/recovery", tag = "account", request_body = Recovery,
    responses(
        (status = ACCEPTED, description = "A mail is on its way"),
        (status = UNPROCESSABLE_ENTITY, description = "Not an address", body = ProblemBody, content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "Too many mails were asked for", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn recover(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<Recovery>,
) -> Result<StatusCode, Problem> {
    state.accounts.recover(&body.email, &caller, OffsetDateTime::now_utc()).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Set a new password
///
/// Uses the link of a recovery mail, ends every session of the account and tells its owner.
#[utoipa::path(
    post, path = "/api/v1/recovery/reset", tag = "account", request_body = ResetPassword,
    responses(
        (status = NO_CONTENT, description = "The password is set"),
        (status = NOT_FOUND, description = "The link is not good any more", body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "The password is not accepted", body = ProblemBody, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "Too many people are signing in", body = ProblemBody, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn reset(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json<ResetPassword>,
) -> Result<StatusCode, Problem> {
    let now = OffsetDateTime::now_utc();
    state.accounts.reset_password(&body.token, &body.password, &caller, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

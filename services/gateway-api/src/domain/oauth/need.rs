//! What a person must do before a client gets its code.

use api::gateway::{InteractionReason, InteractionStage};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::request::{AuthorizationRequest, Prompt, RequestRefused, refused};

/// Two factors, as `acr` says it.
const TWO_FACTORS: &str = "urn:nexus:aal2";
/// One factor.
const ONE_FACTOR: &str = "urn:nexus:aal1";

/// Whoever is signed in at the browser.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedIn<'a> {
    pub(crate) user: Uuid,
    pub(crate) auth_time: OffsetDateTime,
    pub(crate) acr: &'a str,
}

/// How far the person has come.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Progress {
    /// When the interaction began; `None` at the first look.
    pub(crate) began_at: Option<OffsetDateTime>,
    /// Whether the consent page was answered with yes.
    pub(crate) consent_given: bool,
    /// Whether consent is on record, or not needed.
    pub(crate) consent_known: bool,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// The client gets its code.
    Issue,
    /// The person has something to do.
    Ask(InteractionStage, InteractionReason),
    /// The client gets an error.
    Refuse(RequestRefused),
}

/// See the [module](self).
pub(crate) fn next_step(
    request: &AuthorizationRequest,
    signed_in: Option<SignedIn<'_>>,
    progress: Progress,
    now: OffsetDateTime,
) -> Step {
    let silent = request.asks(Prompt::None);
    if let Some(reason) = sign_in_reason(request, signed_in, progress, now) {
        return ask(silent, "login_required", InteractionStage::SignIn, reason);
    }
    if request.asks(Prompt::SelectAccount) && progress.began_at.is_none() {
        return Step::Ask(InteractionStage::Account, InteractionReason::ClientAsks);
    }
    if progress.consent_given {
        return Step::Issue;
    }
    if request.asks(Prompt::Consent) {
        return Step::Ask(InteractionStage::Consent, InteractionReason::ClientAsks);
    }
    if !progress.consent_known {
        let reason = InteractionReason::NewConsent;
        return ask(silent, "consent_required", InteractionStage::Consent, reason);
    }
    Step::Issue
}

fn ask(
    silent: bool,
    error: &'static str,
    stage: InteractionStage,
    reason: InteractionReason,
) -> Step {
    if silent {
        Step::Refuse(refused(error, "the person would have to be asked, and `prompt` is `none`"))
    } else {
        Step::Ask(stage, reason)
    }
}

fn sign_in_reason(
    request: &AuthorizationRequest,
    signed_in: Option<SignedIn<'_>>,
    progress: Progress,
    now: OffsetDateTime,
) -> Option<InteractionReason> {
    let Some(signed_in) = signed_in else { return Some(InteractionReason::SignedOut) };
    let first_look = progress.began_at.is_none();
    if first_look && request.expected_user.is_some_and(|user| user != signed_in.user) {
        return Some(InteractionReason::ClientAsks);
    }
    // Times are kept to the microsecond here and compared to the second by clients.
    let renewed = progress.began_at.is_some_and(|began_at| signed_in.auth_time >= began_at);
    if renewed {
        return None;
    }
    if request.asks(Prompt::Login) {
        return Some(InteractionReason::ClientAsks);
    }
    let age = now - signed_in.auth_time;
    if request.max_age.is_some_and(|max_age| age > Duration::seconds(max_age.into())) {
        return Some(InteractionReason::TooLongAgo);
    }
    // `acr_values` is a wish: it is asked for once, and whoever has no second factor goes on.
    let wishes = |acr: &str| request.acr_values.iter().any(|wish| wish == acr);
    let wants_two = wishes(TWO_FACTORS) && !wishes(ONE_FACTOR) && signed_in.acr != TWO_FACTORS;
    (wants_two && first_look && !request.asks(Prompt::None))
        .then_some(InteractionReason::SecondFactor)
}

#[cfg(test)]
mod tests {
    use api::gateway::{InteractionReason as Reason, InteractionStage as Stage};
    use time::macros::datetime;
    use time::{Duration, OffsetDateTime};
    use uuid::Uuid;

    use super::{Progress, SignedIn, Step, next_step};
    use crate::domain::oauth::request::{
        AuthorizationRequest, Prompt, ResponseMode, ReturnAddress,
    };

    const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);

    fn request(prompt: &[Prompt]) -> AuthorizationRequest {
        AuthorizationRequest {
            back: ReturnAddress {
                redirect_uri: String::new(),
                state: None,
                mode: ResponseMode::Query,
            },
            scopes: Vec::new(),
            code_challenge: [0; 32],
            nonce: None,
            prompt: prompt.to_vec(),
            max_age: None,
            login_hint: None,
            acr_values: Vec::new(),
            expected_user: None,
        }
    }

    fn signed_in(seconds_ago: i64) -> SignedIn<'static> {
        let auth_time = NOW - Duration::seconds(seconds_ago);
        SignedIn { user: Uuid::from_u128(1), auth_time, acr: "urn:nexus:aal1" }
    }

    fn known() -> Progress {
        Progress { consent_known: true, ..Progress::default() }
    }

    fn error(step: Step) -> &'static str {
        match step {
            Step::Refuse(refused) => refused.error,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_good_session_and_known_consent_need_nothing() {
        assert_eq!(next_step(&request(&[]), Some(signed_in(9000)), known(), NOW), Step::Issue);
    }

    #[test]
    fn silence_is_kept_or_refused() {
        let none = request(&[Prompt::None]);
        assert_eq!(next_step(&none, Some(signed_in(9000)), known(), NOW), Step::Issue);
        assert_eq!(error(next_step(&none, None, known(), NOW)), "login_required");
        let unknown = Progress::default();
        assert_eq!(error(next_step(&none, Some(signed_in(1)), unknown, NOW)), "consent_required");
        let other = AuthorizationRequest { expected_user: Some(Uuid::nil()), ..none };
        assert_eq!(error(next_step(&other, Some(signed_in(1)), known(), NOW)), "login_required");
    }

    #[test]
    fn a_demanded_sign_in_must_be_newer_than_the_demand() {
        let login = request(&[Prompt::Login]);
        let asked = Step::Ask(Stage::SignIn, Reason::ClientAsks);
        assert_eq!(next_step(&login, Some(signed_in(1)), known(), NOW), asked);
        let began = Progress { began_at: Some(NOW - Duration::seconds(30)), ..known() };
        assert_eq!(next_step(&login, Some(signed_in(31)), began, NOW), asked);
        assert_eq!(next_step(&login, Some(signed_in(5)), began, NOW), Step::Issue);
        let aged = AuthorizationRequest { max_age: Some(1), ..request(&[]) };
        let old = Step::Ask(Stage::SignIn, Reason::TooLongAgo);
        assert_eq!(next_step(&aged, Some(signed_in(2)), known(), NOW), old);
        assert_eq!(next_step(&aged, Some(signed_in(1)), known(), NOW), Step::Issue);
        assert_eq!(next_step(&aged, Some(signed_in(5)), began, NOW), Step::Issue);
    }

    #[test]
    fn consent_is_asked_when_unknown_or_demanded() {
        let ask = Step::Ask(Stage::Consent, Reason::NewConsent);
        assert_eq!(next_step(&request(&[]), Some(signed_in(1)), Progress::default(), NOW), ask);
        let consent = request(&[Prompt::Consent]);
        let demanded = Step::Ask(Stage::Consent, Reason::ClientAsks);
        assert_eq!(next_step(&consent, Some(signed_in(1)), known(), NOW), demanded);
        let given = Progress { consent_given: true, began_at: Some(NOW), ..known() };
        assert_eq!(next_step(&consent, Some(signed_in(1)), given, NOW), Step::Issue);
    }

    #[test]
    fn a_second_factor_is_wished_for_once() {
        let wish =
            AuthorizationRequest { acr_values: vec!["urn:nexus:aal2".to_owned()], ..request(&[]) };
        let asked = Step::Ask(Stage::SignIn, Reason::SecondFactor);
        assert_eq!(next_step(&wish, Some(signed_in(1)), known(), NOW), asked);
        let began = Progress { began_at: Some(NOW), ..known() };
        assert_eq!(next_step(&wish, Some(signed_in(1)), began, NOW), Step::Issue);
    }
}

//! The URL table.

mod api_keys;
mod audit;
mod browser_session;
mod caller;
mod clients;
mod consents;
mod current_session;
mod factors;
mod invitations;
mod jwks;
mod me;
mod oauth;
mod organisation_invitations;
mod organisations;
mod passkeys;
mod people;
mod plans;
mod same_origin;
mod second_factor;
mod session;
mod sessions;
mod sign_up;
mod stepped_up;
mod system;
mod teams;

use axum::{Router, middleware};
use chassis::access::Api;
use chassis::openapi::BEARER;
use chassis::rate::{Class, Quota};
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, HttpBuilder, SecurityScheme,
};
use utoipa_axum::routes;

use crate::browser::SESSION_COOKIE;
use crate::domain::account::ACCOUNT;
use crate::state::AppState;

/// Proving who one is, from one address: several people of a studio may be behind it.
const SIGN_IN: Class = Class { name: "sign-in", quota: Quota { per_minute: 60, burst: 30 } };
/// Having mails sent to addresses, from one address.
const MAIL: Class = Class { name: "mail", quota: Quota { per_minute: 12, burst: 6 } };
/// Having passwords judged, from one address: as fast as somebody types, because it is some
/// milliseconds of work.
const JUDGING: Class = Class { name: "password", quota: Quota { per_minute: 120, burst: 30 } };
/// The cookie of a signed-in browser among the security schemes of the document.
const COOKIE: &str = "cookie";
/// An API key itself, where nothing else will do.
const API_KEY: &str = "api-key";
/// An OAuth client's id and secret among them.
const CLIENT: &str = "client";

/// Every route of this service with its description and who may call it.
pub(crate) fn api() -> Api<AppState> {
    let api = Api::new(document())
        .public_within(SIGN_IN, "it is how one signs in", routes!(session::sign_in))
        .public("the refresh token is the proof", routes!(session::refresh))
        .proof(&[BEARER, COOKIE], routes!(session::show, session::sign_out))
        .public_within(SIGN_IN, "the challenge is the proof", routes!(second_factor::answer))
        .proof(&[BEARER, COOKIE], routes!(second_factor::step_up))
        .public_within(SIGN_IN, "it is how one signs in", routes!(passkeys::begin_sign_in))
        .public_within(SIGN_IN, "the passkey is the proof", routes!(passkeys::sign_in))
        .public_within(SIGN_IN, "the challenge is the proof", routes!(passkeys::begin_answer))
        .proof(&[BEARER, COOKIE], routes!(passkeys::begin_step_up))
        .scope(ACCOUNT, routes!(sessions::mine, sessions::end_all_mine))
        .scope(ACCOUNT, routes!(sessions::end_mine))
        .scope("people:write", routes!(sessions::of_person, sessions::end_all_of_person))
        .scope("people:write", routes!(sessions::end_of_person))
        .scope(ACCOUNT, routes!(factors::show))
        .scope(ACCOUNT, routes!(factors::enrol_totp, factors::remove_totp))
        .scope(ACCOUNT, routes!(factors::confirm_totp))
        .scope(ACCOUNT, routes!(factors::renew_recovery_codes))
        .scope(ACCOUNT, routes!(factors::change_password))
        .scope(ACCOUNT, routes!(passkeys::list))
        .scope(ACCOUNT, routes!(passkeys::begin))
        .scope(ACCOUNT, routes!(passkeys::register))
        .scope(ACCOUNT, routes!(passkeys::rename, passkeys::remove))
        .scope("audit:read", routes!(audit::list))
        .scope("audit:read", routes!(audit::checkpoint))
        .scope("audit:read", routes!(audit::proof))
        .scope("system:read", routes!(system::status))
        .scope("system:read", routes!(system::checks, system::run_checks))
        .scope(ACCOUNT, routes!(api_keys::list, api_keys::create))
        .scope(ACCOUNT, routes!(api_keys::rename, api_keys::revoke))
        .scope(ACCOUNT, routes!(api_keys::rotate))
        .scope("api-keys:read", routes!(api_keys::list_everyones))
        .scope("api-keys:write", routes!(api_keys::revoke_anyones))
        .metered(&[API_KEY], routes!(api_keys::exchange))
        .public("what is on offer is no secret", routes!(plans::list))
        .signed_in(routes!(plans::mine))
        .scope("people:write", routes!(plans::set))
        .public("verifying keys are public", routes!(jwks::show));
    organisations(accounts(api)).merge(oauth_endpoints()).merge(interactions()).merge(clients())
}

/// OAuth clients, and what people agreed to for them.
fn clients() -> Api<AppState> {
    Api::new(OpenApi::default())
        .scope("clients:read", routes!(clients::list))
        .scope("clients:write", routes!(clients::create))
        .scope("clients:read", routes!(clients::show))
        .scope("clients:write", routes!(clients::edit, clients::delete))
        .scope("clients:write", routes!(clients::rotate_secret))
        .scope(ACCOUNT, routes!(consents::list))
        .scope(ACCOUNT, routes!(consents::withdraw))
}

/// The routes with their guards and limits, and with what pages of other origins may read.
pub(crate) fn router(state: AppState) -> Router {
    let api = api().limited(crate::limiter(state.redis.clone()));
    api.guarded(state.clone()).layer(middleware::from_fn_with_state(state, oauth::cors::share))
}

/// The endpoints whose form is fixed by the RFCs. Clients prove themselves in the handlers.
fn oauth_endpoints() -> Api<AppState> {
    let begins = "it is where a sign-in or a sign-out begins";
    let describes = "it tells programs where the endpoints are";
    Api::new(OpenApi::default())
        .public(begins, routes!(oauth::authorize::begin, oauth::authorize::begin_with_form))
        .public(begins, routes!(oauth::sign_out::begin, oauth::sign_out::begin_with_form))
        .metered(&[CLIENT], routes!(oauth::token::issue))
        .metered(&[CLIENT], routes!(oauth::introspect::show))
        .metered(&[CLIENT], routes!(oauth::revoke::end))
        .metered(&[CLIENT], routes!(oauth::device::authorize))
        .proof(&[BEARER], routes!(oauth::userinfo::show, oauth::userinfo::show_with_form))
        .public(describes, routes!(oauth::discovery::openid))
        .public(describes, routes!(oauth::discovery::oauth))
}

/// What pages of ours do between a client's request and its answer.
fn interactions() -> Api<AppState> {
    Api::new(OpenApi::default())
        .public("its random id is the proof", routes!(oauth::interaction::show))
        .proof(&[COOKIE], routes!(oauth::interaction::answer))
        .proof(&[COOKIE], routes!(oauth::device::look))
        .proof(&[COOKIE], routes!(oauth::device::decide))
}

/// The description of the API, with the proofs that endpoints may ask for.
fn document() -> OpenApi {
    let mut document = chassis::openapi::document(
        "gateway-api",
        "People, sign-in, access tokens and the audit log",
    );
    let cookie = ApiKeyValue::with_description(
        SESSION_COOKIE,
        "The cookie of a signed-in browser, for pages of the platform itself",
    );
    let api_key = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("nxk_…")
        .description(Some("An API key"))
        .build();
    let components = document.components.get_or_insert_default();
    let client = HttpBuilder::new()
        .scheme(HttpAuthScheme::Basic)
        .description(Some("Id and secret of an OAuth client; a public client sends its id alone"));
    components.add_security_scheme(CLIENT, SecurityScheme::Http(client.build()));
    components.add_security_scheme(COOKIE, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    components.add_security_scheme(API_KEY, SecurityScheme::Http(api_key));
    document
}

/// Accounts and people.
fn accounts(api: Api<AppState>) -> Api<AppState> {
    api.public("it is how one gets an account", routes!(sign_up::rules))
        .public_within(MAIL, "it is how one gets an account", routes!(sign_up::sign_up))
        .public_within(JUDGING, "it keeps nothing", routes!(sign_up::password_strength))
        .public_within(SIGN_IN, "the link is the proof", routes!(sign_up::inspect))
        .public_within(SIGN_IN, "the link is the proof", routes!(sign_up::verify))
        .public_within(MAIL, "it is for those who cannot sign in", routes!(sign_up::recover))
        .public_within(SIGN_IN, "the link is the proof", routes!(sign_up::reset))
        .public_within(SIGN_IN, "the link is the proof", routes!(invitations::accept))
        .public_within(SIGN_IN, "the link is the proof", routes!(invitations::decline))
        .scope("people:read", routes!(people::list))
        .scope("people:read", routes!(people::show))
        .scope("people:write", routes!(people::edit, people::remove))
        .scope(ACCOUNT, routes!(me::show, me::edit, me::leave))
        .scope(ACCOUNT, routes!(me::change_email))
        .scope(ACCOUNT, routes!(me::export))
        .public_within(SIGN_IN, "the link is the proof", routes!(me::restore))
        .scope("people:read", routes!(invitations::list))
        .scope("people:write", routes!(invitations::invite))
        .scope("people:write", routes!(invitations::withdraw))
}

/// Organisations: the handlers ask for the caller's role in them.
fn organisations(api: Api<AppState>) -> Api<AppState> {
    api.scope(ACCOUNT, routes!(organisations::list, organisations::create))
        .scope(ACCOUNT, routes!(organisations::show, organisations::rename, organisations::remove))
        .scope("organisations:write", routes!(plans::set_of_organisation))
        .scope(ACCOUNT, routes!(organisations::members))
        .scope(ACCOUNT, routes!(organisations::set_role, organisations::remove_member))
        .scope(ACCOUNT, routes!(organisation_invitations::list, organisation_invitations::invite))
        .scope(ACCOUNT, routes!(organisation_invitations::withdraw))
        .scope(ACCOUNT, routes!(teams::list, teams::create))
        .scope(ACCOUNT, routes!(teams::rename, teams::remove))
        .scope(ACCOUNT, routes!(teams::add_member, teams::remove_member))
}

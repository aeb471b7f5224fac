//! What is declared beside a route is enforced before the request's body is looked at.

use api::gateway::JwkSet;
use axum::extract::FromRef;
use axum::http::Method;
use axum::routing::{get, post};
use chassis::Principal;
use chassis::access::{Access, Api};
use chassis::extract::Json;
use chassis::principal::{KeySource, Revocations, TokenVerifier};
use serde::Deserialize;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::keys::{VERIFIER, public_key, token};
use crate::running::Running;

#[derive(Clone)]
struct State(TokenVerifier);

impl FromRef<State> for TokenVerifier {
    fn from_ref(state: &State) -> Self {
        state.0.clone()
    }
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

#[utoipa::path(get, path = "/things", responses((status = OK)))]
async fn list() -> &'static str {
    "things"
}

#[utoipa::path(post, path = "/things", request_body = Named, responses((status = OK)))]
async fn create(principal: Principal, Json(body): Json<Named>) -> String {
    format!("{} by {}", body.name, principal.subject)
}

#[utoipa::path(get, path = "/me", responses((status = OK), (status = 401, description = "Own words")))]
async fn me(principal: Principal) -> String {
    principal.subject.to_string()
}

#[utoipa::path(get, path = "/cookie", responses((status = OK)))]
async fn cookie() -> &'static str {
    "the handler looks by itself"
}

fn api() -> Api<State> {
    let media = Access::Scope("media:read");
    Api::new(chassis::openapi::document("demo", "A service"))
        .public("to be looked at", routes!(list))
        .scope("things:write", routes!(create))
        .signed_in(routes!(me))
        .proof(&["session", "bearer"], routes!(cookie))
        .plain(media, &[Method::GET], "/media/{name}", get(|| async { "bytes" }))
        .plain(Access::Public("a form"), &[Method::POST], "/form", post(|| async { "taken" }))
}

async fn start() -> Running {
    let keys = KeySource::Local(JwkSet { keys: vec![public_key()] }.into());
    let tokens = TokenVerifier::new(&VERIFIER, keys, Revocations::default());
    Running::router(api().guarded(State(tokens))).await
}

#[tokio::test]
async fn a_refusal_comes_before_any_complaint_about_the_body() {
    let app = start().await;
    let other = token("k1", Uuid::now_v7(), "media:read");
    let right = token("k1", Uuid::now_v7(), "things:write");
    for (bearer, status) in
        [(None, 401), (Some("a.b.c"), 401), (Some(other.as_str()), 403), (Some(&right), 415)]
    {
        let request = app.client.post(app.url("/things")).body("not json");
        let request = bearer.iter().fold(request, reqwest::RequestBuilder::bearer_auth);
        assert_eq!(request.send().await.unwrap().status(), status, "{bearer:?}");
    }
    let body = serde_json::json!({ "name": "lamp" });
    let made = app.client.post(app.url("/things")).bearer_auth(&right).json(&body).send().await;
    assert_eq!(made.unwrap().text().await.unwrap(), format!("lamp by {}", Uuid::from_u128(7)));
}

#[tokio::test]
async fn each_method_of_a_path_has_its_own_access() {
    let app = start().await;
    assert_eq!(app.get("/things").await.status(), 200);
    assert_eq!(app.get("/cookie").await.status(), 200);
    assert_eq!(app.get("/me").await.status(), 401);
    assert_eq!(app.get("/media/one").await.status(), 401);
    let head = app.client.head(app.url("/media/one")).send().await.unwrap();
    assert_eq!(head.status(), 401, "HEAD is as GET");
    let viewer = token("k1", Uuid::now_v7(), "media:read");
    let read = app.client.get(app.url("/media/one")).bearer_auth(&viewer).send().await.unwrap();
    assert_eq!(read.status(), 200);
    let form = app.client.post(app.url("/form")).bearer_auth("a.b.c").send().await.unwrap();
    assert_eq!(form.status(), 200, "a bad token is no harm where none is needed");
    let put = app.client.put(app.url("/things")).send().await.unwrap();
    assert_eq!(put.status(), 405);
    assert_eq!(app.get("/nowhere").await.status(), 404);
}

#[test]
fn the_document_says_what_is_enforced() {
    let document = serde_json::to_value(api().into_openapi()).unwrap();
    let paths = &document["paths"];
    assert!(paths["/things"]["get"].get("security").is_none());
    let create = &paths["/things"]["post"];
    assert_eq!(create["security"], serde_json::json!([{ "bearer": ["things:write"] }]));
    assert!(create["responses"]["403"]["content"]["application/problem+json"].is_object());
    assert_eq!(paths["/me"]["get"]["security"], serde_json::json!([{ "bearer": [] }]));
    assert_eq!(paths["/me"]["get"]["responses"]["401"]["description"], "Own words");
    let either = serde_json::json!([{ "session": [] }, { "bearer": [] }]);
    assert_eq!(paths["/cookie"]["get"]["security"], either);
    assert!(paths.get("/media/{name}").is_none());
    assert_eq!(api().endpoints().len(), 6);
}

//! What plans allow, and who has which.

use std::time::Duration;

use api::events::{PLANS, PlanChanged};
use api::gateway::{Organisation, SessionTokens};
use api::plan::{Entitlements, Feature, Limit, PlanCode, PlanLimits};
use chassis::entitlements::Plans;
use gateway_api::admin::{AdminError, set_plan};
use reqwest::{Method, StatusCode};
use serde_json::json;
use store::testing::test_redis;
use tokio::sync::mpsc::channel;
use tokio::time::timeout;
use uuid::Uuid;

use crate::app::{App, DEADLINE, EMAIL, expect_problem};

/// Two plans that can be told apart.
pub fn plans() -> Plans {
    let entitled = |plan, features, height, users| Entitlements {
        plan,
        features,
        limits: PlanLimits {
            stream_height: height,
            render_height: Limit::AtMost(0),
            users: Limit::AtMost(users),
        },
    };
    Plans::new(vec![
        entitled(PlanCode::Free, vec![Feature::Streaming], Limit::AtMost(720), 1),
        entitled(
            PlanCode::Enterprise,
            vec![Feature::Streaming, Feature::CustomSla],
            Limit::Unlimited,
            3,
        ),
    ])
}

async fn entitlements(app: &App, token: &str) -> Entitlements {
    let response = app.get("/api/v1/me/entitlements", token).await;
    assert_eq!(response.status(), StatusCode::OK);
    response.json().await.unwrap()
}

async fn user_of(app: &App, email: &str) -> Uuid {
    sqlx::query_scalar("SELECT id FROM users WHERE email = $1")
        .bind(email)
        .fetch_one(&app.database.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn anybody_may_know_what_the_plans_allow() {
    let app = App::start().await;
    let response = app.request(Method::GET, "/api/v1/plans").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let shown: api::gateway::Plans = response.json().await.unwrap();
    assert_eq!(shown.plans, plans().all());
}

#[tokio::test]
async fn an_account_begins_with_the_cheapest_plan_and_who_runs_the_platform_with_the_best() {
    let app = App::start().await;
    let admin = entitlements(&app, &app.sign_in().await.access_token).await;
    assert_eq!(admin.plan, PlanCode::Enterprise);
    assert!(admin.features.contains(&Feature::CustomSla));
    let viewer = entitlements(&app, &app.sign_in_viewer().await.access_token).await;
    assert_eq!((viewer.plan, viewer.limits.stream_height), (PlanCode::Free, Limit::AtMost(720)));
}

#[tokio::test]
async fn a_plan_counts_at_once_and_is_audited() {
    let app = App::start().await;
    let admin = app.sign_in().await.access_token;
    let viewer = app.sign_in_viewer().await;
    let path = format!("/api/v1/people/{}/plan", user_of(&app, "viewer@example.org").await);
    let set = |body| app.request(Method::PUT, &path).bearer_auth(&admin).json(&body).send();
    let done = set(json!({ "plan": "ENTERPRISE" })).await.unwrap();
    assert_eq!(done.status(), StatusCode::NO_CONTENT);
    let old = app.get("/api/v1/me/entitlements", &viewer.access_token).await;
    expect_problem(old, 401, "token-expired").await;
    let next: SessionTokens = app.refresh(&viewer.refresh_token).await.json().await.unwrap();
    assert_eq!(entitlements(&app, &next.access_token).await.plan, PlanCode::Enterprise);

    let details: serde_json::Value =
        sqlx::query_scalar("SELECT details FROM audit_log WHERE action = 'plan.set'")
            .fetch_one(&app.database.pool())
            .await
            .unwrap();
    assert_eq!(details, json!({ "from": "FREE", "to": "ENTERPRISE" }));

    expect_problem(set(json!({ "plan": "GOLD" })).await.unwrap(), 400, "malformed-body").await;
    let nobody = app.request(Method::PUT, &format!("/api/v1/people/{}/plan", Uuid::now_v7()));
    let nobody = nobody.bearer_auth(&admin).json(&json!({ "plan": "FREE" })).send().await.unwrap();
    expect_problem(nobody, 404, "no-such-account").await;
}

#[tokio::test]
async fn the_command_line_sets_plans_by_address() {
    let app = App::start().await;
    let redis = test_redis().await.unwrap();
    set_plan(&app.database.pool(), &redis, EMAIL, PlanCode::Free).await.unwrap();
    let mine = entitlements(&app, &app.sign_in().await.access_token).await;
    assert_eq!(mine.plan, PlanCode::Free);
    let unknown = set_plan(&app.database.pool(), &redis, "x@example.org", PlanCode::Free).await;
    assert!(matches!(unknown, Err(AdminError::NoAccount(_))));
}

#[tokio::test]
async fn a_member_has_the_best_plan_of_their_own_and_their_organisations() {
    let redis = test_redis().await.unwrap();
    let app = App::start_with(redis.clone(), |_| {}).await;
    let admin = app.sign_in().await.access_token;
    let viewer = app.sign_in_viewer().await;
    let user = user_of(&app, "viewer@example.org").await;
    let named = json!({ "name": "Studio" });
    let made = app.post_as(&viewer.access_token, "/api/v1/organisations", &named).await;
    let studio: Organisation = made.json().await.unwrap();
    let path = format!("/api/v1/organisations/{}", studio.id);
    let put = |path: String, plan: &'static str| {
        let request = app.request(Method::PUT, &path).bearer_auth(&admin);
        request.json(&json!({ "plan": plan })).send()
    };
    let mut tokens = viewer;
    for (at, plan, expected) in [
        (&path, "ENTERPRISE", PlanCode::Enterprise),
        (&path, "FREE", PlanCode::Free),
        (&format!("/api/v1/people/{user}"), "ENTERPRISE", PlanCode::Enterprise),
        (&path, "CREATOR", PlanCode::Enterprise),
    ] {
        let set = put(format!("{at}/plan"), plan).await.unwrap();
        assert_eq!(set.status(), StatusCode::NO_CONTENT);
        let old = app.get("/api/v1/me/entitlements", &tokens.access_token).await;
        expect_problem(old, 401, "token-expired").await;
        tokens = app.refresh(&tokens.refresh_token).await.json().await.unwrap();
        assert_eq!(entitlements(&app, &tokens.access_token).await.plan, expected, "{at} {plan}");
    }
    let own = put(format!("/api/v1/people/{user}/plan"), "FREE").await.unwrap();
    assert_eq!(own.status(), StatusCode::NO_CONTENT);
    tokens = app.refresh(&tokens.refresh_token).await.json().await.unwrap();
    let gone = app.request(Method::DELETE, &path).bearer_auth(&tokens.access_token);
    assert_eq!(gone.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    tokens = app.refresh(&tokens.refresh_token).await.json().await.unwrap();
    assert_eq!(entitlements(&app, &tokens.access_token).await.plan, PlanCode::Free);

    let (told, mut heard) = channel(16);
    let following = tokio::spawn(async move {
        let hear = move |event: PlanChanged| told.try_send(event).unwrap();
        store::events::follow(&redis, PLANS, Duration::from_mins(1), hear).await;
    });
    let mut plans = Vec::new();
    while plans.len() < 6 {
        let event = timeout(DEADLINE, heard.recv()).await.unwrap().unwrap();
        assert_eq!(event.user, user);
        plans.push(event.plan);
    }
    following.abort();
    let told: Vec<&str> = plans.into_iter().map(PlanCode::name).collect();
    assert_eq!(told, ["ENTERPRISE", "FREE", "ENTERPRISE", "ENTERPRISE", "CREATOR", "FREE"]);

    let nobody = put(format!("/api/v1/organisations/{}/plan", Uuid::now_v7()), "FREE").await;
    expect_problem(nobody.unwrap(), 404, "unknown-organisation").await;
}

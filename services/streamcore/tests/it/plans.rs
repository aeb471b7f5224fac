//! What an owner's plan allows.

use api::{
    events::{ERASURES, PLANS, PersonErased, PlanChanged},
    gateway::AuditOutcome,
    plan::PlanCode,
};
use reqwest::Method;
use serde_json::json;
use streamcore::Owner;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    encoder::{Source, complaint, publish},
    service::TestService,
};

const FULL_HD: Source = Source { audio: false, b_frames: 0, rate: 10, gop: 10, size: (1920, 1080) };

fn free_since(as_of: OffsetDateTime) -> Owner {
    Owner { user: Uuid::now_v7(), plan: PlanCode::Free, as_of }
}

async fn give(service: &TestService, user: Uuid, plan: PlanCode, changed_at: OffsetDateTime) {
    let event = PlanChanged { user, plan, changed_at };
    store::events::publish(&service.redis, PLANS, &event).await.unwrap();
}

async fn until_plan(service: &TestService, slug: &str, plan: &str) {
    let path = format!("/api/v1/registrations/{slug}");
    let reached = tokio::time::timeout(std::time::Duration::from_secs(10), async {
        while service.call(Method::GET, &path, &["streams:read"], |it| it).await.2["plan"] != plan {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    });
    assert!(reached.await.is_ok(), "{slug} did not come under {plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taller_picture_than_the_plan_allows_is_refused_until_the_plan_does() {
    let service = TestService::start().await;
    let since = OffsetDateTime::now_utc() - Duration::HOUR;
    let owner = free_since(since);
    let url = service.register_for("demo", Some(owner)).await;
    let (_, _, shown) =
        service.call(Method::GET, "/api/v1/registrations/demo", &["streams:read"], |it| it).await;
    assert_eq!(shown["picture_limit"], 720);
    assert_eq!(shown["owner"], owner.user.to_string());

    // FFmpeg does not show a rejection that comes after it began to send; the audit log has it.
    complaint(publish(FULL_HD, &url)).await;
    assert_ne!(service.json("/api/v1/streams/demo").await["state"], "live");
    let reported = service.audited(2).await;
    assert_eq!(reported[1].outcome, AuditOutcome::Failure);
    assert_eq!(
        reported[1].details["reason"],
        "the plan FREE allows 720 lines of streamed picture and this would make 1080; \
         it is part of the plan CREATOR"
    );
    let upright = publish(Source { size: (720, 1280), ..FULL_HD }, &url);
    service.until_state("demo", "live").await;
    drop(upright);

    give(&service, owner.user, PlanCode::Creator, since + Duration::MINUTE).await;
    until_plan(&service, "demo", "CREATOR").await;
    service.until_state("demo", "interrupted").await;
    let encoder = publish(FULL_HD, &url);
    service.until_state("demo", "live").await;

    // Heard late: what is newer stays.
    give(&service, owner.user, PlanCode::Free, since + Duration::SECOND).await;
    // A plan that ends bites on air, with the next keyframe.
    give(&service, owner.user, PlanCode::Free, since + 2 * Duration::MINUTE).await;
    complaint(encoder).await;
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_registers_a_stream_owns_it_and_a_stream_of_the_server_has_no_limit() {
    let service = TestService::start().await;
    let new = json!({ "slug": "mine", "title": "Mine" });
    let (status, _, _) =
        service.call(Method::POST, "/api/v1/streams", &["streams:write"], |it| it.json(&new)).await;
    assert_eq!(status, 201);
    service.register("of-the-server").await;
    let shown = async |slug: &str| {
        let path = format!("/api/v1/registrations/{slug}");
        service.call(Method::GET, &path, &["streams:read"], |it| it).await.2
    };
    // The token of this test names no plan, which is the cheapest.
    let mine = shown("mine").await;
    assert_eq!((&mine["plan"], &mine["picture_limit"]), (&json!("FREE"), &json!(720)));
    let servers = shown("of-the-server").await;
    assert_eq!(servers["owner"], json!(null));
    assert_eq!(servers["picture_limit"], "unlimited");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_a_stream_was_is_forgotten_with_the_person_and_its_limit_stays() {
    let service = TestService::start().await;
    let owner = free_since(OffsetDateTime::now_utc() - Duration::HOUR);
    service.register_for("demo", Some(owner)).await;
    let event = PersonErased { person: owner.user, erased_at: OffsetDateTime::now_utc() };
    store::events::publish(&service.redis, ERASURES, &event).await.unwrap();
    let shown = async || {
        let path = "/api/v1/registrations/demo";
        service.call(Method::GET, path, &["streams:read"], |it| it).await.2
    };
    let forgotten = tokio::time::timeout(std::time::Duration::from_secs(10), async {
        while shown().await["owner"] == owner.user.to_string() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    });
    forgotten.await.expect("the stream still leads to the person");
    assert_eq!(shown().await["picture_limit"], 720);
    service.stop().await;
}

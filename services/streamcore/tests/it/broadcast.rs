//! What is measured on a stream on air, and how it ends.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use tokio::time::{sleep, timeout};

use crate::{
    encoder::{Source, complaint, publish, stop},
    service::TestService,
};

const READ: &[&str] = &["streams:read"];
const WRITE: &[&str] = &["streams:write"];

async fn statistics(service: &TestService, query: &str) -> Value {
    let path = format!("/api/v1/streams/demo/stats{query}");
    let (status, _, body) = service.call(Method::GET, &path, READ, |it| it).await;
    assert_eq!(status, 200, "{body}");
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_measured_agrees_with_what_is_sent() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let _encoder = publish(Source { gop: 60, ..Source::default() }, &url);
    service.until_state("demo", "live").await;
    // Two viewers behind one address: one that names its session, one that does not.
    for _ in 0..25 {
        service.text("/live/demo/video.m3u8").await;
        let named = service.http.get(format!("{}/live/demo/audio.m3u8", service.base));
        named.header("cmcd-session", "sid=\"one\"").send().await.unwrap();
        sleep(Duration::from_millis(300)).await;
    }
    let seen = statistics(&service, "").await;
    let figures = &seen["figures"];
    let rate = figures["frame_rate"].as_f64().unwrap();
    assert!((28.0..=32.0).contains(&rate), "{figures}");
    assert_eq!(figures["keyframe_frames"], 60, "{figures}");
    assert_eq!(figures["keyframe_seconds"], 2.0, "{figures}");
    assert_eq!(figures["missing_frames"], 0, "{figures}");
    assert_eq!(figures["viewers"], 2, "{figures}");
    assert!(figures["ingest_bitrate"].as_u64().unwrap() > 50_000, "{figures}");
    assert!(figures["egress_bitrate"].as_u64().unwrap() > 1_000, "{figures}");
    assert!(seen["publisher"]["encoder"].as_str().unwrap().contains("FMLE"), "{seen}");
    assert_eq!(seen["publisher"]["address"], "127.0.0.1");

    let samples = seen["samples"].as_array().unwrap();
    assert!(samples.len() >= 7, "{}", samples.len());
    let received: u64 = figures["received_bytes"].as_u64().unwrap();
    let bits: u64 = samples.iter().map(|it| it["ingest_bitrate"].as_u64().unwrap()).sum();
    assert!(bits.abs_diff(received * 8) * 20 < bits, "{bits} {received}");
    let known = samples[samples.len() - 2]["at"].as_str().unwrap();
    let later = statistics(&service, &format!("?since={known}")).await;
    let later = later["samples"].as_array().unwrap();
    assert_eq!(later[0], samples[samples.len() - 1]);
    assert!(later.len() <= 3, "{}", later.len());
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encoder_that_says_good_bye_ends_the_stream_at_once() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let encoder = publish(Source::default(), &url);
    service.until_state("demo", "live").await;
    let first = service.json("/api/v1/streams/demo").await["started_at"].clone();
    stop(encoder).await;
    // Far below the 30 s that a lost encoder is waited for.
    let ended = timeout(Duration::from_secs(2), async {
        while !service.text("/live/demo/video.m3u8").await.ends_with("#EXT-X-ENDLIST\n") {
            sleep(Duration::from_millis(20)).await;
        }
    });
    ended.await.expect("the playlist should have ended");
    assert_eq!(service.json("/api/v1/streams/demo").await["state"], "offline");

    let _again = publish(Source::default(), &url);
    service.until_state("demo", "live").await;
    let again = service.json("/api/v1/streams/demo").await["started_at"].clone();
    assert_ne!(again, first, "what comes after an end is another broadcast");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_studio_ends_a_stream_and_keeps_its_encoder_out() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let path = "/api/v1/streams/demo/live";
    let (status, _, problem) = service.call(Method::DELETE, path, WRITE, |it| it).await;
    assert_eq!((status, problem["code"].as_str()), (404, Some("stream-not-live")));

    let encoder = publish(Source::default(), &url);
    service.until_state("demo", "live").await;
    let (status, _, ended) = service.call(Method::DELETE, path, WRITE, |it| it).await;
    assert_eq!((status, &ended["stream_key"]), (200, &Value::Null));
    assert_eq!(service.json("/api/v1/streams/demo").await["state"], "offline");
    complaint(encoder).await;

    let encoder = publish(Source::default(), &url);
    service.until_state("demo", "live").await;
    let rotating = format!("{path}?rotate_key=true");
    let (_, _, ended) = service.call(Method::DELETE, &rotating, WRITE, |it| it).await;
    complaint(encoder).await;
    let said = complaint(publish(Source::default(), &url)).await;
    assert!(said.contains("wrong or was revoked"), "{said}");
    let key = ended["stream_key"].as_str().unwrap();
    let _encoder = publish(Source::default(), &service.publish_url(key));
    service.until_state("demo", "live").await;

    let actions: Vec<String> =
        service.audited(7).await.into_iter().map(|event| event.action).collect();
    assert_eq!(
        actions,
        [
            "stream.publish",
            "stream.end",
            "stream.publish",
            "stream_key.rotate",
            "stream.end",
            "stream.publish",
            "stream.publish"
        ],
    );
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_waits_for_its_encoder_can_be_ended() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let mut encoder = publish(Source::default(), &url);
    service.until_state("demo", "live").await;
    encoder.kill().await.unwrap();
    service.until_state("demo", "interrupted").await;
    let (status, _, _) =
        service.call(Method::DELETE, "/api/v1/streams/demo/live", WRITE, |it| it).await;
    assert_eq!(status, 200);
    assert_eq!(service.json("/api/v1/streams/demo").await["state"], "offline");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn encoders_are_told_where_to_connect() {
    let service = TestService::start().await;
    let (_, _, ingest) = service.call(Method::GET, "/api/v1/ingest", READ, |it| it).await;
    assert_eq!(ingest["rtmp_url"], format!("rtmp://{}/live", service.rtmp));
    assert_eq!(ingest["local_only"], true);
    service.stop().await;
    let config = streamcore::Config {
        public_rtmp_url: Some("rtmp://in.example.org/live".to_owned()),
        ..streamcore::Config::default()
    };
    let service = TestService::start_with(config).await;
    let (_, _, ingest) = service.call(Method::GET, "/api/v1/ingest", READ, |it| it).await;
    assert_eq!(ingest["rtmp_url"], "rtmp://in.example.org/live");
    assert_eq!(ingest["local_only"], false);
    service.stop().await;
}

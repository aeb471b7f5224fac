//! Viewers over WebRTC.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use tests::whep::{Behaviour, Viewer, offer, watch};

use crate::{
    encoder::{self, Source, publish},
    service::TestService,
};

const PATIENCE: Duration = Duration::from_secs(15);
const SILENT: Source = Source { audio: false, b_frames: 0, rate: 30, gop: 30, size: (320, 180) };

async fn viewer(service: &TestService, behaviour: Behaviour) -> Viewer {
    let endpoint = format!("{}/whep/demo", service.base);
    watch(&service.http, &endpoint, behaviour).await.unwrap()
}

async fn on_air(source: Source) -> (TestService, tokio::process::Child) {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let encoder = publish(source, &url);
    service.until_state("demo", "live").await;
    (service, encoder)
}

async fn refused(service: &TestService, content_type: &str, body: String) -> (u16, String) {
    let request = service.http.post(format!("{}/whep/demo", service.base));
    let response = request.header("content-type", content_type).body(body).send().await.unwrap();
    let status = response.status().as_u16();
    let problem: Value = response.json().await.unwrap();
    (status, problem["code"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_sees_every_picture_from_the_last_keyframe_on() {
    let (service, _encoder) = on_air(Source { gop: 60, ..SILENT }).await;
    let viewer = viewer(&service, Behaviour { sound: true, ..Behaviour::default() }).await;
    let seen = viewer.until(|seen| seen.pictures.len() >= 150, PATIENCE).await.unwrap();
    let first = seen.pictures[0];
    assert!(first.keyframe, "decoding can begin with the first picture");
    assert!(seen.pictures.iter().all(|picture| picture.contiguous), "nothing is lost on loopback");
    let keyframes = seen.pictures.iter().filter(|picture| picture.keyframe).count();
    assert!((3..=4).contains(&keyframes), "{keyframes} keyframes");
    // The past, up to two seconds of it, is squeezed into the present. An encoder that was late
    // itself catches up, which shows as a little more.
    let last = seen.pictures.last().unwrap();
    let (shown, passed) = (last.time - first.time, (last.at - first.at).as_secs_f64());
    assert!((shown - passed).abs() < 0.5, "{shown:.3} s of pictures in {passed:.3} s");
    let join = first.at - viewer.asked;
    assert!(join < Duration::from_millis(1_500), "the first picture came after {join:?}");
    let stream = service.json("/api/v1/streams/demo").await;
    assert_eq!(stream["state"], "live");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_loses_packets_still_shows_the_stream() {
    let (service, _encoder) = on_air(SILENT).await;
    let lossy = viewer(&service, Behaviour { loss_percent: 10, sound: false }).await;
    let seen = lossy.until(|seen| seen.pictures.len() >= 200, PATIENCE).await.unwrap();
    let whole = seen.pictures.iter().filter(|picture| picture.contiguous).count();
    assert!(whole * 100 >= seen.pictures.len() * 95, "{whole} of {}", seen.pictures.len());
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_a_picture_gets_the_last_keyframe_again() {
    let (service, _encoder) = on_air(Source { gop: 300, ..SILENT }).await;
    let viewer = viewer(&service, Behaviour::default()).await;
    viewer.until(|seen| seen.pictures.len() >= 60, PATIENCE).await.unwrap();
    let before = viewer.seen().pictures.iter().filter(|picture| picture.keyframe).count();
    viewer.ask_for_keyframe();
    let again = |seen: &tests::whep::Seen| {
        seen.pictures.iter().filter(|picture| picture.keyframe).count() > before
    };
    viewer.until(again, Duration::from_secs(1)).await.unwrap();
    let seen = viewer.seen();
    assert!(seen.pictures.is_sorted_by(|a, b| a.time < b.time), "time goes on");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_is_told_to() {
    let (service, _encoder) = on_air(SILENT).await;
    let first = viewer(&service, Behaviour::default()).await;
    let second = viewer(&service, Behaviour::default()).await;
    first.until(|seen| !seen.pictures.is_empty(), PATIENCE).await.unwrap();
    let session = format!("{}{}", service.base, first.location);
    let delete = || service.http.delete(&session).send();
    assert_eq!(delete().await.unwrap().status(), 200);
    first.until(|seen| seen.ended, Duration::from_secs(2)).await.unwrap();
    let gone = delete().await.unwrap();
    assert_eq!(gone.status(), 404);
    assert_eq!(gone.json::<Value>().await.unwrap()["code"], "unknown-webrtc-session");
    let so_far = second.seen().pictures.len();
    second.until(|seen| seen.pictures.len() > so_far + 10, PATIENCE).await.unwrap();
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_leave_with_the_stream_and_outlive_a_reconnect() {
    let (service, mut encoder) = on_air(SILENT).await;
    let viewer = viewer(&service, Behaviour::default()).await;
    viewer.until(|seen| seen.pictures.len() > 30, PATIENCE).await.unwrap();
    encoder.start_kill().unwrap();
    service.until_state("demo", "interrupted").await;
    let pool = service.database.pool();
    let key = streamcore::registry::rotate_key(&pool, "demo").await.unwrap();
    let before = viewer.seen().pictures.len();
    let encoder = publish(SILENT, &service.publish_url(key.expose()));
    let seen = viewer.until(|seen| seen.pictures.len() > before + 30, PATIENCE).await.unwrap();
    assert!(seen.pictures.is_sorted_by(|a, b| a.time < b.time), "time goes on");
    encoder::stop(encoder).await;
    viewer.until(|seen| seen.ended, Duration::from_secs(3)).await.unwrap();
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_answered_is_refused_with_the_reason() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let sound = offer(Behaviour::default()).await.unwrap().sdp;
    let sdp = "application/sdp";
    assert_eq!(refused(&service, sdp, sound.clone()).await, (404, "stream-not-live".into()));
    let encoder = publish(Source { b_frames: 2, ..SILENT }, &url);
    service.until_state("demo", "live").await;
    assert_eq!(refused(&service, sdp, sound.clone()).await, (409, "not-carried-by-webrtc".into()));
    encoder::stop(encoder).await;
    service.until_state("demo", "offline").await;
    let _encoder = publish(SILENT, &url);
    service.until_state("demo", "live").await;
    let json = refused(&service, "application/json", sound.clone()).await;
    assert_eq!(json, (415, "unsupported-media-type".into()));
    for garbage in ["", "v=0", "\0\u{7f}", &sound[..sound.len() / 3]] {
        let (status, code) = refused(&service, sdp, garbage.to_owned()).await;
        assert!([400, 422].contains(&status), "{status} {code}");
    }
    let unsigned: String = sound
        .lines()
        .filter(|it| !it.starts_with("a=fingerprint"))
        .fold(String::new(), |sdp, line| sdp + line + "\r\n");
    assert_eq!(refused(&service, sdp, unsigned).await, (422, "unusable-offer".into()));
    let other = sound.replace("H264/90000", "VP8/90000");
    assert_eq!(refused(&service, sdp, other).await, (406, "no-common-codec".into()));
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_counted_and_limited() {
    let config = streamcore::Config { webrtc_sessions: 2, ..streamcore::Config::default() };
    let service = TestService::start_with(config).await;
    let url = service.register("demo").await;
    let _encoder = publish(SILENT, &url);
    service.until_state("demo", "live").await;
    let first = viewer(&service, Behaviour::default()).await;
    let second = viewer(&service, Behaviour::default()).await;
    for viewer in [&first, &second] {
        viewer.until(|seen| !seen.pictures.is_empty(), PATIENCE).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let path = "/api/v1/streams/demo/stats";
    let (_, _, stats) = service.call(Method::GET, path, &["streams:read"], |it| it).await;
    assert_eq!(stats["figures"]["viewers"], 2, "{stats}");
    let third = offer(Behaviour::default()).await.unwrap().sdp;
    let full = refused(&service, "application/sdp", third).await;
    assert_eq!(full, (503, "webrtc-sessions-full".into()));
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_methods_are_those_of_the_draft() {
    let (service, _encoder) = on_air(SILENT).await;
    let viewer = viewer(&service, Behaviour::default()).await;
    assert!(viewer.location.starts_with("/whep/demo/"), "{}", viewer.location);
    assert!(viewer.answer.contains("a=ice-lite"), "{}", viewer.answer);
    assert!(viewer.answer.contains("a=sendonly"), "{}", viewer.answer);
    let session = format!("{}{}", service.base, viewer.location);
    let fragment = "a=ice-ufrag:x\r\na=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\nnonsense\r\n";
    let request = service.http.patch(&session).body(fragment);
    let request = request.header("content-type", "application/trickle-ice-sdpfrag");
    assert_eq!(request.send().await.unwrap().status(), 204);
    let options = service.http.request(Method::OPTIONS, format!("{}/whep/demo", service.base));
    let options = options.send().await.unwrap();
    assert_eq!(options.status(), 204);
    assert_eq!(options.headers()["accept-post"], "application/sdp");
    assert_eq!(options.headers()["access-control-allow-origin"], "*");
    service.stop().await;
}

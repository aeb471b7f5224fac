//! Encoders, wanted and unwanted.

use std::time::Duration;

use api::gateway::AuditOutcome;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{
    encoder::{Source, complaint, publish, publish_with},
    service::TestService,
};

const WRONG_KEY: &str = "nxs_00000000000000000000000000000000";

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_refused_with_a_reason_and_soon_not_even_checked() {
    let service = TestService::start().await;
    service.register("demo").await;
    let url = service.publish_url(WRONG_KEY);
    for _ in 0..10 {
        let said = complaint(publish(Source::default(), &url)).await;
        assert!(said.contains("the stream key is wrong or was revoked"), "{said}");
    }
    let said = complaint(publish(Source::default(), &url)).await;
    assert!(said.contains("too many wrong stream keys; try again in"), "{said}");

    let reported = service.audited(11).await;
    assert!(reported.iter().all(|event| event.action == "stream.publish"));
    assert!(reported.iter().all(|event| event.outcome == AuditOutcome::Failure));
    assert_eq!(reported[0].address, Some("127.0.0.1".parse().unwrap()));
    assert!(reported[0].details["reason"].as_str().unwrap().contains("wrong or was revoked"));
    assert!(!format!("{reported:?}").contains(&WRONG_KEY[4..]), "a key in the audit log");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_application_is_refused_with_the_remedy() {
    let service = TestService::start().await;
    let url = service.register("demo").await.replace("/live/", "/stream/");
    let said = complaint(publish(Source::default(), &url)).await;
    assert!(said.contains("the server address must end in /live"), "{said}");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_publisher_is_refused_and_the_first_goes_on() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let mut first = publish(Source::default(), &url);
    service.until_state("demo", "live").await;
    let said = complaint(publish(Source::default(), &url)).await;
    assert!(said.contains("already being published"), "{said}");
    assert!(first.try_wait().unwrap().is_none(), "the first encoder was disturbed");
    let playlist = service.text("/live/demo/video.m3u8").await;
    assert!(!playlist.contains("DISCONTINUITY\n"), "{playlist}");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codecs_that_are_not_supported_are_named() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    for (codecs, name) in [
        (["-c:v", "flv1", "-c:a", "aac"], "Sorenson H.263"),
        (["-c:v", "libx264", "-c:a", "libmp3lame"], "MP3"),
    ] {
        let mut codecs = codecs.to_vec();
        codecs.extend(["-ar", "44100", "-g", "30", "-pix_fmt", "yuv420p"]);
        // FFmpeg does not show a rejection that comes after it began to send; it does give up.
        complaint(publish_with(Source::default(), &codecs, &url)).await;
        let state = service.json("/api/v1/streams/demo").await;
        assert_ne!(state["state"], "live", "{name}");
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_the_key_sends_the_publisher_away() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let encoder = publish(Source::default(), &url);
    service.until_state("demo", "live").await;
    let pool = service.database.pool();
    let key = streamcore::registry::rotate_key(&pool, "demo").await.unwrap();
    complaint(encoder).await;
    let said = complaint(publish(Source::default(), &url)).await;
    assert!(said.contains("wrong or was revoked"), "{said}");
    let _encoder = publish(Source::default(), &service.publish_url(key.expose()));
    service.until_state("demo", "live").await;
    streamcore::registry::revoke_key(&pool, "demo").await.unwrap();
    service.until_state("demo", "interrupted").await;
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_and_silence_close_only_their_own_connection() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let _encoder = publish(Source::default(), &url);
    service.until_state("demo", "live").await;
    for garbage in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0xff; 4_096], &[3; 5_000]] {
        let mut socket = TcpStream::connect(service.rtmp).await.unwrap();
        socket.write_all(garbage).await.unwrap();
        // Half-closed: what cannot become a session ends at once, not at a deadline.
        socket.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let closed = timeout(Duration::from_secs(5), socket.read_to_end(&mut answer)).await;
        assert!(closed.is_ok(), "the connection stays open");
    }
    let mut silent = TcpStream::connect(service.rtmp).await.unwrap();
    let mut byte = [0];
    let closed = timeout(Duration::from_secs(15), silent.read(&mut byte)).await;
    assert_eq!(closed.expect("silence has a deadline").unwrap(), 0);
    assert_eq!(service.json("/api/v1/streams/demo").await["state"], "live");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_the_service_ends_streams_in_time() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let encoder = publish(Source::default(), &url);
    service.until_state("demo", "live").await;
    service.stop().await;
    complaint(encoder).await;
}

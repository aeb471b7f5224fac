//! What viewers get, judged by the LL-HLS checker.

use std::time::Duration;

use crate::{
    encoder::{Source, publish},
    service::TestService,
};

/// Long enough for a dozen of segments at most, short enough to run every time.
const WATCH: Duration = Duration::from_secs(12);

async fn plays_by_the_rules(source: Source) {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let encoder = publish(source, &url);
    service.until_state("demo", "live").await;
    let report = tests::llhls::check(&service.base, "demo", WATCH).await.unwrap();
    assert!(report.is_clean(), "{report}");
    assert!(report.segments >= 3, "{report}");
    drop(encoder);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn picture_and_sound_play_by_the_rules() {
    plays_by_the_rules(Source::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn b_frames_without_sound_play_by_the_rules() {
    plays_by_the_rules(Source {
        audio: false,
        b_frames: 2,
        rate: 25,
        gop: 50,
        ..Source::default()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn film_rate_and_odd_keyframes_play_by_the_rules() {
    plays_by_the_rules(Source { audio: true, b_frames: 3, rate: 24, gop: 37, ..Source::default() })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_who_comes_too_early_waits_and_then_plays() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let not_live = service.get("/live/demo/index.m3u8").await;
    assert_eq!(not_live.status(), 404);
    assert_eq!(not_live.headers()["content-type"], "application/problem+json");
    let _encoder = publish(Source { gop: 90, ..Source::default() }, &url);
    service.until_state("demo", "starting").await;
    let playlist = service.text("/live/demo/index.m3u8").await;
    assert!(playlist.contains("video.m3u8"), "{playlist}");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reconnect_continues_the_same_playlist() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    let mut encoder = publish(Source::default(), &url);
    service.until_state("demo", "live").await;
    let first = sequence(&service.text("/live/demo/video.m3u8").await);
    encoder.kill().await.unwrap();
    service.until_state("demo", "interrupted").await;
    let _back = publish(Source::default(), &url);
    service.until_state("demo", "live").await;
    let after = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            let playlist = service.text("/live/demo/video.m3u8").await;
            if playlist.contains("#EXT-X-DISCONTINUITY\n") {
                return playlist;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let after = after.await.expect("the playlist should go on");
    assert_eq!(sequence(&after), first, "nothing was delisted or renumbered");
    assert!(!after.contains("ENDLIST"));
    let report = tests::llhls::check(&service.base, "demo", Duration::from_secs(6)).await.unwrap();
    assert!(report.is_clean(), "{report}");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_stays_away_ends_and_then_is_gone() {
    let config = streamcore::Config {
        reconnect_seconds: 1,
        linger_seconds: 2,
        ..streamcore::Config::default()
    };
    let service = TestService::start_with(config).await;
    let url = service.register("demo").await;
    let mut encoder = publish(Source::default(), &url);
    service.until_state("demo", "live").await;
    encoder.kill().await.unwrap();
    service.until_state("demo", "offline").await;
    let ended = service.text("/live/demo/video.m3u8").await;
    assert!(ended.ends_with("#EXT-X-ENDLIST\n"), "{ended}");
    assert_eq!(service.json("/api/v1/streams").await["streams"].as_array().unwrap().len(), 0);
    let gone = tokio::time::timeout(Duration::from_secs(10), async {
        while service.get("/live/demo/index.m3u8").await.status() != 404 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    gone.await.expect("an ended stream should leave");
    service.stop().await;
}

fn sequence(playlist: &str) -> String {
    let line = playlist.lines().find(|line| line.starts_with("#EXT-X-MEDIA-SEQUENCE:"));
    line.expect("a media sequence").to_owned()
}

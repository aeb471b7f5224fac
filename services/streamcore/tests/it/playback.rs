//! What viewers get.

use crate::{
    encoder::{Source, publish},
    service::TestService,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_published_stream_plays() {
    let service = TestService::start().await;
    let url = service.register("demo").await;
    assert_eq!(service.get("/live/demo/index.m3u8").await.status(), 404);
    let _encoder = publish(Source::default(), &url);
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    for path in ["/live/demo/index.m3u8", "/live/demo/video.m3u8", "/live/demo/audio.m3u8", "/live/demo/video.m3u8?_HLS_skip=YES", "/api/v1/streams"] {
        println!("{path}\n{}", service.text(path).await);
    }
    service.stop().await;
}

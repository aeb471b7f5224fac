//! Event streams.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::Redis;
use store::events::{follow, publish};
use store::testing::{PrivateRedis, test_redis};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::timeout;

/// Longest wait for an event.
const DEADLINE: Duration = Duration::from_secs(10);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Event {
    Number { value: u32 },
}

fn following(redis: &Redis) -> Receiver<u32> {
    let (seen, events) = channel(100);
    let redis = redis.clone();
    tokio::spawn(async move {
        follow(&redis, "numbers", Duration::from_mins(1), |Event::Number { value }| {
            seen.try_send(value).unwrap();
        })
        .await
    });
    events
}

async fn next(events: &mut Receiver<u32>) -> Option<u32> {
    timeout(DEADLINE, events.recv()).await.unwrap()
}

#[tokio::test]
async fn a_follower_sees_what_was_before_and_what_comes_in_order() {
    let redis = test_redis().await.unwrap();
    for value in 1..=3 {
        publish(&redis, "numbers", &Event::Number { value }).await.unwrap();
    }
    let mut events = following(&redis);
    for value in 1..=3 {
        assert_eq!(next(&mut events).await, Some(value));
    }
    publish(&redis, "numbers", &serde_json::json!({ "kind": "News" })).await.unwrap();
    publish(&redis, "others", &Event::Number { value: 99 }).await.unwrap();
    publish(&redis, "numbers", &Event::Number { value: 4 }).await.unwrap();
    assert_eq!(next(&mut events).await, Some(4));
}

#[tokio::test]
async fn a_follower_comes_back_with_the_server() {
    let mut server = PrivateRedis::start().await.unwrap();
    let redis = Redis::new(&server.url(), "test").unwrap();
    let mut events = following(&redis);
    publish(&redis, "numbers", &Event::Number { value: 1 }).await.unwrap();
    assert_eq!(next(&mut events).await, Some(1));
    server.kill();
    assert!(publish(&redis, "numbers", &Event::Number { value: 2 }).await.is_err());
    server.restart().await.unwrap();
    while publish(&redis, "numbers", &Event::Number { value: 3 }).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(next(&mut events).await, Some(3));
}

#[tokio::test]
async fn a_stream_does_not_grow_for_ever() {
    let redis = test_redis().await.unwrap();
    for value in 0..10_500 {
        publish(&redis, "numbers", &Event::Number { value }).await.unwrap();
    }
    let length: u32 =
        redis.run(redis::cmd("XLEN").arg(redis.key(&["events", "numbers"]))).await.unwrap();
    assert!((10_000..10_300).contains(&length), "{length}");
}

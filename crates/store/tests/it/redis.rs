//! The Redis client.

use std::time::{Duration, Instant};

use store::Redis;
use store::testing::{PrivateRedis, test_redis};

#[tokio::test]
async fn events_are_counted_within_a_window() {
    let redis = test_redis().await.unwrap();
    let key = redis.key(&["attempts", "somebody"]);
    assert_eq!(redis.remaining(&key).await.unwrap(), None);
    for expected in 1..=3 {
        assert_eq!(redis.count(&key, Duration::from_mins(1)).await.unwrap(), expected);
    }
    let remaining = redis.remaining(&key).await.unwrap().unwrap();
    assert!((1..=60).contains(&remaining.as_secs()), "{remaining:?}");
    redis.forget(&key).await.unwrap();
    assert_eq!(redis.count(&key, Duration::from_millis(30)).await.unwrap(), 1);
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(redis.count(&key, Duration::from_mins(1)).await.unwrap(), 1);
}

#[tokio::test]
async fn what_is_kept_is_taken_once_and_in_time() {
    let redis = test_redis().await.unwrap();
    let key = redis.key(&["kept"]);
    assert_eq!(redis.take(&key).await.unwrap(), None);
    redis.keep(&key, "first", Duration::from_mins(1)).await.unwrap();
    redis.keep(&key, "second", Duration::from_mins(1)).await.unwrap();
    let (one, other) = tokio::join!(redis.take(&key), redis.take(&key));
    let mut taken = [one.unwrap(), other.unwrap()];
    taken.sort();
    assert_eq!(taken, [None, Some("second".to_owned())]);
    redis.keep(&key, "third", Duration::from_millis(30)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(redis.take(&key).await.unwrap(), None);
}

#[tokio::test]
async fn a_server_that_is_away_is_an_error_in_time_and_a_server_that_is_back_is_used() {
    let mut server = PrivateRedis::start().await.unwrap();
    let redis = Redis::new(&server.url(), "test").unwrap();
    redis.ping().await.unwrap();
    let run = redis.run_id().await.unwrap();
    assert_eq!(run.len(), 40);

    server.kill();
    let started = Instant::now();
    redis.ping().await.unwrap_err();
    redis.ping().await.unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());

    server.restart().await.unwrap();
    let started = Instant::now();
    while redis.ping().await.is_err() {
        assert!(started.elapsed() < Duration::from_secs(5), "the client did not come back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_ne!(redis.run_id().await.unwrap(), run);
}

#[tokio::test]
async fn a_client_can_be_made_while_the_server_is_away() {
    let redis = Redis::new("redis://127.0.0.1:1/0", "test").unwrap();
    redis.ping().await.unwrap_err();
    assert!(Redis::new("nonsense", "test").is_err());
}

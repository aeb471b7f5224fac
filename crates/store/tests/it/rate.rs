//! Quotas that processes share.

use std::time::Duration;

use store::Redis;
use store::rate::take;
use store::testing::test_redis;

/// One request every ten minutes: nothing is made good during a test.
const INTERVAL: i64 = 600_000_000;

#[tokio::test]
async fn processes_share_one_quota_however_many_ask_at_once() {
    let first = test_redis().await.unwrap();
    let namespace = first.key(&[]);
    let url = store::testing::test_redis_url().await.unwrap();
    let second = Redis::new(&url, namespace).unwrap();
    let asks = (0..40).map(|n| {
        let redis = if n % 2 == 0 { first.clone() } else { second.clone() };
        tokio::spawn(async move { take(&redis, "a", INTERVAL, 7).await.unwrap() })
    });
    let mut allowed = 0;
    for ask in asks.collect::<Vec<_>>() {
        allowed += u32::from(ask.await.unwrap().allowed);
    }
    assert_eq!(allowed, 7);
    let refused = take(&second, "a", INTERVAL, 7).await.unwrap();
    assert!(!refused.allowed && refused.remaining == 0);
    assert!(refused.retry_after > Duration::from_secs(590), "{refused:?}");
    let other = take(&first, "b", INTERVAL, 7).await.unwrap();
    assert_eq!((other.allowed, other.remaining), (true, 6));
}

#[tokio::test]
async fn a_quota_is_made_good_with_time_and_leaves_nothing_behind() {
    let redis = test_redis().await.unwrap();
    let interval = 100_000;
    assert!(take(&redis, "a", interval, 1).await.unwrap().allowed);
    let refused = take(&redis, "a", interval, 1).await.unwrap();
    assert!(!refused.allowed && refused.retry_after <= Duration::from_millis(100));
    tokio::time::sleep(Duration::from_millis(150)).await;
    let key = redis.key(&["rate", "a"]);
    assert_eq!(redis.remaining(&key).await.unwrap(), None, "the key is gone");
    assert!(take(&redis, "a", interval, 1).await.unwrap().allowed);
}

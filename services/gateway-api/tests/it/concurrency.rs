//! Many at once: tabs that refresh together, people who sign in together, Redis killed under load.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use api::gateway::SessionTokens;
use chassis::principal::TokenError;
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use store::Redis;
use store::testing::{PrivateRedis, test_redis};
use tokio::time::sleep;

use crate::app::{App, EMAIL, PASSWORD};
use crate::revocation::{OtherService, sign_out};

#[tokio::test]
async fn a_hundred_tabs_that_refresh_at_once_stay_signed_in() {
    let app = App::start().await;
    let mut tokens = app.sign_in().await;
    for round in 1..=5 {
        let answers = join_all((0..100).map(|_| app.refresh(&tokens.refresh_token))).await;
        let mut successors = Vec::new();
        for answer in answers {
            assert_eq!(answer.status(), StatusCode::OK, "round {round}");
            successors.push(answer.json::<SessionTokens>().await.unwrap());
        }
        assert!(
            successors.iter().all(|one| one.refresh_token == successors[0].refresh_token),
            "round {round}: all tabs go on with the same token"
        );
        tokens = successors.swap_remove(0);
        let generation: i32 = sqlx::query_scalar("SELECT refresh_generation FROM sessions")
            .fetch_one(&app.database.pool())
            .await
            .unwrap();
        assert_eq!(generation, round, "a hundred requests make one step");
    }
    assert_eq!(app.get("/api/v1/session", &tokens.access_token).await.status(), StatusCode::OK);
    let refused = app.audit().await.into_iter().filter(|entry| entry.1 == "failure").count();
    assert_eq!(refused, 0);
}

/// What a thousand sign-ins came to, by status.
async fn thousand_sign_ins(app: &App) -> BTreeMap<(&'static str, u16), u32> {
    let attempts = (0..1000).map(|number| async move {
        let (who, email, password) = match number % 4 {
            0 => ("stranger", "nobody@example.org", PASSWORD),
            1 => ("guesser", EMAIL, "not the password"),
            _ => ("owner", EMAIL, PASSWORD),
        };
        let answer = app.try_sign_in(email, password).await;
        let status = answer.status();
        if matches!(status.as_u16(), 429 | 503) {
            let wait = answer.headers()["retry-after"].to_str().unwrap();
            assert!(wait.parse::<u32>().unwrap() > 0, "whoever is sent away is told for how long");
        }
        if status == StatusCode::OK {
            let tokens: SessionTokens = answer.json().await.unwrap();
            let looked = app.get("/api/v1/session", &tokens.access_token).await;
            assert_eq!(looked.status(), StatusCode::OK);
        }
        (who, status.as_u16())
    });
    let mut outcomes = BTreeMap::new();
    for outcome in join_all(attempts).await {
        *outcomes.entry(outcome).or_insert(0) += 1;
    }
    outcomes
}

#[tokio::test]
async fn of_a_thousand_sign_ins_at_once_none_is_answered_wrongly() {
    let app = App::start_with(test_redis().await.unwrap(), |config| {
        config.attempts_per_account = 10_000;
        config.attempts_per_address = 10_000;
    })
    .await;
    // Whoever is signed in already goes on unhindered.
    let before = app.sign_in().await;
    let ended = AtomicBool::new(false);
    let watch = async {
        let mut slowest = Duration::ZERO;
        while !ended.load(Ordering::Relaxed) {
            let started = Instant::now();
            let keys = app.request(Method::GET, "/.well-known/jwks.json").send().await.unwrap();
            assert_eq!(keys.status(), StatusCode::OK);
            slowest = slowest.max(started.elapsed());
            sleep(Duration::from_millis(10)).await;
        }
        slowest
    };
    let load = async {
        let outcomes = thousand_sign_ins(&app).await;
        ended.store(true, Ordering::Relaxed);
        outcomes
    };
    let (outcomes, slowest) = tokio::join!(load, watch);
    for ((who, status), count) in &outcomes {
        let expected = if *who == "owner" { 200 } else { 401 };
        let right = *status == expected || matches!(status, 429 | 503);
        assert!(right, "{who} was answered {status} {count} times: {outcomes:?}");
    }
    let signed_in = *outcomes.get(&("owner", 200)).unwrap_or(&0);
    assert!(signed_in > 0, "{outcomes:?}");
    let sessions: i64 = sqlx::query_scalar("SELECT count(*) FROM sessions")
        .fetch_one(&app.database.pool())
        .await
        .unwrap();
    assert_eq!(sessions, i64::from(signed_in) + 1, "a session for each who was let in, no more");
    assert!(slowest < Duration::from_secs(5), "others waited for {slowest:?}");
    assert_eq!(app.refresh(&before.refresh_token).await.status(), StatusCode::OK);
}

/// A session in use: it refreshes and is looked at until told to stop, and must never be refused.
async fn keep_using(
    app: &App,
    services: &[OtherService],
    mut tokens: SessionTokens,
    stop: &AtomicBool,
) {
    while !stop.load(Ordering::Relaxed) {
        let refreshed = app.refresh(&tokens.refresh_token).await;
        assert_eq!(refreshed.status(), StatusCode::OK, "nobody is logged out wrongly");
        tokens = refreshed.json().await.unwrap();
        let looked = app.get("/api/v1/session", &tokens.access_token).await;
        assert_eq!(looked.status(), StatusCode::OK, "nobody is logged out wrongly");
        for service in services {
            service.verifier.verify(&tokens.access_token).await.unwrap();
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// A session that is signed out and must be refused from then on: here at once, elsewhere as soon
/// as it was heard of, and never again let in.
async fn must_stay_out(
    app: &App,
    services: &[OtherService],
    tokens: &SessionTokens,
    stop: &AtomicBool,
) {
    sign_out(app, &tokens.access_token).await;
    let mut out = vec![false; services.len()];
    loop {
        let last_look = stop.load(Ordering::Relaxed);
        let here = app.get("/api/v1/session", &tokens.access_token).await;
        assert_eq!(here.status(), StatusCode::UNAUTHORIZED);
        let again = app.refresh(&tokens.refresh_token).await;
        assert_eq!(again.status(), StatusCode::UNAUTHORIZED);
        for (service, out) in services.iter().zip(&mut out) {
            match service.verifier.verify(&tokens.access_token).await {
                Err(TokenError::Revoked) => *out = true,
                Ok(_) => assert!(!*out, "a session that had ended was let in again"),
                Err(other) => panic!("refused for another reason: {other}"),
            }
        }
        if last_look {
            assert!(out.iter().all(|out| *out), "a session that had ended was still let in");
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn redis_killed_under_load_logs_nobody_out_and_lets_nobody_in() {
    let mut server = PrivateRedis::start().await.unwrap();
    let redis = Redis::new(&server.url(), "nexus").unwrap();
    let app = App::start_with(redis.clone(), |config| config.attempts_per_account = 1000).await;
    let services =
        [OtherService::start(&app, redis.clone()).await, OtherService::start(&app, redis).await];
    let mut sessions = Vec::new();
    for _ in 0..16 {
        sessions.push(app.sign_in().await);
    }
    for service in &services {
        service.verifier.verify(&sessions[0].access_token).await.unwrap();
    }
    let (staying, leaving) = sessions.split_at(8);
    let stop = Arc::new(AtomicBool::new(false));
    let using = staying.iter().map(|tokens| keep_using(&app, &services, tokens.clone(), &stop));
    // One leaves every 300 ms: before, while and after Redis is away.
    let leaving = leaving.iter().zip(0_u32..).map(|(tokens, number)| {
        let (app, services, stop) = (&app, &services, &stop);
        async move {
            sleep(Duration::from_millis(300) * number).await;
            must_stay_out(app, services, tokens, stop).await;
        }
    });
    let killing = async {
        for _ in 0..2 {
            sleep(Duration::from_millis(500)).await;
            server.kill();
            sleep(Duration::from_millis(500)).await;
            server.restart().await.unwrap();
        }
        // Long enough for the last sign-out to be told once Redis is back.
        sleep(Duration::from_secs(3)).await;
        stop.store(true, Ordering::Relaxed);
    };
    tokio::join!(join_all(using), join_all(leaving), killing);
}

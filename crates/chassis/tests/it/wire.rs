//! Clients that do not behave.

use std::time::{Duration, Instant};

use axum::Router;
use chassis::Service;
use chassis::server::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::running::{DEADLINE, Running};

async fn limited(limits: Limits) -> Running {
    Running::service(Service::new("demo", Router::new()).limits(limits), DEADLINE).await
}

#[tokio::test]
async fn a_head_that_never_ends_is_cut_off() {
    let limits = Limits { head_timeout: Duration::from_millis(300), ..Limits::default() };
    let app = limited(limits).await;
    let mut slow = TcpStream::connect(app.address).await.unwrap();
    let started = Instant::now();
    slow.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n").await.unwrap();
    let mut answer = Vec::new();
    timeout(DEADLINE, slow.read_to_end(&mut answer)).await.unwrap().unwrap();
    let took = started.elapsed();
    assert!((200..3000).contains(&took.as_millis()), "{took:?}");
    assert!(!String::from_utf8_lossy(&answer).contains("200 OK"));
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_the_same_time() {
    let limits = Limits { head_timeout: Duration::from_millis(300), ..Limits::default() };
    let app = limited(limits).await;
    let mut idle = TcpStream::connect(app.address).await.unwrap();
    idle.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    timeout(DEADLINE, idle.read_to_end(&mut answer)).await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_one_to_end() {
    let app = limited(Limits { connections: 1, ..Limits::default() }).await;
    let mut first = TcpStream::connect(app.address).await.unwrap();
    first.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut byte = [0];
    timeout(DEADLINE, first.read_exact(&mut byte)).await.unwrap().unwrap();

    let mut second = TcpStream::connect(app.address).await.unwrap();
    second.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let waiting = timeout(Duration::from_millis(200), second.read_exact(&mut byte)).await;
    assert!(waiting.is_err(), "the second connection is served beside the first");
    drop(first);
    timeout(DEADLINE, second.read_exact(&mut byte)).await.unwrap().unwrap();
}

#[tokio::test]
async fn garbage_ends_its_connection_and_nothing_else() {
    let app = limited(Limits::default()).await;
    let enormous = [b"GET / HTTP/1.1\r\nx: ".to_vec(), vec![b'a'; 200_000]].concat();
    for garbage in [b"\x16\x03\x01\x02\x00\x01\x00".to_vec(), b"\r\n \r\n\r\n".to_vec(), enormous] {
        let mut socket = TcpStream::connect(app.address).await.unwrap();
        // The server may close while this is still being written.
        let _ = socket.write_all(&garbage).await;
        let _ = socket.shutdown().await;
        let mut answer = Vec::new();
        let _ = timeout(DEADLINE, socket.read_to_end(&mut answer)).await.unwrap();
        assert!(!String::from_utf8_lossy(&answer).contains("200 OK"));
    }
    assert_eq!(app.get("/health").await.status(), 200);
}

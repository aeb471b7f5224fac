//! Media straight from StreamCore, over TLS and HTTP/2.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use h2::client::SendRequest;
use http::{HeaderMap, Request, StatusCode};
use rcgen::{CertificateParams, KeyPair};
use streamcore::Config;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, pem::PemObject as _},
    },
};

use crate::{
    encoder::{Source, publish},
    service::TestService,
};

const HOST: &str = "tv.test.localhost";

/// A service that serves viewers directly.
struct Direct {
    service: TestService,
    address: SocketAddr,
    authority: RootCertStore,
    _files: TempDir,
}

impl Direct {
    async fn start() -> Self {
        let files = TempDir::new().unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(vec![HOST.to_owned()]).unwrap().self_signed(&key).unwrap();
        let config = Config {
            viewer_port: Some(0),
            viewer_host: Some(HOST.to_owned()),
            viewer_certificate: files.path().join("chain.pem"),
            viewer_key: files.path().join("key.pem"),
            ..Config::default()
        };
        std::fs::write(&config.viewer_certificate, certificate.pem()).unwrap();
        std::fs::write(&config.viewer_key, key.serialize_pem()).unwrap();
        let mut authority = RootCertStore::empty();
        authority
            .add(CertificateDer::from_pem_slice(certificate.pem().as_bytes()).unwrap())
            .unwrap();
        let service = TestService::start_with(config).await;
        let address = service.viewers.unwrap();
        Self { service, address, authority, _files: files }
    }

    async fn connect(&self, protocols: &[&str]) -> TlsStream<TcpStream> {
        let mut tls = ClientConfig::builder()
            .with_root_certificates(self.authority.clone())
            .with_no_client_auth();
        tls.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let stream = TcpStream::connect(self.address).await.unwrap();
        let name = HOST.try_into().unwrap();
        TlsConnector::from(Arc::new(tls)).connect(name, stream).await.unwrap()
    }

    async fn viewer(&self) -> SendRequest<bytes::Bytes> {
        let tls = self.connect(&["h2"]).await;
        let (requests, connection) = h2::client::handshake(tls).await.unwrap();
        tokio::spawn(connection);
        requests
    }
}

async fn ask(
    viewer: &SendRequest<bytes::Bytes>,
    method: &str,
    path: &str,
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let request = Request::builder().method(method).uri(format!("https://{HOST}{path}"));
    let answering = async {
        let mut viewer = viewer.clone().ready().await.unwrap();
        let (answer, _) = viewer.send_request(request.body(()).unwrap(), true).unwrap();
        let (head, mut body) = answer.await.unwrap().into_parts();
        let mut bytes = Vec::new();
        while let Some(data) = body.data().await {
            let data = data.unwrap();
            body.flow_control().release_capacity(data.len()).unwrap();
            bytes.extend_from_slice(&data);
        }
        (head.status, head.headers, bytes)
    };
    timeout(Duration::from_secs(20), answering).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_get_the_same_bytes_as_through_the_gateway() {
    let direct = Direct::start().await;
    let url = direct.service.register("demo").await;
    let _encoder = publish(Source::default(), &url);
    direct.service.until_state("demo", "live").await;
    let shown = direct.service.json("/api/v1/streams/demo").await;
    let announced = format!("https://{HOST}:{}/live/demo/index.m3u8", direct.address.port());
    assert_eq!(shown["playback"]["direct"], announced);

    let viewer = direct.viewer().await;
    let (status, headers, playlist) = ask(&viewer, "GET", "/live/demo/video.m3u8").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(headers["content-type"], "application/vnd.apple.mpegurl");
    let playlist = String::from_utf8(playlist).unwrap();
    let part = playlist.lines().rev().find(|line| line.starts_with("#EXT-X-PART:")).unwrap();
    let name = part.split("URI=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let path = format!("/live/demo/{name}");
    let (status, headers, bytes) = ask(&viewer, "GET", &path).await;
    assert_eq!((status, &headers["content-type"]), (StatusCode::OK, &"video/mp4".parse().unwrap()));
    assert_eq!(bytes, direct.service.get(&path).await.bytes().await.unwrap());

    // A blocking reload is held here too.
    let hint = playlist.lines().find(|line| line.starts_with("#EXT-X-PRELOAD-HINT")).unwrap();
    let hinted = hint.split("URI=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let (status, _, bytes) = ask(&viewer, "GET", &format!("/live/demo/{hinted}")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!bytes.is_empty());
    direct.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_live_media_is_served_there() {
    let direct = Direct::start().await;
    let viewer = direct.viewer().await;
    for (method, path, status, code) in [
        ("GET", "/", 404, "not-found"),
        ("GET", "/api/v1/streams", 404, "not-found"),
        ("GET", "/metrics", 404, "not-found"),
        ("GET", "/live/demo/index.m3u8", 404, "stream-not-live"),
        ("GET", "/live/demo/../../metrics", 404, "not-found"),
        ("GET", "/live/demo/video/1.m4s/x", 404, "not-found"),
        ("GET", "/live/demo/video.m3u8?_HLS_msn=x", 400, "malformed-query"),
        ("POST", "/live/demo/index.m3u8", 405, "method-not-allowed"),
        ("OPTIONS", "/live/demo/index.m3u8", 405, "method-not-allowed"),
    ] {
        let (answered, headers, body) = ask(&viewer, method, path).await;
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["code"], code, "{method} {path}");
        assert_eq!(answered.as_u16(), status, "{method} {path}");
        assert_eq!(headers["content-type"], "application/problem+json");
    }
    direct.service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_clients_and_strangers_disturb_nobody() {
    let direct = Direct::start().await;
    let viewer = direct.viewer().await;
    let mut stranger = TcpStream::connect(direct.address).await.unwrap();
    stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut rest = Vec::new();
    // Not TLS: an alert at most, then the end.
    drop(timeout(Duration::from_secs(5), stranger.read_to_end(&mut rest)).await.unwrap());
    assert!(!rest.starts_with(b"HTTP"));
    let silent = TcpStream::connect(direct.address).await.unwrap();

    let mut old = direct.connect(&["http/1.1"]).await;
    let request =
        format!("GET /live/demo/index.m3u8 HTTP/1.1\r\nhost: {HOST}\r\nconnection: close\r\n\r\n");
    old.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(Duration::from_secs(5), old.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");

    let (status, ..) = ask(&viewer, "GET", "/live/demo/index.m3u8").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    drop(silent);
    direct.service.stop().await;
}

//! HTTP as a viewer speaks it.

use std::{
    collections::BTreeMap,
    io::Read as _,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use bytes::Bytes;
use flate2::read::GzDecoder;
use reqwest::{Client, Url, header::ACCEPT_ENCODING};

/// Longest wait for any answer. Blocking requests are held for three target durations at most.
const DEADLINE: Duration = Duration::from_secs(20);

/// One answer, whole.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) url: String,
    pub(super) status: u16,
    /// Names in lower case.
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Bytes,
    pub(super) answered: Instant,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body, unpacked if it is gzip.
    pub(super) fn unpacked(&self) -> anyhow::Result<Vec<u8>> {
        let mut plain = Vec::new();
        GzDecoder::new(&self.body[..]).read_to_end(&mut plain).context("gzip is broken")?;
        Ok(plain)
    }
}

/// A viewer's connections.
#[derive(Debug, Clone)]
pub(super) struct Viewer {
    http: Client,
}

impl Viewer {
    pub(super) fn new() -> anyhow::Result<Self> {
        Ok(Self { http: Client::builder().timeout(DEADLINE).build()? })
    }

    /// Asks without offering compression.
    pub(super) async fn get(&self, url: &Url) -> anyhow::Result<Answer> {
        self.ask(url, "identity").await
    }

    pub(super) async fn get_gzip(&self, url: &Url) -> anyhow::Result<Answer> {
        self.ask(url, "gzip").await
    }

    async fn ask(&self, url: &Url, encoding: &str) -> anyhow::Result<Answer> {
        let request = self.http.get(url.clone()).header(ACCEPT_ENCODING, encoding);
        let request = request.header("origin", "https://player.example");
        let response = request.send().await.with_context(|| format!("cannot get {url}"))?;
        let status = response.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        };
        let headers =
            response.headers().iter().map(|(name, value)| (name.to_string(), text(value)));
        let headers = headers.collect();
        let body = response.bytes().await.with_context(|| format!("cannot read {url}"))?;
        Ok(Answer { url: url.to_string(), status, headers, body, answered: Instant::now() })
    }
}

/// A playlist's address with delivery directives, in the order that the draft asks for.
pub(super) fn with_directives(url: &Url, directives: &[(&str, String)]) -> Url {
    let mut url = url.clone();
    url.query_pairs_mut().extend_pairs(directives);
    url
}

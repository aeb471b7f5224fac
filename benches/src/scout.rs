//! One observer without TLS that knows when each part was first to be had, and keeps the bytes.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use reqwest::{Client, header::ACCEPT_ENCODING};
use tokio::time::Instant;

use crate::part::{Position, Rendition, behind, hinted};

/// What one blocking reload brought.
#[derive(Debug, Clone)]
pub struct Step {
    /// When the playlist that lists the parts was there.
    pub at: Instant,
    /// The playlist, compressed as viewers get it.
    pub playlist: Bytes,
    /// The parts that are new in it.
    pub parts: Vec<Bytes>,
}

/// Everything that the observer saw of one rendition.
#[derive(Debug, Default)]
pub struct Log {
    /// The reloads, in order.
    pub steps: Vec<Step>,
    /// When each part was first listed.
    pub published: BTreeMap<Position, Instant>,
}

/// Follows one rendition of the stream at `base` (such as `http://127.0.0.1:3016/live/show`) until
/// `end`.
pub async fn observe(base: String, rendition: Rendition, end: Instant) -> anyhow::Result<Log> {
    let client = Client::builder().timeout(Duration::from_secs(20)).build()?;
    let name = rendition.name();
    let text = get(&client, &format!("{base}/{name}.m3u8"), "identity").await?;
    let mut playlist = String::from_utf8(text.to_vec())?;
    let mut known = behind(&playlist, None).last().copied();
    let mut log = Log::default();
    while Instant::now() < end {
        let next = hinted(&playlist).context("the playlist has no preload hint: is it live?")?;
        let url = format!("{base}/{name}.m3u8?_HLS_msn={}&_HLS_part={}", next.msn, next.part);
        let packed = get(&client, &url, "gzip").await?;
        let at = Instant::now();
        playlist = unpack(&packed)?;
        let mut parts = Vec::new();
        for Position { msn, part } in behind(&playlist, known) {
            known = Some(Position { msn, part });
            log.published.insert(Position { msn, part }, at);
            let url = format!("{base}/{name}/{msn}.{part}.m4s");
            parts.push(get(&client, &url, "identity").await?);
        }
        log.steps.push(Step { at, playlist: packed, parts });
    }
    Ok(log)
}

async fn get(client: &Client, url: &str, encoding: &str) -> anyhow::Result<Bytes> {
    let response = client.get(url).header(ACCEPT_ENCODING, encoding).send().await?;
    ensure!(response.status().is_success(), "{url} answers {}", response.status());
    Ok(response.bytes().await?)
}

/// Unpacks gzip; passes on what is plain.
fn unpack(body: &Bytes) -> anyhow::Result<String> {
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Ok(String::from_utf8(body.to_vec())?);
    }
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&body[..]), &mut text)?;
    Ok(text)
}

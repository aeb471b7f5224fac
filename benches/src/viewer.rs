//! Viewers: one that follows a live stream, and one that replays a recorded one.

use anyhow::{Context as _, ensure};
use tokio::time::{Instant, sleep_until};

use crate::{
    connection::Connection,
    part::{Position, Rendition, behind, hinted},
    scout::Step,
};

/// One part as a viewer got it.
#[derive(Debug, Clone, Copy)]
pub struct Receipt {
    /// Which.
    pub rendition: Rendition,
    /// Where it stands.
    pub position: Position,
    /// When the playlist that lists it was there.
    pub listed: Instant,
    /// When its last byte was there.
    pub received: Instant,
}

/// Follows one rendition by blocking reload until `end`, downloading every part, as hls.js does in
/// low-latency mode. `base` is the path of the stream, such as `/live/show`.
pub async fn watch(
    connection: Connection,
    base: String,
    rendition: Rendition,
    end: Instant,
) -> anyhow::Result<Vec<Receipt>> {
    let name = rendition.name();
    let mut playlist = get(&connection, &format!("{base}/{name}.m3u8")).await?.text()?;
    let mut known = behind(&playlist, None).last().copied();
    let mut receipts = Vec::new();
    while Instant::now() < end {
        let next = hinted(&playlist).context("the playlist has no preload hint: is it live?")?;
        let path = format!("{base}/{name}.m3u8?_HLS_msn={}&_HLS_part={}", next.msn, next.part);
        playlist = get(&connection, &path).await?.text()?;
        let listed = Instant::now();
        for position in behind(&playlist, known) {
            known = Some(position);
            let Position { msn, part } = position;
            get(&connection, &format!("{base}/{name}/{msn}.{part}.m4s")).await?;
            receipts.push(Receipt { rendition, position, listed, received: Instant::now() });
        }
    }
    Ok(receipts)
}

/// Downloads recorded steps from static files at the pace at which they were recorded: step `k` of
/// a rendition is `/<name>/<k>.m3u8` and `/<name>/<k>.<part>.m4s`, due at `start` plus its offset
/// from `origin`.
pub async fn replay(
    connection: Connection,
    rendition: Rendition,
    steps: std::sync::Arc<Vec<Step>>,
    origin: Instant,
    start: Instant,
) -> anyhow::Result<()> {
    let name = rendition.name();
    for (number, step) in steps.iter().enumerate() {
        sleep_until(start + step.at.duration_since(origin)).await;
        get(&connection, &format!("/{name}/{number}.m3u8")).await?;
        for part in 0..step.parts.len() {
            get(&connection, &format!("/{name}/{number}.{part}.m4s")).await?;
        }
    }
    Ok(())
}

async fn get(connection: &Connection, path: &str) -> anyhow::Result<crate::connection::Answer> {
    let answer = connection.get(path).await.with_context(|| format!("cannot get {path}"))?;
    ensure!(answer.status == 200, "{path} answers {}", answer.status);
    Ok(answer)
}

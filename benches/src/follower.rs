//! One viewer that follows the video of a stream through thick and thin: blocking reload and every
//! part, and after a failure from the top.

use std::{net::Ipv4Addr, time::Duration};

use anyhow::Context as _;
use bytes::Bytes;
use reqwest::{Client, Url};
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use crate::{
    boxes,
    listing::{Listing, Part},
    part::{Position, hinted},
    sightings::Sightings,
};

/// Longer than any server may hold a request.
const PATIENCE: Duration = Duration::from_secs(20);
/// Pause after a request that failed.
const PAUSE: Duration = Duration::from_millis(100);
/// How far a part's beginning may be from the end of the one before; playlists round durations.
const TOLERANCE: Duration = Duration::from_millis(2);

/// A plain HTTP client. Names under `.localhost` are this machine, as in browsers (RFC 6761).
pub fn client(urls: &[&Url]) -> anyhow::Result<Client> {
    let hosts = urls.iter().filter_map(|url| url.host_str());
    let local = hosts.filter(|host| host.ends_with(".localhost"));
    let builder = Client::builder().timeout(PATIENCE);
    let builder =
        local.fold(builder, |builder, host| builder.resolve(host, (Ipv4Addr::LOCALHOST, 0).into()));
    Ok(builder.build()?)
}

/// Follows `video.m3u8` under `base`, which ends in `/`, until it is dropped; notes everything in
/// `seen`.
pub async fn follow(client: Client, base: Url, seen: watch::Sender<Sightings>) {
    let mut follower =
        Follower { client, base, seen, before: None, known: None, timeline: None, init: None };
    loop {
        if let Err(failure) = follower.once().await {
            follower.seen.send_modify(|seen| seen.failure(failure.0));
            sleep(PAUSE).await;
        }
    }
}

/// A request that failed, such as `part 404`.
struct Failure(String);

struct Follower {
    client: Client,
    base: Url,
    seen: watch::Sender<Sightings>,
    before: Option<Listing>,
    known: Option<Position>,
    timeline: Option<Timeline>,
    /// The initialization segment in use, and its timescale.
    init: Option<(String, u32)>,
}

/// Where the newest part ended.
struct Timeline {
    position: Position,
    era: u64,
    end: Duration,
}

impl Follower {
    /// Follows from a playlist without directives up to the first failure or the end.
    async fn once(&mut self) -> Result<(), Failure> {
        let mut directives = String::new();
        loop {
            let text = self.get("playlist", &format!("video.m3u8{directives}")).await?;
            let text = String::from_utf8_lossy(&text).into_owned();
            let listing = Listing::parse(&text).map_err(|error| Failure(format!("{error:#}")))?;
            let breaks = listing.breaks(self.before.as_ref());
            self.seen.send_modify(|seen| seen.breaks.extend(breaks));
            self.take_parts(&listing).await?;
            let ended = listing.ended;
            self.before = Some(listing);
            let Some(next) = hinted(&text).filter(|_| !ended) else {
                sleep(PAUSE).await;
                return Ok(());
            };
            directives = format!("?_HLS_msn={}&_HLS_part={}", next.msn, next.part);
        }
    }

    async fn take_parts(&mut self, listing: &Listing) -> Result<(), Failure> {
        self.take_init(listing).await?;
        // Who comes in fresh begins at the live edge.
        let newest = listing.parts.last().map(|part| part.position);
        let known = *self.known.get_or_insert(newest.unwrap_or(Position { msn: 0, part: 0 }));
        for part in listing.parts.iter().filter(|part| part.position > known) {
            let Position { msn, part: index } = part.position;
            let bytes = self.get("part", &format!("video/{msn}.{index}.m4s")).await?;
            let now = Instant::now();
            self.known = Some(part.position);
            let era = listing.eras.get(&msn).copied().unwrap_or_default();
            let changed = self.timeline.as_ref().is_some_and(|timeline| timeline.era != era);
            let jump = self.place(*part, era, &bytes).err();
            self.seen.send_modify(|seen| {
                seen.part(now);
                seen.discontinuities += u64::from(changed);
                seen.breaks.extend(jump);
            });
        }
        Ok(())
    }

    async fn take_init(&mut self, listing: &Listing) -> Result<(), Failure> {
        let Some(name) = &listing.init else { return Ok(()) };
        // The name alone does not tell: a server that was started anew uses it again.
        let restarted = self
            .before
            .as_ref()
            .is_some_and(|before| !listing.eras.keys().any(|msn| before.eras.contains_key(msn)));
        if self.init.as_ref().is_some_and(|(known, _)| known == name) && !restarted {
            return Ok(());
        }
        let bytes = self.get("init", name).await?;
        let timescale = boxes::timescale(&bytes).filter(|scale| *scale > 0);
        let timescale = timescale.ok_or_else(|| Failure("init without timescale".to_owned()))?;
        self.init = Some((name.clone(), timescale));
        Ok(())
    }

    /// Puts a part on the timeline. The error says that it does not belong there although no
    /// discontinuity is between it and the part before.
    fn place(&mut self, part: Part, era: u64, bytes: &[u8]) -> Result<(), String> {
        let position = part.position;
        let (Some(ticks), Some((_, timescale))) = (boxes::decode_time(bytes), &self.init) else {
            return Err(format!("part {}.{} has no decode time", position.msn, position.part));
        };
        let start = seconds(ticks, *timescale);
        let last = self.timeline.replace(Timeline { position, era, end: start + part.duration });
        let Some(last) = last.filter(|last| last.era == era) else { return Ok(()) };
        let follows = position.msn == last.position.msn
            || (position.msn == last.position.msn + 1 && position.part == 0);
        let fits = if follows {
            start.abs_diff(last.end) <= TOLERANCE
        } else {
            start + TOLERANCE >= last.end
        };
        if fits {
            return Ok(());
        }
        Err(format!(
            "part {}.{} begins at {start:.3?}, the one before ended at {:.3?}, and no discontinuity is between",
            position.msn, position.part, last.end
        ))
    }

    async fn get(&self, what: &str, path: &str) -> Result<Bytes, Failure> {
        let answer = async {
            let url = self.base.join(path).context("no URL")?;
            let response = self.client.get(url).send().await?;
            let status = response.status();
            anyhow::Ok((status, response.bytes().await?))
        };
        match answer.await {
            Ok((status, bytes)) if status.is_success() => Ok(bytes),
            Ok((status, _)) => Err(Failure(format!("{what} {}", status.as_u16()))),
            Err(error) => Err(Failure(format!("{what} {}", kind(&error)))),
        }
    }
}

/// What went wrong with a request that got no whole answer.
fn kind(error: &anyhow::Error) -> &'static str {
    match error.downcast_ref::<reqwest::Error>() {
        Some(error) if error.is_connect() => "not connected",
        Some(error) if error.is_timeout() => "timed out",
        _ => "cut off",
    }
}

fn seconds(ticks: u64, timescale: u32) -> Duration {
    let scale = u64::from(timescale);
    let nanos = (ticks % scale) * 1_000_000_000 / scale;
    Duration::from_secs(ticks / scale) + Duration::from_nanos(nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_exact_far_from_zero() {
        let day = 86_400 * 90_000;
        assert_eq!(seconds(day + 45_000, 90_000), Duration::from_millis(86_400_500));
    }
}

//! Who watches a stream and what they are sent, counted without holding anything per viewer but
//! a number.
//!
//! Over HLS a viewer is whoever asked for a playlist in the last ten seconds; players of a live
//! stream do so several times a second. Viewers are told apart by the session id that the player sends
//! (CTA-5004, as query or header), else by address and program: two people behind one address
//! with the same program then count as one. Over WebRTC a viewer is a session that has connected.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher as _, Hash as _, Hasher as _, RandomState},
    net::IpAddr,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    time::Instant,
};

use axum::http::{HeaderMap, HeaderValue, header};
use parking_lot::Mutex;

/// How long a viewer counts after its last request, in seconds.
const MEMORY: u64 = 10;
/// So that a crowd does not queue at one lock.
const SHARDS: usize = 16;
/// Viewers that are told apart at most, which bounds the memory that strangers can fill.
const MAX_VIEWERS: usize = 1 << 18;

/// See the [module](self).
#[derive(Debug)]
pub struct Audience {
    started: Instant,
    hasher: RandomState,
    /// Second of the last request, by hash of the viewer.
    seen: [Mutex<BTreeMap<u64, u64>>; SHARDS],
    connected: AtomicUsize,
    sent: AtomicU64,
}

impl Audience {
    /// Nobody yet.
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            hasher: RandomState::new(),
            seen: std::array::from_fn(|_| Mutex::default()),
            connected: AtomicUsize::new(0),
            sent: AtomicU64::new(0),
        }
    }

    /// Takes note of a viewer's request; `query` is the value of its `CMCD` argument.
    pub fn saw(&self, address: IpAddr, headers: &HeaderMap, query: Option<&str>) {
        let mut hasher = self.hasher.build_hasher();
        let header = || headers.get("cmcd-session")?.to_str().ok();
        if let Some(session) = query.or_else(header).and_then(session) {
            session.hash(&mut hasher);
        } else {
            let program = headers.get(header::USER_AGENT).map(HeaderValue::as_bytes);
            (address, program).hash(&mut hasher);
        }
        let viewer = hasher.finish();
        let now = self.started.elapsed().as_secs();
        let Some(shard) = self.seen.get(shard_of(viewer)) else { return };
        let mut seen = shard.lock();
        if seen.len() < MAX_VIEWERS / SHARDS || seen.contains_key(&viewer) {
            seen.insert(viewer, now);
        }
    }

    /// Takes note of a viewer who connected and will say when it leaves.
    pub fn came(&self) {
        self.connected.fetch_add(1, Ordering::Relaxed);
    }

    /// The counterpart of [`came`](Self::came).
    pub fn left(&self) {
        self.connected.fetch_sub(1, Ordering::Relaxed);
    }

    /// Takes note of bytes that a viewer is sent. One who goes away half-way had less.
    pub fn sent(&self, bytes: u64) {
        self.sent.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Viewers at the moment.
    pub fn viewers(&self) -> usize {
        self.viewers_at(self.started.elapsed().as_secs())
    }

    /// Bytes sent to all viewers so far.
    pub fn bytes(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    fn viewers_at(&self, now: u64) -> usize {
        let count = |shard: &Mutex<BTreeMap<u64, u64>>| {
            let mut seen = shard.lock();
            seen.retain(|_, last| *last + MEMORY > now);
            seen.len()
        };
        self.seen.iter().map(count).sum::<usize>() + self.connected.load(Ordering::Relaxed)
    }
}

fn shard_of(viewer: u64) -> usize {
    // The remainder is below SHARDS, so it fits.
    usize::try_from(viewer % SHARDS as u64).unwrap_or_default()
}

/// The `sid` among CMCD's keys, as it stands there.
fn session(keys: &str) -> Option<&str> {
    keys.split(',').find_map(|pair| pair.trim().strip_prefix("sid="))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(program: &'static str, session: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, HeaderValue::from_static(program));
        if let Some(session) = session {
            headers.insert("cmcd-session", HeaderValue::from_static(session));
        }
        headers
    }

    #[test]
    fn viewers_are_told_apart_and_forgotten() {
        let audience = Audience::new();
        let (home, office) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..3 {
            audience.saw(home, &headers("A", None), None);
            audience.saw(home, &headers("B", None), None);
            audience.saw(office, &headers("A", None), None);
            audience.saw(office, &headers("A", Some("cid=\"demo\", sid=\"1\"")), None);
            audience.saw(home, &headers("A", Some("sid=\"1\"")), None);
            audience.saw(home, &headers("A", None), Some("br=800,sid=\"1\""));
            audience.saw(home, &headers("A", None), Some("br=800,sid=\"2\""));
        }
        assert_eq!(audience.viewers(), 5);
        assert_eq!(audience.viewers_at(MEMORY + 1), 0);
        assert_eq!(audience.viewers(), 0);
        audience.came();
        assert_eq!(audience.viewers_at(MEMORY + 1), 1, "connected is connected");
        audience.left();
        assert_eq!(audience.viewers(), 0);
    }
}

//! The DASH manifest of a stream: made when somebody asks, once for each change.

use std::sync::Arc;

use media::{
    dash::{self, Settings},
    hls::{Encoded, Snapshot},
};
use parking_lot::Mutex;

/// Least latency that players are asked to keep, microseconds: dash.js and shaka-player fetch what is
/// written while it is written, but decide in steps of some hundred milliseconds.
const LATENCY: u64 = 2_000_000;
/// The same in parts.
const LATENCY_PARTS: u64 = 10;

/// See the [module](self).
#[derive(Debug, Default)]
pub struct Manifest(Mutex<Option<(Vec<State>, Encoded)>>);

/// What a manifest says of a rendition changes with these.
#[derive(Debug, PartialEq, Eq)]
struct State {
    open: u64,
    begun: bool,
    first: Option<u64>,
    init: Option<u32>,
    ended: bool,
}

impl Manifest {
    /// The manifest of these renditions, the source's picture first.
    pub fn of(&self, renditions: &[Arc<Snapshot>]) -> Option<Encoded> {
        let states: Vec<State> = renditions.iter().map(|snapshot| State::of(snapshot)).collect();
        let mut made = self.0.lock();
        if let Some((of, manifest)) = &*made
            && *of == states
        {
            return Some(manifest.clone());
        }
        let part = renditions.iter().map(|snapshot| snapshot.part_target).max()?;
        let latency = LATENCY.max(LATENCY_PARTS * part);
        let settings = Settings { latency, ..Settings::default() };
        let manifest = Encoded::new(dash::manifest(renditions, &settings)?);
        *made = Some((states, manifest.clone()));
        Some(manifest)
    }
}

impl State {
    fn of(snapshot: &Snapshot) -> Self {
        Self {
            open: snapshot.open.msn,
            begun: !snapshot.open.is_empty(),
            first: snapshot.listed().next().map(|segment| segment.msn),
            init: snapshot.inits.last().map(|init| init.number),
            ended: snapshot.ended,
        }
    }
}

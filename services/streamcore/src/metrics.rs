//! Figures of streaming, for `/metrics`.

use chassis::metrics::Metrics;
use prometheus_client::metrics::{counter::Counter, gauge::Gauge, histogram::Histogram};

/// Upper bounds of the publishing delay, in seconds.
const DELAYS: [f64; 10] = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5];

/// See the [module](self). Clones share the figures.
#[derive(Debug, Clone)]
pub(crate) struct StreamMetrics {
    /// Streams on air, those waiting for their encoder included.
    pub(crate) on_air: Gauge,
    /// Encoders publishing.
    pub(crate) publishers: Gauge,
    /// Publish attempts that were refused.
    pub(crate) refused: Counter,
    /// Frames taken in.
    pub(crate) frames: Counter,
    /// Bytes of frames taken in.
    pub(crate) bytes: Counter,
    /// From the arrival of a part's last frame until viewers can have it.
    pub(crate) publish_delay: Histogram,
}

impl StreamMetrics {
    /// Figures that appear in `metrics`.
    pub(crate) fn register(metrics: &Metrics) -> Self {
        let this = Self {
            on_air: Gauge::default(),
            publishers: Gauge::default(),
            refused: Counter::default(),
            frames: Counter::default(),
            bytes: Counter::default(),
            publish_delay: Histogram::new(DELAYS),
        };
        metrics.register("streams_on_air", "Streams on air", this.on_air.clone());
        metrics.register("publishers", "Encoders publishing", this.publishers.clone());
        metrics.register("publish_refused", "Publish attempts refused", this.refused.clone());
        metrics.register("ingest_frames", "Frames taken in", this.frames.clone());
        metrics.register("ingest_bytes", "Bytes of frames taken in", this.bytes.clone());
        metrics.register(
            "part_publish_delay_seconds",
            "From the arrival of a part's last frame until viewers can have it",
            this.publish_delay.clone(),
        );
        this
    }
}

//! A frame as it lies on the bus, with what is made of it for all readers together.

use std::sync::{Arc, OnceLock};

use media::{CodecConfig, Frame, rtp};

/// See the [module](self). Clones share everything.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The coded frame.
    pub frame: Arc<Frame>,
    /// The codec configuration it was coded with.
    pub config: Arc<CodecConfig>,
    /// Which publishing session it came from; a new number means a new publisher clock.
    pub session: u64,
    /// Microseconds since 1970 when it arrived.
    pub arrived: i64,
    payloads: Arc<OnceLock<Payloads>>,
}

/// A frame cut up for RTP; the pieces are shared by everyone they are sent to.
type Payloads = Arc<[Arc<[u8]>]>;

impl Entry {
    /// A frame of publishing session number `session`, arrived at this microsecond since 1970.
    pub fn new(frame: Frame, config: Arc<CodecConfig>, session: u64, arrived: i64) -> Self {
        Self { frame: Arc::new(frame), config, session, arrived, payloads: Arc::default() }
    }

    /// Its RTP payloads, made when they are first asked for. None for a codec that WebRTC does not
    /// carry, and for a frame that is cut off.
    pub fn payloads(&self) -> Payloads {
        let make = || match &*self.config {
            CodecConfig::H264(config) => {
                rtp::h264::payloads(&self.frame.data, config).unwrap_or_default().into()
            }
            CodecConfig::Opus(_) => [Arc::from(&*self.frame.data)].into(),
            CodecConfig::Hevc(_) | CodecConfig::Av1(_) | CodecConfig::Aac(_) => Arc::default(),
        };
        self.payloads.get_or_init(make).clone()
    }
}

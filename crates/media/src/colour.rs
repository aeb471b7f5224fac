//! What coded pictures say of their colours, by the code points of ISO/IEC 23091-2 (H.273).

/// The colours of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// `ColourPrimaries`: 1 is BT.709, 9 BT.2020.
    pub primaries: u8,
    /// `TransferCharacteristics`: 1 is BT.709, 16 PQ, 18 HLG.
    pub transfer: u8,
    /// `MatrixCoefficients`: 1 is BT.709, 9 BT.2020.
    pub matrix: u8,
    /// Whether samples use all values instead of those of studio video.
    pub full_range: bool,
}

/// The dynamic range of pictures, as players choose by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VideoRange {
    /// Standard dynamic range.
    #[default]
    Sdr,
    /// Perceptual quantizer (SMPTE ST 2084).
    Pq,
    /// Hybrid log-gamma (ARIB STD-B67).
    Hlg,
}

impl VideoRange {
    /// The range that colours stand for; standard where nothing is said of them.
    pub fn of(colour: Option<Colour>) -> Self {
        match colour.map(|colour| colour.transfer) {
            Some(16) => Self::Pq,
            Some(18) => Self::Hlg,
            _ => Self::Sdr,
        }
    }

    /// The value of `VIDEO-RANGE` (RFC 8216bis §4.4.6.2).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sdr => "SDR",
            Self::Pq => "PQ",
            Self::Hlg => "HLG",
        }
    }
}

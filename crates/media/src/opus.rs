//! Opus headers: the identification header of RFC 7845 §5.1 and what a packet says of its length
//! (RFC 6716 §3.1).

use bytes::{BufMut as _, Bytes, BytesMut};

/// Ticks per second of every Opus track: decoders run at 48 kHz whatever went in (RFC 7845 §4).
pub const SAMPLE_RATE: u32 = 48_000;

/// Samples that libopus looks ahead, and that a decoder discards when it starts at the beginning.
const PRE_SKIP: u16 = 312;
/// Opens the identification header.
const MAGIC: &[u8; 8] = b"OpusHead";
/// Longest packet: 120 ms.
const MAX_PACKET_SAMPLES: u32 = 5_760;

/// Why an Opus header was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpusError {
    /// The header ends before its last field.
    #[error("Opus header is cut off")]
    Truncated,
    /// The header does not begin as RFC 7845 says.
    #[error("Opus header does not start with \"OpusHead\"")]
    NotOpusHead,
    /// A version that is not compatible with 1.
    #[error("Opus header has version {0}, not 1")]
    Version(u8),
    /// No channel, or more than the mapping family allows.
    #[error(
        "Opus header has {channels} channels in mapping family {family}; send mono, stereo or surround up to 7.1"
    )]
    Channels {
        /// Channels announced.
        channels: u8,
        /// The channel mapping family.
        family: u8,
    },
}

/// The header of an Opus track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpusConfig {
    /// Channels at the output, 1 to 8.
    pub channels: u8,
    /// Samples to discard from the output where a stream starts.
    pub pre_skip: u16,
    /// Rate of what was encoded, for information; 0 where it is not known.
    pub input_sample_rate: u32,
    /// Gain to apply to the output, decibels in 8.8 fixed point.
    pub output_gain: i16,
    /// Channel mapping table from the mapping family on: the family alone for mono and stereo.
    pub mapping: Bytes,
}

impl OpusConfig {
    /// The header of a stream that comes without one, such as RTP's: mono for 1 channel, stereo for
    /// every other number.
    pub fn new(channels: u8) -> Self {
        Self {
            channels: if channels == 1 { 1 } else { 2 },
            pre_skip: PRE_SKIP,
            input_sample_rate: SAMPLE_RATE,
            output_gain: 0,
            mapping: Bytes::from_static(&[0]),
        }
    }

    /// Reads an identification header, as Ogg and Enhanced RTMP carry it.
    pub fn parse_head(head: &[u8]) -> Result<Self, OpusError> {
        let rest = head.strip_prefix(MAGIC).ok_or(OpusError::NotOpusHead)?;
        let &[version, channels, skip_low, skip_high, ref rest @ ..] = rest else {
            return Err(OpusError::Truncated);
        };
        // Versions up to 15 only add to version 1; 0 was never valid but is written.
        if version > 15 {
            return Err(OpusError::Version(version));
        }
        let &[a, b, c, d, gain_low, gain_high, family, ref table @ ..] = rest else {
            return Err(OpusError::Truncated);
        };
        let most = match family {
            0 => 2,
            1 => 8,
            _ => 0,
        };
        if channels == 0 || channels > most {
            return Err(OpusError::Channels { channels, family });
        }
        let table = match family {
            0 => &[][..],
            // Stream count, coupled count and one entry for each channel.
            _ => table.get(..2 + usize::from(channels)).ok_or(OpusError::Truncated)?,
        };
        Ok(Self {
            channels,
            pre_skip: u16::from_le_bytes([skip_low, skip_high]),
            input_sample_rate: u32::from_le_bytes([a, b, c, d]),
            output_gain: i16::from_le_bytes([gain_low, gain_high]),
            mapping: [&[family], table].concat().into(),
        })
    }

    /// Writes the identification header.
    pub fn to_head(&self) -> Bytes {
        let mut out = BytesMut::with_capacity(18 + self.mapping.len());
        out.put_slice(MAGIC);
        out.put_slice(&[1, self.channels]);
        out.put_u16_le(self.pre_skip);
        out.put_u32_le(self.input_sample_rate);
        out.put_i16_le(self.output_gain);
        out.put_slice(&self.mapping);
        out.freeze()
    }

    /// The `CODECS` string: the name of the sample entry.
    pub fn rfc6381(&self) -> String {
        "opus".to_owned()
    }
}

/// Samples at 48 kHz that a packet decodes to; `None` for one that no decoder takes.
pub fn packet_samples(packet: &[u8]) -> Option<u32> {
    let &toc = packet.first()?;
    let configuration = usize::from(toc >> 3);
    let frame = match configuration {
        // SILK, hybrid and CELT, table 2 of RFC 6716.
        0..12 => [480, 960, 1_920, 2_880][configuration % 4],
        12..16 => [480, 960][configuration % 2],
        _ => [120, 240, 480, 960][configuration % 4],
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(packet.get(1)? & 0x3f),
    };
    let samples = frame * frames;
    (1..=MAX_PACKET_SAMPLES).contains(&samples).then_some(samples)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_libopus_writes() {
        let head = b"OpusHead\x01\x02\x38\x01\x80\xbb\0\0\0\0\0";
        let config = OpusConfig::parse_head(head).unwrap();
        assert_eq!(config, OpusConfig::new(2));
        assert_eq!(config.to_head(), head[..]);
        let surround =
            b"OpusHead\x01\x06\x38\x01\x80\xbb\0\0\0\0\x01\x04\x02\0\x04\x01\x02\x03\x05";
        let config = OpusConfig::parse_head(surround).unwrap();
        assert_eq!((config.channels, config.mapping.len()), (6, 9));
        assert_eq!(config.to_head(), surround[..]);
    }

    #[test]
    fn refuses_what_no_decoder_could_use() {
        let refused = |head: &[u8]| OpusConfig::parse_head(head).unwrap_err();
        assert_eq!(refused(b"OpusTags"), OpusError::NotOpusHead);
        assert_eq!(refused(b"OpusHead\x01\x02"), OpusError::Truncated);
        assert_eq!(refused(b"OpusHead\x10\x02\0\0\0\0\0\0\0\0\0"), OpusError::Version(16));
        let channels = |channels, family| OpusError::Channels { channels, family };
        assert_eq!(refused(b"OpusHead\x01\x03\0\0\0\0\0\0\0\0\0"), channels(3, 0));
        assert_eq!(refused(b"OpusHead\x01\0\0\0\0\0\0\0\0\0\0"), channels(0, 0));
        assert_eq!(refused(b"OpusHead\x01\x02\0\0\0\0\0\0\0\0\xff"), channels(2, 255));
        assert_eq!(refused(b"OpusHead\x01\x06\0\0\0\0\0\0\0\0\x01\x04"), OpusError::Truncated);
    }

    #[test]
    fn knows_how_long_packets_last() {
        // SILK 20 ms, hybrid 10 ms, CELT 2.5 ms, two CELT frames of 20 ms, three of 20 ms.
        assert_eq!(packet_samples(&[1 << 3]), Some(960));
        assert_eq!(packet_samples(&[12 << 3]), Some(480));
        assert_eq!(packet_samples(&[16 << 3]), Some(120));
        assert_eq!(packet_samples(&[31 << 3 | 1]), Some(1_920));
        assert_eq!(packet_samples(&[31 << 3 | 3, 0x83]), Some(2_880));
        assert_eq!(packet_samples(&[31 << 3 | 3, 7]), None, "longer than 120 ms");
        assert_eq!(packet_samples(&[31 << 3 | 3, 0]), None, "no frame");
        assert_eq!(packet_samples(&[31 << 3 | 3]), None);
        assert_eq!(packet_samples(&[]), None);
    }

    proptest! {
        #[test]
        fn any_header_is_read_or_refused(tail: Vec<u8>) {
            let head = [&MAGIC[..], &tail].concat();
            if let Ok(config) = OpusConfig::parse_head(&head) {
                prop_assert_eq!(OpusConfig::parse_head(&config.to_head()), Ok(config));
            }
            let _ = packet_samples(&tail);
        }
    }
}

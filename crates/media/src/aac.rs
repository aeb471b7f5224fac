//! AAC headers: the `AudioSpecificConfig` of ISO/IEC 14496-3 §1.6.2.1.

use bytes::Bytes;

use crate::bits::{BitReader, OutOfBits};

/// Longest accepted header in bytes. Encoders send 2 to 5; a channel map with its comment can make
/// it some hundred.
const MAX_RECORD: usize = 512;

/// Table 1.18, `samplingFrequencyIndex`.
const SAMPLE_RATES: [u32; 13] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
];

/// Audio object types of table 1.17.
mod object_type {
    pub(super) const MAIN: u8 = 1;
    pub(super) const LTP: u8 = 4;
    pub(super) const SBR: u8 = 5;
    pub(super) const PS: u8 = 29;
    pub(super) const ESCAPE: u8 = 31;
}

/// Why an `AudioSpecificConfig` was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AacError {
    /// The header ends before its last field.
    #[error("AAC header is broken")]
    Truncated(#[from] OutOfBits),
    /// The header is far longer than any channel map makes it.
    #[error("AAC header of {0} bytes is longer than {MAX_RECORD}")]
    TooLong(usize),
    /// The audio object type is not one that browsers play.
    #[error("audio object type {0} is not supported: send AAC-LC, HE-AAC or HE-AAC v2")]
    ObjectType(u8),
    /// The sampling frequency is reserved or zero.
    #[error("sampling frequency of the AAC header is reserved or zero")]
    SampleRate,
    /// The channel configuration is reserved, or its map names no channel.
    #[error("channel configuration {0} of the AAC header is reserved or empty")]
    Channels(u8),
}

/// The header of an AAC track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioConfig {
    /// The `AudioSpecificConfig`, byte for byte as received.
    pub record: Bytes,
    /// Samples per second of the AAC core, which is the timescale of the track. Where spectral band
    /// replication doubles it the output has twice as many; durations are the same in both.
    pub sample_rate: u32,
    /// Channels at the output: 2 for parametric stereo though its core is mono.
    pub channels: u8,
    /// Audio object type that the header opens with: 2 for AAC-LC, 5 for HE-AAC and 29 for
    /// HE-AAC v2 where they are signalled explicitly.
    pub object_type: u8,
    /// Samples per channel of the core in each frame: 1024, or 960 in broadcast profiles.
    pub samples_per_frame: u32,
}

impl AudioConfig {
    /// Reads an `AudioSpecificConfig`.
    ///
    /// Spectral band replication that is signalled behind the core header, or not at all, changes
    /// nothing here: the core alone gives the timing, and a decoder reads `record` itself.
    pub fn parse(asc: Bytes) -> Result<Self, AacError> {
        if asc.len() > MAX_RECORD {
            return Err(AacError::TooLong(asc.len()));
        }
        let mut reader = BitReader::new(&asc);
        let object_type = read_object_type(&mut reader)?;
        let sample_rate = read_sample_rate(&mut reader)?;
        let channel_configuration = reader.small(4)?;
        let core = match object_type {
            object_type::SBR | object_type::PS => {
                read_sample_rate(&mut reader)?;
                read_object_type(&mut reader)?
            }
            core => core,
        };
        if !(object_type::MAIN..=object_type::LTP).contains(&core) {
            return Err(AacError::ObjectType(core));
        }
        let short_frames = reader.flag()?;
        if reader.flag()? {
            reader.skip(14)?; // coreCoderDelay
        }
        reader.flag()?; // extensionFlag
        let core_channels = match channel_configuration {
            0 => read_channel_map(&mut reader)?,
            1..=6 => channel_configuration,
            7 | 12 | 14 => 8,
            11 => 7,
            _ => 0,
        };
        if core_channels == 0 {
            return Err(AacError::Channels(channel_configuration));
        }
        let parametric_stereo = object_type == object_type::PS && core_channels == 1;
        Ok(Self {
            sample_rate,
            channels: if parametric_stereo { 2 } else { core_channels },
            object_type,
            samples_per_frame: if short_frames { 960 } else { 1024 },
            record: asc,
        })
    }

    /// The `CODECS` string of RFC 6381, such as `mp4a.40.2`.
    pub fn rfc6381(&self) -> String {
        format!("mp4a.40.{}", self.object_type)
    }
}

/// `GetAudioObjectType()`, table 1.16.
fn read_object_type(reader: &mut BitReader<'_>) -> Result<u8, OutOfBits> {
    match reader.small(5)? {
        object_type::ESCAPE => Ok(32 + reader.small(6)?),
        object_type => Ok(object_type),
    }
}

fn read_sample_rate(reader: &mut BitReader<'_>) -> Result<u32, AacError> {
    let rate = match reader.small(4)? {
        15 => reader.bits(24)?,
        index => SAMPLE_RATES.get(usize::from(index)).copied().unwrap_or_default(),
    };
    if rate == 0 { Err(AacError::SampleRate) } else { Ok(rate) }
}

/// Counts the channels of a `program_config_element()`, §4.4.1.1 table 4.2.
fn read_channel_map(reader: &mut BitReader<'_>) -> Result<u8, OutOfBits> {
    reader.skip(4 + 2 + 4)?; // element_instance_tag, object_type, sampling_frequency_index
    let (front, side, back) = (reader.small(4)?, reader.small(4)?, reader.small(4)?);
    let low_frequency = reader.small(2)?;
    reader.skip(3 + 4)?; // num_assoc_data_elements, num_valid_cc_elements
    for mixdown_bits in [4, 4, 3] {
        if reader.flag()? {
            reader.skip(mixdown_bits)?;
        }
    }
    let mut channels = low_frequency;
    for _ in 0..front + side + back {
        channels += if reader.flag()? { 2 } else { 1 };
        reader.skip(4)?; // element_tag_select
    }
    Ok(channels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(asc: &[u8]) -> Result<AudioConfig, AacError> {
        AudioConfig::parse(Bytes::copy_from_slice(asc))
    }

    fn facts(asc: &[u8]) -> (u32, u8, u32, String) {
        let config = parse(asc).unwrap();
        (config.sample_rate, config.channels, config.samples_per_frame, config.rfc6381())
    }

    #[test]
    fn reads_what_encoders_send() {
        assert_eq!(facts(&[0x11, 0x90]), (48_000, 2, 1024, "mp4a.40.2".into()));
        assert_eq!(facts(&[0x12, 0x08]), (44_100, 1, 1024, "mp4a.40.2".into()));
        // AAC-LC with band replication signalled behind the core: the core counts.
        let backward_compatible = [0x13, 0x90, 0x56, 0xe5, 0xa5, 0x48, 0x80];
        assert_eq!(facts(&backward_compatible), (22_050, 2, 1024, "mp4a.40.2".into()));
        // HE-AAC, explicit: type 5, core 24 kHz, stereo, output 48 kHz, core type 2.
        assert_eq!(facts(&[0x2b, 0x11, 0x88, 0x00]), (24_000, 2, 1024, "mp4a.40.5".into()));
        // HE-AAC v2, explicit: type 29, mono core.
        assert_eq!(facts(&[0xeb, 0x09, 0x88, 0x00]), (24_000, 2, 1024, "mp4a.40.29".into()));
    }

    #[test]
    fn reads_an_explicit_frequency_and_short_frames() {
        // 00010 1111 000000001011101110000000 0010 1 0 0: type 2, 48,000 Hz, stereo, 960 samples.
        let asc = [0x17, 0x80, 0x5d, 0xc0, 0x14];
        assert_eq!(facts(&asc), (48_000, 2, 960, "mp4a.40.2".into()));
    }

    #[test]
    fn counts_the_channels_of_a_channel_map() {
        // 5.1 as a map: front centre and pair, back pair, one low frequency element.
        // 00010 0011 0000 000 | 0000 01 0011 0010 0000 0001 01 000 0000 0 0 0 | 0 0000 1 0000 1 0000
        let bits = concat!(
            "00010", "0011", "0000", "000", "0000", "01", "0011", "0010", "0000", "0001", "01",
            "000", "0000", "000", "0", "0000", "1", "0000", "1", "0000", "00000000"
        );
        let asc: Vec<u8> = bits
            .as_bytes()
            .chunks_exact(8)
            .map(|byte| byte.iter().fold(0, |value, bit| value << 1 | (bit - b'0')))
            .collect();
        assert_eq!(facts(&asc), (48_000, 6, 1024, "mp4a.40.2".into()));
    }

    #[test]
    fn refuses_what_browsers_cannot_play() {
        assert_eq!(parse(&[0x11]).unwrap_err(), AacError::Truncated(OutOfBits));
        assert_eq!(parse(&[0x16, 0x90]).unwrap_err(), AacError::SampleRate);
        // AAC-LD, type 23.
        assert_eq!(parse(&[0xb9, 0x90, 0x00]).unwrap_err(), AacError::ObjectType(23));
        assert_eq!(parse(&[0x11, 0xc8]).unwrap_err(), AacError::Channels(9));
        assert_eq!(parse(&[0x11; 600]).unwrap_err(), AacError::TooLong(600));
    }
}

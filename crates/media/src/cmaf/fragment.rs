//! One `moof` and its `mdat`: the hot path, written in one allocation of the exact size.

use bytes::Bytes;

use super::boxes::{BoxWriter, size32};

/// `sample_flags` of a frame that others depend on and that depends on none (§8.8.3.1).
const SYNC: u32 = 0x0200_0000;
/// `sample_flags` of a frame that depends on others and is no place to start.
const NON_SYNC: u32 = 0x0101_0000;

/// Flags of `tfhd` (§8.8.7.1).
mod tfhd {
    pub(super) const DEFAULT_DURATION: u32 = 0x08;
    pub(super) const DEFAULT_FLAGS: u32 = 0x20;
    pub(super) const DEFAULT_BASE_IS_MOOF: u32 = 0x02_0000;
}

/// Flags of `trun` (§8.8.8.1).
mod trun {
    pub(super) const DATA_OFFSET: u32 = 0x01;
    pub(super) const FIRST_SAMPLE_FLAGS: u32 = 0x04;
    pub(super) const DURATION: u32 = 0x100;
    pub(super) const SIZE: u32 = 0x200;
    pub(super) const FLAGS: u32 = 0x400;
    pub(super) const COMPOSITION_OFFSET: u32 = 0x800;
}

/// One frame as a fragment stores it. Times are ticks of the track's timescale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Time from this frame to the next in decoding order.
    pub duration: u32,
    /// Presentation time less decoding time.
    pub composition_offset: i32,
    /// Whether decoding may start here.
    pub keyframe: bool,
    /// The coded frame.
    pub data: Bytes,
}

/// Packs frames into one fragment of a track.
///
/// `sequence_number` counts the fragments of the track from 1, `base_decode_time` is the decoding
/// time of the first frame in ticks. All frames together must stay below 4 GiB.
pub fn fragment(
    sequence_number: u32,
    track_id: u32,
    base_decode_time: u64,
    samples: &[Sample],
) -> Bytes {
    let layout = Layout::of(samples);
    let payload: usize = samples.iter().map(|sample| sample.data.len()).sum();
    let header = layout.header_size(samples.len());
    let mut out = BoxWriter::with_capacity(header + 8 + payload);
    out.nest(*b"moof", |moof| {
        moof.full(*b"mfhd", 0, 0, |mfhd| {
            mfhd.u32(sequence_number);
        });
        moof.nest(*b"traf", |traf| {
            layout.write_tfhd(traf, track_id);
            traf.full(*b"tfdt", 1, 0, |tfdt| {
                tfdt.u64(base_decode_time);
            });
            layout.write_trun(traf, header + 8, samples);
        });
    });
    out.nest(*b"mdat", |mdat| {
        for sample in samples {
            mdat.bytes(&sample.data);
        }
    });
    out.finish()
}

/// What all frames share, and so is written once instead of per frame.
#[derive(Debug)]
struct Layout {
    duration: Option<u32>,
    /// Flags of all frames, or of all after the first.
    flags: Option<u32>,
    /// Flags of the first frame where only it differs.
    first_flags: Option<u32>,
    composition_offsets: bool,
}

impl Layout {
    fn of(samples: &[Sample]) -> Self {
        let first = samples.first().map(flags);
        let rest = samples.get(1..).unwrap_or_default();
        let uniform_rest = rest.windows(2).all(|pair| pair[0].keyframe == pair[1].keyframe);
        let shared = rest.first().map(flags).or(first).filter(|_| uniform_rest);
        Self {
            duration: samples
                .first()
                .map(|sample| sample.duration)
                .filter(|&duration| rest.iter().all(|sample| sample.duration == duration)),
            flags: shared,
            first_flags: first.filter(|_| shared.is_some() && first != shared),
            composition_offsets: samples.iter().any(|sample| sample.composition_offset != 0),
        }
    }

    /// Bytes of the whole `moof`.
    fn header_size(&self, samples: usize) -> usize {
        const MOOF_MFHD_TRAF: usize = 8 + 16 + 8;
        const TFDT: usize = 20;
        let tfhd = 16 + field(self.duration.is_some()) + field(self.flags.is_some());
        let trun = 20 + field(self.first_flags.is_some());
        let per_sample = 4
            + field(self.duration.is_none())
            + field(self.flags.is_none())
            + field(self.composition_offsets);
        MOOF_MFHD_TRAF + tfhd + TFDT + trun + samples * per_sample
    }

    fn write_tfhd(&self, traf: &mut BoxWriter, track_id: u32) {
        let present = tfhd::DEFAULT_BASE_IS_MOOF
            | when(self.duration.is_some(), tfhd::DEFAULT_DURATION)
            | when(self.flags.is_some(), tfhd::DEFAULT_FLAGS);
        traf.full(*b"tfhd", 0, present, |tfhd| {
            tfhd.u32(track_id);
            for value in [self.duration, self.flags].into_iter().flatten() {
                tfhd.u32(value);
            }
        });
    }

    fn write_trun(&self, traf: &mut BoxWriter, data_offset: usize, samples: &[Sample]) {
        let present = trun::DATA_OFFSET
            | trun::SIZE
            | when(self.first_flags.is_some(), trun::FIRST_SAMPLE_FLAGS)
            | when(self.duration.is_none(), trun::DURATION)
            | when(self.flags.is_none(), trun::FLAGS)
            | when(self.composition_offsets, trun::COMPOSITION_OFFSET);
        // Version 1: composition offsets are signed.
        traf.full(*b"trun", 1, present, |trun| {
            trun.u32(size32(samples.len())).u32(size32(data_offset));
            if let Some(flags) = self.first_flags {
                trun.u32(flags);
            }
            for sample in samples {
                if self.duration.is_none() {
                    trun.u32(sample.duration);
                }
                trun.u32(size32(sample.data.len()));
                if self.flags.is_none() {
                    trun.u32(flags(sample));
                }
                if self.composition_offsets {
                    trun.i32(sample.composition_offset);
                }
            }
        });
    }
}

fn flags(sample: &Sample) -> u32 {
    if sample.keyframe { SYNC } else { NON_SYNC }
}

fn field(present: bool) -> usize {
    if present { 4 } else { 0 }
}

fn when(present: bool, flag: u32) -> u32 {
    if present { flag } else { 0 }
}

#[cfg(test)]
mod tests {
    use mp4_atom::{Any, Decode, Moof};

    use super::*;

    fn sample(duration: u32, composition_offset: i32, keyframe: bool, size: usize) -> Sample {
        Sample { duration, composition_offset, keyframe, data: vec![7; size].into() }
    }

    /// Reads a fragment back with an independent parser and compares every frame.
    fn check(samples: &[Sample]) -> usize {
        let bytes = fragment(9, 2, 1 << 40, samples);
        assert_eq!(bytes.len(), bytes.len().max(Layout::of(samples).header_size(samples.len())));
        let mut rest = &bytes[..];
        let Any::Moof(Moof { mfhd, traf }) = Any::decode(&mut rest).unwrap() else {
            panic!("no moof");
        };
        let moof_size = bytes.len() - rest.len();
        let Any::Mdat(mdat) = Any::decode(&mut rest).unwrap() else { panic!("no mdat") };
        assert!(rest.is_empty());
        assert_eq!(mfhd.sequence_number, 9);
        let [traf] = &traf[..] else { panic!("one track per fragment") };
        assert_eq!(traf.tfhd.track_id, 2);
        assert!(traf.tfhd.default_base_is_moof);
        assert_eq!(traf.tfdt.as_ref().unwrap().base_media_decode_time, 1 << 40);
        let [run] = &traf.trun[..] else { panic!("one run per fragment") };
        assert_eq!(run.data_offset, i32::try_from(moof_size + 8).ok());
        let mut offset = 0;
        assert_eq!(run.samples.len(), samples.len());
        for (index, (entry, sample)) in run.samples.iter().zip(samples).enumerate() {
            let duration = entry.duration.or(traf.tfhd.default_sample_duration);
            assert_eq!(duration, Some(sample.duration), "duration of {index}");
            let flags = entry.flags.or(traf.tfhd.default_sample_flags).unwrap();
            assert_eq!(flags & 0x1_0000 == 0, sample.keyframe, "sync flag of {index}");
            assert_eq!(entry.cts.unwrap_or(0), i64::from(sample.composition_offset));
            let size = entry.size.unwrap() as usize;
            assert_eq!(&mdat.data[offset..offset + size], &sample.data[..]);
            offset += size;
        }
        assert_eq!(offset, mdat.data.len());
        bytes.len()
    }

    #[test]
    fn survives_an_independent_parser() {
        check(&[]);
        check(&[sample(3000, 0, true, 5)]);
        check(&[
            sample(3000, 6000, true, 5),
            sample(3000, -3000, false, 0),
            sample(2970, 0, false, 9),
        ]);
        check(&[sample(1, 0, false, 1), sample(1, 0, true, 2), sample(1, 0, false, 3)]);
        check(&[sample(1, 0, true, 1), sample(2, 0, true, 2)]);
    }

    #[test]
    fn spends_four_bytes_a_frame_on_uniform_audio() {
        let ten = check(&vec![sample(1024, 0, true, 100); 10]);
        let eleven = check(&vec![sample(1024, 0, true, 100); 11]);
        assert_eq!(eleven - ten, 104);
    }

    #[test]
    fn allocates_exactly_once() {
        let samples = [sample(3000, 6000, true, 5), sample(2990, 0, false, 9)];
        let layout = Layout::of(&samples);
        assert_eq!(fragment(1, 1, 0, &samples).len(), layout.header_size(2) + 8 + 14);
    }
}

//! Whether pictures are shown in another order than they are decoded in (B-frames), which WebRTC
//! cannot carry.

use media::{CodecConfig, Frame};

/// Pictures that must have come before their order says more than what the encoder announces.
const ENOUGH: usize = 32;

/// Judges a track by its frames, each with its publishing session, and by what its encoder
/// announces.
pub fn is_reordered<'a>(
    frames: impl Iterator<Item = (u64, &'a Frame)>,
    config: Option<&CodecConfig>,
) -> bool {
    let Some(picture) = config.and_then(CodecConfig::picture) else { return false };
    let mut track = Track::default();
    for (session, frame) in frames {
        if track.session != session {
            // Another publisher, or the same with other settings.
            track = Track { session, ..Track::default() };
        }
        track.reordered |= track.last.is_some_and(|last| frame.pts < last);
        track.delayed |= frame.pts != frame.dts;
        track.last = Some(frame.pts);
        track.seen += 1;
    }
    // Encoders announce what they might do, and some delay pictures without reordering them.
    let expected = track.delayed && picture.max_reorder_frames != Some(0);
    track.reordered || (track.seen < ENOUGH && expected)
}

/// What was seen of one publishing session.
#[derive(Debug, Default)]
struct Track {
    session: u64,
    seen: usize,
    last: Option<i64>,
    delayed: bool,
    reordered: bool,
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use media::h264::AvcConfig;

    use super::*;

    /// x264, High, 1280x720.
    const RECORD: &[u8] = &[
        0x01, 0x64, 0x00, 0x1f, 0xff, 0xe1, 0x00, 0x1a, 0x67, 0x64, 0x00, 0x1f, 0xac, 0xd9, 0x40,
        0x50, 0x05, 0xbb, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00, 0x00, 0x03, 0x03, 0xc0,
        0xf1, 0x83, 0x19, 0x60, 0x01, 0x00, 0x06, 0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0, 0xfd, 0xf8,
        0xf8, 0x00,
    ];

    fn config(max_reorder_frames: Option<u8>) -> CodecConfig {
        let config = AvcConfig::parse(Bytes::from_static(RECORD)).unwrap();
        CodecConfig::H264(AvcConfig { max_reorder_frames, ..config })
    }

    fn frames(times: &[(i64, i64)]) -> Vec<Frame> {
        let frame = |&(dts, pts)| Frame { dts, pts, keyframe: false, data: Bytes::new() };
        times.iter().map(frame).collect()
    }

    fn judge(times: &[(i64, i64)], announced: Option<u8>) -> bool {
        let frames = frames(times);
        is_reordered(frames.iter().map(|frame| (1, frame)), Some(&config(announced)))
    }

    #[test]
    fn the_order_decides_and_before_there_is_one_the_announcement() {
        assert!(judge(&[(0, 2), (1, 4), (2, 3)], None), "B-frames");
        assert!(!judge(&[(0, 0), (1, 1)], Some(2)), "announced, not used");
        assert!(judge(&[(0, 2)], Some(2)), "announced, and the first picture waits");
        assert!(!judge(&[(0, 2)], Some(0)), "it waits, but the encoder rules them out");
        let delayed: Vec<_> = (0..40).map(|n| (n, n + 2)).collect();
        assert!(!judge(&delayed, None), "merely late");
        assert!(!is_reordered(std::iter::empty(), None));
        let before = frames(&[(0, 2), (1, 4), (2, 3)]);
        let now = frames(&[(0, 0), (1, 1)]);
        let both = before.iter().map(|frame| (1, frame)).chain(now.iter().map(|it| (2, it)));
        assert!(!is_reordered(both, Some(&config(Some(2)))), "the encoder came back without");
    }
}

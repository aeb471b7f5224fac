//! A short FLV file, played over and over with timestamps that go on.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, ensure};
use media::flv::{AudioPacket, AudioTag, Tag, TagKind, TagReader, VideoPacket, VideoTag};

/// No frame of a clip is longer.
const MAX_TAG: usize = 4 << 20;

/// The tags of a file: what an encoder sends first, and what it repeats.
#[derive(Debug)]
pub struct Clip {
    /// Metadata and codec configurations.
    pub headers: Vec<Tag>,
    frames: Vec<Tag>,
    period_ms: u64,
}

impl Clip {
    /// Reads a file that begins with a keyframe.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let bytes =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut reader = TagReader::new(MAX_TAG);
        reader.receive(&bytes);
        let mut tags = Vec::new();
        while let Some(tag) = reader.next_tag()? {
            tags.push(tag);
        }
        Self::new(tags)
    }

    fn new(tags: Vec<Tag>) -> anyhow::Result<Self> {
        let (mut headers, mut frames) = (Vec::new(), Vec::new());
        for tag in tags {
            match role(&tag)? {
                Role::Header => headers.push(tag),
                Role::Frame => frames.push(tag),
                Role::None => {}
            }
        }
        let video = frames.iter().filter(|tag| tag.kind == TagKind::Video);
        let times: Vec<u64> = video.map(|tag| tag.timestamp_ms.into()).collect();
        let [first, .., last] = times[..] else {
            anyhow::bail!("the clip has no video to speak of")
        };
        ensure!(last > first, "the clip's timestamps do not advance");
        let intervals = times.len() as u64 - 1;
        let period_ms = ((last - first) * (intervals + 1) + intervals / 2) / intervals;
        // Sound that runs past the last picture would overlap with the beginning.
        frames.retain(|tag| u64::from(tag.timestamp_ms) < first + period_ms);
        Ok(Self { headers, frames, period_ms })
    }

    /// The frames for ever, each with its time since the start.
    pub fn frames(&self) -> impl Iterator<Item = (Duration, &Tag)> {
        (0_u64..).flat_map(move |round| {
            self.frames.iter().map(move |tag| {
                let time = round * self.period_ms + u64::from(tag.timestamp_ms);
                (Duration::from_millis(time), tag)
            })
        })
    }
}

enum Role {
    Header,
    Frame,
    None,
}

fn role(tag: &Tag) -> anyhow::Result<Role> {
    Ok(match tag.kind {
        TagKind::Script => Role::Header,
        TagKind::Video => match VideoPacket::read(tag.body.clone())?.first().map(|it| &it.tag) {
            Some(VideoTag::SequenceHeader(_)) => Role::Header,
            Some(VideoTag::Frame { .. }) => Role::Frame,
            Some(VideoTag::EndOfSequence) | None => Role::None,
        },
        TagKind::Audio => match AudioPacket::read(tag.body.clone())?.first().map(|it| &it.tag) {
            Some(AudioTag::SequenceHeader(_)) => Role::Header,
            Some(AudioTag::Frame(_)) => Role::Frame,
            Some(AudioTag::EndOfSequence) | None => Role::None,
        },
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn tag(kind: TagKind, timestamp_ms: u32, body: &[u8]) -> Tag {
        Tag { kind, timestamp_ms, body: Bytes::copy_from_slice(body) }
    }

    #[test]
    fn goes_on_where_it_ended() {
        let picture = |time| tag(TagKind::Video, time, &[0x17, 1, 0, 0, 0, 9]);
        let clip = Clip::new(vec![
            tag(TagKind::Video, 0, &[0x17, 0, 0, 0, 0, 1]),
            tag(TagKind::Audio, 0, &[0xaf, 0, 0x11, 0x90]),
            picture(0),
            picture(33),
            picture(67),
            tag(TagKind::Audio, 101, &[0xaf, 1, 0]),
        ])
        .unwrap();
        assert_eq!(clip.headers.len(), 2);
        let times: Vec<u128> = clip.frames().take(7).map(|(time, _)| time.as_millis()).collect();
        assert_eq!(times, [0, 33, 67, 101, 134, 168, 202]);
    }

    #[test]
    fn refuses_a_clip_without_video() {
        assert!(Clip::new(vec![tag(TagKind::Audio, 0, &[0xaf, 1, 0])]).is_err());
    }
}

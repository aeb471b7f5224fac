//! Messages that name their codec by `FourCC` and may carry several tracks: *Enhanced RTMP v2*,
//! "Enhanced Audio" and "Enhanced Video".

use bytes::{BufMut as _, Bytes, BytesMut};

use super::{FlvError, header::take};

/// Tracks in one message; encoders send one in each, or the handful of a ladder.
const MAX_TRACKS: usize = 16;
/// A track that is alone in its message.
const ONE_TRACK: u8 = 0;
/// Several tracks with a codec each; 1 stands for several of one codec.
const MANY_TRACKS_MANY_CODECS: u8 = 2;
/// `ModEx` data that moves the timestamp on.
const TIMESTAMP_OFFSET_NANO: u8 = 0;
/// The packet type that modifiers have in audio and in video.
pub(super) const MOD_EX: u8 = 7;

/// A message taken apart.
#[derive(Debug)]
pub(super) struct Message {
    /// Nanoseconds to add to the timestamp, less than a millisecond.
    pub(super) nanoseconds: u32,
    /// What the message says of itself, behind all modifiers.
    pub(super) packet_type: u8,
    /// What remains.
    pub(super) body: Bytes,
}

/// What one message brings for one track.
#[derive(Debug)]
pub(super) struct Share {
    pub(super) track: u8,
    pub(super) fourcc: [u8; 4],
    pub(super) packet_type: u8,
    pub(super) body: Bytes,
}

/// Steps over the modifiers in front of a message.
pub(super) fn read_modifiers(
    mut packet_type: u8,
    mut body: Bytes,
    what: &'static str,
) -> Result<Message, FlvError> {
    let mut nanoseconds = 0;
    while packet_type == MOD_EX {
        let mut length = usize::from(take::<1>(&mut body, what)?[0]) + 1;
        if length == 256 {
            length = usize::from(u16::from_be_bytes(take(&mut body, what)?)) + 1;
        }
        if length > body.len() {
            return Err(FlvError::Truncated(what));
        }
        let data = body.split_to(length);
        let [next] = take(&mut body, what)?;
        packet_type = next & 0x0f;
        if let (TIMESTAMP_OFFSET_NANO, &[high, mid, low, ..]) = (next >> 4, &data[..]) {
            nanoseconds = u32::from_be_bytes([0, high, mid, low]).min(999_999);
        }
    }
    Ok(Message { nanoseconds, packet_type, body })
}

/// The shares of a message with one track or several; `multitrack` is the packet type that the
/// latter have.
pub(super) fn read_shares(
    packet_type: u8,
    mut body: Bytes,
    multitrack: u8,
    what: &'static str,
) -> Result<Vec<Share>, FlvError> {
    if packet_type != multitrack {
        let fourcc = take(&mut body, what)?;
        return Ok(vec![Share { track: 0, fourcc, packet_type, body }]);
    }
    let [head] = take(&mut body, what)?;
    let (layout, packet_type) = (head >> 4, head & 0x0f);
    if layout > MANY_TRACKS_MANY_CODECS || packet_type == multitrack {
        return Err(FlvError::UnknownPacketType(what, head));
    }
    let common =
        if layout == MANY_TRACKS_MANY_CODECS { None } else { Some(take(&mut body, what)?) };
    let mut shares = Vec::new();
    while !body.is_empty() {
        if shares.len() == MAX_TRACKS {
            return Err(FlvError::TooManyTracks(what, MAX_TRACKS));
        }
        let fourcc = match common {
            Some(fourcc) => fourcc,
            None => take(&mut body, what)?,
        };
        let [track] = take(&mut body, what)?;
        let length = if layout == ONE_TRACK {
            body.len()
        } else {
            let [high, mid, low] = take(&mut body, what)?;
            u32::from_be_bytes([0, high, mid, low]) as usize
        };
        if length > body.len() {
            return Err(FlvError::Truncated(what));
        }
        shares.push(Share { track, fourcc, packet_type, body: body.split_to(length) });
    }
    Ok(shares)
}

/// Writes what comes before the packet's own fields; `head` is the first byte without its packet
/// type.
pub(super) fn write_head(
    out: &mut BytesMut,
    head: u8,
    packet_type: u8,
    multitrack: u8,
    share: (u8, [u8; 4], u32),
) {
    let (track, fourcc, nanoseconds) = share;
    let outer = if track == 0 { packet_type } else { multitrack };
    if nanoseconds == 0 {
        out.put_u8(head | outer);
    } else {
        out.put_slice(&[head | MOD_EX, 2]);
        out.put_uint(nanoseconds.min(999_999).into(), 3);
        out.put_u8(TIMESTAMP_OFFSET_NANO << 4 | outer);
    }
    if track != 0 {
        out.put_u8(ONE_TRACK << 4 | packet_type);
    }
    out.put_slice(&fourcc);
    if track != 0 {
        out.put_u8(track);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(body: &'static [u8]) -> Result<Vec<(u8, [u8; 4], Bytes)>, FlvError> {
        let shares = read_shares(6, Bytes::from_static(body), 6, "video")?;
        Ok(shares.into_iter().map(|share| (share.track, share.fourcc, share.body)).collect())
    }

    #[test]
    fn takes_tracks_apart() {
        let body = |text: &'static str| Bytes::from_static(text.as_bytes());
        assert_eq!(shares(b"\x01avc1\x02abc"), Ok(vec![(2, *b"avc1", body("abc"))]));
        let two = shares(b"\x11hvc1\x00\x00\x00\x02ab\x01\x00\x00\x01c");
        assert_eq!(two, Ok(vec![(0, *b"hvc1", body("ab")), (1, *b"hvc1", body("c"))]));
        let mixed = shares(b"\x21avc1\x00\x00\x00\x01aav01\x07\x00\x00\x00");
        assert_eq!(mixed, Ok(vec![(0, *b"avc1", body("a")), (7, *b"av01", body(""))]));
        assert_eq!(shares(b"\x11hvc1\x00\x00\x00\x03ab"), Err(FlvError::Truncated("video")));
        assert_eq!(shares(b"\x31hvc1"), Err(FlvError::UnknownPacketType("video", 0x31)));
        assert_eq!(shares(b"\x06hvc1"), Err(FlvError::UnknownPacketType("video", 6)));
    }

    #[test]
    fn the_tracks_of_a_message_are_bounded() {
        let body = [&b"\x11avc1"[..], &[0; 4 * 17]].concat();
        let error = read_shares(6, body.into(), 6, "video").unwrap_err();
        assert_eq!(error, FlvError::TooManyTracks("video", 16));
    }

    #[test]
    fn steps_over_modifiers() {
        let read = |body: &'static [u8]| {
            let message = read_modifiers(7, Bytes::from_static(body), "video")?;
            Ok((message.nanoseconds, message.packet_type, message.body.len()))
        };
        assert_eq!(read(b"\x02\x07\xa1\x20\x01avc1"), Ok((500_000, 1, 4)));
        // An unknown modifier of 258 bytes, then the timestamp's.
        let long: &'static [u8] =
            [&[255, 1, 1][..], &[9; 258], &[0x57], b"\x02\x00\x00\x63\x03"].concat().leak();
        assert_eq!(read(long), Ok((99, 3, 0)));
        assert_eq!(read(b"\x05\x01"), Err(FlvError::Truncated("video")));
        assert_eq!(read(b"\x00\x01"), Err(FlvError::Truncated("video")));
    }
}

//! What the bodies of audio and video messages have in common.

use bytes::Bytes;

use super::FlvError;

/// Takes the first `N` bytes off `body`.
pub(super) fn take<const N: usize>(
    body: &mut Bytes,
    what: &'static str,
) -> Result<[u8; N], FlvError> {
    let head = *body.first_chunk().ok_or(FlvError::Truncated(what))?;
    drop(body.split_to(N));
    Ok(head)
}

/// The name that encoders show for a codec of Enhanced RTMP.
pub(super) fn unsupported_fourcc(fourcc: [u8; 4]) -> FlvError {
    let name = match &fourcc {
        b"vvc1" => "VVC (Enhanced RTMP)",
        b"vp08" => "VP8 (Enhanced RTMP)",
        b"vp09" => "VP9 (Enhanced RTMP)",
        b"ac-3" => "AC-3 (Enhanced RTMP)",
        b"ec-3" => "E-AC-3 (Enhanced RTMP)",
        b"fLaC" => "FLAC (Enhanced RTMP)",
        b".mp3" => "MP3 (Enhanced RTMP)",
        _ => return FlvError::UnsupportedCodec(format!("codec \"{}\"", fourcc.escape_ascii())),
    };
    FlvError::UnsupportedCodec(name.to_owned())
}

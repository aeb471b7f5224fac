//! A response body made of a segment's parts, without copying them together.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use media::hls::Segment;

/// The bytes of a segment, part after part.
#[derive(Debug)]
pub struct PartsBody {
    segment: Arc<Segment>,
    next: usize,
    left: u64,
}

impl PartsBody {
    /// The whole segment.
    pub fn new(segment: Arc<Segment>) -> Self {
        let left = segment.len() as u64;
        Self { segment, next: 0, left }
    }
}

impl Body for PartsBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(bytes) = self.segment.parts.get(self.next).map(|part| part.bytes.clone()) else {
            return Poll::Ready(None);
        };
        self.next += 1;
        self.left -= bytes.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

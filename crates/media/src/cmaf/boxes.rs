//! Writing of ISO base media boxes: size, four-character kind, body (ISO/IEC 14496-12 §4.2).

use bytes::{BufMut, Bytes};

/// The transformation matrix of an untransformed picture, 16.16 and 2.30 fixed point (§6.2.2).
const UNITY_MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// Builds nested boxes; the size of each is filled in when it closes.
#[derive(Debug)]
pub(super) struct BoxWriter {
    out: Vec<u8>,
}

impl BoxWriter {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { out: Vec::with_capacity(capacity) }
    }

    /// A plain box with what `body` writes in it.
    pub(super) fn nest(&mut self, kind: [u8; 4], body: impl FnOnce(&mut Self)) {
        let start = self.out.len();
        self.u32(0).bytes(&kind);
        body(self);
        let size = size32(self.out.len() - start);
        self.out[start..start + 4].copy_from_slice(&size.to_be_bytes());
    }

    /// A full box: a plain one that opens with a version and 24 bits of flags.
    pub(super) fn full(
        &mut self,
        kind: [u8; 4],
        version: u8,
        flags: u32,
        body: impl FnOnce(&mut Self),
    ) {
        self.nest(kind, |writer| {
            writer.u32(u32::from(version) << 24 | flags);
            body(writer);
        });
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.out.put_slice(bytes);
        self
    }

    pub(super) fn zeros(&mut self, count: usize) -> &mut Self {
        self.out.put_bytes(0, count);
        self
    }

    pub(super) fn u8(&mut self, value: u8) -> &mut Self {
        self.out.put_u8(value);
        self
    }

    pub(super) fn u16(&mut self, value: u16) -> &mut Self {
        self.out.put_u16(value);
        self
    }

    pub(super) fn u32(&mut self, value: u32) -> &mut Self {
        self.out.put_u32(value);
        self
    }

    pub(super) fn u64(&mut self, value: u64) -> &mut Self {
        self.out.put_u64(value);
        self
    }

    pub(super) fn i32(&mut self, value: i32) -> &mut Self {
        self.out.put_i32(value);
        self
    }

    pub(super) fn matrix(&mut self) -> &mut Self {
        for value in UNITY_MATRIX {
            self.u32(value);
        }
        self
    }

    pub(super) fn finish(self) -> Bytes {
        self.out.into()
    }
}

/// A size that the format holds in 32 bits. Frames are bounded by their ingest far below that.
pub(super) fn size32(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

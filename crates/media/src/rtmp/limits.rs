//! What a peer may make a session hold.

/// Bounds on what a peer may make a session hold. The defaults suit 4K contribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one message; a keyframe is the largest message of a stream. 8 MiB.
    pub message_bytes: usize,
    /// Chunk streams in use at once; encoders use four or five. 64.
    pub chunk_streams: usize,
    /// Memory for messages that have not arrived whole, over all chunk streams. 16 MiB.
    pub partial_bytes: usize,
    /// Bytes that may arrive, and memory for messages that have not arrived whole, while no
    /// publish is accepted: a peer that has shown no key gets no more. 256 KiB.
    pub setup_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 8 << 20,
            chunk_streams: 64,
            partial_bytes: 16 << 20,
            setup_bytes: 256 << 10,
        }
    }
}

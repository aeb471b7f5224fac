//! What a thread of WebRTC is asked to do.

use std::net::{IpAddr, SocketAddr};

use str0m::Candidate;
use tokio::sync::oneshot;

use super::{SessionError, session_id::SessionId, viewer::Viewer};

/// See the [module](self).
#[derive(Debug)]
pub(super) enum Command {
    /// Take this session.
    Open { id: SessionId, ufrag: String, viewer: Box<Viewer> },
    /// End it.
    Close { id: SessionId, answer: Answer },
    /// Take candidates of its peer.
    Trickle { id: SessionId, candidates: Vec<Candidate>, answer: Answer },
    /// A packet that came to another thread's socket.
    Packet { from: SocketAddr, local: Option<IpAddr>, bytes: Box<[u8]> },
}

/// Where the answer goes.
pub(super) type Answer = oneshot::Sender<Result<(), SessionError>>;

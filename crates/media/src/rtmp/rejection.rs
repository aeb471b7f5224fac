//! The answers that stop an encoder, in the codes that encoders know.

/// Why a publish is refused or stopped. The text is what the person at the encoder reads: OBS logs
/// it with the code, FFmpeg prints it as the server's error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The name cannot be published now, somebody else does: `NetStream.Publish.BadName`.
    BadName(String),
    /// The key gives no right to publish: `NetStream.Publish.Denied`.
    Denied(String),
    /// What is sent cannot be taken, a codec for example: `NetStream.Publish.Rejected`.
    Rejected(String),
    /// The server cannot go on, through no fault of the encoder: `NetStream.Failed`.
    Failed(String),
}

impl Rejection {
    /// The `code` of the status message.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadName(_) => "NetStream.Publish.BadName",
            Self::Denied(_) => "NetStream.Publish.Denied",
            Self::Rejected(_) => "NetStream.Publish.Rejected",
            Self::Failed(_) => "NetStream.Failed",
        }
    }

    /// The `description` of the status message.
    pub fn description(&self) -> &str {
        match self {
            Self::BadName(text)
            | Self::Denied(text)
            | Self::Rejected(text)
            | Self::Failed(text) => text,
        }
    }
}

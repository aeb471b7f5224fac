//! The server's end of a connection.

use std::collections::VecDeque;

use bytes::Bytes;

use super::{
    Limits, Rejection, RtmpError, Secret, aggregate,
    clock::Clock,
    command::{Command, information, read_values},
    handshake::Handshake,
    link::Link,
    message::{Message, kind, user_control},
};
use crate::amf0::Value;

/// The flash server that every encoder knows.
const SERVER_VERSION: &str = "FMS/3,5,7,7009";
/// Encoders use one message stream, or one for each rendition they know of.
const MAX_MESSAGE_STREAMS: u32 = 8;
/// Messages can be as short as two bytes; those that nobody has allowed yet are few.
const MAX_EARLY_EVENTS: usize = 256;

/// Settings of a [`ServerSession`].
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// What the peer may make the session hold.
    pub limits: Limits,
    /// Bytes after which the peer must acknowledge, and may be sent without acknowledgement.
    pub window_bytes: u32,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self { limits: Limits::default(), window_bytes: 2_500_000 }
    }
}

/// What the peer wants or sends.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The peer wants to publish. Answer with [`ServerSession::accept_publish`] or
    /// [`ServerSession::reject_publish`]. Media that it sends without waiting follows as events,
    /// within [`Limits::setup_bytes`].
    PublishRequested {
        /// The application, `live` in `rtmp://HOST/live`, without slashes around it.
        app: String,
        /// The stream key, without its query.
        stream_key: Secret,
        /// What stands after `?` in the stream key, or else in the application; empty if nothing.
        query: Secret,
        /// The URL that the peer connected to, as it says.
        tc_url: String,
        /// The name that the encoder gives itself, `FMLE/3.0 (compatible; FMSc/1.0)` as a rule.
        encoder: Option<String>,
    },
    /// The peer wants to play. Answer with [`ServerSession::reject_play`].
    PlayRequested {
        /// The application.
        app: String,
        /// The name of the stream.
        stream_name: Secret,
    },
    /// The properties of `onMetaData`: what the encoder says of itself and the stream.
    Metadata(Value),
    /// One video message; its body is for [`VideoPacket::read`](crate::flv::VideoPacket::read).
    Video {
        /// Decode time on the peer's clock, past 32 bits.
        timestamp_ms: u64,
        /// Never empty.
        body: Bytes,
    },
    /// One audio message; its body is for [`AudioPacket::read`](crate::flv::AudioPacket::read).
    Audio {
        /// Decode time on the peer's clock, past 32 bits.
        timestamp_ms: u64,
        /// Never empty.
        body: Bytes,
    },
    /// The peer ended its stream, or took back its wish. It may publish again.
    PublishEnded,
    /// The session is over because it was rejected. Send the output, shut down writing, and read
    /// until the peer closes or for a second: closing at once may reset the connection before the
    /// peer has read the reason.
    Closed,
}

/// One connection of a peer that publishes.
#[derive(Debug)]
pub struct ServerSession {
    config: ServerConfig,
    handshake: Option<Handshake>,
    link: Link,
    phase: Phase,
    peer: Peer,
    message_streams: u32,
    setup_bytes: usize,
    clock: Clock,
    events: VecDeque<Event>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Connecting,
    Connected,
    /// Publishing was asked for on this message stream.
    Requested(u32),
    Publishing(u32),
    /// Playing was asked for on this message stream.
    PlayRequested(u32),
    Closed,
}

/// What `connect` said.
#[derive(Debug, Default)]
struct Peer {
    app: String,
    query: Secret,
    tc_url: String,
    encoder: Option<String>,
}

impl ServerSession {
    /// A session that waits for the peer's handshake.
    pub fn new(config: ServerConfig) -> Self {
        Self {
            handshake: Some(Handshake::server()),
            link: Link::new(config.limits, config.limits.setup_bytes),
            phase: Phase::Connecting,
            peer: Peer::default(),
            message_streams: 0,
            setup_bytes: 0,
            clock: Clock::default(),
            events: VecDeque::new(),
            config,
        }
    }

    /// Takes what arrived. After it, drain [`poll_event`](Self::poll_event) and send
    /// [`take_output`](Self::take_output).
    ///
    /// After an error the events that were complete before it are still there; send the output and
    /// close. A session that is over ignores what arrives.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<(), RtmpError> {
        if self.phase == Phase::Closed {
            return Ok(());
        }
        self.try_receive(bytes).inspect_err(|_| self.phase = Phase::Closed)
    }

    /// The next thing that the peer wants or sends.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The bytes to send, empty if there are none.
    pub fn take_output(&mut self) -> Bytes {
        self.link.take_output()
    }

    /// Memory held for messages that have not arrived whole, at most
    /// [`Limits::partial_bytes`].
    pub fn buffered_bytes(&self) -> usize {
        self.link.reserved()
    }

    /// Lets the peer publish as it asked. Without a request nothing happens.
    pub fn accept_publish(&mut self) {
        let Phase::Requested(stream_id) = self.phase else { return };
        self.phase = Phase::Publishing(stream_id);
        self.link.reader().set_reservation_limit(self.config.limits.partial_bytes);
        self.link.send_user_control(user_control::STREAM_BEGIN, &stream_id.to_be_bytes());
        let started = Command::status("status", "NetStream.Publish.Start", "publishing");
        self.link.send_command(stream_id, &started);
    }

    /// Refuses the publish that was asked for, or stops the one that is running; the peer is told
    /// why and the session is over. Without either nothing happens.
    pub fn reject_publish(&mut self, rejection: &Rejection) {
        if let Phase::Requested(stream_id) | Phase::Publishing(stream_id) = self.phase {
            self.end(stream_id, rejection.code(), rejection.description());
        }
    }

    /// Refuses the play that was asked for; the peer is told why and the session is over. Without
    /// a request nothing happens.
    pub fn reject_play(&mut self, description: &str) {
        if let Phase::PlayRequested(stream_id) = self.phase {
            self.end(stream_id, "NetStream.Play.Failed", description);
        }
    }

    fn end(&mut self, stream_id: u32, code: &str, description: &str) {
        self.link.send_command(stream_id, &Command::status("error", code, description));
        self.phase = Phase::Closed;
        self.events.clear();
        self.events.push_back(Event::Closed);
    }

    fn try_receive(&mut self, bytes: &[u8]) -> Result<(), RtmpError> {
        if !matches!(self.phase, Phase::Publishing(_)) {
            self.setup_bytes += bytes.len();
            if self.setup_bytes > self.config.limits.setup_bytes {
                return Err(RtmpError::SetupTooLong(self.config.limits.setup_bytes));
            }
        }
        self.link.count(bytes.len());
        let mut input = bytes;
        if let Some(handshake) = &mut self.handshake {
            if !handshake.receive(&mut input, self.link.writer().raw())? {
                return Ok(());
            }
            self.handshake = None;
        }
        while self.phase != Phase::Closed
            && let Some(message) = self.link.receive(&mut input)?
        {
            self.message(message)?;
        }
        Ok(())
    }

    fn message(&mut self, message: Message) -> Result<(), RtmpError> {
        match message.kind {
            kind::AGGREGATE => aggregate::split(message).try_for_each(|inner| self.media(inner))?,
            kind::COMMAND_AMF0 | kind::COMMAND_AMF3 => {
                let command = Command::read(&message)?;
                self.command(message.stream_id, &command)?;
            }
            _ => self.media(message)?,
        }
        Ok(())
    }

    fn media(&mut self, message: Message) -> Result<(), RtmpError> {
        match self.phase {
            Phase::Publishing(_) => {}
            Phase::Requested(_) if self.events.len() < MAX_EARLY_EVENTS => {}
            Phase::Requested(_) => return Err(RtmpError::TooEager(MAX_EARLY_EVENTS)),
            _ => return Ok(()),
        }
        match message.kind {
            // Old encoders announce with an empty message that a track has nothing to say.
            kind::AUDIO | kind::VIDEO if message.body.is_empty() => {}
            kind::AUDIO => {
                let timestamp_ms = self.clock.unwrap(message.timestamp);
                self.events.push_back(Event::Audio { timestamp_ms, body: message.body });
            }
            kind::VIDEO => {
                let timestamp_ms = self.clock.unwrap(message.timestamp);
                self.events.push_back(Event::Video { timestamp_ms, body: message.body });
            }
            kind::DATA_AMF0 | kind::DATA_AMF3 => {
                self.events.extend(metadata(&message).map(Event::Metadata));
            }
            _ => {}
        }
        Ok(())
    }

    fn command(&mut self, stream_id: u32, command: &Command) -> Result<(), RtmpError> {
        match (command.name.as_str(), self.phase) {
            ("connect", Phase::Connecting) => return self.connect(command),
            (_, Phase::Connecting) => return Err(RtmpError::NotConnected),
            ("createStream", _) => return self.create_stream(command.transaction),
            ("releaseStream" | "FCPublish", _) => {
                self.answer("_result", command.transaction, [Value::Null, Value::Undefined]);
            }
            ("publish", Phase::Connected) => self.publish(stream_id, command),
            ("publish", _) => {
                let refused = Rejection::BadName("this connection already has a stream".into());
                let status = Command::status("error", refused.code(), refused.description());
                self.link.send_command(stream_id, &status);
            }
            ("play" | "play2", Phase::Connected) => {
                let stream_name = Secret::new(command.text(0).unwrap_or_default());
                self.phase = Phase::PlayRequested(stream_id);
                self.events
                    .push_back(Event::PlayRequested { app: self.peer.app.clone(), stream_name });
            }
            ("FCUnpublish" | "deleteStream" | "closeStream", _) => self.unpublish(),
            // Answers to nothing, and calls that want no answer.
            ("_result" | "_error" | "onStatus", _) => {}
            (name, _) => {
                let text = format!("{name} is not supported");
                let information = information("error", "NetConnection.Call.Failed", &text);
                self.answer("_error", command.transaction, [Value::Null, information]);
            }
        }
        Ok(())
    }

    fn connect(&mut self, command: &Command) -> Result<(), RtmpError> {
        let text = |name| command.values.first()?.get(name)?.as_str();
        let (app, query) = split_query(text("app").unwrap_or_default());
        let app = app.trim_matches('/');
        if app.is_empty() {
            return Err(RtmpError::NotConnected);
        }
        self.peer = Peer {
            app: app.to_owned(),
            query: Secret::new(query),
            tc_url: text("tcUrl").unwrap_or_default().to_owned(),
            encoder: text("flashVer").filter(|text| !text.is_empty()).map(str::to_owned),
        };
        self.phase = Phase::Connected;
        let window = self.config.window_bytes.to_be_bytes();
        let [a, b, c, d] = window;
        self.link.send_control(kind::WINDOW_ACK_SIZE, window);
        self.link.send_control(kind::SET_PEER_BANDWIDTH, [a, b, c, d, LIMIT_DYNAMIC]);
        self.link.writer().set_chunk_size(4096);
        let server = Value::object([
            ("fmsVer", Value::string(SERVER_VERSION)),
            ("capabilities", Value::Number(31.0)),
            ("fourCcList", Value::StrictArray(FOURCCS.map(Value::string).into())),
            ("videoFourCcInfoMap", forwarded(&FOURCCS[..3])),
            ("audioFourCcInfoMap", forwarded(&FOURCCS[3..])),
            ("capsEx", Value::Number(EXTENDED_CAPABILITIES)),
        ]);
        let connected = Value::object([
            ("level", Value::string("status")),
            ("code", Value::string("NetConnection.Connect.Success")),
            ("description", Value::string("connected")),
            ("objectEncoding", Value::Number(0.0)),
        ]);
        self.answer("_result", command.transaction, [server, connected]);
        Ok(())
    }

    fn create_stream(&mut self, transaction: f64) -> Result<(), RtmpError> {
        if self.message_streams == MAX_MESSAGE_STREAMS {
            return Err(RtmpError::TooManyMessageStreams(MAX_MESSAGE_STREAMS));
        }
        self.message_streams += 1;
        let id = Value::Number(self.message_streams.into());
        self.answer("_result", transaction, [Value::Null, id]);
        Ok(())
    }

    fn publish(&mut self, stream_id: u32, command: &Command) {
        let (stream_key, query) = split_query(command.text(0).unwrap_or_default());
        let query = if query.is_empty() { self.peer.query.clone() } else { Secret::new(query) };
        self.events.push_back(Event::PublishRequested {
            app: self.peer.app.clone(),
            stream_key: Secret::new(stream_key),
            query,
            tc_url: self.peer.tc_url.clone(),
            encoder: self.peer.encoder.clone(),
        });
        self.phase = Phase::Requested(stream_id);
        self.clock = Clock::default();
    }

    fn unpublish(&mut self) {
        let (Phase::Requested(stream_id) | Phase::Publishing(stream_id)) = self.phase else {
            return;
        };
        self.phase = Phase::Connected;
        self.setup_bytes = 0;
        self.link.reader().set_reservation_limit(self.config.limits.setup_bytes);
        let ended =
            Command::status("status", "NetStream.Unpublish.Success", "no longer publishing");
        self.link.send_command(stream_id, &ended);
        self.events.push_back(Event::PublishEnded);
    }

    fn answer<const N: usize>(&mut self, name: &str, transaction: f64, values: [Value; N]) {
        // Zero asks for no answer.
        if transaction > 0.0 {
            self.link.send_command(0, &Command::new(name, transaction, values));
        }
    }
}

/// Codecs that encoders may send, video first, as Enhanced RTMP names them.
const FOURCCS: [&str; 5] = ["avc1", "hvc1", "av01", "mp4a", "Opus"];
/// `CanForward` of `FourCcInfoMask`.
const CAN_FORWARD: f64 = 4.0;
/// `Multitrack`, `ModEx` and `TimestampNanoOffset` of `CapsExMask`.
const EXTENDED_CAPABILITIES: f64 = 14.0;

fn forwarded(codecs: &[&str]) -> Value {
    Value::Object(
        codecs.iter().map(|&codec| (codec.to_owned(), Value::Number(CAN_FORWARD))).collect(),
    )
}

/// The limit type of Set Peer Bandwidth that leaves the choice to the peer.
const LIMIT_DYNAMIC: u8 = 2;

/// Metadata that cannot be read is not worth a stream, nor is a text track.
fn metadata(message: &Message) -> Option<Value> {
    let mut values = read_values(message).ok()?.into_iter().peekable();
    values.next_if(|value| value.as_str() == Some("@setDataFrame"));
    values.next_if(|value| value.as_str() == Some("onMetaData"))?;
    values.next()
}

fn split_query(text: &str) -> (&str, &str) {
    text.split_once('?').unwrap_or((text, ""))
}

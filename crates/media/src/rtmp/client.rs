//! The client's end of a connection: publishing to a server.

use std::collections::VecDeque;

use bytes::Bytes;

use super::{
    Limits, RtmpError, Secret,
    command::Command,
    handshake::Handshake,
    link::Link,
    message::{Message, kind},
};
use crate::{
    amf0::{self, Value},
    flv::TagKind,
};

const CONNECT: f64 = 1.0;
const CREATE_STREAM: f64 = 4.0;
const PUBLISH: f64 = 5.0;

/// Settings of a [`ClientSession`].
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// The application, `live` in `rtmp://HOST/live`.
    pub app: String,
    /// The URL up to the application.
    pub tc_url: String,
    /// The stream key, with its query if there is one.
    pub stream_key: Secret,
    /// The name to give to the server.
    pub encoder: String,
    /// Bytes in each chunk that is sent.
    pub chunk_size: u32,
    /// What the server may make the session hold.
    pub limits: Limits,
}

impl ClientConfig {
    /// The usual settings for this server and key.
    pub fn new(tc_url: impl Into<String>, app: impl Into<String>, stream_key: Secret) -> Self {
        Self {
            app: app.into(),
            tc_url: tc_url.into(),
            stream_key,
            encoder: "FMLE/3.0 (compatible; Nexus COS)".to_owned(),
            chunk_size: 4096,
            limits: Limits::default(),
        }
    }
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientEvent {
    /// Media may be sent.
    PublishAccepted,
    /// The server refused the connection or the stream, or stopped it. The session is over.
    Rejected {
        /// The status code, such as `NetStream.Publish.Denied`.
        code: String,
        /// What the server says to people.
        description: String,
    },
}

/// One connection that publishes to a server.
#[derive(Debug)]
pub struct ClientSession {
    config: ClientConfig,
    handshake: Option<Handshake>,
    link: Link,
    phase: Phase,
    stream_id: u32,
    events: VecDeque<ClientEvent>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Connecting,
    Creating,
    Requested,
    Publishing,
    Closed,
}

impl ClientSession {
    /// A session that has its handshake ready to send.
    pub fn new(config: ClientConfig) -> Self {
        let mut link = Link::new(config.limits, config.limits.setup_bytes);
        let handshake = Handshake::client(link.writer().raw());
        Self {
            handshake: Some(handshake),
            link,
            phase: Phase::Connecting,
            stream_id: 0,
            events: VecDeque::new(),
            config,
        }
    }

    /// Takes what arrived. After it, drain [`poll_event`](Self::poll_event) and send
    /// [`take_output`](Self::take_output). A session that is over ignores what arrives.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<(), RtmpError> {
        if self.phase == Phase::Closed {
            return Ok(());
        }
        self.try_receive(bytes).inspect_err(|_| self.phase = Phase::Closed)
    }

    /// The next answer of the server.
    pub fn poll_event(&mut self) -> Option<ClientEvent> {
        self.events.pop_front()
    }

    /// The bytes to send, empty if there are none.
    pub fn take_output(&mut self) -> Bytes {
        self.link.take_output()
    }

    /// Memory held for messages that have not arrived whole.
    pub fn buffered_bytes(&self) -> usize {
        self.link.reserved()
    }

    /// Sends a body as FLV has it: of video and audio with its decode time, or a script tag such
    /// as `onMetaData`. Before the publish is accepted and after the end nothing is sent.
    pub fn send(&mut self, tag: TagKind, timestamp_ms: u32, body: Bytes) {
        if self.phase != Phase::Publishing {
            return;
        }
        let (chunk_stream, kind, body) = match tag {
            TagKind::Audio => (4, kind::AUDIO, body),
            TagKind::Video => (6, kind::VIDEO, body),
            TagKind::Script => {
                let set_data_frame = amf0::write_all(&[Value::string("@setDataFrame")]);
                (4, kind::DATA_AMF0, [&set_data_frame[..], &body].concat().into())
            }
        };
        let message = Message { kind, stream_id: self.stream_id, timestamp: timestamp_ms, body };
        self.link.writer().write(chunk_stream, &message);
    }

    /// Ends the stream; send the output, then close the connection.
    pub fn finish(&mut self) {
        if matches!(self.phase, Phase::Requested | Phase::Publishing) {
            let key = Value::string(&*self.config.stream_key);
            self.link.send_command(0, &Command::new("FCUnpublish", 6.0, [Value::Null, key]));
            let id = Value::Number(self.stream_id.into());
            self.link.send_command(0, &Command::new("deleteStream", 7.0, [Value::Null, id]));
        }
        self.phase = Phase::Closed;
    }

    fn try_receive(&mut self, bytes: &[u8]) -> Result<(), RtmpError> {
        self.link.count(bytes.len());
        let mut input = bytes;
        if let Some(handshake) = &mut self.handshake {
            if !handshake.receive(&mut input, self.link.writer().raw())? {
                return Ok(());
            }
            self.handshake = None;
            self.connect();
        }
        while self.phase != Phase::Closed
            && let Some(message) = self.link.receive(&mut input)?
        {
            if matches!(message.kind, kind::COMMAND_AMF0 | kind::COMMAND_AMF3) {
                self.command(&Command::read(&message)?);
            }
        }
        Ok(())
    }

    fn connect(&mut self) {
        self.link.writer().set_chunk_size(self.config.chunk_size);
        let object = Value::object([
            ("app", Value::string(&self.config.app)),
            ("type", Value::string("nonprivate")),
            ("flashVer", Value::string(&self.config.encoder)),
            ("tcUrl", Value::string(&self.config.tc_url)),
        ]);
        self.link.send_command(0, &Command::new("connect", CONNECT, [object]));
    }

    fn command(&mut self, command: &Command) {
        let is_answer_to = |transaction: f64| (command.transaction - transaction).abs() < 0.5;
        match (command.name.as_str(), self.phase) {
            ("_result", Phase::Connecting) if is_answer_to(CONNECT) => {
                let key = || Value::string(&*self.config.stream_key);
                for (name, transaction) in [("releaseStream", 2.0), ("FCPublish", 3.0)] {
                    let command = Command::new(name, transaction, [Value::Null, key()]);
                    self.link.send_command(0, &command);
                }
                let create = Command::new("createStream", CREATE_STREAM, [Value::Null]);
                self.link.send_command(0, &create);
                self.phase = Phase::Creating;
            }
            ("_result", Phase::Creating) if is_answer_to(CREATE_STREAM) => {
                self.stream_id = stream_id(command);
                let key = Value::string(&*self.config.stream_key);
                let publish =
                    Command::new("publish", PUBLISH, [Value::Null, key, Value::string("live")]);
                self.link.send_command(self.stream_id, &publish);
                self.phase = Phase::Requested;
            }
            ("_error", _) if [CONNECT, CREATE_STREAM, PUBLISH].into_iter().any(is_answer_to) => {
                self.reject(command);
            }
            ("onStatus", _) => self.status(command),
            _ => {}
        }
    }

    fn status(&mut self, command: &Command) {
        let level = information(command, "level");
        let code = information(command, "code");
        if self.phase == Phase::Requested && code == Some("NetStream.Publish.Start") {
            self.phase = Phase::Publishing;
            self.link.reader().set_reservation_limit(self.config.limits.partial_bytes);
            self.events.push_back(ClientEvent::PublishAccepted);
        } else if level == Some("error") {
            self.reject(command);
        }
    }

    fn reject(&mut self, command: &Command) {
        let text = |name| information(command, name).unwrap_or_default().to_owned();
        let (code, description) = (text("code"), text("description"));
        self.events.push_back(ClientEvent::Rejected { code, description });
        self.phase = Phase::Closed;
    }
}

/// A text of the information object, which follows the command object.
fn information<'a>(command: &'a Command, name: &str) -> Option<&'a str> {
    command.values.get(1)?.get(name)?.as_str()
}

/// The message stream that `createStream` answered, 1 with a server that answers nonsense.
fn stream_id(command: &Command) -> u32 {
    let number = command.values.get(1).and_then(Value::as_f64).unwrap_or(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "as clamps to the range, which is what a nonsense number deserves"
    )]
    {
        number as u32
    }
}

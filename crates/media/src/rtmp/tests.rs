//! Both ends against each other, and the server against peers that are odd or hostile.

mod chunks;
mod hostile;
mod publishing;
mod server;

use bytes::Bytes;

use super::{
    ClientConfig, ClientSession, Event, Rejection, Secret, ServerConfig, ServerSession,
    command::Command,
    link::Link,
    message::{Message, kind},
};
use crate::amf0::Value;

/// A peer that says what a test tells it to say.
struct Peer {
    server: ServerSession,
    link: Link,
    /// What the server said, as far as it is a command.
    heard: Vec<Command>,
}

impl Peer {
    /// Has shaken hands.
    fn new(config: ServerConfig) -> Self {
        let limits = config.limits;
        let mut server = ServerSession::new(config);
        server.receive(&[3]).unwrap();
        server.receive(&[0; 2 * 1536]).unwrap();
        assert_eq!(server.take_output().len(), 1 + 2 * 1536);
        Self { server, link: Link::new(limits, limits.partial_bytes), heard: Vec::new() }
    }

    /// Has connected to `live` and asked to publish `key?a=b`.
    fn publishing(config: ServerConfig) -> Self {
        let mut peer = Self::new(config);
        peer.say("connect", [Value::object([("app", Value::string("live"))])]);
        peer.say("createStream", [Value::Null]);
        peer.say("publish", [Value::Null, Value::string("key?a=b"), Value::string("live")]);
        assert!(matches!(peer.server.poll_event(), Some(Event::PublishRequested { .. })));
        peer
    }

    fn say<const N: usize>(&mut self, name: &str, values: [Value; N]) {
        self.link.send_command(1, &Command::new(name, 9.0, values));
        self.flush();
    }

    fn send(&mut self, kind: u8, timestamp: u32, body: impl Into<Bytes>) {
        let message = Message { kind, stream_id: 1, timestamp, body: body.into() };
        self.link.writer().write(6, &message);
        self.flush();
    }

    /// Delivers in both directions.
    fn flush(&mut self) {
        self.server.receive(&self.link.take_output()).unwrap();
        let answer = self.server.take_output();
        let mut answer = &answer[..];
        while let Some(message) = self.link.receive(&mut answer).unwrap() {
            assert_eq!(message.kind, kind::COMMAND_AMF0);
            self.heard.push(Command::read(&message).unwrap());
        }
    }

    fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.server.poll_event()).collect()
    }

    /// The code and the description of the last status or error.
    fn last_information(&self) -> (&str, &str) {
        let information = &self.heard.last().unwrap().values[1];
        let text = |name| information.get(name).and_then(Value::as_str).unwrap();
        (text("code"), text("description"))
    }
}

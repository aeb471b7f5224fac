//! Commands: a name, a transaction number, and values.

use bytes::Bytes;

use super::{
    RtmpError,
    message::{Message, kind},
};
use crate::amf0::{self, Amf0Error, Value};

/// One command or answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Command {
    pub(super) name: String,
    /// The number that the answer repeats; 0 asks for no answer.
    pub(super) transaction: f64,
    /// The command object, `Null` for most commands, and what follows it.
    pub(super) values: Vec<Value>,
}

impl Command {
    pub(super) fn new<const N: usize>(name: &str, transaction: f64, values: [Value; N]) -> Self {
        Self { name: name.to_owned(), transaction, values: values.into() }
    }

    /// An `onStatus` message.
    pub(super) fn status(level: &str, code: &str, description: &str) -> Self {
        Self::new("onStatus", 0.0, [Value::Null, information(level, code, description)])
    }

    pub(super) fn read(message: &Message) -> Result<Self, RtmpError> {
        let mut values = read_values(message)?.into_iter();
        let Some(Value::String(name)) = values.next() else {
            return Err(RtmpError::NamelessCommand);
        };
        // FFmpeg's server leaves the number out where it expects no answer.
        let transaction = values.next().and_then(|value| value.as_f64()).unwrap_or(0.0);
        Ok(Self { name, transaction, values: values.collect() })
    }

    pub(super) fn to_body(&self) -> Bytes {
        let mut values = vec![Value::string(&self.name), Value::Number(self.transaction)];
        values.extend_from_slice(&self.values);
        amf0::write_all(&values).into()
    }

    /// The text at this place after the command object, where it is text.
    pub(super) fn text(&self, index: usize) -> Option<&str> {
        self.values.get(index + 1)?.as_str()
    }
}

/// The information object of results and status messages.
pub(super) fn information(level: &str, code: &str, description: &str) -> Value {
    Value::object([
        ("level", Value::string(level)),
        ("code", Value::string(code)),
        ("description", Value::string(description)),
    ])
}

/// The values of a command or data message. The AMF3 forms of both carry AMF0 after a zero byte
/// unless a value inside switches to AMF3.
pub(super) fn read_values(message: &Message) -> Result<Vec<Value>, Amf0Error> {
    let body = &message.body[..];
    let body = match message.kind {
        kind::COMMAND_AMF3 | kind::DATA_AMF3 => body.strip_prefix(&[0]).unwrap_or(body),
        _ => body,
    };
    amf0::read_all(body)
}

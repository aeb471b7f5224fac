//! Bytes to values.

use super::{Value, marker};

/// Objects and arrays nested deeper than this are refused.
pub const MAX_DEPTH: usize = 16;

/// A message with more values than this is refused: one byte on the wire can stand for a value
/// that takes fifty in memory.
pub const MAX_VALUES: usize = 8192;

/// Why bytes are not AMF0 that is accepted here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Amf0Error {
    /// The bytes end inside a value.
    #[error("AMF0 value is cut off")]
    Truncated,
    /// A type octet that AMF0 does not define or reserves.
    #[error("AMF0 has no value type 0x{0:02x}")]
    UnknownMarker(u8),
    /// A switch to AMF3.
    #[error("AMF3 values are not supported; connect with objectEncoding 0")]
    Amf3,
    /// Deeper than [`MAX_DEPTH`].
    #[error("AMF0 value nests deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// More than [`MAX_VALUES`].
    #[error("AMF0 message has more than {MAX_VALUES} values")]
    TooMany,
}

/// Reads values until the bytes end.
pub fn read_all(bytes: &[u8]) -> Result<Vec<Value>, Amf0Error> {
    let mut reader = Reader { bytes, values_left: MAX_VALUES };
    let mut values = Vec::new();
    while !reader.bytes.is_empty() {
        values.push(reader.value(0)?);
    }
    Ok(values)
}

struct Reader<'a> {
    bytes: &'a [u8],
    values_left: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Value, Amf0Error> {
        if depth > MAX_DEPTH {
            return Err(Amf0Error::TooDeep);
        }
        self.values_left = self.values_left.checked_sub(1).ok_or(Amf0Error::TooMany)?;
        match self.u8()? {
            marker::NUMBER => Ok(Value::Number(self.f64()?)),
            marker::BOOLEAN => Ok(Value::Boolean(self.u8()? != 0)),
            marker::STRING => Ok(Value::String(self.short_string()?)),
            marker::LONG_STRING => Ok(Value::String(self.long_string()?)),
            marker::XML_DOCUMENT => Ok(Value::XmlDocument(self.long_string()?)),
            marker::OBJECT => Ok(Value::Object(self.properties(depth)?)),
            marker::TYPED_OBJECT => {
                let class = self.short_string()?;
                Ok(Value::TypedObject(class, self.properties(depth)?))
            }
            marker::ECMA_ARRAY => {
                // The count is a hint: encoders write 0 or a wrong one, the end marker decides.
                self.u32()?;
                Ok(Value::EcmaArray(self.properties(depth)?))
            }
            marker::STRICT_ARRAY => Ok(Value::StrictArray(self.elements(depth)?)),
            marker::DATE => {
                let unix_ms = self.f64()?;
                self.u16()?;
                Ok(Value::Date(unix_ms))
            }
            marker::REFERENCE => Ok(Value::Reference(self.u16()?)),
            marker::NULL => Ok(Value::Null),
            marker::UNDEFINED | marker::UNSUPPORTED => Ok(Value::Undefined),
            marker::AVM_PLUS => Err(Amf0Error::Amf3),
            other => Err(Amf0Error::UnknownMarker(other)),
        }
    }

    fn properties(&mut self, depth: usize) -> Result<Vec<(String, Value)>, Amf0Error> {
        let mut properties = Vec::new();
        loop {
            let name = self.short_string()?;
            if name.is_empty() && self.bytes.first() == Some(&marker::OBJECT_END) {
                self.u8()?;
                return Ok(properties);
            }
            properties.push((name, self.value(depth + 1)?));
        }
    }

    fn elements(&mut self, depth: usize) -> Result<Vec<Value>, Amf0Error> {
        let count = self.u32()?;
        let mut elements = Vec::new();
        for _ in 0..count {
            elements.push(self.value(depth + 1)?);
        }
        Ok(elements)
    }

    fn short_string(&mut self) -> Result<String, Amf0Error> {
        let length = self.u16()?;
        self.text(length.into())
    }

    fn long_string(&mut self) -> Result<String, Amf0Error> {
        let length = self.u32()?;
        self.text(usize::try_from(length).map_err(|_| Amf0Error::Truncated)?)
    }

    fn text(&mut self, length: usize) -> Result<String, Amf0Error> {
        self.take(length).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    fn u8(&mut self) -> Result<u8, Amf0Error> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Result<u16, Amf0Error> {
        self.array().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Result<u32, Amf0Error> {
        self.array().map(u32::from_be_bytes)
    }

    fn f64(&mut self) -> Result<f64, Amf0Error> {
        self.array().map(f64::from_be_bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Amf0Error> {
        let (head, tail) = self.bytes.split_first_chunk().ok_or(Amf0Error::Truncated)?;
        self.bytes = tail;
        Ok(*head)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Amf0Error> {
        let (head, tail) = self.bytes.split_at_checked(length).ok_or(Amf0Error::Truncated)?;
        self.bytes = tail;
        Ok(head)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn refused(bytes: &[u8], error: Amf0Error) {
        assert_eq!(read_all(bytes), Err(error));
    }

    #[test]
    fn reads_the_connect_command_of_ffmpeg() {
        let mut bytes = b"\x02\x00\x07connect\x00\x3f\xf0\0\0\0\0\0\0\x03\x00\x03app".to_vec();
        bytes.extend_from_slice(b"\x02\x00\x04live\x00\x00\x09");
        let values = read_all(&bytes).unwrap();
        assert_eq!(values[..2], [Value::string("connect"), Value::Number(1.0)]);
        assert_eq!(values[2].get("app").and_then(Value::as_str), Some("live"));
    }

    #[test]
    fn ecma_array_ends_at_its_marker_whatever_its_count_says() {
        let bytes = b"\x08\xff\xff\xff\xff\x00\x01a\x01\x01\x00\x00\x09\x05";
        let array = Value::EcmaArray(vec![("a".into(), Value::Boolean(true))]);
        assert_eq!(read_all(bytes).unwrap(), [array, Value::Null]);
    }

    #[test]
    fn a_property_without_a_name_is_not_the_end() {
        let bytes = b"\x03\x00\x00\x05\x00\x00\x09";
        assert_eq!(read_all(bytes).unwrap(), [Value::Object(vec![(String::new(), Value::Null)])]);
    }

    #[test]
    fn refuses_what_it_cannot_hold() {
        refused(b"\x00\x40", Amf0Error::Truncated);
        refused(b"\x0c\xff\xff\xff\xffabc", Amf0Error::Truncated);
        refused(b"\x0a\xff\xff\xff\xff", Amf0Error::Truncated);
        refused(b"\x04\x00\x01x", Amf0Error::UnknownMarker(4));
        refused(b"\x11\x0a", Amf0Error::Amf3);
        refused(&b"\x0a\x00\x00\x00\x01".repeat(MAX_DEPTH + 2), Amf0Error::TooDeep);
        refused(&[marker::NULL; MAX_VALUES + 1], Amf0Error::TooMany);
        assert_eq!(
            read_all(&[marker::NULL; MAX_VALUES]).map(|values| values.len()),
            Ok(MAX_VALUES)
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
            let _ = read_all(&bytes);
        }
    }
}

//! Values to bytes.

use super::{Value, marker};

/// The longest string with a 16-bit length.
const SHORT: usize = u16::MAX as usize;

/// Writes values one after another.
///
/// Strings longer than 65,535 bytes become long strings. Property and class names cannot be that
/// long in AMF0; such a name is cut at a character boundary. A reference is written as it is.
pub fn write_all(values: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    for value in values {
        write(&mut out, value);
    }
    out
}

fn write(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Number(number) => {
            out.push(marker::NUMBER);
            out.extend_from_slice(&number.to_be_bytes());
        }
        Value::Boolean(truth) => out.extend_from_slice(&[marker::BOOLEAN, u8::from(*truth)]),
        Value::String(text) if text.len() <= SHORT => {
            out.push(marker::STRING);
            write_name(out, text);
        }
        Value::String(text) => write_long(out, marker::LONG_STRING, text),
        Value::XmlDocument(text) => write_long(out, marker::XML_DOCUMENT, text),
        Value::Object(properties) => {
            out.push(marker::OBJECT);
            write_properties(out, properties);
        }
        Value::TypedObject(class, properties) => {
            out.push(marker::TYPED_OBJECT);
            write_name(out, class);
            write_properties(out, properties);
        }
        Value::EcmaArray(properties) => {
            out.push(marker::ECMA_ARRAY);
            write_count(out, properties.len());
            write_properties(out, properties);
        }
        Value::StrictArray(elements) => {
            out.push(marker::STRICT_ARRAY);
            write_count(out, elements.len());
            for element in elements {
                write(out, element);
            }
        }
        Value::Date(unix_ms) => {
            out.push(marker::DATE);
            out.extend_from_slice(&unix_ms.to_be_bytes());
            out.extend_from_slice(&[0, 0]);
        }
        Value::Reference(index) => {
            out.push(marker::REFERENCE);
            out.extend_from_slice(&index.to_be_bytes());
        }
        Value::Null => out.push(marker::NULL),
        Value::Undefined => out.push(marker::UNDEFINED),
    }
}

fn write_properties(out: &mut Vec<u8>, properties: &[(String, Value)]) {
    for (name, value) in properties {
        write_name(out, name);
        write(out, value);
    }
    out.extend_from_slice(&[0, 0, marker::OBJECT_END]);
}

fn write_name(out: &mut Vec<u8>, name: &str) {
    let name = &name[..name.floor_char_boundary(SHORT)];
    out.extend_from_slice(&u16::try_from(name.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend_from_slice(name.as_bytes());
}

fn write_long(out: &mut Vec<u8>, marker: u8, text: &str) {
    out.push(marker);
    write_count(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn write_count(out: &mut Vec<u8>, count: usize) {
    out.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::amf0::read_all;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            // NaN is not equal to itself.
            any::<f64>().prop_filter("NaN", |number| !number.is_nan()).prop_map(Value::Number),
            any::<bool>().prop_map(Value::Boolean),
            ".{0,24}".prop_map(Value::String),
            ".{0,24}".prop_map(Value::XmlDocument),
            (0.0..4e12).prop_map(Value::Date),
            any::<u16>().prop_map(Value::Reference),
            Just(Value::Null),
            Just(Value::Undefined),
        ];
        leaf.prop_recursive(4, 64, 6, |inner| {
            let properties = proptest::collection::vec((".{0,12}", inner.clone()), 0..6);
            prop_oneof![
                properties.clone().prop_map(Value::Object),
                (".{0,12}", properties.clone())
                    .prop_map(|(class, properties)| Value::TypedObject(class, properties)),
                properties.prop_map(Value::EcmaArray),
                proptest::collection::vec(inner, 0..6).prop_map(Value::StrictArray),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(values in proptest::collection::vec(any_value(), 0..4)) {
            prop_assert_eq!(read_all(&write_all(&values)), Ok(values));
        }
    }

    #[test]
    fn a_string_past_16_bits_becomes_a_long_string() {
        for length in [SHORT, SHORT + 1] {
            let value = Value::String("x".repeat(length));
            let bytes = write_all(std::slice::from_ref(&value));
            assert_eq!(bytes[0] == marker::LONG_STRING, length > SHORT);
            assert_eq!(read_all(&bytes), Ok(vec![value]));
        }
    }

    #[test]
    fn a_name_past_16_bits_is_cut_between_characters() {
        let object = Value::Object(vec![("é".repeat(SHORT), Value::Null)]);
        let read = read_all(&write_all(&[object])).unwrap();
        assert_eq!(read[0].properties()[0].0, "é".repeat(SHORT / 2));
    }
}

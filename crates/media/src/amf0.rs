//! AMF0, the value format of RTMP commands and metadata.
//!
//! Format: Adobe, *Action Message Format — AMF 0* (2007). Reading is bounded in depth and in the
//! number of values ([`MAX_DEPTH`], [`MAX_VALUES`]), and allocates only for bytes that are there.

mod reader;
mod value;
mod writer;

pub use reader::{Amf0Error, MAX_DEPTH, MAX_VALUES, read_all};
pub use value::Value;
pub use writer::write_all;

/// The type octet before each value.
mod marker {
    pub(super) const NUMBER: u8 = 0x00;
    pub(super) const BOOLEAN: u8 = 0x01;
    pub(super) const STRING: u8 = 0x02;
    pub(super) const OBJECT: u8 = 0x03;
    pub(super) const NULL: u8 = 0x05;
    pub(super) const UNDEFINED: u8 = 0x06;
    pub(super) const REFERENCE: u8 = 0x07;
    pub(super) const ECMA_ARRAY: u8 = 0x08;
    pub(super) const OBJECT_END: u8 = 0x09;
    pub(super) const STRICT_ARRAY: u8 = 0x0a;
    pub(super) const DATE: u8 = 0x0b;
    pub(super) const LONG_STRING: u8 = 0x0c;
    pub(super) const UNSUPPORTED: u8 = 0x0d;
    pub(super) const XML_DOCUMENT: u8 = 0x0f;
    pub(super) const TYPED_OBJECT: u8 = 0x10;
    pub(super) const AVM_PLUS: u8 = 0x11;
}

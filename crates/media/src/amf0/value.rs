//! One AMF0 value.

/// One AMF0 value.
///
/// Properties keep the order of the wire; a name may occur twice, and [`Value::get`] answers the
/// first.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A double; AMF0 has no integers.
    Number(f64),
    /// A truth value.
    Boolean(bool),
    /// A string or long string; bytes that are not UTF-8 were replaced by U+FFFD.
    String(String),
    /// An anonymous object.
    Object(Vec<(String, Value)>),
    /// A typed object: its class name and its properties.
    TypedObject(String, Vec<(String, Value)>),
    /// An associative array.
    EcmaArray(Vec<(String, Value)>),
    /// An ordinal array.
    StrictArray(Vec<Value>),
    /// Milliseconds since the Unix epoch, UTC. The time zone of the wire is reserved and dropped.
    Date(f64),
    /// The source text of an XML document.
    XmlDocument(String),
    /// A reference to the n-th complex value of the same message, left unresolved.
    Reference(u16),
    /// Nothing, on purpose.
    Null,
    /// Nothing; also read from the "unsupported" marker.
    Undefined,
}

impl Value {
    /// A string value.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// An anonymous object with these properties.
    pub fn object<const N: usize>(properties: [(&str, Self); N]) -> Self {
        Self::Object(properties.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a number.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The named properties of an object, typed object or associative array; empty for the rest.
    pub fn properties(&self) -> &[(String, Self)] {
        match self {
            Self::Object(properties)
            | Self::TypedObject(_, properties)
            | Self::EcmaArray(properties) => properties,
            _ => &[],
        }
    }

    /// The first property of this name.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.properties().iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

//! Names of enum variants in the database: those that they have on the wire.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The variant's name.
pub(super) fn label<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The variant of that name.
pub(super) fn from_label<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(Value::String(name.to_owned())).ok()
}

//! From text to a checked specification.

use serde_saphyr::Error as YamlError;

use crate::located::{Located, Position};
use crate::nearest::nearest;
use crate::{FILE_NAME, Spec, SpecError, rules};

impl Spec {
    /// Reads a specification; the errors name the file by its usual name.
    ///
    /// The text is read up to its first syntax or type error; once its shape is right, every broken
    /// rule is reported at once.
    pub fn parse(text: &str) -> Result<Self, Vec<SpecError>> {
        Self::parse_named(FILE_NAME, text)
    }

    /// Reads a specification; the errors name the file `file`.
    pub fn parse_named(file: &str, text: &str) -> Result<Self, Vec<SpecError>> {
        let spec: Self =
            serde_saphyr::from_str(text).map_err(|error| vec![shape_error(file, &error)])?;
        let located = Located::read(text);
        let position = |path: &[&str]| {
            located.as_ref().map_or(Position { line: 1, column: 1 }, |root| root.position(path))
        };
        let errors: Vec<SpecError> = rules::broken(&spec)
            .into_iter()
            .map(|broken| {
                let path: Vec<&str> = broken.path.iter().map(String::as_str).collect();
                let Position { line, column } = position(&path);
                SpecError {
                    file: file.to_owned(),
                    line,
                    column,
                    message: broken.message,
                    remedy: broken.remedy,
                }
            })
            .collect();
        if errors.is_empty() { Ok(spec) } else { Err(errors) }
    }
}

/// Turns the YAML reader's error into ours: what, where, and the nearest right spelling.
fn shape_error(file: &str, error: &YamlError) -> SpecError {
    let location = error.location();
    let (message, remedy) = match error.without_snippet() {
        YamlError::SerdeUnknownField { field, expected, .. } => {
            (format!("unknown key `{field}`"), choose(field, expected))
        }
        YamlError::SerdeUnknownVariant { variant, expected, .. } => {
            (format!("unknown value `{variant}`"), choose(variant, expected))
        }
        YamlError::SerdeMissingField { field, .. } => {
            (format!("the key `{field}` is missing"), format!("add `{field}:` to this mapping"))
        }
        YamlError::SerdeInvalidType { unexpected, expected, .. }
        | YamlError::SerdeInvalidValue { unexpected, expected, .. } => {
            (format!("found {unexpected}"), format!("write {expected}"))
        }
        YamlError::DuplicateMappingKey { key, .. } => (
            format!("the key `{}` stands here twice", key.as_deref().unwrap_or("?")),
            "keep one of them".to_owned(),
        ),
        other => (first_line(&other.to_string()), "correct the YAML at this place".to_owned()),
    };
    SpecError {
        file: file.to_owned(),
        line: location.map_or(1, |location| location.line()),
        column: location.map_or(1, |location| location.column()),
        message,
        remedy,
    }
}

fn choose(found: &str, expected: &[&'static str]) -> String {
    match nearest(found, expected.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if expected.is_empty() => "remove it".to_owned(),
        None => format!("use one of {}", expected.join(", ")),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

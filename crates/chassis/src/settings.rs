//! Layered settings: defaults < spec < file < environment.
//!
//! A service's settings are one struct that derives `Serialize`, `Deserialize` and `Default`
//! with `#[serde(default, deny_unknown_fields)]`; its `Default` is the lowest layer and its
//! fields are the keys that the other layers may set. A key that is not a field is refused
//! with its place and the nearest key that exists.

mod nearest;
mod place;
mod secret;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use nearest::nearest;
use place::line_of;
pub use secret::Secret;

/// Where settings come from, lowest layer first; the defaults are the type's own.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Sections taken from the platform's spec: section name → keys.
    pub spec: Map<String, Value>,
    /// The settings file, if there is one.
    pub file: Option<SettingsFile>,
    /// Environment variables; those that do not start with `NEXUS_<SECTION>__` are skipped.
    pub env: Vec<(String, String)>,
}

/// A settings file that has been read: TOML with one table per section.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    /// Name shown in errors.
    pub path: String,
    /// The TOML text.
    pub text: String,
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The settings file is not TOML.
    #[error("{path} is not valid TOML: {source}")]
    Syntax {
        /// Name of the file.
        path: String,
        /// What the parser says.
        source: toml::de::Error,
    },
    /// A key that no setting has.
    #[error("unknown setting `{key}` in {place}{}", did_you_mean(.nearest.as_deref()))]
    UnknownKey {
        /// The key as written.
        key: String,
        /// Which layer, with the line where there is one.
        place: String,
        /// The key that was probably meant.
        nearest: Option<String>,
    },
    /// A section that no service has.
    #[error("unknown section `{section}` in {place}{}", did_you_mean(.nearest.as_deref()))]
    UnknownSection {
        /// The section as written.
        section: String,
        /// Which layer.
        place: String,
        /// The section that was probably meant.
        nearest: Option<String>,
    },
    /// A value of the wrong type or out of range.
    #[error("setting `{key}` from {place} cannot be used: {reason}")]
    Value {
        /// The key.
        key: String,
        /// Which layer, with the line where there is one.
        place: String,
        /// What is wrong with the value; never the value itself.
        reason: String,
    },
    /// The settings type itself cannot be written as a table (a bug of the service).
    #[error("the defaults of section `{section}` cannot be listed")]
    Defaults {
        /// The section.
        section: String,
        /// Why.
        source: serde_json::Error,
    },
}

/// Loads one section.
///
/// Environment variables are named `NEXUS_<SECTION>__<KEY>`, in capitals with dashes written as
/// underscores; `__` goes one table deeper.
pub fn load<C>(section: &str, sources: &Sources) -> Result<C, SettingsError>
where
    C: Default + Serialize + DeserializeOwned,
{
    let defaults = serde_json::to_value(C::default())
        .map_err(|source| SettingsError::Defaults { section: section.to_owned(), source })?;
    let mut loaded = Loaded { values: Map::new(), section };

    if let Some(Value::Object(table)) = sources.spec.get(section) {
        loaded.overlay::<C>(&defaults, table, |_| "the spec".to_owned())?;
    }
    if let Some(file) = &sources.file
        && let Some(Value::Object(table)) = parse(file)?.get(section)
    {
        loaded.overlay::<C>(&defaults, table, |keys| line_of(file, section, keys))?;
    }
    for (name, text) in &sources.env {
        if let Some(rest) = name.strip_prefix(&env_prefix(section)) {
            loaded.set_from_env::<C>(&defaults, name, rest, text)?;
        }
    }
    serde_json::from_value(Value::Object(loaded.values)).map_err(|error| SettingsError::Value {
        key: section.to_owned(),
        place: "all layers together".to_owned(),
        reason: error.to_string(),
    })
}

/// Refuses sections of the file and `NEXUS_*__` variables that belong to no known section.
pub fn check_sections(known: &[&str], sources: &Sources) -> Result<(), SettingsError> {
    if let Some(file) = &sources.file
        && let Some(section) =
            parse(file)?.keys().find(|section| !known.contains(&section.as_str()))
    {
        return Err(SettingsError::UnknownSection {
            section: section.clone(),
            place: line_of(file, section, &[]),
            nearest: nearest(section, known.iter().copied()),
        });
    }
    for (name, _) in &sources.env {
        let Some((section, _)) = name.strip_prefix("NEXUS_").and_then(|rest| rest.split_once("__"))
        else {
            continue;
        };
        if !known.iter().any(|known| env_name(known) == section) {
            return Err(SettingsError::UnknownSection {
                section: section.to_owned(),
                place: format!("environment variable {name}"),
                nearest: nearest(&section.to_lowercase().replace('_', "-"), known.iter().copied()),
            });
        }
    }
    Ok(())
}

struct Loaded<'a> {
    values: Map<String, Value>,
    section: &'a str,
}

impl Loaded<'_> {
    /// Lays one table over what is there, checking that the result is still a `C` so that the
    /// layer at fault can be named.
    fn overlay<C: DeserializeOwned>(
        &mut self,
        defaults: &Value,
        table: &Map<String, Value>,
        place: impl Fn(&[String]) -> String,
    ) -> Result<(), SettingsError> {
        for (keys, value) in leaves(defaults, table, &place)? {
            let mut next = self.values.clone();
            insert(&mut next, &keys, value);
            if let Err(error) = serde_json::from_value::<C>(Value::Object(next.clone())) {
                return Err(self.value_error(&keys, place(&keys), &error));
            }
            self.values = next;
        }
        Ok(())
    }

    fn set_from_env<C: DeserializeOwned>(
        &mut self,
        defaults: &Value,
        name: &str,
        rest: &str,
        text: &str,
    ) -> Result<(), SettingsError> {
        let place = format!("environment variable {name}");
        let keys = resolve_env_keys(defaults, rest).map_err(|nearest| {
            SettingsError::UnknownKey { key: rest.to_lowercase(), place: place.clone(), nearest }
        })?;
        let mut last = None;
        for candidate in candidates(text) {
            let mut next = self.values.clone();
            insert(&mut next, &keys, candidate);
            match serde_json::from_value::<C>(Value::Object(next.clone())) {
                Ok(_) => {
                    self.values = next;
                    return Ok(());
                }
                Err(error) => last = last.or(Some(error)),
            }
        }
        Err(match last {
            Some(error) => self.value_error(&keys, place, &error),
            None => SettingsError::UnknownKey { key: rest.to_owned(), place, nearest: None },
        })
    }

    fn value_error(
        &self,
        keys: &[String],
        place: String,
        error: &serde_json::Error,
    ) -> SettingsError {
        SettingsError::Value {
            key: format!("{}.{}", self.section, keys.join(".")),
            place,
            reason: error.to_string(),
        }
    }
}

fn parse(file: &SettingsFile) -> Result<Map<String, Value>, SettingsError> {
    toml::from_str(&file.text)
        .map_err(|source| SettingsError::Syntax { path: file.path.clone(), source })
}

/// Every value of a table with its path. A table inside is followed only where the defaults
/// have one with keys; elsewhere (lists, free maps) it is one value.
fn leaves(
    defaults: &Value,
    table: &Map<String, Value>,
    place: &impl Fn(&[String]) -> String,
) -> Result<Vec<(Vec<String>, Value)>, SettingsError> {
    let mut found = Vec::new();
    let mut open = vec![(Vec::new(), defaults, table)];
    while let Some((path, defaults, table)) = open.pop() {
        let known = defaults.as_object();
        for (key, value) in table {
            let mut keys = path.clone();
            keys.push(key.clone());
            let Some(default) = known.and_then(|known| known.get(key)) else {
                return Err(SettingsError::UnknownKey {
                    key: keys.join("."),
                    place: place(&keys),
                    nearest: known.and_then(|known| nearest(key, known.keys().map(String::as_str))),
                });
            };
            match (default.as_object(), value) {
                (Some(inner), Value::Object(table)) if !inner.is_empty() => {
                    open.push((keys, default, table));
                }
                _ => found.push((keys, value.clone())),
            }
        }
    }
    Ok(found)
}

fn insert(values: &mut Map<String, Value>, keys: &[String], value: Value) {
    let Some((last, tables)) = keys.split_last() else { return };
    let mut table = values;
    for key in tables {
        let inner = table.entry(key.clone()).or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(inner) = inner else { return };
        table = inner;
    }
    table.insert(last.clone(), value);
}

/// Follows `A__B` through the defaults; the error is the nearest key there is.
fn resolve_env_keys(defaults: &Value, rest: &str) -> Result<Vec<String>, Option<String>> {
    let mut keys = Vec::new();
    let mut at = defaults;
    for part in rest.split("__") {
        let Some(table) = at.as_object() else { return Err(keys.last().cloned()) };
        let Some((key, inner)) = table.iter().find(|(key, _)| env_name(key) == part) else {
            return Err(nearest(&part.to_lowercase(), table.keys().map(String::as_str)));
        };
        keys.push(key.clone());
        at = inner;
    }
    Ok(keys)
}

/// What a variable's text may mean: itself, or a TOML value (number, truth value, list, table).
fn candidates(text: &str) -> Vec<Value> {
    let typed = toml::from_str::<Map<String, Value>>(&format!("value = {text}"))
        .ok()
        .and_then(|mut table| table.remove("value"));
    let list = text.split(',').map(|item| Value::String(item.trim().to_owned())).collect();
    [Some(Value::String(text.to_owned())), typed, Some(Value::Array(list))]
        .into_iter()
        .flatten()
        .collect()
}

fn env_prefix(section: &str) -> String {
    format!("NEXUS_{}__", env_name(section))
}

fn env_name(key: &str) -> String {
    key.to_uppercase().replace('-', "_")
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|key| format!("; did you mean `{key}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests;

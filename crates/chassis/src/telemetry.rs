//! Logs: pretty on a terminal, JSON lines elsewhere, written to standard error.
//!
//! Every line that is written while a request is handled carries its `request_id`, at the top of
//! the JSON object like the fields of the line itself.

mod json;

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use json::JsonLines;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people: coloured, short.
    Pretty,
    /// For machines: one JSON object a line.
    Json,
}

impl Format {
    /// Pretty when standard error is a terminal, else JSON.
    pub fn detect() -> Self {
        if std::io::stderr().is_terminal() { Self::Pretty } else { Self::Json }
    }
}

/// Why logging cannot start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be read.
    #[error("`{filter}` is not a log filter; write for example `info` or `info,streamcore=debug`")]
    Filter {
        /// The filter as given.
        filter: String,
        /// Why.
        source: ParseError,
    },
    /// Logging has been started before.
    #[error("logging has been started before")]
    Started(#[from] TryInitError),
}

/// Starts logging for the whole process.
pub fn init(filter: &str, format: Format) -> Result<(), TelemetryError> {
    let filter = EnvFilter::builder()
        .parse(filter)
        .map_err(|source| TelemetryError::Filter { filter: filter.to_owned(), source })?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        Format::Pretty => lines.compact().finish().try_init()?,
        Format::Json => {
            lines.fmt_fields(JsonFields::new()).event_format(JsonLines).finish().try_init()?;
        }
    }
    Ok(())
}

//! The one place of this binary that prints.

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// Prints one line of results to standard output; a closed pipe is not an error worth dying for.
pub(crate) fn line(text: impl Display) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "{text}").and_then(|()| out.flush()));
}

/// Prints a step that is done: `  ✓ PostgreSQL 15.18 on 127.0.0.1:5432 (0.8 s)`.
pub(crate) fn done(text: impl Display, took: Duration) {
    let tick = paint("32", "✓");
    line(format_args!("  {tick} {text} ({:.1} s)", took.as_secs_f64()));
}

/// Prints something that a person should notice although the work goes on.
pub(crate) fn notice(text: impl Display) {
    line(format_args!("  {} {text}", paint("33", "!")));
}

/// Prints why a command failed, with the chain of causes, to standard error.
pub(crate) fn failure(error: &anyhow::Error) {
    let mut out = std::io::stderr().lock();
    drop(writeln!(out, "{} {error}", paint("31", "error:")));
    for cause in error.chain().skip(1) {
        drop(writeln!(out, "  because {cause}"));
    }
}

/// Colours `text` when standard output is a terminal that wants colours.
pub(crate) fn paint(code: &str, text: &str) -> String {
    let wanted = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    if wanted { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

//! A letter as plain text and as simple HTML that says the same.

use std::fmt::Write;

/// See the [module](self).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    greeting: Option<String>,
    parts: Vec<Part>,
}

/// A link with the words on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) label: &'static str,
    pub(crate) address: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Paragraph(String),
    Action(Action),
}

impl Letter {
    pub(crate) fn new(subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), greeting: None, parts: Vec::new() }
    }

    pub(crate) fn greets(mut self, name: &str) -> Self {
        self.greeting = Some(format!("Hello {name},"));
        self
    }

    pub(crate) fn says(mut self, paragraph: impl Into<String>) -> Self {
        self.parts.push(Part::Paragraph(paragraph.into()));
        self
    }

    pub(crate) fn action(mut self, action: Option<Action>) -> Self {
        self.parts.extend(action.map(Part::Action));
        self
    }

    /// The part that every mail program can show.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        if let Some(greeting) = &self.greeting {
            _ = writeln!(text, "{greeting}\n");
        }
        for part in &self.parts {
            _ = match part {
                Part::Paragraph(paragraph) => writeln!(text, "{paragraph}\n"),
                Part::Action(Action { label, address }) => writeln!(text, "{label}:\n{address}\n"),
            };
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }

    /// The part with a button. Nothing in it is loaded from anywhere.
    pub(crate) fn html(&self) -> String {
        let mut body = String::new();
        if let Some(greeting) = &self.greeting {
            _ = writeln!(body, "<p>{}</p>", escape(greeting));
        }
        for part in &self.parts {
            _ = match part {
                Part::Paragraph(paragraph) => writeln!(body, "<p>{}</p>", escape(paragraph)),
                Part::Action(Action { label, address }) => {
                    let address = escape(address);
                    writeln!(
                        body,
                        "<p><a href=\"{address}\" style=\"display:inline-block;padding:10px 18px;border-radius:6px;background:#1f5fbf;color:#ffffff;text-decoration:none\">{}</a></p>\n<p style=\"font-size:13px;color:#555555\">{address}</p>",
                        escape(label)
                    )
                }
            };
        }
        format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n\
             <body style=\"font-family:sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;max-width:560px\">\n\
             {body}</body></html>\n",
            escape(&self.subject)
        )
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

//! `nexus validate`: is the platform fit for use?

use std::fmt::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::json;
use spec::validate::{Category, Finding, Outcome, all_passed, findings};

use super::up::HomeOption;
use crate::addresses::Addresses;
use crate::home::Home;
use crate::output;
use crate::settings::{self, ConfigOption, Settings};
use crate::validate::Subject;

/// Check the running platform from the disk to the live list.
#[derive(Debug, clap::Args)]
pub(crate) struct Validate {
    #[command(flatten)]
    home: HomeOption,
    #[command(flatten)]
    config: ConfigOption,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

impl Validate {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let began = Instant::now();
        let home = Home::existing(&self.home.home)?;
        let spec = settings::spec()?;
        let settings = Settings::load(&self.config.config, home.root(), &spec)?;
        let addresses = Addresses::find(home.root(), &settings.up)?;
        let subject = Subject { home, spec, settings, addresses };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let findings = findings(&subject.spec, &runtime.block_on(subject.facts()));
        let passed = all_passed(&findings);
        if self.json {
            let report = json!({
                "passed": passed,
                "seconds": began.elapsed().as_secs_f64(),
                "findings": findings,
            });
            output::line(serde_json::to_string_pretty(&report)?);
        } else {
            print(&findings, passed, began.elapsed());
        }
        Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn print(findings: &[Finding], passed: bool, took: Duration) {
    let mut category: Option<Category> = None;
    for finding in findings {
        if category != Some(finding.category) {
            category = Some(finding.category);
            output::line(format_args!("\n{}", finding.category.title()));
        }
        output::line(describe(finding));
    }
    output::line(format_args!("\n{} in {:.1} s", totals(findings), took.as_secs_f64()));
    if passed {
        output::line(output::paint("32", "ALL CHECKS PASSED"));
    } else {
        output::line(output::paint("31", "NOT FIT FOR USE"));
    }
}

/// One line for what is well, two more for what is not.
fn describe(finding: &Finding) -> String {
    let (code, mark) = match finding.outcome {
        Outcome::Pass => ("32", "✓"),
        Outcome::Fail => ("31", "✗"),
        Outcome::Warn => ("33", "!"),
        Outcome::Skipped { .. } | Outcome::Planned => ("2", "-"),
    };
    let mark = output::paint(code, mark);
    let mut line = format!("  {mark} {:<12} {}", finding.id, finding.title);
    if !finding.subject.is_empty() {
        // Writing to a String cannot fail.
        _ = write!(line, ": {}", finding.subject);
    }
    let more = match &finding.outcome {
        Outcome::Pass => String::new(),
        Outcome::Planned => " (planned)".to_owned(),
        Outcome::Skipped { reason } => format!(" (skipped: {reason})"),
        Outcome::Fail | Outcome::Warn => {
            format!("\n      seen: {}\n      do:   {}", finding.evidence, finding.remedy)
        }
    };
    line + &more
}

fn totals(findings: &[Finding]) -> String {
    let count = |wanted: fn(&Outcome) -> bool| {
        findings.iter().filter(|finding| wanted(&finding.outcome)).count()
    };
    format!(
        "{} passed, {} failed, {} warnings, {} skipped, {} planned",
        count(|outcome| matches!(outcome, Outcome::Pass)),
        count(|outcome| matches!(outcome, Outcome::Fail)),
        count(|outcome| matches!(outcome, Outcome::Warn)),
        count(|outcome| matches!(outcome, Outcome::Skipped { .. })),
        count(|outcome| matches!(outcome, Outcome::Planned)),
    )
}

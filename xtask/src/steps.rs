//! A list of steps run one after the other, with a table of how each went.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::output;

/// A named piece of work.
pub(crate) struct Step {
    pub name: &'static str,
    pub about: &'static str,
    pub run: Box<dyn Fn() -> Result<()>>,
}

impl Step {
    pub(crate) fn new(
        name: &'static str,
        about: &'static str,
        run: impl Fn() -> Result<()> + 'static,
    ) -> Self {
        Self { name, about, run: Box::new(run) }
    }
}

/// Runs every step, also after one has failed, and fails at the end if any did.
pub(crate) fn run_all(steps: &[Step]) -> Result<()> {
    let start = Instant::now();
    let mut results: Vec<(&Step, Duration, Result<()>)> = Vec::new();
    for step in steps {
        output::line(&format!("\n=== {}: {}", step.name, step.about));
        let began = Instant::now();
        let result = (step.run)();
        if let Err(error) = &result {
            output::failure(error);
        }
        results.push((step, began.elapsed(), result));
    }
    output::line("\n step             seconds  result");
    for (step, took, result) in &results {
        let word = if result.is_ok() { "passed" } else { "FAILED" };
        output::line(&format!(" {:<15} {:>8.1}  {word}", step.name, took.as_secs_f64()));
    }
    let failed = results.iter().filter(|(_, _, result)| result.is_err()).count();
    let passed = results.len() - failed;
    output::line(&format!(
        "\n{passed} steps passed, {failed} failed in {:.1} s",
        start.elapsed().as_secs_f64()
    ));
    if failed > 0 {
        bail!("{failed} of {} steps failed; the table above names them", results.len());
    }
    Ok(())
}

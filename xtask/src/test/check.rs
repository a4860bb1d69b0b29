//! One step of the test, and what came of it.

use super::counts::Counts;
use super::failures::{self, Failure};
use crate::problem::Problem;
use crate::process::{Finished, Program};
use crate::ui::Step;
use anyhow::Result;

/// A named step.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) name: &'static str,
    /// What is true if it passes.
    pub(crate) holds: &'static str,
    /// Whether it needs neither WASM nor a browser.
    pub(crate) quick: bool,
    pub(crate) run: fn() -> Result<Outcome>,
}

/// What came of a step.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// A test runner's own closing lines.
    pub(crate) closing: Vec<String>,
    pub(crate) problem: Option<String>,
    /// The tests that failed, where their runner tells.
    pub(crate) failures: Vec<Failure>,
}

impl Outcome {
    /// `count` things were looked at, and all are well.
    pub(crate) fn passed(count: u64) -> Self {
        Self {
            passed: count,
            ..Self::default()
        }
    }

    /// The step could not be carried out.
    pub(crate) fn broken(error: &anyhow::Error) -> Self {
        let causes: String = error
            .chain()
            .skip(1)
            .map(|cause| format!("\n  because: {cause}"))
            .collect();
        Self {
            failed: 1,
            problem: Some(format!("error: {error}{causes}")),
            ..Self::default()
        }
    }

    /// Of `looked_at` things these are wrong.
    pub(crate) fn of(looked_at: u64, wrong: &[String], remedy: &str) -> Self {
        let failed = wrong.len() as u64;
        let problem = (failed > 0).then(|| {
            Problem::new(format!("{failed} of {looked_at} are wrong"))
                .at(wrong.join("\n"))
                .remedy(remedy)
                .to_string()
        });
        Self {
            passed: looked_at.saturating_sub(failed),
            failed,
            problem,
            ..Self::default()
        }
    }
}

/// Runs a program that either passes or fails.
pub(crate) fn pass_or_fail(program: Program, log: &str) -> Result<Outcome> {
    run(program, log)?.check()?;
    Ok(Outcome::passed(1))
}

/// Runs a test runner and takes its counts; a run without a test is a failure.
pub(crate) fn tests(program: Program, log: &str, counts: fn(&str) -> Counts) -> Result<Outcome> {
    let finished = run(program, log)?;
    let Counts {
        passed,
        mut failed,
        closing,
        failures,
    } = counts(&finished.output);
    let problem = if !finished.status.success() {
        failed = failed.max(1);
        Some(match failures::told(&failures) {
            Some(told) => finished.problem_telling(&told).to_string(),
            None => finished.problem().to_string(),
        })
    } else if passed == 0 {
        failed = failed.max(1);
        Some(
            Problem::new("no test was run")
                .at(finished.log.display().to_string())
                .to_string(),
        )
    } else {
        None
    };
    Ok(Outcome {
        passed,
        failed,
        closing,
        problem,
        failures,
    })
}

pub(crate) fn run(program: Program, log: &str) -> Result<Finished> {
    let mut step = Step::start(log);
    let finished = program.logged(log, &mut step)?;
    step.done(if finished.status.success() {
        "done"
    } else {
        "failed"
    });
    Ok(finished)
}

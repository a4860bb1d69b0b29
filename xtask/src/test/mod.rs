//! `cargo xtask test`: everything that must hold before a change goes in.

mod alone;
mod browsers;
mod check;
mod conformance;
mod consumers;
mod counts;
mod failures;
mod ffi;
mod layering;
mod length;
mod node;
mod rust;
mod wasm;

use crate::cli::TestArgs;
use crate::problem::Problem;
use crate::ui;
use anyhow::Result;
use check::{Check, Outcome};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The checks, the cheap ones first.
const CHECKS: &[&[Check]] = &[
    rust::FAST,
    layering::CHECKS,
    length::CHECKS,
    rust::TESTS,
    ffi::CHECKS,
    conformance::CHECKS,
    consumers::CHECKS,
    node::UNIT,
    wasm::CHECKS,
    node::PACKAGE,
    browsers::CHECKS,
];

pub(crate) fn command(args: &TestArgs) -> Result<ExitCode> {
    let checks = chosen(args)?;
    if args.list {
        for check in &checks {
            ui::note(&format!("{:<12} {}", check.name, check.holds));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let since = Instant::now();
    let mut results = Vec::new();
    for (at, check) in checks.iter().enumerate() {
        ui::heading(&format!(
            "[{}/{}] {}: {}",
            at + 1,
            checks.len(),
            check.name,
            check.holds
        ));
        let began = Instant::now();
        let outcome = (check.run)().unwrap_or_else(|error| Outcome::broken(&error));
        results.push((check.name, outcome, began.elapsed()));
        tell(results.last());
    }
    summary(&results, since.elapsed());
    let passed: u64 = results.iter().map(|(_, outcome, _)| outcome.passed).sum();
    let failed: u64 = results.iter().map(|(_, outcome, _)| outcome.failed).sum();
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 && passed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn chosen(args: &TestArgs) -> Result<Vec<&'static Check>> {
    let all = || CHECKS.iter().flat_map(|group| group.iter());
    if let Some(unknown) = args
        .only
        .iter()
        .find(|name| !all().any(|check| check.name == **name))
    {
        let remedy = "`cargo xtask test --list` names them";
        return Err(Problem::new(format!("there is no step {unknown}"))
            .remedy(remedy)
            .into());
    }
    let wanted = |check: &&Check| match args.only.as_slice() {
        [] => !args.quick || check.quick,
        only => only.iter().any(|name| name == check.name),
    };
    Ok(all().filter(wanted).collect())
}

fn tell(result: Option<&(&str, Outcome, Duration)>) {
    let Some((_, outcome, took)) = result else {
        return;
    };
    for line in &outcome.closing {
        println!("    {line}");
    }
    if let Some(problem) = &outcome.problem {
        println!("{problem}");
    }
    let verdict = if outcome.failed == 0 { "ok" } else { "FAILED" };
    println!("  {verdict}  ({})", ui::seconds(*took));
}

fn summary(results: &[(&str, Outcome, Duration)], took: Duration) {
    ui::heading("Summary");
    let rows: Vec<Vec<String>> = results
        .iter()
        .map(|(name, outcome, took)| {
            let verdict = if outcome.failed == 0 { "ok" } else { "FAILED" };
            vec![
                (*name).to_owned(),
                outcome.passed.to_string(),
                outcome.failed.to_string(),
                ui::seconds(*took),
                verdict.to_owned(),
            ]
        })
        .collect();
    ui::table(&["step", "passed", "failed", "time", ""], &rows);
    for (step, outcome, _) in results {
        for failure in &outcome.failures {
            println!("  failed in {step}: {}", failure.title());
        }
    }
    println!("  in {}\n", ui::seconds(took));
}

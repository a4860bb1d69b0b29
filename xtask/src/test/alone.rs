//! Tests over real sockets are at the mercy of what else a machine does: one
//! that fails beside others is run once more alone, and listed, as the fault
//! matrix does with its cells. Any other test's failure stands: what it found by
//! chance, it has found.

use super::check::{Outcome, run};
use super::counts;
use super::failures::Failure;
use crate::process::Program;
use anyhow::Result;

/// The programs whose tests speak through sockets, and what `cargo test` calls
/// them: no other has this target.
const OVER_SOCKETS: &[(&str, &str)] = &[
    ("tests/edge/main.rs", "edge"),
    ("tests/hyper.rs", "hyper"),
    ("tests/layer.rs", "layer"),
];

/// More than these are no accident.
const MOST: usize = 3;

/// Runs failed tests over sockets again; `program` is all that was run before
/// the choice of tests.
pub(crate) fn again(mut outcome: Outcome, program: fn() -> Program) -> Result<Outcome> {
    let Some(targets) = targets(&outcome) else {
        return Ok(outcome);
    };
    let mut recovered = Vec::new();
    for (failure, target) in outcome.failures.iter().zip(targets) {
        let chosen = ["--test", target, "--", "--exact", &failure.name];
        let finished = run(program().args(chosen), "unit-alone")?;
        if !finished.status.success() || counts::cargo(&finished.output).passed != 1 {
            return Ok(outcome);
        }
        recovered.push(format!("passed only when run alone: {}", failure.title()));
        recovered.extend(failure.said.lines().map(str::to_owned));
    }
    outcome.passed += outcome.failed;
    outcome.failed = 0;
    outcome.problem = None;
    outcome.failures.clear();
    outcome.closing.append(&mut recovered);
    Ok(outcome)
}

/// Where the failed tests are, if they are few, and all of them over sockets.
fn targets(outcome: &Outcome) -> Option<Vec<&'static str>> {
    let failures = &outcome.failures;
    let few = (1..=MOST).contains(&failures.len()) && outcome.failed == failures.len() as u64;
    few.then(|| failures.iter().map(target).collect())?
}

fn target(failure: &Failure) -> Option<&'static str> {
    let known = OVER_SOCKETS
        .iter()
        .find(|(binary, _)| *binary == failure.binary)?;
    Some(known.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(binaries: &[&str]) -> Outcome {
        let one = |binary: &&str| Failure {
            binary: (*binary).to_owned(),
            name: String::from("a::test"),
            said: String::new(),
        };
        Outcome {
            failed: binaries.len() as u64,
            failures: binaries.iter().map(one).collect(),
            ..Outcome::default()
        }
    }

    #[test]
    fn few_failures_over_sockets_are_run_again() {
        let edge = "tests/edge/main.rs";
        assert_eq!(targets(&failed(&[edge])), Some(vec!["edge"]));
        assert_eq!(
            targets(&failed(&[edge, "tests/hyper.rs"])),
            Some(vec!["edge", "hyper"])
        );
        assert_eq!(targets(&failed(&[])), None);
        assert_eq!(targets(&failed(&[edge; MOST + 1])), None);
    }

    #[test]
    fn a_failure_without_sockets_stands() {
        assert_eq!(targets(&failed(&["tests/cdn/main.rs"])), None);
        let both = failed(&["tests/edge/main.rs", "tests/cdn/main.rs"]);
        assert_eq!(targets(&both), None);
        // A program that fails without a test's name, for instance by an abort.
        let mut more = failed(&["tests/edge/main.rs"]);
        more.failed = 2;
        assert_eq!(targets(&more), None);
    }
}

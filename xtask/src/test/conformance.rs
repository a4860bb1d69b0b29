//! The public cache tests through the proxy of `examples/edge`.

use super::check::{Check, Outcome};
use crate::conformance::{self, REMEDY};
use anyhow::Result;

pub(crate) const CHECKS: &[Check] = &[Check {
    name: "conformance",
    holds: "the public HTTP cache tests pass through the edge proxy, save for the ledger's",
    quick: false,
    run,
}];

fn run() -> Result<Outcome> {
    let verdict = conformance::check()?;
    let judged = verdict.passed + verdict.wrong.len();
    let outcome = Outcome::of(judged as u64, &verdict.wrong, REMEDY);
    Ok(Outcome {
        closing: verdict.closing,
        ..outcome
    })
}

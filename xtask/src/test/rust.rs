//! What cargo can tell.

use super::alone;
use super::check::{Check, Outcome, pass_or_fail, tests};
use super::counts;
use crate::codegen;
use crate::process::Program;
use crate::sim;
use anyhow::Result;

pub(crate) const FAST: &[Check] = &[
    Check {
        name: "format",
        holds: "every Rust file is formatted",
        quick: true,
        run: format,
    },
    Check {
        name: "lint",
        holds: "clippy has nothing to say",
        quick: true,
        run: lint,
    },
    Check {
        name: "generated",
        holds: "the reason table, the schema and the types are as the engine has them",
        quick: true,
        run: generated,
    },
];

/// How many races, and how many visitors' sessions, the simulator plays.
const SIMULATED: &str = "2000000";

pub(crate) const TESTS: &[Check] = &[
    Check {
        name: "tools",
        holds: "xtask's own tests",
        quick: true,
        run: tools,
    },
    Check {
        name: "unit",
        holds: "unit, property and simulator tests",
        quick: true,
        run: unit,
    },
    Check {
        name: "simulator",
        holds: "two million races and two million sessions break no promise",
        quick: false,
        run: simulator,
    },
    Check {
        name: "fleets",
        holds: "25 million requests of whole fleets, in every kind of outage, break no promise",
        quick: false,
        run: fleets,
    },
    Check {
        name: "doctests",
        holds: "the examples in the documentation",
        quick: true,
        run: doctests,
    },
    Check {
        name: "docs",
        holds: "the documentation builds without a warning",
        quick: true,
        run: docs,
    },
];

fn cargo(args: &[&str]) -> Program {
    Program::new("cargo").args(args)
}

fn format() -> Result<Outcome> {
    let args = ["fmt", "--all", "--", "--check", "--color", "never"];
    pass_or_fail(cargo(&args).remedy("cargo fmt --all"), "format")
}

fn lint() -> Result<Outcome> {
    let args = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
    ];
    let hint = "fix what clippy names (without clippy: rustup component add clippy)";
    pass_or_fail(cargo(&args).remedy(hint), "lint")
}

fn generated() -> Result<Outcome> {
    pass_or_fail(codegen::generator(true), "generated")
}

fn unit() -> Result<Outcome> {
    let targets = ["--lib", "--bins", "--tests", "--examples"];
    let program = workspace().args(["--no-fail-fast"]).args(targets);
    alone::again(tests(program, "unit", counts::cargo)?, workspace)
}

/// The tests of all crates but xtask: it is built already, and with everybody's
/// features at once its heavy dependencies would be built again.
fn workspace() -> Program {
    cargo(&[
        "test",
        "--workspace",
        "--exclude",
        "xtask",
        "--all-features",
    ])
}

fn tools() -> Result<Outcome> {
    let args = [
        "test",
        "--package",
        "xtask",
        "--features",
        "codegen",
        "--no-fail-fast",
    ];
    tests(cargo(&args), "tools", counts::cargo)
}

fn simulator() -> Result<Outcome> {
    let args = [
        "test",
        "--release",
        "--package",
        "hedgerow",
        "--test",
        "sim",
    ];
    let program = cargo(&args).env("HEDGEROW_SIM_RUNS", SIMULATED);
    tests(program, "simulator", counts::cargo)
}

/// Requests in each of the simulator's traces.
const REQUESTS: &str = "1800000";

fn fleets() -> Result<Outcome> {
    let args = ["--policy", "hedgerow", "--requests", REQUESTS];
    pass_or_fail(sim::simulator()?.args(args), "fleets")
}

fn doctests() -> Result<Outcome> {
    let args = [
        "test",
        "--doc",
        "--package",
        "hedgerow",
        "--all-features",
        "--no-fail-fast",
    ];
    tests(cargo(&args), "doctests", counts::cargo)
}

fn docs() -> Result<Outcome> {
    let args = ["doc", "--workspace", "--all-features", "--no-deps"];
    pass_or_fail(cargo(&args).env("RUSTDOCFLAGS", "-D warnings"), "docs")
}

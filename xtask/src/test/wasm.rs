//! What is built for the browser.

use super::check::{Check, Outcome, pass_or_fail};
use crate::cli::LoaderArgs;
use crate::loader;
use anyhow::Result;

pub(crate) const CHECKS: &[Check] = &[
    Check {
        name: "engine",
        holds: "the engine alone builds for wasm32, without features and with its defaults",
        quick: false,
        run: engine,
    },
    Check {
        name: "loader",
        holds: "the browser loader builds within its budgets, with nothing forbidden linked",
        quick: false,
        run: build,
    },
];

fn engine() -> Result<Outcome> {
    let toolchain = loader::toolchain(None)?;
    pass_or_fail(
        toolchain.build("hedgerow").args(["--no-default-features"]),
        "engine",
    )?;
    pass_or_fail(toolchain.build("hedgerow"), "engine-config")?;
    Ok(Outcome::passed(2))
}

fn build() -> Result<Outcome> {
    loader::build(&LoaderArgs {
        via: None,
        force: false,
        functions: 0,
    })?;
    Ok(Outcome::passed(1))
}

//! `cargo xtask sim`: whole fleets in virtual time. The simulator is a package
//! of its own, since it links the engine, which xtask itself does without.

use crate::cli::SimArgs;
use crate::paths;
use crate::process::Program;
use crate::ui::Step;
use anyhow::Result;
use std::process::ExitCode;

pub(crate) fn command(args: &SimArgs) -> Result<ExitCode> {
    let status = simulator()?.args(&args.rest).attended()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The simulator, built with all optimisations.
pub(crate) fn simulator() -> Result<Program> {
    let mut step = Step::start("build the simulator");
    let args = ["build", "--profile", "sim", "--package", "hedgerow-sim"];
    let build = Program::new("cargo").args(args);
    build.logged("build-sim", &mut step)?.check()?;
    step.done("done");
    let binary = paths::target().join("sim").join("hedgerow-sim");
    Ok(Program::new(binary))
}

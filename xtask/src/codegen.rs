//! `cargo xtask codegen`.
//!
//! The generator is a binary of its own, since it links the engine: xtask itself
//! must still build, and say what is wrong, when the engine does not.

use crate::cli::CodegenArgs;
use crate::process::Program;
use anyhow::Result;
use std::process::ExitCode;

pub(crate) fn command(args: &CodegenArgs) -> Result<ExitCode> {
    let status = generator(args.check).attended()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The generator; with `check` it writes nothing, and fails on a difference.
pub(crate) fn generator(check: bool) -> Program {
    let args = [
        "run",
        "--quiet",
        "--package",
        "xtask",
        "--features",
        "codegen",
        "--bin",
        "codegen",
        "--",
    ];
    let check: &[&str] = if check { &["--check"] } else { &[] };
    Program::new("cargo")
        .args(args)
        .args(check)
        .remedy("cargo xtask codegen, then commit what it wrote")
}

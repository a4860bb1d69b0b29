//! The library under a sanitizer, with Rust's own library: what is not
//! instrumented would hide faults from one of them, and the other would take
//! its locks for races.

use super::build;
use crate::loader::Toolchain;
use crate::paths;
use crate::problem::Problem;
use crate::process::Program;
use crate::ui::Step;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// What watches a program. A program can have only one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sanitizer {
    /// Memory and leaks.
    Address,
    /// Races.
    Thread,
}

/// The library, instrumented.
#[derive(Debug)]
pub(crate) struct Sanitized {
    pub(crate) by: Sanitizer,
    pub(crate) archive: PathBuf,
    /// As the linker takes them, such as `-lm`.
    pub(crate) system: Vec<String>,
}

impl Sanitizer {
    /// As rustc calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Sanitizer::Address => "address",
            Sanitizer::Thread => "thread",
        }
    }

    /// How C is compiled: there, undefined behaviour can be watched, too.
    pub(crate) const fn options(self) -> &'static [&'static str] {
        match self {
            Sanitizer::Address => &[
                "-std=c11",
                "-fsanitize=address,undefined",
                "-fno-sanitize-recover=all",
                "-fno-omit-frame-pointer",
            ],
            Sanitizer::Thread => &["-std=c11", "-fsanitize=thread", "-fno-omit-frame-pointer"],
        }
    }

    /// What `ffi/tests/support/planted.c` can do wrong, and what is then said.
    const fn planted(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Sanitizer::Address => &[
                ("overflow", "AddressSanitizer: heap-buffer-overflow"),
                ("use-after-free", "AddressSanitizer: heap-use-after-free"),
                ("leak", "LeakSanitizer: detected memory leaks"),
            ],
            Sanitizer::Thread => &[("race", "ThreadSanitizer: data race")],
        }
    }
}

/// Builds the library, by a compiler that has the source of Rust's own.
pub(crate) fn library(by: Sanitizer) -> Result<Sanitized> {
    let toolchain = Toolchain::find(None)?;
    let cargo = toolchain.cargo_with_source().ok_or_else(|| {
        Problem::new("no Rust compiler here has the source of its library")
            .remedy("rustup component add rust-src")
    })?;
    let host = toolchain.host().context("rustc does not name its host")?;
    let target = paths::target().join("sanitized");
    let mut step = Step::start(format!("compile for the {} sanitizer", by.name()));
    let finished = cargo
        .args(["rustc", "--package", "hedgerow-ffi", "--lib"])
        .args(["--crate-type", "staticlib", "--target", &host])
        .args(["-Zbuild-std=std,panic_unwind"])
        .arg_path("--target-dir", &target)
        .args(["--", "--print", "native-static-libs"])
        .env(
            "RUSTFLAGS",
            format!("-Zsanitizer={} -Cforce-frame-pointers=yes", by.name()),
        )
        // With its checks for overflow, and fast enough.
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
        .logged(&format!("ffi-{}", by.name()), &mut step)?
        .check()?;
    step.done("done");
    // Each sanitizer's build puts its archive in the same place.
    let made = target.join(host).join("debug/libhedgerow_ffi.a");
    let archive = build::folder()?.join(format!("libhedgerow-{}.a", by.name()));
    fs::copy(&made, &archive).with_context(|| made.display().to_string())?;
    Ok(Sanitized {
        by,
        archive,
        system: build::system_libraries(&finished.output)?,
    })
}

/// Fails unless the sanitizer finds what `program` is told to do wrong; gives
/// how many faults that are.
pub(crate) fn finds_what_is_planted(program: &Path, by: Sanitizer) -> Result<u64> {
    for (fault, said) in by.planted() {
        let mut step = Step::start(format!("planted: {fault}"));
        let finished = Program::new(program)
            .args([fault])
            .logged(&format!("ffi-planted-{fault}"), &mut step)?;
        if finished.status.success() || !finished.output.contains(said) {
            bail!(
                "the {} sanitizer did not find the planted {fault}; see {}",
                by.name(),
                paths::shown(&finished.log)
            );
        }
        step.done("found");
    }
    Ok(by.planted().len() as u64)
}

//! The C library, as its users build, link and run it.

use super::check::{Check, Outcome};
use super::consumers::{CPP, VALGRIND};
use crate::apt;
use crate::consumers::TOOLS;
use crate::ffi::sanitized::{self, Sanitizer};
use crate::ffi::{self, programs};
use crate::paths;
use anyhow::{Result, ensure};
use programs::Build;
use std::fs;
use std::path::PathBuf;

pub(crate) const CHECKS: &[Check] = &[
    Check {
        name: "c-coverage",
        holds: "every public operation of the engine is in the C library, or says why not",
        quick: true,
        run: coverage,
    },
    Check {
        name: "c-library",
        holds: "the C library installs, and exports the functions of its header and no others",
        quick: false,
        run: library,
    },
    Check {
        name: "c-programs",
        holds: "the quick start and the C programs pass as C11 and as C++17, and nothing wrong ends them",
        quick: false,
        run: programs,
    },
    Check {
        name: "c-memory",
        holds: "the C programs are clean under Valgrind",
        quick: false,
        run: memory,
    },
    Check {
        name: "c-sanitized",
        holds: "the C programs are clean with C, Rust and its library under the address, leak and thread sanitizers, which find what is planted",
        quick: false,
        run: sanitized,
    },
];

fn prefix() -> PathBuf {
    paths::work().join("ffi").join("prefix")
}

fn coverage() -> Result<Outcome> {
    let (looked_at, wrong) = ffi::coverage::check()?;
    let remedy = "name the operation in ffi/coverage.toml";
    Ok(Outcome::of(looked_at, &wrong, remedy))
}

fn library() -> Result<Outcome> {
    let installed = ffi::make(&prefix())?;
    Ok(Outcome::passed(installed.functions))
}

/// Builds and runs every program in these ways.
fn each(builds: &[(Build<'_>, &[&str], &[&str])]) -> Result<Outcome> {
    apt::ensure(TOOLS, "a C program")?;
    ffi::make(&prefix())?;
    let mut checks = 0;
    for source in programs::sources()? {
        let written = source.ends_with("hostile.c");
        for (build, under, arguments) in builds {
            let program = programs::compile(&source, &prefix(), *build)?;
            checks += programs::run(&program, under, if written { arguments } else { &[] })?;
        }
    }
    ensure!(checks > 0, "no check was made");
    Ok(Outcome::passed(checks))
}

fn programs() -> Result<Outcome> {
    apt::ensure(&[CPP], "a C++ program")?;
    let mut outcome = each(&[(Build::C, &[], &[]), (Build::Cpp, &[], &[])])?;
    let quick_start = programs::quick_start()?;
    for build in [Build::C, Build::Cpp] {
        let said = programs::said(&programs::compile(&quick_start, &prefix(), build)?)?;
        ensure!(
            said == "ask endpoint 0\nask endpoint 1",
            "the quick start of ffi/README.md says: {said}"
        );
        outcome.passed += 1;
    }
    Ok(outcome)
}

/// Fewer mixtures: under Valgrind everything takes thirty times as long.
const FEW: &[&str] = &["5"];

fn memory() -> Result<Outcome> {
    let valgrind: &[&str] = &[
        "valgrind",
        "--quiet",
        "--error-exitcode=9",
        "--leak-check=full",
        "--show-leak-kinds=all",
        "--errors-for-leak-kinds=definite,indirect,possible",
    ];
    apt::ensure(&[VALGRIND], "a program's memory")?;
    each(&[(Build::C, valgrind, FEW)])
}

fn sanitized() -> Result<Outcome> {
    let address = sanitized::library(Sanitizer::Address)?;
    let mut outcome = each(&[(Build::Sanitized(&address), &[], FEW)])?;
    let thread = sanitized::library(Sanitizer::Thread)?;
    for source in programs::sources()? {
        // The others have only one.
        if fs::read_to_string(&source)?.contains("pthread_create") {
            let program = programs::compile(&source, &prefix(), Build::Sanitized(&thread))?;
            outcome.passed += programs::run(&program, &[], &[])?;
        }
    }
    let planted = paths::root().join("ffi/tests/support/planted.c");
    for library in [&address, &thread] {
        let program = programs::compile(&planted, &prefix(), Build::Sanitized(library))?;
        outcome.passed += sanitized::finds_what_is_planted(&program, library.by)?;
    }
    Ok(outcome)
}

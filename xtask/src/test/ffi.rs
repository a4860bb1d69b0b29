//! The C library, as its users build, link and run it.

use super::check::{Check, Outcome};
use super::consumers::{CMAKE, CPP, VALGRIND};
use crate::apt;
use crate::consumers::TOOLS;
use crate::ffi::sanitized::{self, Sanitizer};
use crate::ffi::{self, cmake, programs};
use crate::paths;
use anyhow::{Result, ensure};
use programs::Build;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) const CHECKS: &[Check] = &[
    Check {
        name: "c-coverage",
        holds: "every public operation of the engine is in the C library, or says why not",
        quick: true,
        run: coverage,
    },
    Check {
        name: "c-library",
        holds: "the C library installs, exports the functions of its header and no others, and any program can load it",
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
        name: "c-cmake",
        holds: "a CMake project finds the installed library, shared and static, and takes no other version for it",
        quick: false,
        run: cmake,
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
    Ok(Outcome::passed(installed.functions + installed.properties))
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
    outcome.passed += plugin(&[])?;
    let quick_start = programs::quick_start()?;
    for build in [Build::C, Build::Cpp, Build::Static] {
        starts_quickly(&programs::compile(&quick_start, &prefix(), build)?)?;
        outcome.passed += 1;
    }
    Ok(outcome)
}

/// Runs the program that loads the library by itself.
fn plugin(under: &[&str]) -> Result<u64> {
    let installed = ffi::make(&prefix())?;
    let source = paths::root().join("ffi/tests/loaded/plugin.c");
    let program = programs::compile(&source, &prefix(), Build::Loading)?;
    programs::run(&program, under, &[&installed.shared.display().to_string()])
}

fn starts_quickly(program: &Path) -> Result<()> {
    let said = programs::said(program)?;
    ensure!(
        said == "ask endpoint 0\nask endpoint 1",
        "the quick start of ffi/README.md says: {said}"
    );
    Ok(())
}

fn cmake() -> Result<Outcome> {
    apt::ensure(&[TOOLS, &[CMAKE]].concat(), "a CMake project")?;
    ffi::make(&prefix())?;
    let source = programs::quick_start()?;
    let built = cmake::build(&prefix(), &source)?;
    for program in &built {
        starts_quickly(program)?;
    }
    let refused = cmake::refuses_other_versions(&prefix(), &source)?;
    Ok(Outcome::passed(built.len() as u64 + refused))
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
    let mut outcome = each(&[(Build::C, valgrind, FEW)])?;
    outcome.passed += plugin(valgrind)?;
    Ok(outcome)
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

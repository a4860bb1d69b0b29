//! Programs in other languages that use the C library as it is installed: each
//! knows no more of it than pkg-config tells.

use super::check::{Check, Outcome, tests};
use super::counts::{self, Counts};
use crate::apt::{self, Package};
use crate::process::{Program, on_path};
use crate::{ffi, paths};
use anyhow::Result;
use std::path::PathBuf;
use std::sync::OnceLock;

pub(crate) const CHECKS: &[Check] = &[
    Check {
        name: "c",
        holds: "a C program races two servers by the installed library, clean under Valgrind",
        quick: false,
        run: || made("c", &[C, VALGRIND], counts::unittest),
    },
    Check {
        name: "python",
        holds: "a wheel with the library installs, is typed, and its asyncio client races",
        quick: false,
        run: || made("python", &[C, VENV], counts::unittest),
    },
];

const MAKE: Package = Package {
    name: "make",
    present: || on_path("make"),
};
const PKG_CONFIG: Package = Package {
    name: "pkgconf",
    present: || on_path("pkg-config"),
};
const PYTHON: Package = Package {
    name: "python3",
    present: || on_path("python3"),
};
const VENV: Package = Package {
    name: "python3-venv",
    present: || {
        let ask = ["-c", "import ensurepip"];
        Program::new("python3").args(ask).ask().is_some()
    },
};
const C: Package = Package {
    name: "gcc",
    present: || on_path("cc"),
};
const VALGRIND: Package = Package {
    name: "valgrind",
    present: || on_path("valgrind"),
};

/// Runs `make test` in the folder of an example.
fn made(example: &str, needs: &[Package], counts: fn(&str) -> Counts) -> Result<Outcome> {
    let needed = [&[MAKE, PKG_CONFIG, PYTHON], needs].concat();
    apt::ensure(&needed, &format!("examples/{example}"))?;
    let prefix = installed()?;
    let build = paths::work().join("consumers").join(example);
    let program = Program::new("make")
        .args([
            "--silent",
            "--directory",
            &format!("examples/{example}"),
            "test",
        ])
        .args([format!("BUILD={}", build.display())])
        .env("PKG_CONFIG_PATH", prefix.join("lib").join("pkgconfig"));
    tests(program, example, counts)
}

/// The prefix that the library is installed under, once for all consumers.
pub(crate) fn installed() -> Result<PathBuf> {
    static DONE: OnceLock<()> = OnceLock::new();
    let prefix = paths::work().join("prefix");
    if DONE.get().is_none() {
        ffi::make(&prefix)?;
        let _ = DONE.set(());
    }
    Ok(prefix)
}

//! The tests of the programs in other languages that use the C library.

use super::check::{Check, Outcome, tests};
use super::counts::{self, Counts};
use crate::apt::{self, Package};
use crate::consumers::{OPENRESTY, TOOLS, make};
use crate::process::{Program, on_path};
use anyhow::Result;

pub(crate) const CHECKS: &[Check] = &[
    Check {
        name: "c",
        holds: "a C program races two servers by the installed library, clean under Valgrind",
        quick: false,
        run: || made("c", &[VALGRIND], counts::unittest),
    },
    Check {
        name: "cpp",
        holds: "the C++ wrapper keeps its promises, clean under Valgrind, and a program races by it",
        quick: false,
        run: || made("cpp", &[CPP, VALGRIND], counts::unittest),
    },
    Check {
        name: "python",
        holds: "a wheel with the library installs, is typed, and its asyncio client races",
        quick: false,
        run: || made("python", &[VENV], counts::unittest),
    },
    Check {
        name: "go",
        holds: "a Go package races over net/http, clean under the race detector",
        quick: false,
        run: || made("go", &[GO], counts::go),
    },
    Check {
        name: "openresty",
        holds: "nginx fails over by the library, through reloads and with several workers",
        quick: false,
        run: || made("openresty", OPENRESTY, counts::unittest),
    },
];

pub(super) const CMAKE: Package = Package {
    name: "cmake",
    present: || on_path("cmake"),
};
pub(super) const CPP: Package = Package {
    name: "g++",
    present: || on_path("c++"),
};
pub(super) const VALGRIND: Package = Package {
    name: "valgrind",
    present: || on_path("valgrind"),
};
const GO: Package = Package {
    name: "golang-go",
    present: || on_path("go"),
};
const VENV: Package = Package {
    name: "python3-venv",
    present: || {
        let ask = ["-c", "import ensurepip"];
        Program::new("python3").args(ask).ask().is_some()
    },
};

/// Runs `make test` in the folder of an example.
fn made(example: &str, needs: &[Package], counts: fn(&str) -> Counts) -> Result<Outcome> {
    apt::ensure(&[TOOLS, needs].concat(), &format!("examples/{example}"))?;
    tests(make(example, "test")?, example, counts)
}

//! What Node can tell: the shim's own tests, and the packed npm package.

use super::check::{Check, Outcome, tests};
use super::counts;
use crate::process::Program;
use crate::stamp::files_under;
use crate::{apt, demo, npm, paths};
use anyhow::Result;
use std::path::{Path, PathBuf};

pub(crate) const UNIT: &[Check] = &[
    Check {
        name: "shim",
        holds: "the JavaScript shim's own tests",
        quick: true,
        run: shim,
    },
    Check {
        name: "driver",
        holds: "the driver of the cache tests chooses what it is asked for",
        quick: true,
        run: driver,
    },
];

pub(crate) const PACKAGE: &[Check] = &[
    Check {
        name: "package",
        holds: "the packed tarball installs, loads as script and as module, and its types hold",
        quick: false,
        run: package,
    },
    Check {
        name: "servers",
        holds: "each fault of the demo's CDNs is on the wire what it says",
        quick: false,
        run: servers,
    },
];

fn shim() -> Result<Outcome> {
    npm::need_node()?;
    let files = test_files(&paths::loader_crate().join("js").join("test"))?;
    tests(runner().args(files), "shim", counts::node)
}

fn driver() -> Result<Outcome> {
    npm::need_node()?;
    let files = test_files(&paths::root().join("xtask").join("conformance"))?;
    tests(runner().args(files), "driver", counts::node)
}

fn package() -> Result<Outcome> {
    let tools = npm::build_tools()?;
    apt::ensure(&apt::BROWSERS[..1], "the package test")?;
    let program = runner()
        .args(test_files(&paths::root().join("xtask").join("package"))?)
        .env("HEDGEROW_DIST", paths::dist())
        .env("HEDGEROW_TOOLS", tools);
    tests(program, "package", counts::node)
}

fn servers() -> Result<Outcome> {
    demo::prepare()?;
    let files = test_files(&paths::demo().join("test"))?;
    tests(
        runner().args(files).dir(&paths::demo()),
        "servers",
        counts::node,
    )
}

fn runner() -> Program {
    Program::new("node").args(["--test", "--test-reporter=spec"])
}

/// Named one by one: what Node makes of a folder differs between versions.
fn test_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let wanted = |path: &Path| {
        path.is_dir()
            || path.to_string_lossy().ends_with(".test.js")
            || path.to_string_lossy().ends_with(".test.mjs")
    };
    files_under(dir, &wanted)
}

//! One JavaScript file out of the shim, the glue and the WASM; and the package
//! around it.

use crate::paths;
use crate::problem::Problem;
use crate::process::Program;
use crate::ui::Step;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Runs `wasm-loader/build.mjs`, which leaves the bundles in dist and what they
/// weigh in `report`.
pub(crate) fn bundle(dir: &Path, tools: &Path, report: &Path, step: &mut Step) -> Result<()> {
    Program::new("node")
        .args([paths::loader_crate().join("build.mjs")])
        .arg_path("--tools", tools)
        .arg_path("--wasm", &dir.join("optimised.wasm"))
        .arg_path("--glue", &dir.join("glue.js"))
        .arg_path("--out", &paths::dist())
        .arg_path("--report", report)
        .args(["--version", env!("CARGO_PKG_VERSION")])
        .logged("esbuild", step)?
        .check()?;
    Ok(())
}

/// Copies what the npm package holds besides the bundles.
pub(crate) fn package() -> Result<()> {
    for (from, name) in packaged() {
        let remedy = "it is part of the npm package: bring it back from the repository";
        if !from.is_file() {
            let what = format!("{name} is missing");
            return Err(Problem::new(what)
                .at(paths::shown(&from))
                .remedy(remedy)
                .into());
        }
        let to = paths::dist().join(name);
        fs::copy(&from, &to).with_context(|| format!("cannot write {}", paths::shown(&to)))?;
    }
    Ok(())
}

fn packaged() -> Vec<(PathBuf, &'static str)> {
    let own = [
        "hedgerow.d.ts",
        "package.json",
        "README.md",
        "config.schema.json",
    ];
    let shared = ["LICENSE-MIT", "LICENSE-APACHE"];
    let own = own.map(|name| (paths::loader_crate().join(name), name));
    own.into_iter()
        .chain(shared.map(|name| (paths::root().join(name), name)))
        .collect()
}

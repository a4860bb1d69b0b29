//! wasm-opt, for size.

use crate::process::Program;
use crate::ui::Step;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;

/// What rustc may use in the code it makes for this target.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

const PASSES: &[&str] = &[
    // Control flow made anew and optimised for speed first: after brotli that
    // saves 1 % of what `-Oz` alone leaves, measured.
    "--flatten",
    "--rereloop",
    "-O2",
    "-Os",
    "-Oz",
    "--converge",
    // The stack lies at the bottom of the memory, so nothing lives at its end.
    "--low-memory-unused",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Optimises `wasm`, by way of files in `dir`.
pub(crate) fn optimize(wasm: &[u8], dir: &Path, tools: &Path, step: &mut Step) -> Result<Vec<u8>> {
    let (before, after) = (dir.join("bound.wasm"), dir.join("optimised.wasm"));
    fs::write(&before, wasm).with_context(|| format!("cannot write {}", before.display()))?;
    Program::new("node")
        .arg_path(
            "--no-warnings",
            &tools.join("node_modules/binaryen/bin/wasm-opt"),
        )
        .args(FEATURES)
        .args(PASSES)
        .arg_path("-o", &after)
        .args([&before])
        .logged("wasm-opt", step)?
        .check()?;
    let optimised = fs::read(&after).with_context(|| format!("cannot read {}", after.display()))?;
    ensure!(
        optimised.len() <= wasm.len(),
        "wasm-opt made the module larger: {} to {} bytes",
        wasm.len(),
        optimised.len()
    );
    Ok(optimised)
}

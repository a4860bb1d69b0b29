//! `cargo xtask loader`: from Rust and JavaScript to the files a site ships.

mod bind;
mod bundle;
mod forbidden;
mod names;
mod optimize;
mod toolchain;
mod weigh;

use crate::cli::LoaderArgs;
use crate::npm;
use crate::paths;
use crate::stamp::Stamp;
use crate::ui::{self, Step, thousands};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
pub(crate) use toolchain::{Toolchain, Way};

const PACKAGE: &str = "hedgerow-loader";

pub(crate) fn command(args: &LoaderArgs) -> Result<ExitCode> {
    build(args)?;
    Ok(ExitCode::SUCCESS)
}

/// Brings wasm-loader/dist up to date and holds its budgets.
pub(crate) fn build(args: &LoaderArgs) -> Result<()> {
    ui::heading("Browser loader");
    npm::need_node()?;
    let dir = paths::work().join("loader");
    fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let toolchain = toolchain(args.via)?;
    let (report, stamp_file) = (dir.join("report.json"), dir.join("stamp"));
    let stamp = stamp(&toolchain)?;
    let up_to_date = stamp.is_in(&stamp_file) && dist_is_whole(&report);
    if up_to_date && !args.force && args.functions == 0 {
        ui::note("no source has changed since wasm-loader/dist was built");
        return weigh::report(&report);
    }
    // Nothing half-made may pass for a build.
    let _ = fs::remove_file(&stamp_file);
    let tools = npm::build_tools()?;
    let compiled = compile(&toolchain)?;
    let wasm = bind(&compiled, &dir, args.functions)?;
    let mut step = Step::start("wasm-opt");
    let optimised = optimize::optimize(&wasm, &dir, &tools, &mut step)?;
    step.done(&format!("{} bytes", thousands(optimised.len() as u64)));
    let mut step = Step::start("bundles (esbuild)");
    bundle::bundle(&dir, &tools, &report, &mut step)?;
    bundle::package()?;
    step.done("in wasm-loader/dist");
    stamp.write(&stamp_file)?;
    weigh::report(&report)
}

/// Finds a compiler for WebAssembly and says which.
pub(crate) fn toolchain(via: Option<Way>) -> Result<Toolchain> {
    let step = Step::start("compiler for WebAssembly");
    let found = Toolchain::find(via)?;
    step.done(found.told());
    Ok(found)
}

fn compile(toolchain: &Toolchain) -> Result<PathBuf> {
    let mut step = Step::start("cargo build (hedgerow-loader)");
    toolchain
        .build(PACKAGE)
        .logged("loader-cargo", &mut step)?
        .check()?;
    let wasm = toolchain::target_dir()
        .join(toolchain::TARGET)
        .join("loader/hedgerow_loader.wasm");
    let size = fs::metadata(&wasm)
        .with_context(|| format!("cargo left no {}", wasm.display()))?
        .len();
    step.done(&format!("{} bytes", thousands(size)));
    Ok(wasm)
}

fn bind(compiled: &Path, dir: &Path, functions: usize) -> Result<Vec<u8>> {
    let step = Step::start("wasm-bindgen");
    let mut bound = bind::bind(compiled)?;
    forbidden::check(&bound.functions)?;
    fs::write(dir.join("glue.js"), &bound.glue)?;
    step.done(&format!(
        "{} bytes, nothing forbidden linked",
        thousands(bound.wasm.len() as u64)
    ));
    bound
        .functions
        .sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    let largest = bound.functions.iter().take(functions);
    let rows: Vec<Vec<String>> = largest
        .map(|(name, size)| vec![shortened(name), thousands(*size)])
        .collect();
    if !rows.is_empty() {
        ui::heading("Largest functions");
        ui::table(&["", "instructions"], &rows);
    }
    Ok(bound.wasm)
}

/// Generic names run to hundreds of letters; the ends tell them apart.
fn shortened(name: &str) -> String {
    const WIDTH: usize = 100;
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= WIDTH {
        return name.to_owned();
    }
    let (head, tail) = (&letters[..WIDTH / 2], &letters[letters.len() - WIDTH / 2..]);
    head.iter().chain(&['…']).chain(tail).collect()
}

/// All that the result depends on.
fn stamp(toolchain: &Toolchain) -> Result<Stamp> {
    let root = paths::root();
    let mut stamp = Stamp::new();
    stamp.add(toolchain.key().as_bytes());
    let built = paths::dist();
    let wanted = |path: &Path| path != built && !path.ends_with("node_modules");
    let trees = [
        "wasm-loader",
        "core/src",
        "core/Cargo.toml",
        "xtask/src/loader",
        "xtask/tools",
    ];
    for tree in trees.into_iter().chain(["Cargo.toml", "Cargo.lock"]) {
        stamp.add_tree(&root.join(tree), &wanted)?;
    }
    Ok(stamp)
}

/// Whether dist still holds the files that the report tells of.
fn dist_is_whole(report: &Path) -> bool {
    let Ok(text) = fs::read_to_string(report) else {
        return false;
    };
    let Ok(report) = serde_json::from_str::<serde_json::Value>(&text) else {
        return false;
    };
    let sizes = report["files"].as_array().into_iter().flatten();
    sizes.into_iter().all(|file| {
        let path = paths::dist().join(file["name"].as_str().unwrap_or_default());
        fs::metadata(path).is_ok_and(|found| Some(found.len()) == file["raw"].as_u64())
    })
}

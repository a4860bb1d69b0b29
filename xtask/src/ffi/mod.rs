//! `cargo xtask ffi`: the C library as its users install it.

mod build;
pub(crate) mod cmake;
pub(crate) mod coverage;
mod declaration;
mod elf;
mod hostile;
mod install;
mod manifest;
mod operations;
pub(crate) mod programs;
pub(crate) mod sanitized;
mod symbols;

use crate::cli::FfiArgs;
use crate::ui::{self, thousands};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf, absolute};
use std::process::ExitCode;

/// What stands under a prefix now.
#[derive(Debug)]
pub(crate) struct Installed {
    files: Vec<PathBuf>,
    /// How many functions it has.
    pub(crate) functions: u64,
    /// How much else was looked at before.
    pub(crate) properties: u64,
    /// What programs load.
    pub(crate) shared: PathBuf,
}

pub(crate) fn command(args: &FfiArgs) -> Result<ExitCode> {
    let prefix = absolute(&args.prefix)?;
    if args.uninstall {
        ui::heading("Removed");
        for path in manifest::uninstall(&prefix)? {
            ui::note(&path.display().to_string());
        }
        return Ok(ExitCode::SUCCESS);
    }
    report(&make(&prefix)?)?;
    Ok(ExitCode::SUCCESS)
}

/// Builds the library, checks what it exports, and installs it under `prefix`.
pub(crate) fn make(prefix: &Path) -> Result<Installed> {
    let built = build::all()?;
    let functions = symbols::check(&built.shared)?;
    let properties = elf::check(&built.shared)?;
    Ok(Installed {
        files: install::under(prefix, &built)?,
        functions,
        properties,
        shared: prefix.join("lib/libhedgerow.so"),
    })
}

fn report(installed: &Installed) -> Result<()> {
    ui::heading(&format!("Installed, {} functions", installed.functions));
    let mut rows = Vec::new();
    for path in &installed.files {
        let about = fs::symlink_metadata(path).with_context(|| path.display().to_string())?;
        let size = if about.is_symlink() {
            format!("→ {}", fs::read_link(path)?.display())
        } else {
            thousands(about.len())
        };
        rows.push(vec![path.display().to_string(), size]);
    }
    ui::table(&["file", "bytes"], &rows);
    Ok(())
}

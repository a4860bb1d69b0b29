//! `cargo xtask ffi`: the C library as its users install it.

mod build;
mod install;
mod symbols;

use crate::cli::FfiArgs;
use crate::ui::{self, thousands};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf, absolute};
use std::process::ExitCode;

pub(crate) fn command(args: &FfiArgs) -> Result<ExitCode> {
    let prefix = absolute(&args.prefix)?;
    let installed = make(&prefix)?;
    report(&installed)?;
    Ok(ExitCode::SUCCESS)
}

/// Builds the library, checks what it exports, and installs it under `prefix`.
pub(crate) fn make(prefix: &Path) -> Result<Vec<PathBuf>> {
    let built = build::all()?;
    symbols::check(&built.shared)?;
    install::under(prefix, &built)
}

fn report(installed: &[PathBuf]) -> Result<()> {
    ui::heading("Installed");
    let mut rows = Vec::new();
    for path in installed {
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

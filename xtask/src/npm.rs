//! npm packages, in exact versions, outside of what is committed.

use crate::paths;
use crate::problem::Problem;
use crate::process::{Program, on_path};
use crate::stamp::Stamp;
use crate::ui::Step;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// The oldest Node that everything here runs on.
const NODE: u32 = 20;

/// Says so if Node or npm is missing or too old.
pub(crate) fn need_node() -> Result<()> {
    let remedy = format!("install Node.js {NODE} or newer: https://nodejs.org/en/download");
    let version = Program::new("node").args(["--version"]).ask();
    let major = version.as_deref().and_then(|text| {
        text.trim_start_matches('v')
            .split('.')
            .next()
            .and_then(|major| major.parse::<u32>().ok())
    });
    match (major, version) {
        (Some(major), _) if major >= NODE && on_path("npm") => Ok(()),
        (Some(major), Some(version)) if major < NODE => {
            let what = format!("Node.js {version} is too old: {NODE} is needed");
            Err(Problem::new(what).remedy(remedy).into())
        }
        _ => Err(Problem::new("Node.js with npm was not found on PATH")
            .remedy(remedy)
            .into()),
    }
}

/// The build tools (esbuild, binaryen, typescript); returns their folder.
pub(crate) fn build_tools() -> Result<PathBuf> {
    locked("tools", "build tools")
}

/// Installs what `xtask/<name>/package-lock.json` lists, outside of what is
/// committed; returns the folder that has the `node_modules`.
pub(crate) fn locked(name: &str, what: &str) -> Result<PathBuf> {
    let dir = paths::work().join(name);
    fs::create_dir_all(&dir)?;
    let source = paths::root().join("xtask").join(name);
    for name in ["package.json", "package-lock.json"] {
        let from = source.join(name);
        fs::copy(&from, dir.join(name))
            .with_context(|| format!("cannot copy {}", paths::shown(&from)))?;
    }
    install(&dir, what)?;
    Ok(dir)
}

/// Brings `dir/node_modules` to what `dir/package.json` asks for.
pub(crate) fn install(dir: &Path, what: &str) -> Result<()> {
    need_node()?;
    let mut stamp = Stamp::new();
    let locked = dir.join("package-lock.json").is_file();
    for name in ["package.json", "package-lock.json"] {
        stamp.add(&fs::read(dir.join(name)).unwrap_or_default());
    }
    let modules = dir.join("node_modules");
    let file = modules.join(".hedgerow-stamp");
    if stamp.is_in(&file) {
        return Ok(());
    }
    let mut step = Step::start(format!("npm packages ({what})"));
    let verb: &[&str] = if locked {
        &["ci"]
    } else {
        &["install", "--no-package-lock"]
    };
    let log = format!("npm-{}", what.replace(' ', "-"));
    Program::new("npm")
        .args(verb)
        .args(["--no-audit", "--no-fund", "--no-update-notifier"])
        .dir(dir)
        .remedy(
            "check that the npm registry can be reached (`npm ping`), then run the command again",
        )
        .logged(&log, &mut step)?
        .check()?;
    fs::create_dir_all(&modules)?;
    stamp.write(&file)?;
    step.done("installed");
    Ok(())
}

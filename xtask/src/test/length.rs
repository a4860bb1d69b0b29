//! Files stay short enough to be read.

use super::check::{Check, Outcome};
use crate::paths;
use crate::process::Program;
use crate::stamp::files_under;
use anyhow::{Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) const CHECKS: &[Check] = &[Check {
    name: "length",
    holds: "no source file has more than 600 lines, and the median has fewer than 200",
    quick: true,
    run,
}];

const LONGEST: usize = 600;
const MEDIAN: usize = 200;
/// Written by a program, for people who look one thing up.
const GENERATED: &[&str] = &["ffi/include/hedgerow.h"];
const SOURCE: &[&str] = &[
    "rs", "js", "mjs", "ts", "css", "html", "c", "h", "hpp", "cpp", "py", "pyi", "go", "lua",
];

fn run() -> Result<Outcome> {
    let mut lengths = Vec::new();
    for file in sources()? {
        // A file that git knows may have been deleted in the working tree.
        if let Ok(text) = fs::read_to_string(paths::root().join(&file)) {
            lengths.push((text.lines().count(), file));
        }
    }
    ensure!(!lengths.is_empty(), "no source file was found");
    lengths.sort();
    let median = lengths[lengths.len() / 2].0;
    let mut wrong: Vec<String> = lengths
        .iter()
        .filter(|(lines, _)| *lines > LONGEST)
        .map(|(lines, file)| format!("{}: {lines} lines", file.display()))
        .collect();
    if median >= MEDIAN {
        wrong.push(format!(
            "the median of {} files is {median} lines",
            lengths.len()
        ));
    }
    Ok(Outcome::of(
        lengths.len() as u64 + 1,
        &wrong,
        "one concern to a file: split what has several",
    ))
}

/// The tracked source files; without git, all that are not built or installed.
fn sources() -> Result<Vec<PathBuf>> {
    let is_source = |path: &Path| {
        !GENERATED.iter().any(|name| path.ends_with(name))
            && path
                .extension()
                .is_some_and(|end| SOURCE.iter().any(|known| end == *known))
    };
    if let Some(list) = Program::new("git")
        .args(["ls-files"])
        .ask()
        .filter(|list| !list.is_empty())
    {
        return Ok(list
            .lines()
            .map(PathBuf::from)
            .filter(|path| is_source(path))
            .collect());
    }
    let skipped = ["target", "node_modules", "dist", ".git"];
    let wanted = |path: &Path| {
        !skipped.iter().any(|name| path.ends_with(name)) && (path.is_dir() || is_source(path))
    };
    files_under(&paths::root(), &wanted)
}

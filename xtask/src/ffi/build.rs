//! From the crate to a static and a shared library.

use crate::paths;
use crate::problem::Problem;
use crate::process::Program;
use crate::ui::Step;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What was built, and what a program that links it statically needs beside it.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) archive: PathBuf,
    pub(crate) shared: PathBuf,
    /// As the linker takes them, such as `-lm`.
    pub(crate) system: Vec<String>,
}

/// The part of the version that a program is bound to: the major number, and
/// before 1.0, where each minor release may break, that too.
pub(crate) fn abi() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut parts = version.split('.');
    match (parts.next(), parts.next()) {
        (Some("0"), Some(minor)) => format!("0.{minor}"),
        (Some(major), _) => major.to_owned(),
        _ => version.to_owned(),
    }
}

pub(crate) fn all() -> Result<Built> {
    let (archive, system) = archive()?;
    let archive = stripped(&archive)?;
    let shared = shared(&archive, &system)?;
    Ok(Built {
        archive,
        shared,
        system,
    })
}

pub(super) fn folder() -> Result<PathBuf> {
    let folder = paths::work().join("ffi");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The program that compiles C here.
pub(crate) fn c_compiler() -> String {
    env::var("CC").unwrap_or_else(|_| "cc".to_owned())
}

fn archive() -> Result<(PathBuf, Vec<String>)> {
    let mut step = Step::start("compile");
    let args = [
        "rustc",
        "--release",
        "--package",
        "hedgerow-ffi",
        "--lib",
        "--crate-type",
        "staticlib",
        "--",
        "--print",
        "native-static-libs",
    ];
    let finished = Program::new("cargo")
        .args(args)
        .logged("ffi-compile", &mut step)?
        .check()?;
    step.done("done");
    let archive = paths::target().join("release").join("libhedgerow_ffi.a");
    Ok((archive, system_libraries(&finished.output)?))
}

/// What every C compiler adds by itself, in the kind that fits: for a program
/// without shared libraries, the unwinder is another library.
const ADDED: &[&str] = &["-lgcc_s", "-lc"];

/// What rustc said that an archive needs beside it.
pub(super) fn system_libraries(said: &str) -> Result<Vec<String>> {
    let libraries = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("note: native-static-libs:"))
        .context("rustc did not say which system libraries the archive needs")?;
    let needed = libraries
        .split_whitespace()
        .filter(|word| !ADDED.contains(word));
    Ok(needed.map(str::to_owned).collect())
}

/// The archive without debug information, which would be most of it.
fn stripped(archive: &Path) -> Result<PathBuf> {
    let to = folder()?.join("libhedgerow.a");
    let mut step = Step::start("strip");
    Program::new("strip")
        .args(["--strip-debug", "-o"])
        .args([&to])
        .args([archive])
        .remedy("install binutils")
        .logged("ffi-strip", &mut step)?
        .check()?;
    step.done("done");
    Ok(to)
}

/// The shared library, linked from the archive: rustc would set neither a name
/// nor versions of the symbols.
fn shared(archive: &Path, system: &[String]) -> Result<PathBuf> {
    if !cfg!(all(unix, not(target_vendor = "apple"))) {
        return Err(
            Problem::new("the shared library is built for ELF systems only")
                .remedy("link libhedgerow.a")
                .into(),
        );
    }
    let to = folder()?.join(format!("libhedgerow.so.{}", env!("CARGO_PKG_VERSION")));
    let map = paths::root().join("ffi").join("hedgerow.map");
    let mut step = Step::start("link");
    Program::new(c_compiler())
        .args(["-shared", "-o"])
        .args([&to])
        .args([format!("-Wl,-soname,libhedgerow.so.{}", abi())])
        .args([format!("-Wl,--version-script={}", map.display())])
        .args([
            "-Wl,--gc-sections",
            "-Wl,-z,relro,-z,now",
            "-Wl,--strip-all",
        ])
        .args(["-Wl,--no-undefined", "-Wl,--whole-archive"])
        .args([archive])
        .args(["-Wl,--no-whole-archive"])
        .args(system)
        .remedy("install a C compiler, or name one in CC")
        .logged("ffi-link", &mut step)?
        .check()?;
    step.done("done");
    Ok(to)
}

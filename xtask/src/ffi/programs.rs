//! Compiling and running the test programs of `ffi/tests`, as users would.

use super::build::c_compiler;
use super::hostile;
use crate::paths;
use crate::problem::Problem;
use crate::process::Program;
use crate::ui::Step;
use anyhow::{Context, Result, ensure};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// How a program is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// C11, with the shared library.
    C,
    /// C++17, with the archive.
    Cpp,
    /// C11 with the address, leak and undefined behaviour sanitizers, and the
    /// archive.
    Sanitized,
}

/// What a user's build has switched on.
const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Werror", "-pedantic", "-O1", "-g"];

/// The programs: those of the folder, and the one that is written.
pub(crate) fn sources() -> Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(paths::root().join("ffi/tests"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "c") {
            sources.push(path);
        }
    }
    ensure!(!sources.is_empty(), "there is no program in ffi/tests");
    sources.sort();
    let (text, _) = hostile::program()?;
    let written = folder()?.join("hostile.c");
    fs::write(&written, text)?;
    sources.push(written);
    Ok(sources)
}

/// The program of the quick start in `ffi/README.md`, as people copy it.
pub(crate) fn quick_start() -> Result<PathBuf> {
    let readme = fs::read_to_string(paths::root().join("ffi/README.md"))?;
    let (_, rest) = readme
        .split_once("```c\n")
        .context("no program in ffi/README.md")?;
    let (program, _) = rest.split_once("```").context("a program without an end")?;
    let written = folder()?.join("quick_start.c");
    fs::write(&written, program)?;
    Ok(written)
}

/// What a program prints, if it ends well.
pub(crate) fn said(program: &Path) -> Result<String> {
    Program::new(program)
        .ask()
        .with_context(|| format!("{} failed", program.display()))
}

pub(crate) fn folder() -> Result<PathBuf> {
    let folder = paths::work().join("ffi").join("programs");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Compiles a program against what is installed under `prefix`.
pub(crate) fn compile(source: &Path, prefix: &Path, build: Build) -> Result<PathBuf> {
    let stem = source.file_stem().context("a source without a name")?;
    let name = format!("{}-{build:?}", stem.to_string_lossy()).to_lowercase();
    let to = folder()?.join(&name);
    let (compiler, standard): (String, &[&str]) = match build {
        Build::C => (c_compiler(), &["-std=c11"]),
        Build::Cpp => (
            env::var("CXX").unwrap_or_else(|_| "c++".to_owned()),
            &["-x", "c++", "-std=c++17"],
        ),
        Build::Sanitized => (
            c_compiler(),
            &[
                "-std=c11",
                "-fsanitize=address,undefined",
                "-fno-sanitize-recover=all",
            ],
        ),
    };
    let linked = linked(prefix, build != Build::C)?;
    let mut step = Step::start(name.clone());
    Program::new(compiler)
        .args(standard)
        .args(WARNINGS)
        .args(["-I"])
        .args([paths::root().join("ffi/tests")])
        .args([source])
        // Or the archive would be read as C++.
        .args(["-x", "none", "-pthread", "-o"])
        .args([&to])
        .args(&linked)
        .args([format!("-Wl,-rpath,{}", prefix.join("lib").display())])
        .remedy("install a C and a C++ compiler, or name them in CC and CXX")
        .logged(&format!("ffi-{name}"), &mut step)?
        .check()?;
    step.done("compiled");
    Ok(to)
}

/// What pkg-config says of the library.
fn linked(prefix: &Path, statically: bool) -> Result<Vec<String>> {
    let kind: &[&str] = if statically { &["--static"] } else { &[] };
    let said = Program::new("pkg-config")
        .args(["--cflags", "--libs"])
        .args(kind)
        .args(["hedgerow"])
        .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"))
        .ask()
        .ok_or_else(|| {
            Problem::new("pkg-config does not find the installed library")
                .remedy("install pkg-config (or pkgconf)")
        })?;
    let archive = prefix.join("lib/libhedgerow.a").display().to_string();
    Ok(said
        .split_whitespace()
        .map(|word| match word {
            "-lhedgerow" if statically => archive.clone(),
            word => word.to_owned(),
        })
        .collect())
}

/// Runs a program, under another one if `under` says so, and gives the number
/// of its checks.
pub(crate) fn run(program: &Path, under: &[&str], arguments: &[&str]) -> Result<u64> {
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    let name = match under.first() {
        Some(tool) => format!("{name} under {tool}"),
        None => name.into_owned(),
    };
    let mut step = Step::start(name.clone());
    let command = match under.split_first() {
        Some((tool, options)) => Program::new(tool).args(options).args([program]),
        None => Program::new(program),
    };
    let finished = command
        .args(arguments)
        .logged(&format!("ffi-run-{}", name.replace(' ', "-")), &mut step)?
        .check()?;
    let checks = finished
        .output
        .lines()
        .find_map(|line| line.strip_suffix(" checks"))
        .and_then(|number| number.trim().parse::<u64>().ok())
        .with_context(|| format!("{name} did not say how many checks it made"))?;
    step.done(&format!("{checks} checks"));
    Ok(checks)
}

//! Compiling and running the test programs of `ffi/tests`, as users would.

use super::build::c_compiler;
use super::hostile;
use super::sanitized::{Sanitized, Sanitizer};
use crate::paths;
use crate::problem::Problem;
use crate::process::Program;
use crate::ui::Step;
use anyhow::{Context, Result, ensure};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// How a program is built.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Build<'a> {
    /// C11, with the shared library.
    C,
    /// C++17, with the archive.
    Cpp,
    /// C11, with no shared library at all.
    Static,
    /// C11, without the library: the program loads it.
    Loading,
    /// C11, with an archive that is instrumented as the program is.
    Sanitized(&'a Sanitized),
}

impl Build<'_> {
    const fn name(self) -> &'static str {
        match self {
            Build::C => "c",
            Build::Cpp => "cpp",
            Build::Static => "static",
            Build::Loading => "loading",
            Build::Sanitized(library) => library.by.name(),
        }
    }
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
pub(crate) fn compile(source: &Path, prefix: &Path, build: Build<'_>) -> Result<PathBuf> {
    let stem = source.file_stem().context("a source without a name")?;
    let name = format!("{}-{}", stem.to_string_lossy(), build.name());
    let to = folder()?.join(&name);
    let (compiler, options) = match build {
        Build::C | Build::Loading => (c_compiler(), ["-std=c11"].as_slice()),
        Build::Static => (c_compiler(), ["-std=c11", "-static"].as_slice()),
        Build::Cpp => (
            env::var("CXX").unwrap_or_else(|_| "c++".to_owned()),
            ["-x", "c++", "-std=c++17"].as_slice(),
        ),
        Build::Sanitized(library) => (c_compiler(), library.by.options()),
    };
    let mut step = Step::start(name.clone());
    Program::new(compiler)
        .args(options)
        .args(WARNINGS)
        .args(["-I"])
        .args([paths::root().join("ffi/tests")])
        .args([source])
        // Or the archive would be read as C++.
        .args(["-x", "none", "-pthread", "-o"])
        .args([&to])
        .args(linked(prefix, build)?)
        .args([format!("-Wl,-rpath,{}", prefix.join("lib").display())])
        .remedy("install a C and a C++ compiler, or name them in CC and CXX")
        .logged(&format!("ffi-{name}"), &mut step)?
        .check()?;
    step.done("compiled");
    Ok(to)
}

/// Where the header is, and the library with all that it needs.
fn linked(prefix: &Path, build: Build<'_>) -> Result<Vec<String>> {
    let archive = prefix.join("lib/libhedgerow.a").display().to_string();
    let include = format!("-I{}", prefix.join("include").display());
    Ok(match build {
        Build::C => told_by_pkg_config(prefix, &[])?,
        Build::Static => told_by_pkg_config(prefix, &["--static"])?,
        Build::Cpp => (told_by_pkg_config(prefix, &["--static"])?.into_iter())
            .map(|word| match word.as_str() {
                "-lhedgerow" => archive.clone(),
                _ => word,
            })
            .collect(),
        Build::Loading => vec![include, "-ldl".to_owned()],
        Build::Sanitized(library) => {
            let mut words = vec![include];
            if library.by == Sanitizer::Thread {
                let copies = paths::root().join("ffi/tests/support/thread_sanitizer.c");
                words.push(copies.display().to_string());
            }
            words.push(library.archive.display().to_string());
            words.extend(library.system.iter().cloned());
            words
        }
    })
}

fn told_by_pkg_config(prefix: &Path, kind: &[&str]) -> Result<Vec<String>> {
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
    Ok(said.split_whitespace().map(str::to_owned).collect())
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

//! The project of `ffi/tests/cmake`, which finds the installed library.

use super::build::abi;
use super::programs;
use crate::paths;
use crate::process::{Finished, Program};
use crate::ui::Step;
use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};

/// What the project finds a library of another version by: one that is older,
/// and ones that are newer.
const OTHERS: &[&str] = &["0.0.1", "0.9999", "9999"];

/// Builds the project against what is under `prefix`, with `source` as its
/// program. Gives the program with the shared library, and that with the archive.
pub(crate) fn build(prefix: &Path, source: &Path) -> Result<[PathBuf; 2]> {
    let folder = programs::folder()?.join("cmake");
    let mut step = Step::start("cmake");
    configure(prefix, source, &abi(), &folder, &mut step)?.check()?;
    Program::new("cmake")
        .arg_path("--build", &folder)
        .logged("ffi-cmake-build", &mut step)?
        .check()?;
    step.done("built");
    Ok(["with-shared", "with-static"].map(|name| folder.join(name)))
}

/// Fails if the project takes the library for one of another version; gives how
/// many it asked for.
pub(crate) fn refuses_other_versions(prefix: &Path, source: &Path) -> Result<u64> {
    let folder = programs::folder()?.join("cmake-other");
    for wanted in OTHERS {
        let mut step = Step::start(format!("cmake: version {wanted}"));
        let finished = configure(prefix, source, wanted, &folder, &mut step)?;
        ensure!(
            !finished.status.success() && finished.output.contains("hedgerow-config.cmake"),
            "find_package(hedgerow {wanted}) did not say that this version is not here; see {}",
            paths::shown(&finished.log)
        );
        step.done("refused");
    }
    Ok(OTHERS.len() as u64)
}

fn configure(
    prefix: &Path,
    source: &Path,
    wanted: &str,
    folder: &Path,
    step: &mut Step,
) -> Result<Finished> {
    Program::new("cmake")
        .arg_path("-S", &paths::root().join("ffi/tests/cmake"))
        .arg_path("-B", folder)
        .args(["--fresh", "-DCMAKE_BUILD_TYPE=Release"])
        .args([format!("-DCMAKE_PREFIX_PATH={}", prefix.display())])
        .args([format!("-DSOURCE={}", source.display())])
        .args([format!("-DWANTED={wanted}")])
        .logged("ffi-cmake", step)
}

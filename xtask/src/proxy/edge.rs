//! The proxy of `examples/edge`.

use super::Place;
use crate::paths;
use crate::process::Program;
use crate::ui::Step;
use anyhow::{Context, Result};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// How it is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// Soon; with overflow checks and debug assertions.
    Debug,
    /// As it is used.
    Release,
}

/// Whose responses it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeps {
    /// Those that everybody may have: a shared cache.
    ForAll,
    /// One user's own, too: a private cache.
    ForOne,
}

impl Keeps {
    /// The word that the configuration has for it.
    fn word(self) -> &'static str {
        match self {
            Self::ForAll => "shared",
            Self::ForOne => "private",
        }
    }
}

impl Build {
    fn binary(self) -> PathBuf {
        let profile = match self {
            Self::Debug => "debug",
            Self::Release => "release",
        };
        paths::target().join(profile).join("hedgerow-edge")
    }
}

pub(super) fn prepare(build: Build) -> Result<()> {
    let mut args = vec!["build", "--package", "hedgerow-edge"];
    if build == Build::Release {
        args.push("--release");
    }
    let mut step = Step::start("hedgerow-edge");
    Program::new("cargo")
        .args(args)
        .logged("edge-build", &mut step)?
        .check()?;
    step.done("built");
    Ok(())
}

pub(super) fn version(build: Build) -> Result<String> {
    let version = Program::new(build.binary()).args(["--version"]).ask();
    version.context("hedgerow-edge does not tell its version")
}

pub(super) fn program(build: Build, keeps: Keeps, place: &Place) -> Result<Program> {
    let file = place.folder.join("edge.json");
    let document = json!({"edge": {
        "listen": [place.listen],
        "upstreams": [{
            "id": "origin",
            "endpoints": [{"id": "origin", "url": format!("http://{}", place.origin)}],
        }],
        // The cache tests on npm are older than RFC 9111, whose §5.1 says how
        // to read a broken `Age`, and want the response taken for stale. Some
        // answer with what contradicts itself, and want it taken as it is; and
        // cookies where RFC 9111 §7.3 lets them be stored.
        "store": {"distrustAge": true, "lenient": true, "cookies": "explicit"},
        "routes": [{"upstream": "origin", "cache": keeps.word()}],
    }});
    fs::write(&file, serde_json::to_string_pretty(&document)?)?;
    Ok(with_document(build, &file))
}

/// It, with a configuration document of the caller's own.
pub(crate) fn with_document(build: Build, file: &Path) -> Program {
    // As quiet as nginx is: what is logged of every request costs its share.
    Program::new(build.binary())
        .arg_path("--config", file)
        .args(["--log", "warn"])
}

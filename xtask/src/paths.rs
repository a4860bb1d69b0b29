//! Where things are.

use std::env;
use std::path::{Path, PathBuf};

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    // `cargo run` sets it; the compiled-in value serves a binary started by hand.
    let own = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    own.parent().map_or(own.clone(), Path::to_path_buf)
}

/// Cargo's target directory.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// Everything that xtask itself leaves behind: logs, npm packages, stamps.
pub(crate) fn work() -> PathBuf {
    target().join("xtask")
}

pub(crate) fn logs() -> PathBuf {
    work().join("logs")
}

pub(crate) fn loader_crate() -> PathBuf {
    root().join("wasm-loader")
}

pub(crate) fn dist() -> PathBuf {
    loader_crate().join("dist")
}

pub(crate) fn demo() -> PathBuf {
    root().join("examples").join("demo")
}

/// `path` as a person at the root would type it.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

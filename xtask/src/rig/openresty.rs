//! The nginx of `examples/openresty`, with the C library that it calls.

use crate::apt;
use crate::consumers;
use crate::paths;
use crate::ui::Step;
use anyhow::Result;
use std::path::PathBuf;

/// Where `make` puts the Lua modules, with what the header declares.
pub(super) fn modules() -> PathBuf {
    build().join("lua")
}

fn build() -> PathBuf {
    paths::work().join("consumers").join("openresty")
}

pub(super) fn prepare() -> Result<()> {
    apt::ensure(consumers::OPENRESTY, "nginx that fails over by Hedgerow")?;
    let program = consumers::make("openresty", "modules")?;
    let mut step = Step::start("openresty");
    program.logged("openresty", &mut step)?.check()?;
    step.done("built");
    Ok(())
}

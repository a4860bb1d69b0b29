//! Programs in other languages that use the C library as it is installed: each
//! knows no more of it than pkg-config tells.

use crate::apt::Package;
use crate::process::{Program, on_path};
use crate::{ffi, paths};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What all of them need.
pub(crate) const TOOLS: &[Package] = &[
    Package {
        name: "make",
        present: || on_path("make"),
    },
    Package {
        name: "pkgconf",
        present: || on_path("pkg-config"),
    },
    Package {
        name: "gcc",
        present: || on_path("cc"),
    },
    Package {
        name: "python3",
        present: || on_path("python3"),
    },
];

/// nginx with its module for Lua, and the Lua that this needs.
pub(crate) const OPENRESTY: &[Package] = &[
    Package {
        name: "nginx-light",
        present: || on_path("nginx"),
    },
    Package {
        name: "libnginx-mod-http-lua",
        present: || Path::new("/usr/lib/nginx/modules/ngx_http_lua_module.so").is_file(),
    },
    Package {
        name: "lua-resty-core",
        present: || Path::new("/usr/share/lua/5.1/resty/core.lua").is_file(),
    },
];

/// `make` of a target in the folder of an example.
pub(crate) fn make(example: &str, target: &str) -> Result<Program> {
    let prefix = installed()?;
    let build = paths::work().join("consumers").join(example);
    Ok(Program::new("make")
        .args(["--silent", "--directory"])
        .args([format!("examples/{example}"), target.to_owned()])
        .args([format!("BUILD={}", build.display())])
        .env("PKG_CONFIG_PATH", prefix.join("lib").join("pkgconfig")))
}

/// The prefix that the library is installed under, once for all of them.
fn installed() -> Result<PathBuf> {
    static DONE: OnceLock<()> = OnceLock::new();
    let prefix = paths::work().join("prefix");
    if DONE.get().is_none() {
        ffi::make(&prefix)?;
        let _ = DONE.set(());
    }
    Ok(prefix)
}

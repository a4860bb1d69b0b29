//! The files under a prefix, and how build tools find them.

use super::build::{Built, abi};
use crate::paths;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Installs everything, and lists it.
pub(crate) fn under(prefix: &Path, built: &Built) -> Result<Vec<PathBuf>> {
    let lib = prefix.join("lib");
    let version = env!("CARGO_PKG_VERSION");
    let whole = format!("libhedgerow.so.{version}");
    let bound = format!("libhedgerow.so.{}", abi());
    let mut done = vec![
        copy(
            &paths::root().join("ffi/include/hedgerow.h"),
            &prefix.join("include/hedgerow.h"),
        )?,
        copy(&built.archive, &lib.join("libhedgerow.a"))?,
        copy(&built.shared, &lib.join(&whole))?,
        link(&whole, &lib.join(&bound))?,
        link(&bound, &lib.join("libhedgerow.so"))?,
        write(&pkg_config(built), &lib.join("pkgconfig/hedgerow.pc"))?,
    ];
    let cmake = lib.join("cmake/hedgerow");
    let config = cmake_config(built, &whole, &bound);
    done.push(write(&config, &cmake.join("hedgerow-config.cmake"))?);
    let config = cmake_version();
    done.push(write(
        &config,
        &cmake.join("hedgerow-config-version.cmake"),
    )?);
    Ok(done)
}

fn parent(path: &Path) -> Result<()> {
    let folder = path.parent().context("a path without a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

fn copy(from: &Path, to: &Path) -> Result<PathBuf> {
    parent(to)?;
    // Written anew rather than over: a program may have the old one mapped.
    let _ = fs::remove_file(to);
    fs::copy(from, to).with_context(|| format!("cannot write {}", to.display()))?;
    Ok(to.to_path_buf())
}

fn write(text: &str, to: &Path) -> Result<PathBuf> {
    parent(to)?;
    fs::write(to, text).with_context(|| format!("cannot write {}", to.display()))?;
    Ok(to.to_path_buf())
}

#[cfg(unix)]
fn link(target: &str, at: &Path) -> Result<PathBuf> {
    let _ = fs::remove_file(at);
    std::os::unix::fs::symlink(target, at)
        .with_context(|| format!("cannot link {}", at.display()))?;
    Ok(at.to_path_buf())
}

#[cfg(not(unix))]
fn link(target: &str, at: &Path) -> Result<PathBuf> {
    let target = at.with_file_name(target);
    copy(&target, at)
}

/// The prefix is told from where the file is, so that the tree can be moved.
fn pkg_config(built: &Built) -> String {
    format!(
        "prefix=${{pcfiledir}}/../..\n\
         includedir=${{prefix}}/include\n\
         libdir=${{prefix}}/lib\n\
         \n\
         Name: hedgerow\n\
         Description: Keeps web assets arriving when a CDN fails\n\
         Version: {}\n\
         Cflags: -I${{includedir}}\n\
         Libs: -L${{libdir}} -lhedgerow\n\
         Libs.private: {}\n",
        env!("CARGO_PKG_VERSION"),
        built.system.join(" "),
    )
}

fn cmake_config(built: &Built, whole: &str, bound: &str) -> String {
    format!(
        "# hedgerow::hedgerow is the shared library, hedgerow::static the other.\n\
         get_filename_component(_hedgerow_prefix \"${{CMAKE_CURRENT_LIST_DIR}}/../../..\" ABSOLUTE)\n\
         \n\
         if(NOT TARGET hedgerow::hedgerow)\n\
         \x20 add_library(hedgerow::hedgerow SHARED IMPORTED)\n\
         \x20 set_target_properties(hedgerow::hedgerow PROPERTIES\n\
         \x20   IMPORTED_LOCATION \"${{_hedgerow_prefix}}/lib/{whole}\"\n\
         \x20   IMPORTED_SONAME \"{bound}\"\n\
         \x20   INTERFACE_INCLUDE_DIRECTORIES \"${{_hedgerow_prefix}}/include\")\n\
         \n\
         \x20 add_library(hedgerow::static STATIC IMPORTED)\n\
         \x20 set_target_properties(hedgerow::static PROPERTIES\n\
         \x20   IMPORTED_LOCATION \"${{_hedgerow_prefix}}/lib/libhedgerow.a\"\n\
         \x20   INTERFACE_LINK_LIBRARIES \"{}\"\n\
         \x20   INTERFACE_INCLUDE_DIRECTORIES \"${{_hedgerow_prefix}}/include\")\n\
         endif()\n\
         \n\
         unset(_hedgerow_prefix)\n",
        built.system.join(";"),
    )
}

fn cmake_version() -> String {
    format!(
        "set(PACKAGE_VERSION \"{}\")\n\
         string(FIND \"${{PACKAGE_FIND_VERSION}}.\" \"{}.\" _hedgerow_same)\n\
         if(PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION OR NOT _hedgerow_same EQUAL 0)\n\
         \x20 set(PACKAGE_VERSION_COMPATIBLE FALSE)\n\
         else()\n\
         \x20 set(PACKAGE_VERSION_COMPATIBLE TRUE)\n\
         \x20 if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)\n\
         \x20   set(PACKAGE_VERSION_EXACT TRUE)\n\
         \x20 endif()\n\
         endif()\n\
         unset(_hedgerow_same)\n",
        env!("CARGO_PKG_VERSION"),
        abi(),
    )
}

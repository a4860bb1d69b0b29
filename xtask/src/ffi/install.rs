//! The files under a prefix, and how build tools find them.

use super::build::{Built, abi};
use super::manifest::Manifest;
use crate::paths;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Installs everything, and lists it.
pub(crate) fn under(prefix: &Path, built: &Built) -> Result<Vec<PathBuf>> {
    let version = env!("CARGO_PKG_VERSION");
    let whole = format!("libhedgerow.so.{version}");
    let bound = format!("libhedgerow.so.{}", abi());
    // What an older release has left is removed with this one's.
    let mut manifest = Manifest::read(prefix)?.unwrap_or_default();
    let mut room = |file: &str| manifest.room(prefix, file);
    let done = vec![
        copy(
            &paths::root().join("ffi/include/hedgerow.h"),
            room("include/hedgerow.h")?,
        )?,
        copy(&built.archive, room("lib/libhedgerow.a")?)?,
        copy(&built.shared, room(&format!("lib/{whole}"))?)?,
        link(&whole, room(&format!("lib/{bound}"))?)?,
        link(&bound, room("lib/libhedgerow.so")?)?,
        write(&pkg_config(built), room("lib/pkgconfig/hedgerow.pc")?)?,
        write(
            &cmake_config(built, &whole, &bound),
            room("lib/cmake/hedgerow/hedgerow-config.cmake")?,
        )?,
        write(
            &cmake_version(),
            room("lib/cmake/hedgerow/hedgerow-config-version.cmake")?,
        )?,
    ];
    manifest.write(prefix)?;
    Ok(done)
}

fn copy(from: &Path, to: PathBuf) -> Result<PathBuf> {
    // Written anew rather than over: a program may have the old one mapped.
    let _ = fs::remove_file(&to);
    fs::copy(from, &to).with_context(|| format!("cannot write {}", to.display()))?;
    Ok(to)
}

fn write(text: &str, to: PathBuf) -> Result<PathBuf> {
    fs::write(&to, text).with_context(|| format!("cannot write {}", to.display()))?;
    Ok(to)
}

#[cfg(unix)]
fn link(target: &str, at: PathBuf) -> Result<PathBuf> {
    let _ = fs::remove_file(&at);
    std::os::unix::fs::symlink(target, &at)
        .with_context(|| format!("cannot link {}", at.display()))?;
    Ok(at)
}

#[cfg(not(unix))]
fn link(target: &str, at: PathBuf) -> Result<PathBuf> {
    copy(&at.with_file_name(target), at)
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

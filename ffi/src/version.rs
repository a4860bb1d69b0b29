//! Which release this is.

use crate::boundary::{call, out};
use crate::status::hedgerow_status;
use crate::text::hedgerow_str;

/// The release of the library that runs, such as `1.2.3`; the header's own is
/// HEDGEROW_VERSION_MAJOR and its siblings. The text lives as long as the
/// program.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_version(version: *mut hedgerow_str) -> hedgerow_status {
    call(|| {
        out!(version)?.put(hedgerow_str::lasting(env!("CARGO_PKG_VERSION")));
        Ok(())
    })
}

/// The release as a number, `major * 1000000 + minor * 1000 + patch`, to be
/// compared with HEDGEROW_VERSION_NUMBER: the library is new enough if its own
/// is not less and the major numbers are the same, before 1.0 the minor ones, too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_version_number(version: *mut u32) -> hedgerow_status {
    call(|| {
        let part = |text: &str| text.parse::<u32>().unwrap_or(0);
        let [major, minor, patch] = [
            part(env!("CARGO_PKG_VERSION_MAJOR")),
            part(env!("CARGO_PKG_VERSION_MINOR")),
            part(env!("CARGO_PKG_VERSION_PATCH")),
        ];
        out!(version)?.put(major * 1_000_000 + minor * 1_000 + patch);
        Ok(())
    })
}

//! What the commands write.

use anyhow::{Context as _, Result};
use std::io::{self, ErrorKind, Write as _};

/// Writes all of it to the standard output.
///
/// # Errors
///
/// When it can't be written: a report that is not there must not pass for one
/// without findings.
pub(crate) fn write(text: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    written(out.write_all(text).and_then(|()| out.flush())).context("cannot write")
}

/// A reader that has seen enough, as `head` has, is no error.
pub(crate) fn written(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

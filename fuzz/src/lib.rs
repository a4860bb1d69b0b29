//! What the fuzz targets share: messages made of whatever comes.

use hedgerow::cache::{Policy, Request, Response, Settings, Times};
use hedgerow::types::Timestamp;

/// The field lines of a message, taken from the input.
pub type Fields<'a> = Vec<(&'a [u8], &'a [u8])>;

/// When everything happens: 2027.
pub const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

/// No field at all.
pub const NONE: [(&[u8], &[u8]); 0] = [];

/// `Name: value` on lines of its own.
#[must_use]
pub fn fields(input: &[u8]) -> Fields<'_> {
    input
        .split(|&byte| byte == b'\n')
        .filter_map(|line| {
            let colon = line.iter().position(|&byte| byte == b':')?;
            Some((&line[..colon], line[colon + 1..].trim_ascii_start()))
        })
        .collect()
}

/// The parts of an input, each up to a NUL; empty once there is no more.
pub fn parts(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    input
        .split(|&byte| byte == 0)
        .chain(core::iter::repeat(&[][..]))
}

/// Stores a 200 with `response` to GET with `request`, if it may be.
#[must_use]
pub fn store(settings: &Settings, request: &Fields<'_>, response: &Fields<'_>) -> Option<Policy> {
    let request = Request::new("GET", request);
    Policy::store(
        settings,
        &request,
        &Response::new(200, response),
        Times::new(NOW, NOW),
    )
    .ok()
}

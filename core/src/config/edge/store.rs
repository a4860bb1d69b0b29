//! What the proxy keeps.

use crate::config::{limits, problem::Problems, reader::At};

/// The bounds of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Store {
    /// The most it holds, in bytes: bodies, header fields and what is kept of
    /// each. What has not been asked for lately goes first.
    pub max_bytes: u32,
    /// The largest body that is kept, in bytes. What is longer passes through.
    pub max_object_bytes: u32,
    /// How long past its freshness a response may stand in where every endpoint
    /// fails, in seconds, if it says nothing of that itself and does not forbid
    /// it.
    pub stale_if_error_seconds: u32,
}

impl Default for Store {
    fn default() -> Store {
        Store {
            max_bytes: 256 * 1024 * 1024,
            max_object_bytes: 16 * 1024 * 1024,
            stale_if_error_seconds: 86_400,
        }
    }
}

impl Store {
    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Store> {
        let object = at.object(
            "an object such as {\"maxBytes\": 268435456}",
            &["maxBytes", "maxObjectBytes", "staleIfErrorSeconds"],
            problems,
        )?;
        let default = Store::default();
        let bytes =
            |name, problems: &mut Problems| object.integer(name, limits::STORE_BYTES, problems);
        let max_bytes = bytes("maxBytes", problems).unwrap_or(default.max_bytes);
        Some(Store {
            max_bytes,
            max_object_bytes: bytes("maxObjectBytes", problems)
                .unwrap_or_else(|| default.max_object_bytes.min(max_bytes)),
            stale_if_error_seconds: object
                .integer("staleIfErrorSeconds", limits::STALE_S, problems)
                .unwrap_or(default.stale_if_error_seconds),
        })
    }
}

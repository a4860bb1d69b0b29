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
    /// Whether a response is taken for stale whose `Age` is repeated or no
    /// number, since some cache on its way must be broken. RFC 9111 §5.1 has
    /// the first number count, and what is none ignored.
    pub distrust_age: bool,
    /// What becomes of a response that sets a cookie, on routes whose store
    /// many visitors share.
    pub cookies: Cookies,
    /// Whether what contradicts itself is taken for what it probably means: a
    /// part as it was sent although its range is of another length (RFC 9110
    /// §14.4), a 304 as an update although its `ETag` is another's (RFC 9111
    /// §4.3.4 forbids it), and unknown request fields as lists, whose white
    /// space does not count (§4.1).
    pub lenient: bool,
}

/// What becomes of a response that sets a cookie: stored, it would be
/// everybody's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cookies {
    /// It is not stored.
    #[default]
    Refuse,
    /// It is stored without the cookie, which its first requester alone gets.
    Strip,
    /// It is stored with the cookie if its freshness is explicit, as RFC 9111
    /// §7.3 lets a cache do.
    Explicit,
}

impl Cookies {
    const WORDS: &'static [(&'static str, Cookies)] = &[
        ("refuse", Cookies::Refuse),
        ("strip", Cookies::Strip),
        ("explicit", Cookies::Explicit),
    ];
}

impl Default for Store {
    fn default() -> Store {
        Store {
            max_bytes: 256 * 1024 * 1024,
            max_object_bytes: 16 * 1024 * 1024,
            stale_if_error_seconds: 86_400,
            distrust_age: false,
            cookies: Cookies::Refuse,
            lenient: false,
        }
    }
}

impl Store {
    pub(super) const FIELDS: &'static [&'static str] = &[
        "maxBytes",
        "maxObjectBytes",
        "staleIfErrorSeconds",
        "distrustAge",
        "cookies",
        "lenient",
    ];

    pub(super) fn read(at: &At<'_>, problems: &mut Problems) -> Option<Store> {
        let object = at.strict_object(
            "an object such as {\"maxBytes\": 268435456}",
            Self::FIELDS,
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
            distrust_age: object
                .boolean("distrustAge", problems)
                .unwrap_or(default.distrust_age),
            cookies: object
                .get("cookies")
                .and_then(|at| at.choice(Cookies::WORDS, problems))
                .unwrap_or(default.cookies),
            lenient: object
                .boolean("lenient", problems)
                .unwrap_or(default.lenient),
        })
    }
}

//! What an upstream itself says about keeping a response.

use crate::cache::{Delta, Directives};
use crate::types::Headers;

/// One day, as the guides give to entry points. A response of unknown class is
/// not kept for longer on its upstream's word.
const MODEST: u32 = 86_400;

/// Fields by which upstreams speak to one kind of cache past `Cache-Control`
/// (RFC 9213, and older and vendors' own). What is decided here would be lost
/// on a CDN that reads one of them instead.
pub(super) const TARGETED: [&str; 12] = [
    "cdn-cache-control",
    "surrogate-control",
    "hedgerow-cache-control",
    "akamai-cache-control",
    "cloudflare-cdn-cache-control",
    "cloudfront-cache-control",
    "edge-control",
    "fastly-cache-control",
    "fastly-surrogate-control",
    "netlify-cdn-cache-control",
    "vercel-cdn-cache-control",
    "x-accel-expires",
];

/// The directives of a field, if the response has it.
pub(super) fn read<R: Headers + ?Sized>(response: &R, name: &str) -> Option<Directives> {
    let mut lines = response.field_values(name).peekable();
    lines.peek()?;
    Some(lines.collect())
}

/// Whether the directives give a lifetime of a day at most, and do not say
/// that the content never changes.
pub(super) fn is_modest(said: &Directives) -> bool {
    let within = |delta: Delta| delta.secs().is_none_or(|secs| secs <= MODEST);
    let given = said.no_cache() || said.no_store() || said.max_age.secs().is_some();
    given && !said.immutable() && within(said.max_age) && within(said.s_maxage)
}

/// Whether a response must not be given to anybody else, or not be kept at
/// all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forbids {
    Nothing,
    Sharing,
    Storing,
}

impl Forbids {
    pub(super) fn of<R: Headers + ?Sized>(response: &R) -> Forbids {
        let mut worst = Forbids::Nothing;
        for name in core::iter::once("cache-control").chain(TARGETED) {
            let Some(said) = read(response, name) else {
                continue;
            };
            if said.no_store() {
                return Forbids::Storing;
            }
            if said.private() || said.private_fields() {
                worst = Forbids::Sharing;
            }
        }
        worst
    }
}

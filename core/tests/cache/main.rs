//! The HTTP cache, section by section: see the table in the documentation of
//! `hedgerow::cache`.

mod age;
mod authorization;
mod cache_status;
mod conditions;
mod dates;
mod differential;
mod directives;
mod freshening;
mod freshness;
mod head;
mod heuristic;
mod hostile;
mod http_types;
mod invalidation;
mod keeping;
mod odd_parts;
mod parts;
mod properties;
mod ranges;
mod request_directives;
mod response_directives;
#[cfg(feature = "serde")]
mod snapshot;
mod stale;
mod stored_fields;
mod storing;
mod support;
mod targeted;
mod vary;

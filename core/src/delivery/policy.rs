//! What each class says about how long it lasts.

use crate::asset::Class;

/// What the guides give to whatever never changes.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// What they give to entry points.
const ENTRY_POINT: &str = "public, max-age=86400, must-revalidate";
/// A year for an entry point that its owner vouches for: without `immutable`,
/// so that a reload still finds a new one.
pub(super) const PINNED: &str = "public, max-age=31536000";
/// Kept, and asked about each time.
pub(super) const ASK: &str = "no-cache";
/// For one user's browser alone, which asks each time.
pub(super) const PERSONAL: &str = "private, no-cache";
pub(super) const NEVER: &str = "no-store";

/// The `Cache-Control` of a class; of [`Class::Other`], where its upstream
/// gives none.
///
/// The table in the [module's documentation](super) says why.
///
/// # Example
///
/// ```
/// use hedgerow::asset::Class;
/// use hedgerow::delivery::cache_control;
///
/// assert_eq!(cache_control(Class::Versioned), "public, max-age=31536000, immutable");
/// assert_eq!(cache_control(Class::Configuration), "no-cache, must-revalidate");
/// ```
#[must_use]
pub const fn cache_control(class: Class) -> &'static str {
    match class {
        Class::Fingerprinted | Class::Versioned => IMMUTABLE,
        Class::EntryPoint => ENTRY_POINT,
        Class::MovingTag => "public, max-age=600, stale-while-revalidate=600, stale-if-error=86400",
        Class::Configuration => "no-cache, must-revalidate",
        Class::FallbackPage => "public, max-age=300, stale-if-error=86400",
        Class::HealthCheck => NEVER,
        Class::Document
        | Class::ServiceWorker
        | Class::Manifest
        | Class::SourceMap
        | Class::Other => ASK,
    }
}

/// The `CDN-Cache-Control` of a class (RFC 9213): what shared caches are told
/// instead. Only where it keeps an asset arriving while its origin is down.
#[must_use]
pub const fn cdn_cache_control(class: Class) -> Option<&'static str> {
    match class {
        // The day is the guides'; the day more is only for when nobody can be
        // asked, which `must-revalidate` would turn into a 504.
        Class::EntryPoint => Some("public, max-age=86400, stale-if-error=86400"),
        // It has to be in every cache before it is needed, and stay there
        // for as long as anything is broken.
        Class::FallbackPage => {
            Some("public, max-age=86400, stale-while-revalidate=86400, stale-if-error=2592000")
        }
        _ => None,
    }
}

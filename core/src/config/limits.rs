//! The bounds of every value, in one place: the reader enforces them and the
//! JSON Schema states them.

use crate::load::Refresh;

/// A document longer than this is refused unread.
pub const MAX_DOCUMENT_BYTES: usize = 256 * 1024;

/// The most endpoints of a configuration.
pub const MAX_ENDPOINTS: usize = 32;

/// The most assets of a configuration.
pub const MAX_ASSETS: usize = 16;

/// The most regions of `allowedRegions`: as many as endpoints can have.
pub const MAX_REGIONS: usize = MAX_ENDPOINTS;

/// The most global names of `stub`.
pub(super) const MAX_STUBS: usize = 32;

/// The longest URL or path.
pub(super) const MAX_URL_CHARS: usize = 2048;

/// The longest global name, selector, nonce, cookie name or storage key.
pub(super) const MAX_TEXT_CHARS: usize = 256;

/// The longest `fallback.html`.
pub(super) const MAX_HTML_CHARS: usize = 64 * 1024;

/// The most hashes of one `integrity`.
pub(super) const MAX_HASHES: usize = 16;

/// The longest `integrity`: as many SHA-512 hashes as are allowed, with room
/// for white space.
pub(super) const MAX_INTEGRITY_CHARS: usize = MAX_HASHES * 128;

/// The whole numbers that a field takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) min: u32,
    pub(super) max: u32,
    /// Follows the range in messages, with its leading blank.
    pub(super) unit: &'static str,
}

const fn bounds(min: u32, max: u32, unit: &'static str) -> Bounds {
    Bounds { min, max, unit }
}

const MS: &str = " milliseconds";
const S: &str = " seconds";

pub(super) const VERSION: Bounds = bounds(0, u32::MAX, "");
/// The range of SRV records (RFC 2782), which people reuse here.
pub(super) const PRIORITY: Bounds = bounds(0, u16::MAX as u32, "");
/// As [`PRIORITY`]; 32 of the largest still add up in 32 bits.
pub(super) const WEIGHT: Bounds = bounds(0, u16::MAX as u32, "");
pub(super) const HEALTH_STATUS: Bounds = bounds(200, 599, "");
pub(super) const HEALTH_INTERVAL_S: Bounds = bounds(1, 3_600, S);
pub(super) const READY_TIMEOUT_MS: Bounds = bounds(0, 60_000, MS);
/// Below 100 ms a healthy endpoint across an ocean would count as failed.
pub(super) const TIMEOUT_MS: Bounds = bounds(*Refresh::TIMEOUT_MS.start(), 60_000, MS);
pub(super) const TOTAL_TIMEOUT_MS: Bounds =
    bounds(*Refresh::TIMEOUT_MS.start(), *Refresh::TIMEOUT_MS.end(), MS);
/// Sooner than 20 ms nearly every load would be hedged. 0 is apart: no hedge.
pub(super) const HEDGE_MS: Bounds =
    bounds(*Refresh::HEDGE_MS.start(), *Refresh::HEDGE_MS.end(), MS);
pub(super) const MEMORY_TTL_S: Bounds = bounds(1, 30 * 86_400, S);
/// Every visitor's page asks: more often than each 10 s would be the herd that
/// the refresh is meant to calm.
pub(super) const REFRESH_INTERVAL_S: Bounds = bounds(10, 86_400, S);
pub(super) const ASSET_BYTES: Bounds = bounds(1, 256 * 1024 * 1024, " bytes");

/// The most listeners of the edge.
pub(super) const MAX_LISTENERS: usize = 16;

/// The most upstreams of the edge.
pub(super) const MAX_UPSTREAMS: usize = 64;

/// The most routes of the edge. They are looked through in their order.
pub(super) const MAX_ROUTES: usize = 256;

/// The longest path of a file.
pub(super) const MAX_FILE_CHARS: usize = 4096;

/// Long enough for a slow client, short enough that one can't be held for ever.
pub(super) const EDGE_TIMEOUT_MS: Bounds = bounds(50, 3_600_000, MS);
/// Below 50 ms probes would be a load of their own.
pub(super) const PROBE_MS: Bounds = bounds(50, 3_600_000, MS);
/// Probes in a row that decide.
pub(super) const THRESHOLD: Bounds = bounds(1, 100, "");
pub(super) const STORE_BYTES: Bounds = bounds(0, u32::MAX, " bytes");
pub(super) const STALE_S: Bounds = bounds(0, 366 * 86_400, S);
pub(super) const HEADER_BYTES: Bounds = bounds(8_192, 1024 * 1024, " bytes");
pub(super) const HEADER_LINES: Bounds = bounds(16, 10_000, " lines");
pub(super) const CONNECTIONS: Bounds = bounds(1, 1_000_000, " connections");
pub(super) const UPGRADES: Bounds = bounds(0, 1_000_000, " connections");

/// The most networks of one list.
pub(super) const MAX_NETWORKS: usize = 8_192;

/// The most names of a region: there are some 250 countries.
pub(super) const MAX_REGION_NAMES: usize = 512;

pub(super) const PERCENT: Bounds = bounds(0, 100, " percent");
pub(super) const SLOW_START_MS: Bounds = bounds(0, 3_600_000, MS);

/// The most protocols that one route upgrades to.
pub(super) const MAX_PROTOCOLS: usize = 8;

/// The most rules of `classes`.
#[cfg(feature = "delivery")]
pub(super) const MAX_CLASS_RULES: usize = 256;

/// The most rules of `delivery`.
#[cfg(feature = "delivery")]
pub(super) const MAX_DELIVERY_RULES: usize = 256;

/// The most origins, field names, keys or patterns of one list.
#[cfg(feature = "delivery")]
pub(super) const MAX_LIST: usize = 256;

#[cfg(feature = "delivery")]
pub(super) const MISSING_S: Bounds = bounds(0, crate::delivery::Profile::MAX_MISSING_SECS, S);
#[cfg(feature = "delivery")]
pub(super) const CORS_MAX_AGE_S: Bounds = bounds(0, 86_400, S);
#[cfg(feature = "delivery")]
pub(super) const HSTS_MAX_AGE_S: Bounds = bounds(0, u32::MAX, S);
#[cfg(feature = "delivery")]
pub(super) const MIN_BYTES: Bounds = bounds(0, u32::MAX, " bytes");

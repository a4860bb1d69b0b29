//! The order in which endpoints are tried, where there is no pool.

use hedgerow::cdn::{self, Residency};

use crate::boundary::{array, call, out, read, room, shared};
use crate::fence::hedgerow_residency;
use crate::health::hedgerow_health_table;
use crate::pool::{hedgerow_endpoint, plain_endpoints};
use crate::reason::number;
use crate::status::hedgerow_status::{self, *};
use crate::values::{HEDGEROW_MOST_ENDPOINTS, at};

/// Orders the endpoints that may be used: healthy before ejected, then by
/// priority, then the visitor's own region, and by a draw by weight from
/// `seed`. Writes their ids, as many as fit, and the number of all.
///
/// `residency` may be NULL for no fence, `health` for no memory.
/// HEDGEROW_INVALID_ARGUMENT: an endpoint's numbers are none, or there are more
/// endpoints than HEDGEROW_MOST_ENDPOINTS.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_order(
    endpoints: *const hedgerow_endpoint,
    count: usize,
    residency: *const hedgerow_residency,
    health: *const hedgerow_health_table,
    now: u64,
    seed: u32,
    ordered: *mut u16,
    capacity: usize,
    ordered_count: *mut usize,
) -> hedgerow_status {
    call(|| {
        if count > usize::from(HEDGEROW_MOST_ENDPOINTS) {
            return Err(HEDGEROW_INVALID_ARGUMENT);
        }
        let endpoints = plain_endpoints(array!(endpoints, count)?)?;
        let residency = if residency.is_null() {
            Residency::default()
        } else {
            read!(residency)?.plain()?
        };
        let health = if health.is_null() {
            None
        } else {
            Some(shared!(health)?)
        };
        let ordered = room!(ordered, capacity)?;
        let ordered_count = out!(ordered_count)?;
        let demoted = |id| (health.as_ref()).is_some_and(|health| health.is_ejected(at(now), id));
        let found = cdn::order(&endpoints, &residency, &demoted, seed);
        ordered.put(found.iter().map(|id| id.get()));
        ordered_count.put(found.len());
        Ok(())
    })
}

/// Why an endpoint may not be used at all; reason 0 if it may. `residency` may
/// be NULL for no fence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_exclusion(
    endpoint: *const hedgerow_endpoint,
    residency: *const hedgerow_residency,
    reason: *mut u16,
) -> hedgerow_status {
    call(|| {
        let endpoint = read!(endpoint)?.plain(0)?.0;
        let residency = if residency.is_null() {
            Residency::default()
        } else {
            read!(residency)?.plain()?
        };
        out!(reason)?.put(number(cdn::exclusion(&endpoint, &residency)));
        Ok(())
    })
}

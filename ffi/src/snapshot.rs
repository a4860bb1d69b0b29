//! A pool at one moment, which many threads read.

use std::sync::Arc;

use hedgerow::cdn::pool::{Draws, Key, Loads, Pick, Refused, Snapshot, Turns};
use hedgerow::types::EndpointId;

use crate::boundary::{
    Handle, Outcome, bytes, call, exclusive, free, new_handle, object, out, room, shared,
};
use crate::pool::{health_number, service_number};
use crate::reason::number;
use crate::status::hedgerow_status::{self, *};
use crate::values::{HEDGEROW_NO_ENDPOINT, at, endpoint, moment, optional_span, region};

/// A pool at one moment. It never changes, so any number of threads may read
/// one at once, without a lock.
///
/// It is counted: each `hedgerow_snapshot_share` needs a
/// `hedgerow_snapshot_free` of its own, and the last one frees it.
pub struct hedgerow_snapshot(());
object!(hedgerow_snapshot, Snapshot, b"SNAP");

const _: fn() = || {
    const fn shareable<T: Send + Sync>() {}
    shareable::<Handle<Snapshot>>();
};

pub(crate) fn publish(snapshot: Snapshot) -> *const hedgerow_snapshot {
    let counted = Arc::new(Handle::<Snapshot>::live::<hedgerow_snapshot>(snapshot));
    Arc::into_raw(counted).cast()
}

/// A worker's own part of picking: its randomness, and its place in the turns
/// of one pool. One thread at a time, and so one for each worker and pool.
pub struct hedgerow_picker(());
object!(hedgerow_picker, Picker, b"PICK");

#[derive(Debug)]
pub(crate) struct Picker {
    draws: Draws,
    turns: Turns,
}

/// How loaded and how fast each endpoint is, for
/// `hedgerow_snapshot_better_of_two`. One thread at a time; workers share
/// nothing.
pub struct hedgerow_loads(());
object!(hedgerow_loads, Loads, b"LOAD");

/// An endpoint, and why it is this one.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_pick {
    /// Where to go; HEDGEROW_NO_ENDPOINT if the pick was refused.
    pub endpoint: u16,
    /// Why it is this one, or why there is none.
    pub reason: u16,
}

/// Writes a pick, refused or not.
fn put(out: crate::boundary::Out<hedgerow_pick>, picked: Result<Pick, Refused>) -> Outcome {
    match picked {
        Ok(pick) => {
            out.put(hedgerow_pick {
                endpoint: pick.endpoint.get(),
                reason: pick.reason.code(),
            });
            Ok(())
        }
        Err(refused) => {
            out.put(hedgerow_pick {
                endpoint: HEDGEROW_NO_ENDPOINT,
                reason: refused.reason.code(),
            });
            Err(HEDGEROW_REFUSED)
        }
    }
}

/// One more owner of a snapshot, such as a worker that is handed the newest.
/// Any thread that owns it may call this.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_snapshot_share(
    snapshot: *const hedgerow_snapshot,
    shared: *mut *const hedgerow_snapshot,
) -> hedgerow_status {
    call(|| {
        shared!(snapshot)?;
        let shared = out!(shared)?;
        // SAFETY: it is live, and came from `publish`.
        unsafe { Arc::increment_strong_count(snapshot.cast::<Handle<Snapshot>>()) };
        shared.put(snapshot);
        Ok(())
    })
}

/// Gives an owner's share of a snapshot back; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_snapshot_free(
    snapshot: *const hedgerow_snapshot,
) -> hedgerow_status {
    if snapshot.is_null() {
        return HEDGEROW_OK;
    }
    call(|| {
        match shared!(snapshot) {
            Ok(_) | Err(HEDGEROW_POISONED) => {}
            Err(status) => return Err(status),
        }
        // SAFETY: it is live, and came from `publish`.
        unsafe { Arc::decrement_strong_count(snapshot.cast::<Handle<Snapshot>>()) };
        Ok(())
    })
}

/// Counts the changes of the pool: two snapshots of one pool with the same
/// number are the same.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_snapshot_epoch(
    snapshot: *const hedgerow_snapshot,
    epoch: *mut u64,
) -> hedgerow_status {
    call(|| {
        let snapshot = shared!(snapshot)?;
        out!(epoch)?.put(snapshot.epoch());
        Ok(())
    })
}

/// What the witnesses say of an endpoint, a `hedgerow_health`.
///
/// HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_snapshot_health(
    snapshot: *const hedgerow_snapshot,
    endpoint: u16,
    health: *mut u32,
) -> hedgerow_status {
    call(|| {
        let snapshot = shared!(snapshot)?;
        let health = out!(health)?;
        let found = snapshot
            .health(EndpointId::new(endpoint))
            .ok_or(HEDGEROW_UNKNOWN)?;
        health.put(health_number(found)?);
        Ok(())
    })
}

/// What the operator says of an endpoint, a `hedgerow_service`, and until when
/// that holds.
///
/// HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_snapshot_service(
    snapshot: *const hedgerow_snapshot,
    endpoint: u16,
    service: *mut u32,
    until: *mut u64,
) -> hedgerow_status {
    call(|| {
        let snapshot = shared!(snapshot)?;
        let (service, until) = (out!(service)?, out!(until)?);
        let found = snapshot
            .service(EndpointId::new(endpoint))
            .ok_or(HEDGEROW_UNKNOWN)?;
        service.put(service_number(found)?);
        until.put(moment(found.deadline()));
        Ok(())
    })
}

/// Why an endpoint is not among the first choice of a visitor in `region_number`,
/// whatever the others are like; reason 0 if nothing speaks against it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_snapshot_exclusion(
    snapshot: *const hedgerow_snapshot,
    endpoint_id: u16,
    region_number: u32,
    reason: *mut u16,
) -> hedgerow_status {
    call(|| {
        let snapshot = shared!(snapshot)?;
        let region = region(region_number)?;
        out!(reason)?.put(number(snapshot.exclusion(endpoint(endpoint_id), region)));
        Ok(())
    })
}

/// An endpoint drawn by weight, for a visitor in `region_number`; 0 if nobody knows
/// where the visitor is, which is the strictest zone.
///
/// HEDGEROW_REFUSED: none may be used; `pick` then says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_snapshot_draw(
    snapshot: *const hedgerow_snapshot,
    region_number: u32,
    picker: *mut hedgerow_picker,
    pick: *mut hedgerow_pick,
) -> hedgerow_status {
    call(|| {
        let snapshot = shared!(snapshot)?;
        let view = snapshot.view(region(region_number)?);
        let mut picker = exclusive!(picker)?;
        put(out!(pick)?, view.draw(&mut picker.draws))
    })
}

/// The endpoint whose turn it is, by weight: of two that weigh the same, never
/// one twice in a row.
///
/// HEDGEROW_REFUSED: none may be used; `pick` then says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_snapshot_turn(
    snapshot: *const hedgerow_snapshot,
    region_number: u32,
    picker: *mut hedgerow_picker,
    pick: *mut hedgerow_pick,
) -> hedgerow_status {
    call(|| {
        let snapshot = shared!(snapshot)?;
        let view = snapshot.view(region(region_number)?);
        let mut picker = exclusive!(picker)?;
        let Picker { draws, turns } = &mut *picker;
        put(out!(pick)?, view.turn(turns, draws))
    })
}

/// The less loaded of two endpoints that are drawn by weight.
///
/// HEDGEROW_REFUSED: none may be used; `pick` then says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_snapshot_better_of_two(
    snapshot: *const hedgerow_snapshot,
    region_number: u32,
    picker: *mut hedgerow_picker,
    loads: *const hedgerow_loads,
    pick: *mut hedgerow_pick,
) -> hedgerow_status {
    call(|| {
        let snapshot = shared!(snapshot)?;
        let view = snapshot.view(region(region_number)?);
        let (mut picker, loads) = (exclusive!(picker)?, shared!(loads)?);
        let cost = |endpoint| loads.cost(endpoint);
        put(out!(pick)?, view.better_of_two(&mut picker.draws, cost))
    })
}

/// The endpoint of a key, which `hedgerow_key_of` makes of bytes: always the
/// same while it is available. When it goes, its own keys move and no others,
/// and they come back with it.
///
/// HEDGEROW_REFUSED: none may be used; `pick` then says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_snapshot_keyed(
    snapshot: *const hedgerow_snapshot,
    region_number: u32,
    key: u64,
    pick: *mut hedgerow_pick,
) -> hedgerow_status {
    call(|| {
        let snapshot = shared!(snapshot)?;
        let view = snapshot.view(region(region_number)?);
        put(out!(pick)?, view.keyed(Key::from_bits(key)))
    })
}

/// Who else may be asked beside or after `first`, the best first: the
/// candidates of a race after its first. `first` may be HEDGEROW_NO_ENDPOINT.
/// Writes as many as there are and fit to `others`, and their number to `count`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_snapshot_others(
    snapshot: *const hedgerow_snapshot,
    region_number: u32,
    picker: *mut hedgerow_picker,
    first: u16,
    others: *mut u16,
    capacity: usize,
    count: *mut usize,
) -> hedgerow_status {
    call(|| {
        let snapshot = shared!(snapshot)?;
        let view = snapshot.view(region(region_number)?);
        let mut picker = exclusive!(picker)?;
        let first = (first != HEDGEROW_NO_ENDPOINT).then(|| endpoint(first));
        // An id is `#[repr(transparent)]`.
        let mut others = room!(others.cast::<EndpointId>(), capacity)?;
        let count = out!(count)?;
        let others = others.filled(view.order().len(), endpoint(HEDGEROW_NO_ENDPOINT));
        count.put(view.others(first, &mut picker.draws, others));
        Ok(())
    })
}

/// Every endpoint that a visitor in `region_number` may use, the best first, how many
/// of them from the first on are in use, and why those are. The list lives as
/// long as the snapshot.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_snapshot_order(
    snapshot: *const hedgerow_snapshot,
    region_number: u32,
    endpoints: *mut *const u16,
    count: *mut usize,
    in_use: *mut usize,
    reason: *mut u16,
) -> hedgerow_status {
    call(|| {
        let snapshot = shared!(snapshot)?;
        let view = snapshot.view(region(region_number)?);
        let (endpoints, count) = (out!(endpoints)?, out!(count)?);
        let (in_use, reason) = (out!(in_use)?, out!(reason)?);
        // An id is `#[repr(transparent)]`.
        endpoints.put(view.order().as_ptr().cast());
        count.put(view.order().len());
        in_use.put(view.in_use().len());
        reason.put(view.reason().code());
        Ok(())
    })
}

/// The regions of all endpoints that are configured for visitors in `region_number`,
/// region n at bit n - 1. With fewer than two, the outage of a region is their
/// outage.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_snapshot_regions(
    snapshot: *const hedgerow_snapshot,
    region_number: u32,
    regions: *mut u32,
) -> hedgerow_status {
    call(|| {
        let snapshot = shared!(snapshot)?;
        let view = snapshot.view(region(region_number)?);
        out!(regions)?.put(view.regions().bits());
        Ok(())
    })
}

/// The key of some bytes, such as a path or a session's name. The function is
/// part of the contract and never changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_key_of(
    data: *const core::ffi::c_char,
    data_len: usize,
    key: *mut u64,
) -> hedgerow_status {
    call(|| {
        let data = bytes!(data, data_len)?;
        out!(key)?.put(Key::of(data).get());
        Ok(())
    })
}

/// The key of a number, such as a connection's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_key_of_number(data: u64, key: *mut u64) -> hedgerow_status {
    call(|| {
        out!(key)?.put(Key::of_number(data).get());
        Ok(())
    })
}

/// A worker's picker. Workers need different seeds, and should begin with
/// different turns, or their first requests would all meet at one endpoint.
/// Free it with `hedgerow_picker_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_picker_new(
    seed: u64,
    first_turn: u32,
    picker: *mut *mut hedgerow_picker,
) -> hedgerow_status {
    call(|| {
        out!(picker)?.put(new_handle(Picker {
            draws: Draws::new(seed),
            turns: Turns::starting_at(first_turn),
        }));
        Ok(())
    })
}

/// Frees a picker; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_picker_free(picker: *mut hedgerow_picker) -> hedgerow_status {
    free!(picker)
}

/// A table of this many endpoints of which nothing is known. Free it with
/// `hedgerow_loads_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_loads_new(
    endpoints: u16,
    loads: *mut *mut hedgerow_loads,
) -> hedgerow_status {
    call(|| {
        out!(loads)?.put(new_handle(Loads::new(endpoints.into())));
        Ok(())
    })
}

/// Frees a table; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_loads_free(loads: *mut hedgerow_loads) -> hedgerow_status {
    free!(loads)
}

/// A request to an endpoint starts. An unknown endpoint is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_loads_begin(
    loads: *mut hedgerow_loads,
    endpoint_id: u16,
) -> hedgerow_status {
    call(|| {
        exclusive!(loads)?.begin(endpoint(endpoint_id));
        Ok(())
    })
}

/// A request to an endpoint ended, after `latency_us` if it was served;
/// HEDGEROW_NEVER if not. An unknown endpoint is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_loads_end(
    loads: *mut hedgerow_loads,
    now: u64,
    endpoint_id: u16,
    latency_us: u64,
) -> hedgerow_status {
    call(|| {
        exclusive!(loads)?.end(at(now), endpoint(endpoint_id), optional_span(latency_us));
        Ok(())
    })
}

/// What one more request to an endpoint costs, in microseconds of waiting. An
/// unknown endpoint costs more than any other.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_loads_cost(
    loads: *const hedgerow_loads,
    endpoint_id: u16,
    cost_us: *mut u64,
) -> hedgerow_status {
    call(|| {
        let loads = shared!(loads)?;
        out!(cost_us)?.put(loads.cost(endpoint(endpoint_id)));
        Ok(())
    })
}

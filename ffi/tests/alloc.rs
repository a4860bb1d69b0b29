//! Decisions allocate nothing.

mod support;

use hedgerow_ffi::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr::{null, null_mut};
use support::{Owned, fields};

/// Counts what the own thread allocates.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: the system's allocator does it all.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What a call allocates, after one that may fill buffers.
fn allocations(mut call: impl FnMut() -> hedgerow_status) -> u64 {
    assert_eq!(call(), hedgerow_status::HEDGEROW_OK);
    let before = ALLOCATIONS.with(Cell::get);
    assert_eq!(call(), hedgerow_status::HEDGEROW_OK);
    ALLOCATIONS.with(Cell::get) - before
}

#[test]
fn the_count_counts() {
    let status = hedgerow_status::HEDGEROW_OK;
    let one = allocations(|| {
        drop(std::hint::black_box(Box::new(1)));
        status
    });
    assert_eq!(one, 1);
}

#[test]
fn picks_allocate_nothing() {
    let (snapshot, picker) = (support::snapshot(20), support::picker());
    let mut pick = hedgerow_pick {
        endpoint: 0,
        reason: 0,
    };
    let (mut others, mut count) = ([0_u16; 8], 0);
    // SAFETY: all that is pointed to is there.
    unsafe {
        assert_eq!(
            allocations(|| hedgerow_snapshot_draw(snapshot, 0, picker.0, &mut pick)),
            0
        );
        assert_eq!(
            allocations(|| hedgerow_snapshot_turn(snapshot, 0, picker.0, &mut pick)),
            0
        );
        assert_eq!(
            allocations(|| hedgerow_snapshot_keyed(snapshot, 0, 7, &mut pick)),
            0
        );
        let fill = || {
            hedgerow_snapshot_others(snapshot, 0, picker.0, 0, others.as_mut_ptr(), 8, &mut count)
        };
        assert_eq!(allocations(fill), 0);
        assert_eq!(
            hedgerow_snapshot_free(snapshot),
            hedgerow_status::HEDGEROW_OK
        );
    }
}

#[test]
fn a_race_that_is_restarted_allocates_nothing() {
    let (race, given) = (support::race(2), support::candidates(2));
    let mut output = support::NO_OUTPUT;
    let whole = || {
        // SAFETY: all that is pointed to is there.
        unsafe {
            hedgerow_race_restart(race.0, given.as_ptr(), given.len(), 0);
            hedgerow_race_poll(race.0, 0, null_mut(), &mut output);
            hedgerow_race_handle_head(race.0, 1, 0);
            hedgerow_race_poll(race.0, 1, null_mut(), &mut output);
            hedgerow_race_handle_commit(race.0, 2, 0, 0)
        }
    };
    assert_eq!(allocations(whole), 0);
}

#[test]
fn classification_and_cache_decisions_allocate_nothing() {
    let url = b"/app.3f2a9c1d.js";
    let mut class = hedgerow_classification {
        class_code: 0,
        immutable: 0,
        reason: 0,
        evidence: 0,
        evidence_len: 0,
        rule: 0,
    };
    // SAFETY: all that is pointed to is there.
    let found = allocations(|| unsafe {
        hedgerow_classify(url.as_ptr().cast(), url.len(), null(), &mut class)
    });
    assert_eq!(found, 0);

    let cache = support::cache();
    let (asked, answered) = (
        [("accept", "*/*")],
        [("cache-control", "max-age=60"), ("vary", "accept")],
    );
    let (asked, answered) = (fields(&asked), fields(&answered));
    let request = support::request(b"GET", &asked);
    let response = hedgerow_response {
        fields: answered.as_ptr(),
        field_count: answered.len(),
        status: 200,
        reserved: [0; 3],
    };
    let (mut policy, mut reason, mut decision) = (null_mut(), 0, support::NO_DECISION);
    // SAFETY: all that is pointed to is there.
    unsafe {
        let never = HEDGEROW_NEVER;
        let stored = hedgerow_policy_store(
            cache.0,
            &request,
            &response,
            1000,
            1000,
            never,
            &mut policy,
            &mut reason,
        );
        assert_eq!(stored, hedgerow_status::HEDGEROW_OK);
        let policy = Owned(policy, hedgerow_policy_free);
        let decide = || hedgerow_policy_decide(policy.0, cache.0, &request, 1010, &mut decision);
        assert_eq!(allocations(decide), 0);
        let (list, mut index) = ([policy.0.cast_const()], 0);
        let select = || {
            hedgerow_select(
                cache.0,
                list.as_ptr(),
                1,
                &request,
                1010,
                &mut index,
                &mut decision,
            )
        };
        assert_eq!(allocations(select), 0);
    }
}

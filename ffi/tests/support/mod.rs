//! What the tests share: objects that free themselves, and messages for C.

#![allow(dead_code, reason = "each test takes its part")]

use hedgerow::failover::{Finish, Output};
use hedgerow_ffi::*;
use std::ptr::{null, null_mut};

type Free<T> = unsafe extern "C" fn(*mut T) -> hedgerow_status;

/// An object, and what frees it.
#[derive(Debug)]
pub(crate) struct Owned<T>(pub(crate) *mut T, pub(crate) Free<T>);

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: it came from the library, and is freed once.
        assert_eq!(unsafe { (self.1)(self.0) }, hedgerow_status::HEDGEROW_OK);
    }
}

fn made<T>(free: Free<T>, make: impl FnOnce(*mut *mut T) -> hedgerow_status) -> Owned<T> {
    let mut object = null_mut();
    assert_eq!(make(&mut object), hedgerow_status::HEDGEROW_OK);
    Owned(object, free)
}

pub(crate) fn cache() -> Owned<hedgerow_cache> {
    // SAFETY: NULL is the defaults, and there is room for the output.
    made(hedgerow_cache_free, |cache| unsafe {
        hedgerow_cache_new(null(), null(), 0, cache)
    })
}

pub(crate) fn candidates(count: u16) -> Vec<hedgerow_candidate> {
    (0..count)
        .map(|endpoint| hedgerow_candidate {
            endpoint,
            reserved: [0; 3],
            hedge_delay_us: 250_000,
            attempt_timeout_us: 3_000_000,
        })
        .collect()
}

pub(crate) fn race(count: u16) -> Owned<hedgerow_race> {
    let given = candidates(count);
    // SAFETY: the candidates are there, and room for the output.
    made(hedgerow_race_free, |race| unsafe {
        hedgerow_race_new(null(), given.as_ptr(), given.len(), 0, race)
    })
}

pub(crate) fn pool(count: u16) -> Owned<hedgerow_pool> {
    let endpoint = hedgerow_endpoint {
        name: null(),
        name_len: 0,
        priority: 0,
        weight: 100,
        region: 0,
        state: 0,
        insecure: 0,
        reserved: 0,
    };
    let given = vec![endpoint; count.into()];
    // SAFETY: the endpoints are there, and room for the output.
    made(hedgerow_pool_free, |pool| unsafe {
        hedgerow_pool_new(
            given.as_ptr(),
            given.len(),
            null(),
            null(),
            pool,
            null_mut(),
        )
    })
}

pub(crate) fn picker() -> Owned<hedgerow_picker> {
    // SAFETY: there is room for the output.
    made(hedgerow_picker_free, |picker| unsafe {
        hedgerow_picker_new(1, 0, picker)
    })
}

/// A snapshot of a pool of so many endpoints; the caller frees it.
pub(crate) fn snapshot(count: u16) -> *const hedgerow_snapshot {
    let (pool, mut snapshot) = (pool(count), null());
    // SAFETY: the pool is live, and there is room for the output.
    let status = unsafe { hedgerow_pool_snapshot(pool.0, 0, &mut snapshot) };
    assert_eq!(status, hedgerow_status::HEDGEROW_OK);
    snapshot
}

pub(crate) fn fields<N: AsRef<[u8]>, V: AsRef<[u8]>>(lines: &[(N, V)]) -> Vec<hedgerow_field> {
    let field = |(name, value): &(N, V)| hedgerow_field {
        name: name.as_ref().as_ptr().cast(),
        name_len: name.as_ref().len(),
        value: value.as_ref().as_ptr().cast(),
        value_len: value.as_ref().len(),
    };
    lines.iter().map(field).collect()
}

pub(crate) fn request(method: &'static [u8], fields: &[hedgerow_field]) -> hedgerow_request {
    hedgerow_request {
        method: method.as_ptr().cast(),
        method_len: method.len(),
        target: null(),
        target_len: 0,
        fields: fields.as_ptr(),
        field_count: fields.len(),
    }
}

pub(crate) const NO_DECISION: hedgerow_decision = hedgerow_decision {
    action: 0,
    reason: 0,
    stale: 0,
    age: 0,
    ttl: 0,
    first: 0,
    last: 0,
};

pub(crate) const NO_OUTPUT: hedgerow_race_output = hedgerow_race_output {
    kind: 0,
    attempt: 0,
    endpoint: 0,
    after: 0,
    reason: 0,
    ending: 0,
    until: 0,
    observation: hedgerow_observation {
        kind: 0,
        endpoint: 0,
        reason: 0,
        latency_us: 0,
    },
    reserved: [0; 2],
};

pub(crate) fn poll(race: &Owned<hedgerow_race>, now: u64) -> hedgerow_race_output {
    let mut output = NO_OUTPUT;
    // SAFETY: the race is live, and there is room for the output.
    let status = unsafe { hedgerow_race_poll(race.0, now, null_mut(), &mut output) };
    assert_eq!(status, hedgerow_status::HEDGEROW_OK);
    output
}

/// What matters of an output: kind, attempt, endpoint, reason, until.
type Told = (u32, u16, u16, u16, u64);

pub(crate) fn told(output: &hedgerow_race_output) -> Told {
    let hedgerow_race_output {
        kind,
        attempt,
        endpoint,
        reason,
        until,
        ..
    } = *output;
    (kind, attempt, endpoint, reason, until)
}

/// The same, written down a second time from the engine's own output.
pub(crate) fn expected(output: &Output) -> Told {
    const NONE: u16 = 0xffff;
    match *output {
        Output::Wait(until) => (1, NONE, NONE, 0, until.as_micros()),
        Output::Start {
            attempt,
            endpoint,
            why,
            ..
        } => (2, attempt.get(), endpoint.get(), why.code(), u64::MAX),
        Output::Cancel { attempt, reason } => (3, attempt.get(), NONE, reason.code(), u64::MAX),
        Output::Commit { attempt } => (4, attempt.get(), NONE, 0, u64::MAX),
        Output::Ended {
            attempt, reason, ..
        } => (5, attempt.get(), NONE, reason.code(), u64::MAX),
        Output::Observe { endpoint, .. } => (6, NONE, endpoint.get(), 0, u64::MAX),
        Output::Refused { attempt, reason } => (7, attempt.get(), NONE, reason.code(), u64::MAX),
        Output::Done(Finish::Committed(attempt)) => (8, attempt.get(), NONE, 0, u64::MAX),
        Output::Done(Finish::Failed(reason)) => (8, NONE, NONE, reason.code(), u64::MAX),
        _ => (0, 0, 0, 0, 0),
    }
}

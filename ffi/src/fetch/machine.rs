//! The fetch itself.

use core::ffi::c_char;

use hedgerow::failover::RaceError;
use hedgerow::fetch::{Facts, Fetch, FetchError, Flight, Head, Role};
use hedgerow::types::Timestamp;

use super::output::{condition, hedgerow_fetch_output};
use crate::boundary::{
    Outcome, array, call, exclusive, free, new_handle, object, out, read, shared, text,
};
use crate::budget::{budget, hedgerow_budget};
use crate::cache::hedgerow_decision;
use crate::log::Logged;
use crate::race::{attempt, hedgerow_attempt, with_candidates};
use crate::race_settings::{hedgerow_candidate, hedgerow_race_settings};
use crate::reason::reason;
use crate::settings::settings_from;
use crate::status::hedgerow_status::{self, *};
use crate::text::{fields, hedgerow_field};
use crate::values::{at, endpoint, flag, never, optional_span};

/// One request of a proxy: when to look into the store, for whom to wait, whom
/// to ask, and what to answer with. It holds no field and no body. One thread
/// at a time; may move between threads.
pub struct hedgerow_fetch(());
object!(hedgerow_fetch, Logged<Fetch>, b"FETC");

/// What decides whether a request may be stored, shared, repeated or hedged.
/// The struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_facts {
    /// The method, in upper case.
    pub method: *const c_char,
    /// Its length in bytes.
    pub method_len: usize,
    /// 1 if it has a body, which can be sent only once.
    pub has_body: u16,
    /// 1 if the store may not be asked, although the method could use it.
    pub uncached: u16,
    /// 1 if it may wait for another request that is after the same thing.
    pub collapsing: u16,
    /// 1 if a silent endpoint may not be hedged.
    pub unhedged: u16,
    /// 1 if the first endpoint has a session that the others do not.
    pub owned: u16,
    /// 0.
    pub reserved: [u16; 3],
}

/// What a request is among those that are after the same thing.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_role {
    /// It asks for all of them.
    HEDGEROW_ROLE_LEADER = 0,
    /// It waits for the leader.
    HEDGEROW_ROLE_FOLLOWER = 1,
    /// It asks for itself.
    HEDGEROW_ROLE_ALONE = 2,
}

/// What a follower learns of its leader.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_flight {
    /// The leader's response is in the store, whole or growing.
    HEDGEROW_FLIGHT_STORED = 0,
    /// The leader's response is for the leader alone.
    HEDGEROW_FLIGHT_NOT_SHARED = 1,
    /// The leader got no response, for a reason.
    HEDGEROW_FLIGHT_FAILED = 2,
    /// The leader vanished.
    HEDGEROW_FLIGHT_ABANDONED = 3,
    /// The leader takes longer than the follower may wait.
    HEDGEROW_FLIGHT_TOO_LATE = 4,
}

impl hedgerow_facts {
    fn plain(&self) -> Outcome<Facts> {
        if self.reserved != [0; 3] {
            return Err(HEDGEROW_INVALID_ARGUMENT);
        }
        let method = text!(self.method, self.method_len)?;
        let facts = Facts::new(method, flag(self.has_body.into())?);
        Ok(facts
            .with_cached(facts.cached && !flag(self.uncached.into())?)
            .with_collapsing(flag(self.collapsing.into())?)
            .with_hedging(!flag(self.unhedged.into())?)
            .with_owned(flag(self.owned.into())?))
    }
}

fn misuse(result: Result<(), FetchError>) -> Outcome {
    result.map_err(|error| match error {
        FetchError::Race(RaceError::UnknownAttempt(_)) => HEDGEROW_UNKNOWN,
        _ => HEDGEROW_UNEXPECTED,
    })
}

/// A fetch that begins with the store. Free it with `hedgerow_fetch_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_new(
    facts: *const hedgerow_facts,
    fetch: *mut *mut hedgerow_fetch,
) -> hedgerow_status {
    call(|| {
        let facts = read!(facts)?.plain()?;
        out!(fetch)?.put(new_handle(Logged::new(Fetch::new(facts))));
        Ok(())
    })
}

/// A fetch in the background, which revalidates what is stored unless another
/// request is about to. Free it with `hedgerow_fetch_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_refresh(
    facts: *const hedgerow_facts,
    fetch: *mut *mut hedgerow_fetch,
) -> hedgerow_status {
    call(|| {
        let facts = read!(facts)?.plain()?;
        out!(fetch)?.put(new_handle(Logged::new(Fetch::refresh(facts))));
        Ok(())
    })
}

/// Frees a fetch; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_free(fetch: *mut hedgerow_fetch) -> hedgerow_status {
    free!(fetch)
}

/// How many attempts there were so far; their ids count from 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_attempt_count(
    fetch: *const hedgerow_fetch,
    count: *mut usize,
) -> hedgerow_status {
    call(|| {
        let fetch = shared!(fetch)?;
        out!(count)?.put(fetch.race().map_or(0, |race| race.attempts().len()));
        Ok(())
    })
}

/// An attempt as it stands or stood. HEDGEROW_UNKNOWN: it was never started.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_attempt(
    fetch: *const hedgerow_fetch,
    attempt_id: u16,
    attempt: *mut hedgerow_attempt,
) -> hedgerow_status {
    call(|| {
        let fetch = shared!(fetch)?;
        let attempt = out!(attempt)?;
        let attempts = fetch.race().map_or(&[][..], |race| race.attempts());
        let found = attempts.get(usize::from(attempt_id));
        attempt.put(hedgerow_attempt::of(found.ok_or(HEDGEROW_UNKNOWN)?));
        Ok(())
    })
}

/// What is put on requests to endpoints, a `hedgerow_condition`; of
/// HEDGEROW_CONDITION_COMPLETE the missing bytes, else 0. And 1 to `followed` if
/// the fetch has waited for a leader's answer, else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_state(
    fetch: *const hedgerow_fetch,
    condition_number: *mut u32,
    first: *mut u64,
    last: *mut u64,
    followed: *mut u32,
) -> hedgerow_status {
    call(|| {
        let fetch = shared!(fetch)?;
        let (number, followed) = (out!(condition_number)?, out!(followed)?);
        let (first, last) = (out!(first)?, out!(last)?);
        let found = condition(fetch.condition()).ok_or(HEDGEROW_UNKNOWN)?;
        number.put(found.0);
        first.put(found.1);
        last.put(found.2);
        followed.put(fetch.has_followed().into());
        Ok(())
    })
}

/// What the store has, for HEDGEROW_FETCH_LOOKUP.
///
/// HEDGEROW_UNEXPECTED: the fetch did not ask for that. So it is with every
/// input that answers a question.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_handle_lookup(
    fetch: *mut hedgerow_fetch,
    now: u64,
    decision: *const hedgerow_decision,
) -> hedgerow_status {
    call(|| {
        let mut fetch = exclusive!(fetch)?;
        let decision = read!(decision)?.plain()?;
        misuse(fetch.handle_lookup(at(now), decision))
    })
}

/// Which `hedgerow_role` it has, for HEDGEROW_FETCH_JOIN.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_handle_joined(
    fetch: *mut hedgerow_fetch,
    now: u64,
    role: u32,
) -> hedgerow_status {
    call(|| {
        let mut fetch = exclusive!(fetch)?;
        let role = match role {
            0 => Role::Leader,
            1 => Role::Follower,
            2 => Role::Alone,
            _ => return Err(HEDGEROW_INVALID_ARGUMENT),
        };
        misuse(fetch.handle_joined(at(now), role))
    })
}

/// What became of the leader, a `hedgerow_flight`, for HEDGEROW_FETCH_FOLLOW.
/// The reason counts only with HEDGEROW_FLIGHT_FAILED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_handle_flight(
    fetch: *mut hedgerow_fetch,
    now: u64,
    flight: u32,
    reason_number: u16,
) -> hedgerow_status {
    call(|| {
        let mut fetch = exclusive!(fetch)?;
        let flight = match flight {
            0 => Flight::Stored,
            1 => Flight::NotShared,
            2 => Flight::Failed(reason(reason_number)?),
            3 => Flight::Abandoned,
            4 => Flight::TooLate,
            _ => return Err(HEDGEROW_INVALID_ARGUMENT),
        };
        misuse(fetch.handle_flight(at(now), flight))
    })
}

/// The endpoints in their order, for HEDGEROW_FETCH_SELECT; the last `resting`
/// of them asked to be left alone. `settings` may be NULL for those of a proxy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_handle_candidates(
    fetch: *mut hedgerow_fetch,
    now: u64,
    settings: *const hedgerow_race_settings,
    candidates: *const hedgerow_candidate,
    count: usize,
    resting: usize,
) -> hedgerow_status {
    call(|| {
        let mut fetch = exclusive!(fetch)?;
        let settings = settings_from!(settings)?.plain()?;
        with_candidates(array!(candidates, count)?, |given| {
            misuse(fetch.handle_candidates(at(now), settings, given, resting))
        })
    })
}

/// A response head came, with the span of its `Retry-After`, which
/// `hedgerow_retry_after` reads, or HEDGEROW_NEVER.
///
/// HEDGEROW_UNKNOWN: the fetch never started this attempt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_handle_head(
    fetch: *mut hedgerow_fetch,
    now: u64,
    attempt_id: u16,
    status: u16,
    retry_after_us: u64,
) -> hedgerow_status {
    call(|| {
        let mut fetch = exclusive!(fetch)?;
        let head = Head::new(status).with_retry_after(optional_span(retry_after_us));
        misuse(fetch.handle_head(at(now), attempt(attempt_id), head))
    })
}

/// An attempt failed; `sent` is 1 if bytes of the request were sent, 0 if the
/// connection never opened.
///
/// HEDGEROW_UNKNOWN: the fetch never started this attempt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_handle_failure(
    fetch: *mut hedgerow_fetch,
    now: u64,
    attempt_id: u16,
    reason_number: u16,
    sent: u32,
) -> hedgerow_status {
    call(|| {
        let mut fetch = exclusive!(fetch)?;
        let (reason, sent) = (reason(reason_number)?, flag(sent)?);
        misuse(fetch.handle_failure(at(now), attempt(attempt_id), reason, sent))
    })
}

/// An endpoint was ejected meanwhile: what waits for it is not waited for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_handle_ejected(
    fetch: *mut hedgerow_fetch,
    now: u64,
    endpoint_id: u16,
) -> hedgerow_status {
    call(|| {
        exclusive!(fetch)?.handle_ejected(at(now), endpoint(endpoint_id));
        Ok(())
    })
}

/// What the stored response says to the failure, for HEDGEROW_FETCH_FALL_BACK.
/// `decision` may be NULL if it is gone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_handle_fallback(
    fetch: *mut hedgerow_fetch,
    now: u64,
    decision: *const hedgerow_decision,
) -> hedgerow_status {
    call(|| {
        let mut fetch = exclusive!(fetch)?;
        let decision = if decision.is_null() {
            None
        } else {
            Some(read!(decision)?.plain()?)
        };
        misuse(fetch.handle_fallback(at(now), decision))
    })
}

/// The 304 or 206 does not fit what is stored; the fetch goes on without the
/// condition.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_handle_not_freshened(
    fetch: *mut hedgerow_fetch,
    now: u64,
) -> hedgerow_status {
    call(|| misuse(exclusive!(fetch)?.handle_not_freshened(at(now))))
}

/// The fetch is called off, for no fault of any endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_handle_cancel(
    fetch: *mut hedgerow_fetch,
    now: u64,
    reason_number: u16,
) -> hedgerow_status {
    call(|| {
        let mut fetch = exclusive!(fetch)?;
        fetch.handle_cancel(at(now), reason(reason_number)?);
        Ok(())
    })
}

/// What to do next. Call it after every input, and when the moment of the last
/// HEDGEROW_FETCH_WAIT has come, until it gives that, a question or an answer.
/// `budget` may be NULL for no limit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_poll(
    fetch: *mut hedgerow_fetch,
    now: u64,
    budget: *mut hedgerow_budget,
    output: *mut hedgerow_fetch_output,
) -> hedgerow_status {
    call(|| {
        let mut fetch = exclusive!(fetch)?;
        let mut budget = budget!(budget)?;
        let output = out!(output)?;
        loop {
            if let Some(told) = hedgerow_fetch_output::of(fetch.poll(at(now), &mut budget)) {
                fetch.tell(&told);
                output.put(told);
                return Ok(());
            }
        }
    })
}

/// The span of a response's `Retry-After` at `now`, in seconds since 1970, in
/// microseconds; HEDGEROW_NEVER if it has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_retry_after(
    response: *const hedgerow_field,
    response_count: usize,
    now: u64,
    span_us: *mut u64,
) -> hedgerow_status {
    call(|| {
        let response = fields!(response, response_count)?;
        let now = Timestamp::from_secs(now);
        out!(span_us)?.put(never(hedgerow::fetch::retry_after(response, now)));
        Ok(())
    })
}

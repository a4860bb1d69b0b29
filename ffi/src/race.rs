//! One request raced over several endpoints.

use hedgerow::config::MAX_ENDPOINTS;
use hedgerow::failover::{Attempt, Candidate, Finish, Race, RaceError};
use hedgerow::types::{AttemptId, EndpointId};

use crate::boundary::{Outcome, array, call, exclusive, free, new_handle, object, out, shared};
use crate::budget::{budget, hedgerow_budget};
use crate::log::Logged;
use crate::race_output::hedgerow_race_output;
use crate::race_settings::{hedgerow_candidate, hedgerow_race_settings};
use crate::reason::reason;
use crate::settings::settings_from;
use crate::status::hedgerow_status::{self, *};
use crate::values::{
    HEDGEROW_MOST_ENDPOINTS, HEDGEROW_NEVER, HEDGEROW_NO_ENDPOINT, at, attempt_or_none, endpoint,
};

/// One request raced over several endpoints. One thread at a time; may move
/// between threads.
pub struct hedgerow_race(());
object!(hedgerow_race, Logged<Race>, b"RACE");

/// How an attempt ended.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_ending {
    /// It was committed.
    HEDGEROW_ENDING_WON = 1,
    /// Another was committed, or the race was called off.
    HEDGEROW_ENDING_CANCELLED = 2,
    /// Another was committed after this one had been hedged and was still
    /// silent, which counts against its endpoint.
    HEDGEROW_ENDING_LOST = 3,
    /// It failed.
    HEDGEROW_ENDING_FAILED = 4,
}

/// An attempt as it stands or stood, for reports. The struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_attempt {
    /// Where it goes.
    pub endpoint: u16,
    /// Why it was started.
    pub why: u16,
    /// The attempt that it stands in for, or HEDGEROW_NO_ATTEMPT.
    pub after: u16,
    /// Why it ended; while it runs why it was started.
    pub outcome: u16,
    /// How far it has come, a `hedgerow_phase`.
    pub phase: u32,
    /// How it ended, a `hedgerow_ending`; 0 while it runs.
    pub ending: u32,
    /// When it was started, on the race's own clock, which leaves out
    /// suspension.
    pub started: u64,
    /// When it ended; HEDGEROW_NEVER while it runs.
    pub ended: u64,
    /// From its start to its last phase or progress, in microseconds.
    pub latency_us: u64,
    /// Body bytes received.
    pub bytes: u64,
    /// 0.
    pub reserved: [u64; 2],
}

impl hedgerow_attempt {
    pub(crate) fn of(attempt: &Attempt) -> hedgerow_attempt {
        let ended = attempt.ended();
        hedgerow_attempt {
            endpoint: attempt.endpoint().get(),
            why: attempt.why().code(),
            after: attempt_or_none(attempt.after()),
            outcome: attempt.outcome().code(),
            phase: attempt.phase() as u32,
            ending: ended.map_or(0, |(_, ending, _)| ending.code().into()),
            started: attempt.started().as_micros(),
            ended: ended.map_or(HEDGEROW_NEVER, |(at, _, _)| at.as_micros()),
            latency_us: attempt.latency().as_micros(),
            bytes: attempt.bytes(),
            reserved: [0; 2],
        }
    }
}

pub(crate) const fn attempt(number: u16) -> AttemptId {
    AttemptId::new(number)
}

fn misuse(result: Result<(), RaceError>) -> Outcome {
    result.map_err(|error| match error {
        RaceError::UnknownAttempt(_) => HEDGEROW_UNKNOWN,
        _ => HEDGEROW_UNEXPECTED,
    })
}

/// The candidates of C's, in their order, no more than there may be. A row of as
/// many as a configuration may have costs no allocation.
pub(crate) fn with_candidates<T>(
    given: &[hedgerow_candidate],
    body: impl FnOnce(&[Candidate]) -> Outcome<T>,
) -> Outcome<T> {
    if given.len() > usize::from(HEDGEROW_MOST_ENDPOINTS) {
        return Err(HEDGEROW_INVALID_ARGUMENT);
    }
    let mut row = [Candidate::new(EndpointId::new(HEDGEROW_NO_ENDPOINT)); MAX_ENDPOINTS];
    if let Some(row) = row.get_mut(..given.len()) {
        for (place, given) in row.iter_mut().zip(given) {
            *place = given.plain()?;
        }
        return body(row);
    }
    let plain: Vec<Candidate> = given
        .iter()
        .map(hedgerow_candidate::plain)
        .collect::<Outcome<_>>()?;
    body(&plain)
}

/// A race over candidates in their order, each used at most once. `settings`
/// may be NULL for those of a proxy. Free it with `hedgerow_race_free`.
///
/// HEDGEROW_INVALID_ARGUMENT: there are more than HEDGEROW_MOST_ENDPOINTS, or the
/// numbers of one are none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_new(
    settings: *const hedgerow_race_settings,
    candidates: *const hedgerow_candidate,
    count: usize,
    now: u64,
    race: *mut *mut hedgerow_race,
) -> hedgerow_status {
    call(|| {
        let settings = settings_from!(settings)?.plain()?;
        let race = out!(race)?;
        with_candidates(array!(candidates, count)?, |given| {
            race.put(new_handle(Logged::new(Race::new(settings, given, at(now)))));
            Ok(())
        })
    })
}

/// As `hedgerow_race_new`, but the first candidate's attempt is under way
/// already, since `started`. `settings` may be NULL here, too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_adopt(
    settings: *const hedgerow_race_settings,
    candidates: *const hedgerow_candidate,
    count: usize,
    started: u64,
    race: *mut *mut hedgerow_race,
) -> hedgerow_status {
    call(|| {
        let settings = settings_from!(settings)?.plain()?;
        let race = out!(race)?;
        with_candidates(array!(candidates, count)?, |given| {
            race.put(new_handle(Logged::new(Race::adopt(
                settings,
                given,
                at(started),
            ))));
            Ok(())
        })
    })
}

/// Begins anew with other candidates and the race's own settings, in the memory
/// that it has: for programs that run so many races that allocating counts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_restart(
    race: *mut hedgerow_race,
    candidates: *const hedgerow_candidate,
    count: usize,
    now: u64,
) -> hedgerow_status {
    call(|| {
        let mut race = exclusive!(race)?;
        with_candidates(array!(candidates, count)?, |given| {
            race.restart(given.iter().copied(), at(now));
            Ok(())
        })
    })
}

/// Frees a race; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_free(race: *mut hedgerow_race) -> hedgerow_status {
    free!(race)
}

/// How many attempts there were so far; their ids count from 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_attempt_count(
    race: *const hedgerow_race,
    count: *mut usize,
) -> hedgerow_status {
    call(|| {
        let race = shared!(race)?;
        out!(count)?.put(race.attempts().len());
        Ok(())
    })
}

/// An attempt as it stands or stood.
///
/// HEDGEROW_UNKNOWN: the race never started it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_attempt(
    race: *const hedgerow_race,
    attempt_id: u16,
    attempt: *mut hedgerow_attempt,
) -> hedgerow_status {
    call(|| {
        let race = shared!(race)?;
        let attempt = out!(attempt)?;
        let found = race.attempts().get(usize::from(attempt_id));
        attempt.put(hedgerow_attempt::of(found.ok_or(HEDGEROW_UNKNOWN)?));
        Ok(())
    })
}

/// How the race ended: the attempt that was committed, or HEDGEROW_NO_ATTEMPT
/// and why none was. `reason` is 0 with an attempt.
///
/// HEDGEROW_UNEXPECTED: it has not ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_finish(
    race: *const hedgerow_race,
    attempt: *mut u16,
    reason: *mut u16,
) -> hedgerow_status {
    call(|| {
        let race = shared!(race)?;
        let (attempt, reason) = (out!(attempt)?, out!(reason)?);
        let (won, why) = match race.finish().ok_or(HEDGEROW_UNEXPECTED)? {
            Finish::Committed(won) => (Some(won), 0),
            Finish::Failed(why) => (None, why.code()),
            _ => return Err(HEDGEROW_UNEXPECTED),
        };
        attempt.put(attempt_or_none(won));
        reason.put(why);
        Ok(())
    })
}

/// The attempt whose commit is outstanding, or HEDGEROW_NO_ATTEMPT; and how
/// many hedges were started.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_state(
    race: *const hedgerow_race,
    offered: *mut u16,
    hedges: *mut u32,
) -> hedgerow_status {
    call(|| {
        let race = shared!(race)?;
        let (offered, hedges) = (out!(offered)?, out!(hedges)?);
        offered.put(attempt_or_none(race.offered()));
        hedges.put(race.hedges().into());
        Ok(())
    })
}

/// A good response head arrived.
///
/// HEDGEROW_UNKNOWN: the race never started this attempt. So it is with every
/// input that names one; of an attempt that has ended the input is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_handle_head(
    race: *mut hedgerow_race,
    now: u64,
    attempt_id: u16,
) -> hedgerow_status {
    call(|| misuse(exclusive!(race)?.handle_head(at(now), attempt(attempt_id))))
}

/// `bytes` body bytes have arrived in all.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_handle_progress(
    race: *mut hedgerow_race,
    now: u64,
    attempt_id: u16,
    bytes: u64,
) -> hedgerow_status {
    call(|| misuse(exclusive!(race)?.handle_progress(at(now), attempt(attempt_id), bytes)))
}

/// The body is whole.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_handle_complete(
    race: *mut hedgerow_race,
    now: u64,
    attempt_id: u16,
) -> hedgerow_status {
    call(|| misuse(exclusive!(race)?.handle_complete(at(now), attempt(attempt_id))))
}

/// The body is whole and verified.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_handle_verified(
    race: *mut hedgerow_race,
    now: u64,
    attempt_id: u16,
) -> hedgerow_status {
    call(|| misuse(exclusive!(race)?.handle_verified(at(now), attempt(attempt_id))))
}

/// The attempt failed, such as for HEDGEROW_REASON_NETWORK_ERROR.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_handle_failure(
    race: *mut hedgerow_race,
    now: u64,
    attempt_id: u16,
    reason_number: u16,
) -> hedgerow_status {
    call(|| {
        let mut race = exclusive!(race)?;
        let reason = reason(reason_number)?;
        misuse(race.handle_failure(at(now), attempt(attempt_id), reason))
    })
}

/// The commit that was asked for succeeded, with reason 0, or failed for a
/// reason; the race then goes on with the next.
///
/// HEDGEROW_UNEXPECTED: this attempt has no commit outstanding.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_handle_commit(
    race: *mut hedgerow_race,
    now: u64,
    attempt_id: u16,
    reason_number: u16,
) -> hedgerow_status {
    call(|| {
        let mut race = exclusive!(race)?;
        let result = match reason_number {
            0 => Ok(()),
            _ => Err(reason(reason_number)?),
        };
        misuse(race.handle_commit(at(now), attempt(attempt_id), result))
    })
}

/// An endpoint was ejected meanwhile: what waits for it is not waited for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_handle_ejected(
    race: *mut hedgerow_race,
    now: u64,
    endpoint_id: u16,
) -> hedgerow_status {
    call(|| {
        exclusive!(race)?.handle_ejected(at(now), endpoint(endpoint_id));
        Ok(())
    })
}

/// The race is called off, for no fault of any endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_handle_cancel(
    race: *mut hedgerow_race,
    now: u64,
    reason_number: u16,
) -> hedgerow_status {
    call(|| {
        let mut race = exclusive!(race)?;
        race.handle_cancel(at(now), reason(reason_number)?);
        Ok(())
    })
}

/// What to do next. Call it after every input, and when the moment of the last
/// HEDGEROW_RACE_WAIT has come, until it gives HEDGEROW_RACE_WAIT or
/// HEDGEROW_RACE_DONE. `budget` may be NULL for no limit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_poll(
    race: *mut hedgerow_race,
    now: u64,
    budget: *mut hedgerow_budget,
    output: *mut hedgerow_race_output,
) -> hedgerow_status {
    call(|| {
        let mut race = exclusive!(race)?;
        let mut budget = budget!(budget)?;
        let output = out!(output)?;
        loop {
            if let Some(told) = hedgerow_race_output::of(race.poll(at(now), &mut budget)) {
                race.tell(&told);
                output.put(told);
                return Ok(());
            }
        }
    })
}

//! Numbers of C's that are more than numbers.

use hedgerow::cdn::pool::Pool;
use hedgerow::types::{AttemptId, Duration, EndpointId, Instant, RegionId};

use crate::boundary::Outcome;
use crate::status::hedgerow_status::*;

/// In place of an endpoint: none.
pub const HEDGEROW_NO_ENDPOINT: u16 = 0xffff;
/// No pool, order, race or fetch has more endpoints: what is worked out for each
/// of them takes a while for each other.
pub const HEDGEROW_MOST_ENDPOINTS: u16 = 4096;
const _: () = assert!(HEDGEROW_MOST_ENDPOINTS as usize == Pool::MOST_MEMBERS);
/// In place of an attempt: none.
pub const HEDGEROW_NO_ATTEMPT: u16 = 0xffff;
/// In place of a moment or a span in microseconds: never.
pub const HEDGEROW_NEVER: u64 = 0xffff_ffff_ffff_ffff;

pub(crate) const fn endpoint(number: u16) -> EndpointId {
    EndpointId::new(number)
}

pub(crate) const fn at(micros: u64) -> Instant {
    Instant::from_micros(micros)
}

pub(crate) const fn span(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

/// A span of which [`HEDGEROW_NEVER`] is none.
pub(crate) fn optional_span(micros: u64) -> Option<Duration> {
    (micros != HEDGEROW_NEVER).then(|| span(micros))
}

pub(crate) fn never(span: Option<Duration>) -> u64 {
    span.map_or(HEDGEROW_NEVER, Duration::as_micros)
}

pub(crate) fn moment(moment: Option<Instant>) -> u64 {
    moment.map_or(HEDGEROW_NEVER, Instant::as_micros)
}

pub(crate) fn attempt_or_none(attempt: Option<AttemptId>) -> u16 {
    attempt.map_or(HEDGEROW_NO_ATTEMPT, AttemptId::get)
}

/// A moment of which [`HEDGEROW_NEVER`] is none.
pub(crate) fn optional_moment(micros: u64) -> Option<Instant> {
    (micros != HEDGEROW_NEVER).then(|| at(micros))
}

/// A region by its number, where 0 is the unknown one.
#[inline]
pub(crate) fn region(number: u32) -> Outcome<Option<RegionId>> {
    match number {
        0 => Ok(None),
        _ => RegionId::new(number)
            .map(Some)
            .ok_or(HEDGEROW_INVALID_ARGUMENT),
    }
}

/// A number that fits into fewer bits.
pub(crate) fn narrow<T: TryFrom<u32>>(number: u32) -> Outcome<T> {
    T::try_from(number).map_err(|_| HEDGEROW_INVALID_ARGUMENT)
}

/// A yes or no of C's: 0 or 1.
pub(crate) fn flag(number: u32) -> Outcome<bool> {
    match number {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(HEDGEROW_INVALID_ARGUMENT),
    }
}

//! What an object does, told to the program's log.

use core::ffi::{c_char, c_void};
use core::fmt::Write;
use core::ops::{Deref, DerefMut};

use hedgerow::types::Reason;

use crate::boundary::{Outcome, call, exclusive, read};
use crate::fetch::{hedgerow_fetch, hedgerow_fetch_output, hedgerow_fetch_output_kind};
use crate::monitor::{hedgerow_monitor, hedgerow_monitor_output, hedgerow_monitor_output_kind};
use crate::race::hedgerow_race;
use crate::race_output::{hedgerow_race_output, hedgerow_race_output_kind};
use crate::status::hedgerow_status::{self, *};
use crate::values::{HEDGEROW_NO_ATTEMPT, HEDGEROW_NO_ENDPOINT};

/// How much a line of the log matters.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_log_level {
    /// Each step of each request.
    HEDGEROW_LOG_DEBUG = 1,
    /// What operators like to know.
    HEDGEROW_LOG_INFO = 2,
    /// What keeps requests from being served as usual.
    HEDGEROW_LOG_WARNING = 3,
}

/// Writes one line to the program's log: UTF-8, not ended by a NUL or a line
/// break, and gone when the function returns. It is called on the thread that
/// calls the library, from inside that call: it must return, without an
/// exception or a `longjmp`, and what it does with the same object is
/// HEDGEROW_BUSY.
pub type hedgerow_log_fn = Option<
    unsafe extern "C" fn(user: *mut c_void, level: u32, line: *const c_char, line_len: usize),
>;

/// Where an object's lines go.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_log {
    /// What writes a line; not NULL.
    pub write: hedgerow_log_fn,
    /// Handed to `write` as it is.
    pub user: *mut c_void,
    /// The least `hedgerow_log_level` that is written.
    pub level: u32,
    /// 0.
    pub reserved: u32,
}

/// A machine whose outputs can be logged.
#[derive(Debug)]
pub(crate) struct Logged<T> {
    machine: T,
    log: Option<hedgerow_log>,
}

impl<T> Logged<T> {
    pub(crate) const fn new(machine: T) -> Logged<T> {
        Logged { machine, log: None }
    }

    /// Tells the log of an output, if there is one.
    #[inline]
    pub(crate) fn tell(&self, output: &impl Told) {
        if let Some(log) = &self.log {
            tell(log, output);
        }
    }

    fn set(&mut self, log: Option<hedgerow_log>) -> Outcome {
        if let Some(log) = &log
            && (log.reserved != 0 || !(1..=3).contains(&log.level))
        {
            return Err(HEDGEROW_INVALID_ARGUMENT);
        }
        self.log = log;
        Ok(())
    }
}

impl<T> Deref for Logged<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.machine
    }
}

impl<T> DerefMut for Logged<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.machine
    }
}

/// An output of a machine.
pub(crate) trait Told {
    /// How much it matters and what it is; `None` if it is nothing to tell.
    fn headline(&self) -> Option<(hedgerow_log_level, &'static str)>;

    /// Its attempt, endpoint and reason, where there are any.
    fn parts(&self) -> (u16, u16, u16);
}

#[cold]
fn tell(log: &hedgerow_log, output: &impl Told) {
    let Some((level, what)) = output.headline() else {
        return;
    };
    let (true, Some(write)) = (level as u32 >= log.level, log.write) else {
        return;
    };
    let mut line = what.to_owned();
    let (attempt, endpoint, reason) = output.parts();
    // Writing to a string does not fail.
    if attempt != HEDGEROW_NO_ATTEMPT {
        let _ = write!(line, " attempt={attempt}");
    }
    if endpoint != HEDGEROW_NO_ENDPOINT {
        let _ = write!(line, " endpoint={endpoint}");
    }
    if let Some(reason) = Reason::from_code(reason) {
        let _ = write!(line, " reason={reason}");
    }
    // SAFETY: the program gave the function for this, with what it wants.
    unsafe { write(log.user, level as u32, line.as_ptr().cast(), line.len()) };
}

use hedgerow_log_level::*;

impl Told for hedgerow_race_output {
    fn headline(&self) -> Option<(hedgerow_log_level, &'static str)> {
        use hedgerow_race_output_kind::*;
        const START: u32 = HEDGEROW_RACE_START as u32;
        const CANCEL: u32 = HEDGEROW_RACE_CANCEL as u32;
        const COMMIT: u32 = HEDGEROW_RACE_COMMIT as u32;
        const ENDED: u32 = HEDGEROW_RACE_ENDED as u32;
        const REFUSED: u32 = HEDGEROW_RACE_REFUSED as u32;
        const DONE: u32 = HEDGEROW_RACE_DONE as u32;
        Some(match self.kind {
            START => (HEDGEROW_LOG_DEBUG, "race: start"),
            CANCEL => (HEDGEROW_LOG_DEBUG, "race: cancel"),
            COMMIT => (HEDGEROW_LOG_DEBUG, "race: commit"),
            ENDED => (HEDGEROW_LOG_DEBUG, "race: ended"),
            REFUSED => (HEDGEROW_LOG_INFO, "race: no hedge"),
            DONE if self.attempt == HEDGEROW_NO_ATTEMPT => (HEDGEROW_LOG_WARNING, "race: failed"),
            DONE => (HEDGEROW_LOG_DEBUG, "race: done"),
            _ => return None,
        })
    }

    fn parts(&self) -> (u16, u16, u16) {
        (self.attempt, self.endpoint, self.reason)
    }
}

impl Told for hedgerow_fetch_output {
    fn headline(&self) -> Option<(hedgerow_log_level, &'static str)> {
        use hedgerow_fetch_output_kind::*;
        const START: u32 = HEDGEROW_FETCH_START as u32;
        const CANCEL: u32 = HEDGEROW_FETCH_CANCEL as u32;
        const ENDED: u32 = HEDGEROW_FETCH_ENDED as u32;
        const REFUSED: u32 = HEDGEROW_FETCH_REFUSED as u32;
        const REST: u32 = HEDGEROW_FETCH_REST as u32;
        const STORED: u32 = HEDGEROW_FETCH_ANSWER_STORED as u32;
        const VALIDATED: u32 = HEDGEROW_FETCH_ANSWER_VALIDATED as u32;
        const COMPLETED: u32 = HEDGEROW_FETCH_ANSWER_COMPLETED as u32;
        const RELAY: u32 = HEDGEROW_FETCH_ANSWER_RELAY as u32;
        const FAILED: u32 = HEDGEROW_FETCH_ANSWER_FAILED as u32;
        Some(match self.kind {
            START => (HEDGEROW_LOG_DEBUG, "fetch: start"),
            CANCEL => (HEDGEROW_LOG_DEBUG, "fetch: cancel"),
            ENDED => (HEDGEROW_LOG_DEBUG, "fetch: ended"),
            REFUSED => (HEDGEROW_LOG_INFO, "fetch: no hedge"),
            REST => (HEDGEROW_LOG_INFO, "fetch: leave alone"),
            STORED => (HEDGEROW_LOG_DEBUG, "fetch: answer from the store"),
            VALIDATED => (HEDGEROW_LOG_DEBUG, "fetch: answer validated"),
            COMPLETED => (HEDGEROW_LOG_DEBUG, "fetch: answer completed"),
            RELAY => (HEDGEROW_LOG_DEBUG, "fetch: answer relayed"),
            FAILED => (HEDGEROW_LOG_WARNING, "fetch: failed"),
            _ => return None,
        })
    }

    fn parts(&self) -> (u16, u16, u16) {
        (self.attempt, self.endpoint, self.reason)
    }
}

impl Told for hedgerow_monitor_output {
    fn headline(&self) -> Option<(hedgerow_log_level, &'static str)> {
        use hedgerow_monitor_output_kind::*;
        const PROBE: u32 = HEDGEROW_MONITOR_PROBE as u32;
        const TRIAL: u32 = HEDGEROW_MONITOR_TRIAL as u32;
        const EJECTED: u32 = HEDGEROW_MONITOR_EJECTED as u32;
        const SPARED: u32 = HEDGEROW_MONITOR_SPARED as u32;
        const RESTORED: u32 = HEDGEROW_MONITOR_RESTORED as u32;
        const CHANGED: u32 = HEDGEROW_MONITOR_HEALTH_CHANGED as u32;
        Some(match self.kind {
            PROBE => (HEDGEROW_LOG_DEBUG, "monitor: probe"),
            TRIAL => (HEDGEROW_LOG_INFO, "monitor: trial"),
            EJECTED => (HEDGEROW_LOG_WARNING, "monitor: ejected"),
            SPARED => (HEDGEROW_LOG_WARNING, "monitor: not ejected"),
            RESTORED => (HEDGEROW_LOG_INFO, "monitor: restored"),
            CHANGED if self.health == 0 => (HEDGEROW_LOG_INFO, "monitor: healthy"),
            CHANGED => (HEDGEROW_LOG_WARNING, "monitor: not healthy"),
            _ => return None,
        })
    }

    fn parts(&self) -> (u16, u16, u16) {
        (HEDGEROW_NO_ATTEMPT, self.endpoint, self.reason)
    }
}

/// The log that a pointer from C is to; NULL is none.
macro_rules! log {
    ($pointer:expr) => {
        if $pointer.is_null() {
            Ok(None)
        } else {
            read!($pointer).and_then(|log| match log.write {
                Some(_) => Ok(Some(log)),
                None => Err(HEDGEROW_NULL_POINTER),
            })
        }
    };
}

/// Says where a race's lines go; NULL for nowhere, as it is from the start.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_race_set_log(
    race: *mut hedgerow_race,
    log: *const hedgerow_log,
) -> hedgerow_status {
    call(|| exclusive!(race)?.set(log!(log)?))
}

/// Says where a fetch's lines go; NULL for nowhere, as it is from the start.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_fetch_set_log(
    fetch: *mut hedgerow_fetch,
    log: *const hedgerow_log,
) -> hedgerow_status {
    call(|| exclusive!(fetch)?.set(log!(log)?))
}

/// Says where a monitor's lines go; NULL for nowhere, as it is from the start.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_set_log(
    monitor: *mut hedgerow_monitor,
    log: *const hedgerow_log,
) -> hedgerow_status {
    call(|| exclusive!(monitor)?.set(log!(log)?))
}

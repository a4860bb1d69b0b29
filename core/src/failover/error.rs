//! Misuse of a race.

use core::fmt;

use crate::types::AttemptId;

/// A call that does not fit the state of the race. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RaceError {
    /// The race never started this attempt.
    UnknownAttempt(AttemptId),
    /// A commit was reported that the race did not ask for.
    NotCommitting(AttemptId),
}

impl RaceError {
    /// The stable number of this error.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            RaceError::UnknownAttempt(_) => 1,
            RaceError::NotCommitting(_) => 2,
        }
    }
}

impl fmt::Display for RaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RaceError::UnknownAttempt(id) => write!(f, "attempt {} was never started", id.get()),
            RaceError::NotCommitting(id) => {
                write!(f, "attempt {} has no commit outstanding", id.get())
            }
        }
    }
}

impl core::error::Error for RaceError {}

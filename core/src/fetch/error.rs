//! Misuse of a fetch.

use core::fmt;

use crate::failover::RaceError;

/// A handler was called that fits nothing which was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// The answer to a question that is not open; the question's name.
    NotAsked(&'static str),
    /// What the race says of a call that names an attempt.
    Race(RaceError),
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FetchError::NotAsked(what) => write!(f, "{what} was not asked for"),
            FetchError::Race(_) => f.write_str("the race does not take this"),
        }
    }
}

impl core::error::Error for FetchError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            FetchError::NotAsked(_) => None,
            FetchError::Race(error) => Some(error),
        }
    }
}

impl From<RaceError> for FetchError {
    fn from(error: RaceError) -> FetchError {
        FetchError::Race(error)
    }
}

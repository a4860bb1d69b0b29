//! Errors that say what happened, where, and what to do about it.

use std::error::Error;
use std::fmt;

/// What went wrong, with the place and the remedy.
#[derive(Debug)]
pub(crate) struct Problem {
    what: String,
    place: Option<String>,
    remedy: Option<String>,
}

impl Problem {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            place: None,
            remedy: None,
        }
    }

    pub(crate) fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let Some(place) = &self.place {
            write!(f, "\n  where: {}", place.replace('\n', "\n         "))?;
        }
        if let Some(remedy) = &self.remedy {
            write!(f, "\n  to do: {}", remedy.replace('\n', "\n         "))?;
        }
        Ok(())
    }
}

impl Error for Problem {}

/// Prints `error` and what caused it.
pub(crate) fn print(error: &anyhow::Error) {
    eprintln!("error: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
}

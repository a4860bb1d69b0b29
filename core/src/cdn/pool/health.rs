//! What two witnesses say of an endpoint.

use crate::types::Reason;

/// Whether an endpoint is well, told by two witnesses: the requests that it
/// serves and the probes that it answers.
///
/// They are kept apart, since each errs in its own way. A health file that was
/// deleted fails every probe of an endpoint that serves well; an endpoint whose
/// application is broken may answer its health path all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Health {
    /// Nothing speaks against it.
    #[default]
    Healthy,
    /// Requests failed, and it is ejected; probes don't speak against it.
    Ejected,
    /// Probes fail; requests don't speak against it.
    Failing,
    /// Requests and probes fail, or it failed again when it was tried after an
    /// ejection.
    Dead,
}

impl Health {
    /// What the two witnesses say together.
    #[must_use]
    pub const fn of(ejected: bool, failing: bool) -> Health {
        match (ejected, failing) {
            (false, false) => Health::Healthy,
            (true, false) => Health::Ejected,
            (false, true) => Health::Failing,
            (true, true) => Health::Dead,
        }
    }

    /// Whether nothing speaks against it.
    #[must_use]
    pub const fn is_healthy(self) -> bool {
        matches!(self, Health::Healthy)
    }

    /// Whether it is down beyond doubt, or by its probes: a session on it is
    /// lost.
    #[must_use]
    pub const fn is_down(self) -> bool {
        matches!(self, Health::Failing | Health::Dead)
    }

    /// Why such an endpoint is not picked; `None` if it is healthy.
    #[must_use]
    pub const fn exclusion(self) -> Option<Reason> {
        match self {
            Health::Healthy => None,
            Health::Ejected => Some(Reason::Ejected),
            Health::Failing => Some(Reason::ProbesFail),
            Health::Dead => Some(Reason::ConfirmedDown),
        }
    }
}

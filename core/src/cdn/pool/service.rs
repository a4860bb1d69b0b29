//! What the operator says of an endpoint while the proxy runs.

use crate::cdn::EndpointState;
use crate::types::{Instant, Reason};

/// Whether the operator wants an endpoint used, and until when that holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Service {
    /// In service.
    #[default]
    Active,
    /// No new users: those who stick to it stay until `until`, for ever if that
    /// is `None`. Then it is [`Service::Down`].
    Draining {
        /// When the last ones have to go.
        until: Option<Instant>,
    },
    /// Nobody uses it. It comes back by itself at `until`, if that is given.
    Maintenance {
        /// When it is in service again.
        until: Option<Instant>,
    },
    /// Nobody uses it, as if it had failed: sessions on it are lost. A drill
    /// ends by itself at `until`.
    Down {
        /// When it is in service again.
        until: Option<Instant>,
    },
}

impl Service {
    /// What holds at `now`: deadlines that have passed are carried out.
    #[must_use]
    pub fn at(self, now: Instant) -> Service {
        let passed = self.deadline().is_some_and(|until| until <= now);
        match self {
            Service::Draining { .. } if passed => Service::Down { until: None },
            Service::Maintenance { .. } | Service::Down { .. } if passed => Service::Active,
            _ => self,
        }
    }

    /// When it changes by itself.
    #[must_use]
    pub const fn deadline(self) -> Option<Instant> {
        match self {
            Service::Active => None,
            Service::Draining { until }
            | Service::Maintenance { until }
            | Service::Down { until } => until,
        }
    }

    /// Why new requests don't go there; `None` if they do.
    #[must_use]
    pub const fn exclusion(self) -> Option<Reason> {
        match self {
            Service::Active => None,
            Service::Draining { .. } => Some(Reason::Draining),
            Service::Maintenance { .. } => Some(Reason::Maintenance),
            Service::Down { .. } => Some(Reason::Down),
        }
    }
}

impl From<EndpointState> for Service {
    fn from(state: EndpointState) -> Service {
        match state {
            EndpointState::Active => Service::Active,
            EndpointState::Draining => Service::Draining { until: None },
            EndpointState::Down => Service::Down { until: None },
        }
    }
}

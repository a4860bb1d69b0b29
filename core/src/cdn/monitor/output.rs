//! What a monitor wants done, and what it has to tell.

use crate::cdn::pool::Health;
use crate::types::{EndpointId, Instant, Reason};

/// Names one probe, so that an answer after its time is not taken for that of a
/// later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lease(pub(super) u32);

impl Lease {
    /// The number, for faces that pass it on.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The lease of this number.
    #[must_use]
    pub const fn from_number(number: u32) -> Lease {
        Lease(number)
    }
}

/// What to do, or what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// Probe `endpoint`, and tell [`Monitor::handle_probe`] how it went. After
    /// `until` that is too late: the probe has failed.
    ///
    /// [`Monitor::handle_probe`]: super::Monitor::handle_probe
    Probe {
        /// Whom to probe.
        endpoint: EndpointId,
        /// Which probe it is.
        lease: Lease,
        /// When it has failed.
        until: Instant,
    },
    /// Send the next request that fits to `endpoint`, and only that one: it
    /// tries whether the endpoint is back. If nothing was observed of it until
    /// `until`, another may try. None fits whose visitor is fenced off from the
    /// endpoint, nor any while an operator has it out of service: of neither
    /// does the monitor know.
    Trial {
        /// Whom to try.
        endpoint: EndpointId,
        /// When the next may try.
        until: Instant,
    },
    /// `endpoint` is ejected. Races that wait for it should go on.
    Ejected {
        /// Who.
        endpoint: EndpointId,
        /// When it is tried again, unless probes bring it back before.
        until: Instant,
        /// Why.
        reason: Reason,
    },
    /// `endpoint` would be ejected, but too few would be left.
    Spared {
        /// Who.
        endpoint: EndpointId,
        /// [`Reason::EjectionCap`] or [`Reason::LastEndpoint`].
        reason: Reason,
    },
    /// `endpoint` is no longer ejected.
    Restored {
        /// Who.
        endpoint: EndpointId,
        /// [`Reason::ProbesPassed`] or [`Reason::RequestPassed`].
        reason: Reason,
    },
    /// What the witnesses say of `endpoint` together has changed. Tell the
    /// [`Pool`](crate::cdn::pool::Pool); if it is no longer healthy, races that
    /// wait for it should go on.
    HealthChanged {
        /// Who.
        endpoint: EndpointId,
        /// What they say now.
        health: Health,
        /// Why.
        reason: Reason,
    },
    /// Nothing to do until then; [`Instant::MAX`] is "until something happens".
    Wait(Instant),
}

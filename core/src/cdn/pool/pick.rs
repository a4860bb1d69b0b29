//! What a pick gives.

use crate::types::{EndpointId, Reason};

/// An endpoint, and why it is this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pick {
    /// Where to go.
    pub endpoint: EndpointId,
    /// Why: [`Reason::FirstTier`], [`Reason::NextTier`], [`Reason::Panic`] or
    /// [`Reason::NothingHealthy`]; of a keyed pick [`Reason::Keyed`] or
    /// [`Reason::KeyMoved`].
    pub reason: Reason,
}

/// There is no endpoint that may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why: [`Reason::OutsideResidency`] if only the fence keeps endpoints from
    /// being used, else [`Reason::NoEligibleEndpoint`].
    pub reason: Reason,
}

impl core::fmt::Display for Refused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "no endpoint may be used: {}", self.reason)
    }
}

impl core::error::Error for Refused {}

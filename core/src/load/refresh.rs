//! The remote configuration: what it may change, and when it is taken over.

use crate::types::Duration;

use super::{HedgeMode, Memory, Tier};
use crate::cdn::{Endpoint, EndpointState, Residency, exclusion};
use crate::types::{EndpointId, Reason, RegionSet};

/// What a remote configuration says of one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointChange {
    /// The endpoint, which the page's own configuration must have.
    pub endpoint: EndpointId,
    /// Its priority.
    pub priority: Option<u16>,
    /// Its weight.
    pub weight: Option<u16>,
    /// Its state: drain, or the roles swapped during an incident.
    pub state: Option<EndpointState>,
}

impl EndpointChange {
    /// No change of `endpoint` yet.
    #[must_use]
    pub const fn new(endpoint: EndpointId) -> EndpointChange {
        EndpointChange {
            endpoint,
            priority: None,
            weight: None,
            state: None,
        }
    }
}

/// A remote configuration. By its type it can name no asset, origin,
/// integrity, init, ready, fallback, stub or report; whether the document
/// tried to is said by `forbidden`, and then nothing of it is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refresh {
    /// Its version, which must be newer than what is in use.
    pub version: u32,
    /// The document is not what it should be.
    pub broken: bool,
    /// The document touches what it may not.
    pub forbidden: bool,
    /// The deadline of one attempt, in ms.
    pub attempt_timeout_ms: Option<u32>,
    /// The deadline of the load, in ms.
    pub total_timeout_ms: Option<u32>,
    /// How the hedge delay is found.
    pub hedge: Option<HedgeMode>,
    /// The surge tier.
    pub surge: Option<Tier>,
    /// The allowed regions; only those allowed already stay so.
    pub allowed: Option<RegionSet>,
    /// What it says of the endpoints.
    pub endpoints: Vec<EndpointChange>,
}

impl Refresh {
    /// Timeouts that a remote configuration may set, in ms.
    pub const TIMEOUT_MS: core::ops::RangeInclusive<u32> = 100..=120_000;
    /// Hedge delays that a remote configuration may set.
    pub const HEDGE: core::ops::RangeInclusive<Duration> =
        Duration::from_millis(20)..=Duration::from_secs(60);

    fn is_sane(&self, endpoints: usize) -> bool {
        let timeout = |ms: Option<u32>| ms.is_none_or(|ms| Refresh::TIMEOUT_MS.contains(&ms));
        !self.broken
            && timeout(self.attempt_timeout_ms)
            && timeout(self.total_timeout_ms)
            && match self.hedge {
                Some(HedgeMode::After(delay)) => Refresh::HEDGE.contains(&delay),
                _ => true,
            }
            && self
                .endpoints
                .iter()
                .all(|change| change.endpoint.index() < endpoints)
    }

    /// Takes the document over into `memory`, for the next view.
    ///
    /// `endpoints` and `residency` are those of the page's own configuration,
    /// `version` the page's own version.
    ///
    /// # Errors
    ///
    /// The reason for which it was refused; `memory` is then unchanged:
    /// [`Reason::RefreshForbidden`], [`Reason::RefreshInvalid`] (also if it
    /// would leave no endpoint to load from), [`Reason::RefreshOlder`].
    pub fn accept(
        &self,
        memory: &mut Memory,
        endpoints: &[Endpoint],
        residency: &Residency,
        version: u32,
    ) -> Result<(), Reason> {
        if self.forbidden {
            return Err(Reason::RefreshForbidden);
        }
        if !self.is_sane(endpoints.len()) {
            return Err(Reason::RefreshInvalid);
        }
        if self.version <= version.max(memory.refresh_version) {
            return Err(Reason::RefreshOlder);
        }
        let fence = fence(residency, self.allowed);
        let leaves_any = endpoints.iter().any(|endpoint| {
            let change = self
                .endpoints
                .iter()
                .rfind(|change| change.endpoint == endpoint.id);
            let mut endpoint = endpoint.clone();
            endpoint.state = change
                .and_then(|change| change.state)
                .unwrap_or(endpoint.state);
            exclusion(&endpoint, &fence).is_none()
        });
        if !leaves_any {
            return Err(Reason::RefreshInvalid);
        }
        memory.refresh_version = self.version;
        memory.surge = self.surge;
        memory.attempt_timeout_ms = self.attempt_timeout_ms;
        memory.total_timeout_ms = self.total_timeout_ms;
        memory.hedge = self.hedge;
        memory.allowed = self.allowed;
        memory
            .endpoints
            .resize_with(endpoints.len(), Default::default);
        for endpoint in &mut memory.endpoints {
            (endpoint.priority, endpoint.weight, endpoint.state) = (None, None, None);
        }
        for change in &self.endpoints {
            let endpoint = &mut memory.endpoints[change.endpoint.index()];
            (endpoint.priority, endpoint.weight, endpoint.state) =
                (change.priority, change.weight, change.state);
        }
        Ok(())
    }
}

/// The page's own fence, drawn tighter.
fn fence(residency: &Residency, allowed: Option<RegionSet>) -> Residency {
    let mut residency = *residency;
    if let Some(allowed) = allowed {
        residency.narrow(allowed);
    }
    residency
}

impl Memory {
    /// The endpoints and the fence with what the remote configuration set.
    pub(super) fn effective(
        &self,
        endpoints: &[Endpoint],
        residency: &Residency,
    ) -> (Vec<Endpoint>, Residency) {
        let mut endpoints = endpoints.to_vec();
        for (endpoint, memory) in endpoints.iter_mut().zip(&self.endpoints) {
            endpoint.priority = memory.priority.unwrap_or(endpoint.priority);
            endpoint.weight = memory.weight.unwrap_or(endpoint.weight);
            endpoint.state = memory.state.unwrap_or(endpoint.state);
        }
        (endpoints, fence(residency, self.allowed))
    }
}

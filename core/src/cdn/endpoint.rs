//! One place that can serve the assets.

use crate::types::{EndpointId, RegionId};

/// What the operator says of an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndpointState {
    /// In service.
    #[default]
    Active = 0,
    /// Gets no new requests; what is running may end.
    Draining = 1,
    /// Out of service.
    Down = 2,
}

/// The plain settings of one endpoint.
///
/// # Example
///
/// ```
/// use hedgerow::{cdn::Endpoint, types::EndpointId};
///
/// let secondary = Endpoint::new(EndpointId::new(1)).with_priority(1).with_weight(5);
/// assert_eq!(secondary.weight, 5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoint {
    /// Its index in the configuration.
    pub id: EndpointId,
    /// Lower is tried first.
    pub priority: u16,
    /// Share among endpoints of the same priority; 0 means only when the
    /// others of its priority have been tried.
    pub weight: u16,
    /// Where it lies, if that is known.
    pub region: Option<RegionId>,
    /// What the operator says of it.
    pub state: EndpointState,
    /// Its URL is http on a page that needs https, so it can't be used here.
    pub insecure: bool,
}

impl Endpoint {
    /// The weight of an endpoint whose configuration gives none.
    pub const DEFAULT_WEIGHT: u16 = 100;

    /// An active endpoint of priority 0 and default weight in no known region.
    #[must_use]
    pub const fn new(id: EndpointId) -> Endpoint {
        Endpoint {
            id,
            priority: 0,
            weight: Endpoint::DEFAULT_WEIGHT,
            region: None,
            state: EndpointState::Active,
            insecure: false,
        }
    }

    /// Sets the priority; lower is tried first.
    #[must_use]
    pub const fn with_priority(mut self, priority: u16) -> Endpoint {
        self.priority = priority;
        self
    }

    /// Sets the share among endpoints of the same priority.
    #[must_use]
    pub const fn with_weight(mut self, weight: u16) -> Endpoint {
        self.weight = weight;
        self
    }

    /// Sets the region.
    #[must_use]
    pub const fn with_region(mut self, region: Option<RegionId>) -> Endpoint {
        self.region = region;
        self
    }

    /// Sets the operator's state.
    #[must_use]
    pub const fn with_state(mut self, state: EndpointState) -> Endpoint {
        self.state = state;
        self
    }

    /// Says whether the URL is http where https is needed.
    #[must_use]
    pub const fn with_insecure(mut self, insecure: bool) -> Endpoint {
        self.insecure = insecure;
        self
    }
}

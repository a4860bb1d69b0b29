//! What a view starts from: the page's configuration under what the memory
//! says.

use crate::types::Duration;

use super::{HedgeMode, LoadSettings, Memory, Tier};
use crate::cdn::{Endpoint, Latency, Residency, UNUSED, exclusion, order_by, rank};
use crate::failover::{Candidate, RaceSettings, hedge_delay};
use crate::types::EndpointId;

/// The effective settings of one view and the order of its endpoints.
///
/// # Example
///
/// ```
/// use hedgerow::cdn::Endpoint;
/// use hedgerow::load::{LoadSettings, Memory, Plan};
/// use hedgerow::types::EndpointId;
///
/// let [cdn1, cdn2] = [0, 1].map(EndpointId::new);
/// let endpoints = vec![Endpoint::new(cdn1), Endpoint::new(cdn2).with_priority(1)];
/// let settings = LoadSettings::new(endpoints, 7);
/// let memory = Memory::new(&settings);
/// assert_eq!(Plan::new(&settings, &memory).order, [cdn1, cdn2]);
///
/// let memory = memory.with_order(&[cdn2, cdn1]);
/// assert_eq!(Plan::new(&settings, &memory).order, [cdn2, cdn1]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// Every endpoint, as it counts in this view.
    pub endpoints: Vec<Endpoint>,
    /// The fence, as it counts in this view.
    pub residency: Residency,
    /// The surge tier.
    pub surge: Tier,
    /// The deadline of one attempt.
    pub attempt_timeout: Duration,
    /// The deadline of the load.
    pub total_timeout: Duration,
    /// How the hedge delay is found.
    pub hedge: HedgeMode,
    /// The endpoints that may be used, in the order in which they are tried.
    pub order: Vec<EndpointId>,
}

impl Plan {
    /// The plan of a view with this memory.
    #[must_use]
    pub fn new(settings: &LoadSettings, memory: &Memory) -> Plan {
        let (endpoints, residency) = memory.effective(settings);
        // A stored order is advice: it is filtered, and what it lacks is added.
        let place = |endpoint: &Endpoint| {
            if exclusion(endpoint, &residency).is_some() {
                return UNUSED;
            }
            let kept = memory.place(endpoint.id);
            kept.map_or(UNKNOWN + rank(endpoint, &residency, false), |at| at as u32)
        };
        let places = endpoints.iter().map(place).collect();
        let order = order_by(&endpoints, places, settings.seed);
        Plan {
            endpoints,
            residency,
            surge: memory.surge(),
            attempt_timeout: memory.attempt_timeout(),
            total_timeout: memory.total_timeout(),
            hedge: memory.hedge(),
            order,
        }
    }

    pub(super) fn race_settings(&self) -> RaceSettings {
        RaceSettings::browser()
            .with_total_timeout(self.total_timeout)
            .with_commit_timeout(self.attempt_timeout)
    }

    /// Endpoint `id` as a candidate for an asset of `bytes` bytes.
    pub(super) fn candidate(
        &self,
        settings: &LoadSettings,
        id: EndpointId,
        latency: Latency,
        bytes: Option<u32>,
    ) -> Candidate {
        let auto = hedge_delay(settings.link, latency, bytes, settings.sees_progress);
        let delay = match self.hedge {
            HedgeMode::Auto => Some(auto),
            HedgeMode::Off => None,
            HedgeMode::After(delay) => Some(delay),
        };
        Candidate::new(id)
            .with_hedge_delay(delay)
            // On a slow link the deadline would only start a second download.
            .with_attempt_timeout(self.attempt_timeout.max(auto))
    }

    /// The order for the next view. The one of this view is kept as far as
    /// ranks allow, so that a visitor stays with the endpoint whose cache is
    /// warm.
    pub(super) fn next_order(&self, memory: &Memory) -> Vec<EndpointId> {
        let rank = |id: EndpointId| {
            let endpoint = &self.endpoints[id.index()];
            rank(endpoint, &self.residency, memory.is_demoted(id))
        };
        let mut order = self.order.clone();
        // Stable, and a few bytes where `sort_by_key` is some thousand.
        for _ in &self.order {
            for at in 1..order.len() {
                if rank(order[at - 1]) > rank(order[at]) {
                    order.swap(at - 1, at);
                }
            }
        }
        order
    }
}

/// Endpoints that a stored order lacks come after all that it has.
const UNKNOWN: u32 = 1 << 18;

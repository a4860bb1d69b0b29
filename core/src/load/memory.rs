//! What one view leaves for the next.

use super::{HedgeMode, Tier};
use crate::cdn::{EndpointState, Latency};
use crate::types::{Duration, EndpointId, Reason, RegionSet, Timestamp};

/// What is remembered of one endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointMemory {
    /// Until when it is tried last, and why.
    pub demoted: Option<(Timestamp, Reason)>,
    /// Its latency.
    pub latency: Latency,
    /// Priority, weight and state that a remote configuration set.
    pub priority: Option<u16>,
    /// See `priority`.
    pub weight: Option<u16>,
    /// See `priority`.
    pub state: Option<EndpointState>,
}

impl EndpointMemory {
    /// It delivered, in this time.
    pub(super) fn succeeded(&mut self, latency: Duration) {
        self.demoted = None;
        self.latency.sample(latency);
    }
}

/// The memory of earlier views, with the plan of the next.
///
/// It is written by the core alone ([`Load::memory`](super::Load::memory));
/// the page's shim only filters and follows its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Memory {
    /// When it was written.
    pub written: Timestamp,
    /// When it is worth nothing any more.
    pub expires: Timestamp,
    /// In which order the endpoints are tried next.
    pub order: Vec<EndpointId>,
    /// Thousandths of a token left in the hedge budget.
    pub hedge_milli: u32,
    /// Version of the remote configuration that was taken over; 0 is none.
    pub refresh_version: u32,
    /// When the remote configuration was last fetched.
    pub refreshed: Timestamp,
    /// What the remote configuration set: the surge tier,
    pub surge: Option<Tier>,
    /// the deadline of one attempt in ms,
    pub attempt_timeout_ms: Option<u32>,
    /// the deadline of the load in ms,
    pub total_timeout_ms: Option<u32>,
    /// how the hedge delay is found,
    pub hedge: Option<HedgeMode>,
    /// and a tighter fence.
    pub allowed: Option<RegionSet>,
    /// Each endpoint of the configuration. Empty if the memory was written
    /// without the engine.
    pub endpoints: Vec<EndpointMemory>,
    /// Size of each asset in bytes; 0 is unknown.
    pub asset_bytes: Vec<u32>,
}

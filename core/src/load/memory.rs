//! What one view leaves for the next.

use super::{HedgeMode, LoadSettings, Tier, words};
use crate::cdn::{Endpoint, EndpointState, Latency, Residency};
use crate::types::{Duration, EndpointId, Reason, RegionSet, Timestamp};

/// Indexes of the words at the head of a memory.
pub(super) mod head {
    pub(in super::super) const FORMAT: usize = 0;
    pub(in super::super) const WRITTEN: usize = 1;
    pub(in super::super) const EXPIRES: usize = 2;
    pub(in super::super) const SURGE: usize = 3;
    pub(in super::super) const HEDGE: usize = 4;
    pub(in super::super) const ATTEMPT_MS: usize = 5;
    pub(in super::super) const TOTAL_MS: usize = 6;
    pub(in super::super) const HEDGE_MILLI: usize = 7;
    pub(in super::super) const VERSION: usize = 8;
    pub(in super::super) const REFRESHED: usize = 9;
    pub(in super::super) const ORDER_LEN: usize = 10;
    pub(in super::super) const LEN: usize = 11;
}

/// Indexes of the words about one endpoint.
pub(super) mod record {
    pub(in super::super) const UNTIL: usize = 0;
    pub(in super::super) const REASON: usize = 1;
    pub(in super::super) const MEAN_MS: usize = 2;
    pub(in super::super) const DEVIATION_MS: usize = 3;
    pub(in super::super) const PRIORITY: usize = 4;
    pub(in super::super) const WEIGHT: usize = 5;
    pub(in super::super) const STATE: usize = 6;
    pub(in super::super) const LEN: usize = 7;
}

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

/// The memory of earlier views, with the plan of the next.
///
/// It is written by the core alone ([`Load::memory`](super::Load::memory));
/// the page's shim only filters and follows its order. It *is* the words that
/// stand in storage ([`Memory::to_words`]): so reading and writing it costs a
/// copy, and its getters are for people and tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    pub(super) head: [u32; head::LEN],
    /// One slot of the order for each endpoint; whether there is a tighter
    /// fence, and its regions; one record of each endpoint; the size of each
    /// asset.
    pub(super) rest: Vec<u32>,
    /// How many endpoints, which says where in `rest` what begins.
    pub(super) endpoints: usize,
}

impl Memory {
    /// The memory of a visitor who has never been here.
    #[must_use]
    pub fn new(settings: &LoadSettings) -> Memory {
        let mut memory = Memory {
            head: [0; head::LEN],
            rest: vec![0; Memory::rest_len(settings)],
            endpoints: settings.endpoints.len(),
        };
        memory.head[head::FORMAT] = words::WORDS_FORMAT;
        memory.head[head::HEDGE_MILLI] = crate::failover::HedgeBudget::CAPACITY_MILLI;
        memory.follow(settings);
        memory
    }

    /// Sets for the next view what the page itself says.
    pub(super) fn follow(&mut self, settings: &LoadSettings) {
        self.head[head::SURGE] = settings.surge.number();
        self.head[head::HEDGE] = words::hedge_word(settings.hedge);
        self.head[head::ATTEMPT_MS] = words::clip(settings.attempt_timeout.as_millis());
        self.head[head::TOTAL_MS] = words::clip(settings.total_timeout.as_millis());
    }

    /// How many words follow the head.
    pub(super) const fn rest_len(settings: &LoadSettings) -> usize {
        settings.endpoints.len() * (1 + record::LEN) + 2 + settings.assets.len()
    }

    /// When it was written.
    #[must_use]
    pub fn written(&self) -> Timestamp {
        words::timestamp(self.head[head::WRITTEN])
    }

    /// When it is worth nothing any more.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        words::timestamp(self.head[head::EXPIRES])
    }

    /// The surge tier of the next view.
    #[must_use]
    pub fn surge(&self) -> Tier {
        Tier::from_number(self.head[head::SURGE]).unwrap_or_default()
    }

    /// How the hedge delay of the next view is found.
    #[must_use]
    pub fn hedge(&self) -> HedgeMode {
        words::hedge(self.head[head::HEDGE])
    }

    /// The deadline of one attempt in the next view.
    #[must_use]
    pub fn attempt_timeout(&self) -> Duration {
        words::millis(self.head[head::ATTEMPT_MS])
    }

    /// The deadline of the next view's load.
    #[must_use]
    pub fn total_timeout(&self) -> Duration {
        words::millis(self.head[head::TOTAL_MS])
    }

    /// Thousandths of a token left in the hedge budget.
    #[must_use]
    pub fn hedge_milli(&self) -> u32 {
        self.head[head::HEDGE_MILLI]
    }

    /// Version of the remote configuration that was taken over; 0 is none.
    #[must_use]
    pub fn refresh_version(&self) -> u32 {
        self.head[head::VERSION]
    }

    /// When the remote configuration was last fetched.
    #[must_use]
    pub fn refreshed(&self) -> Timestamp {
        words::timestamp(self.head[head::REFRESHED])
    }

    /// In which order the endpoints are tried next.
    #[must_use]
    pub fn order(&self) -> Vec<EndpointId> {
        let ids = self.order_words().iter();
        ids.map(|index| EndpointId::new(words::small(*index)))
            .collect()
    }

    fn order_words(&self) -> &[u32] {
        let length = self.head[head::ORDER_LEN] as usize;
        &self.rest[..length.min(self.endpoints)]
    }

    /// The tighter fence that a remote configuration drew.
    #[must_use]
    pub fn allowed(&self) -> Option<RegionSet> {
        let fence = &self.rest[self.endpoints..];
        (fence[0] != 0).then_some(RegionSet::from_bits(fence[1]))
    }

    pub(super) fn set_allowed(&mut self, regions: Option<u32>) {
        let fence = &mut self.rest[self.endpoints..];
        (fence[0], fence[1]) = (regions.is_some().into(), regions.unwrap_or(0));
    }

    /// What is remembered of each endpoint.
    #[must_use]
    pub fn endpoints(&self) -> Vec<EndpointMemory> {
        let given = |word: u32| word.checked_sub(1);
        let read = |words: &[u32; record::LEN]| EndpointMemory {
            demoted: Reason::from_code(words::small(words[record::REASON]))
                .map(|reason| (words::timestamp(words[record::UNTIL]), reason)),
            latency: Latency::from_parts(words[record::MEAN_MS], words[record::DEVIATION_MS]),
            priority: given(words[record::PRIORITY]).map(words::small),
            weight: given(words[record::WEIGHT]).map(words::small),
            state: given(words[record::STATE]).map(words::state),
        };
        self.ids().map(|id| read(self.record(id))).collect()
    }

    /// Size of each asset in bytes; 0 is unknown.
    #[must_use]
    pub fn asset_bytes(&self) -> &[u32] {
        &self.rest[self.assets_at()..]
    }

    const fn assets_at(&self) -> usize {
        self.endpoints * (1 + record::LEN) + 2
    }

    pub(super) fn asset_bytes_mut(&mut self) -> &mut [u32] {
        let at = self.assets_at();
        &mut self.rest[at..]
    }

    /// What is known of endpoint `id`, which this memory must have.
    #[inline(never)]
    pub(super) fn record(&self, id: EndpointId) -> &[u32; record::LEN] {
        &self.rest[self.endpoints + 2..].as_chunks().0[id.index()]
    }

    #[inline(never)]
    pub(super) fn record_mut(&mut self, id: EndpointId) -> &mut [u32; record::LEN] {
        &mut self.rest[self.endpoints + 2..].as_chunks_mut().0[id.index()]
    }

    /// Every endpoint that this memory has.
    pub(super) fn ids(&self) -> impl Iterator<Item = EndpointId> + use<> {
        (0..self.endpoints as u16).map(EndpointId::new)
    }

    /// Sets when it is worth nothing any more.
    #[must_use]
    pub fn with_expires(mut self, at: Timestamp) -> Memory {
        self.head[head::EXPIRES] = words::secs(at);
        self
    }

    /// Sets what is left in the hedge budget, in thousandths of a token.
    #[must_use]
    pub const fn with_hedge_milli(mut self, milli: u32) -> Memory {
        self.head[head::HEDGE_MILLI] = milli;
        self
    }

    /// Sets in which order the endpoints are tried next.
    #[must_use]
    pub fn with_order(mut self, order: &[EndpointId]) -> Memory {
        self.set_order(order);
        self
    }

    /// Sets the size of each asset, in bytes; 0 is unknown.
    #[must_use]
    pub fn with_asset_bytes(mut self, bytes: &[u32]) -> Memory {
        for (known, bytes) in self.asset_bytes_mut().iter_mut().zip(bytes) {
            *known = *bytes;
        }
        self
    }

    pub(super) fn set_order(&mut self, order: &[EndpointId]) {
        let slots = &mut self.rest[..self.endpoints];
        slots.fill(0);
        for (slot, id) in slots.iter_mut().zip(order) {
            *slot = id.get().into();
        }
        self.head[head::ORDER_LEN] = order.len().min(self.endpoints) as u32;
    }

    /// At which place of the order `id` stands.
    pub(super) fn place(&self, id: EndpointId) -> Option<usize> {
        self.order_words()
            .iter()
            .position(|index| *index == u32::from(id.get()))
    }

    /// Whether the memory is of a configuration of this shape.
    pub(super) fn fits(&self, settings: &LoadSettings) -> bool {
        self.endpoints == settings.endpoints.len() && self.rest.len() == Memory::rest_len(settings)
    }

    pub(super) fn latency(&self, id: EndpointId) -> Latency {
        let words = self.record(id);
        Latency::from_parts(words[record::MEAN_MS], words[record::DEVIATION_MS])
    }

    pub(super) fn is_demoted(&self, id: EndpointId) -> bool {
        self.record(id)[record::REASON] != 0
    }

    /// Endpoint `id` delivered, in this time.
    pub(super) fn succeeded(&mut self, id: EndpointId, took: Duration) {
        let mut latency = self.latency(id);
        latency.sample(took);
        self.demote(id, 0, 0);
        let words = self.record_mut(id);
        words[record::MEAN_MS] = latency.mean_ms();
        words[record::DEVIATION_MS] = latency.deviation_ms();
    }

    /// Endpoint `id` is tried last until `until` (s), for the reason with this
    /// number; 0 is not at all.
    pub(super) fn demote(&mut self, id: EndpointId, until: u32, reason: u16) {
        let words = self.record_mut(id);
        words[record::UNTIL] = until;
        words[record::REASON] = reason.into();
    }

    /// The endpoints and the fence of `settings` with what a remote
    /// configuration set.
    pub(super) fn effective(&self, settings: &LoadSettings) -> (Vec<Endpoint>, Residency) {
        let mut endpoints = settings.endpoints.clone();
        for (endpoint, id) in endpoints.iter_mut().zip(self.ids()) {
            words::apply(endpoint, self.record(id));
        }
        let mut residency = settings.residency;
        if let Some(allowed) = self.allowed() {
            residency.narrow(allowed);
        }
        (endpoints, residency)
    }
}

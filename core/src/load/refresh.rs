//! The remote configuration: what it may change, and when it is taken over.

use super::{HedgeMode, LoadSettings, Memory, Plan, Tier, memory, words};
use crate::cdn::EndpointState;
use crate::types::{EndpointId, Reason, RegionSet};

/// Indexes of the words at the head of a remote configuration.
pub(super) mod head {
    pub(in super::super) const FORMAT: usize = 0;
    pub(in super::super) const VERSION: usize = 1;
    pub(in super::super) const GIVEN: usize = 2;
    pub(in super::super) const SURGE: usize = 3;
    pub(in super::super) const HEDGE: usize = 4;
    pub(in super::super) const ATTEMPT_MS: usize = 5;
    pub(in super::super) const TOTAL_MS: usize = 6;
    pub(in super::super) const REGIONS: usize = 7;
    pub(in super::super) const LEN: usize = 8;
}

/// Bits of the word that tells what is given.
pub(super) mod given {
    /// The document touches what it may not.
    pub(in super::super) const FORBIDDEN: u32 = 1;
    /// The document is not what it should be.
    pub(in super::super) const BROKEN: u32 = 2;
}

/// Words about one endpoint: priority, weight, state, each plus one; 0 is not
/// given.
pub(super) const RECORD: usize = 3;

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
/// integrity, init, ready, fallback, stub or report; a document that tried to
/// is [forbidden](Refresh::forbidden), and then nothing of it is taken.
///
/// # Example
///
/// ```
/// use hedgerow::load::{Refresh, Tier};
///
/// let surge = Refresh::new(8).with_surge(Tier::Suppress);
/// assert_eq!(surge.version(), 8);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refresh {
    pub(super) head: [u32; head::LEN],
    pub(super) records: Vec<[u32; RECORD]>,
}

impl Refresh {
    /// Timeouts that a remote configuration may set, in ms.
    pub const TIMEOUT_MS: core::ops::RangeInclusive<u32> = 100..=120_000;
    /// Hedge delays that a remote configuration may set, in ms; 0 is off.
    pub const HEDGE_MS: core::ops::RangeInclusive<u32> = 20..=60_000;

    /// A remote configuration of this version that changes nothing yet.
    #[must_use]
    pub const fn new(version: u32) -> Refresh {
        let mut head = [0; head::LEN];
        head[head::FORMAT] = words::WORDS_FORMAT;
        head[head::VERSION] = version;
        Refresh {
            head,
            records: Vec::new(),
        }
    }

    /// A document that is not what it should be.
    #[must_use]
    pub const fn broken() -> Refresh {
        let mut refresh = Refresh::new(0);
        refresh.head[head::GIVEN] = given::BROKEN;
        refresh
    }

    /// Its version.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.head[head::VERSION]
    }

    /// Says that the document touches what it may not.
    #[must_use]
    pub const fn forbidden(mut self) -> Refresh {
        self.head[head::GIVEN] |= given::FORBIDDEN;
        self
    }

    /// Sets the surge tier.
    #[must_use]
    pub const fn with_surge(self, tier: Tier) -> Refresh {
        self.with(head::SURGE, tier.number())
    }

    /// Sets how the hedge delay is found.
    #[must_use]
    pub fn with_hedge(self, hedge: HedgeMode) -> Refresh {
        self.with(head::HEDGE, words::hedge_word(hedge))
    }

    /// Sets the deadline of one attempt, in ms.
    #[must_use]
    pub const fn with_attempt_timeout_ms(self, ms: u32) -> Refresh {
        self.with(head::ATTEMPT_MS, ms)
    }

    /// Sets the deadline of the load, in ms.
    #[must_use]
    pub const fn with_total_timeout_ms(self, ms: u32) -> Refresh {
        self.with(head::TOTAL_MS, ms)
    }

    /// Sets the allowed regions; only those allowed already stay so.
    #[must_use]
    pub const fn with_allowed(self, allowed: RegionSet) -> Refresh {
        self.with(head::REGIONS, allowed.bits())
    }

    /// Adds what it says of one endpoint; the last word on it counts.
    #[must_use]
    pub fn with_endpoint(mut self, change: &EndpointChange) -> Refresh {
        let index = change.endpoint.index();
        if self.records.len() <= index {
            self.records.resize(index + 1, [0; RECORD]);
        }
        let plus_one = |value: Option<u16>| value.map_or(0, |value| u32::from(value) + 1);
        let state = change.state.map_or(0, |state| words::state_word(state) + 1);
        self.records[index] = [plus_one(change.priority), plus_one(change.weight), state];
        self
    }

    const fn with(mut self, index: usize, word: u32) -> Refresh {
        self.head[index] = word;
        self.head[head::GIVEN] |= 1 << index;
        self
    }

    /// The word at `index` of the head, if it is given.
    fn given(&self, index: usize) -> Option<u32> {
        (self.head[head::GIVEN] >> index & 1 != 0).then_some(self.head[index])
    }

    /// Whether the word at `index` of the head may be that.
    fn allows(index: usize, word: u32) -> bool {
        match index {
            head::SURGE => word <= 4,
            head::HEDGE => word == 0 || word == words::NONE || Refresh::HEDGE_MS.contains(&word),
            _ => Refresh::TIMEOUT_MS.contains(&word),
        }
    }

    /// Takes the document over into `memory`, for the next view of a page with
    /// these settings.
    ///
    /// # Errors
    ///
    /// The reason for which it was refused; `memory` is then unchanged:
    /// [`Reason::RefreshForbidden`], [`Reason::RefreshInvalid`] (also if it
    /// would leave no endpoint to load from), [`Reason::RefreshOlder`].
    pub fn accept(&self, memory: &mut Memory, settings: &LoadSettings) -> Result<(), Reason> {
        if self.head[head::GIVEN] & given::FORBIDDEN != 0 {
            return Err(Reason::RefreshForbidden);
        }
        if self.head[head::GIVEN] & given::BROKEN != 0
            || self.records.len() > settings.endpoints.len()
            || !memory.fits(settings)
        {
            return Err(Reason::RefreshInvalid);
        }
        // What the last document said and this one does not is the page's own
        // again.
        let mut next = memory.clone();
        next.follow(settings);
        for index in head::SURGE..=head::TOTAL_MS {
            if let Some(word) = self.given(index) {
                if !Refresh::allows(index, word) {
                    return Err(Reason::RefreshInvalid);
                }
                next.head[index] = word;
            }
        }
        if self.version() <= settings.version.max(memory.refresh_version()) {
            return Err(Reason::RefreshOlder);
        }
        next.head[memory::head::VERSION] = self.version();
        next.set_allowed(self.given(head::REGIONS));
        for id in next.ids() {
            let change = self.records.get(id.index()).copied().unwrap_or_default();
            next.record_mut(id)[memory::record::PRIORITY..].copy_from_slice(&change);
        }
        if Plan::new(settings, &next).order.is_empty() {
            return Err(Reason::RefreshInvalid);
        }
        *memory = next;
        Ok(())
    }
}

//! Plain numbers for the faces that can't share Rust types.
//!
//! The browser's shim parses JSON and URLs; the engine gets and gives arrays
//! of 32-bit words. The layouts here are the contract between the two, and the
//! memory's is also what stands in the visitor's storage. Reading is total:
//! any array gives a value or a reason.

use crate::types::Duration;

use super::{
    AssetSettings, Early, EndpointChange, EndpointMemory, HedgeMode, LoadSettings, Memory, Plan,
    Refresh, Tier,
};
use crate::cdn::{Endpoint, EndpointState, Latency, Residency};
use crate::failover::Link;
use crate::types::{EndpointId, Instant, Reason, RegionId, RegionSet, Timestamp};

/// The first word of every array.
pub const WORDS_FORMAT: u32 = 1;
/// The word for "not given".
pub const NONE: u32 = u32::MAX;

/// More endpoints or assets than this are not a sane configuration.
const MOST: usize = 32;

mod flag {
    pub(super) const SESSION_OPEN: u32 = 1;
    pub(super) const FENCE: u32 = 4;
    pub(super) const MEMORY_USABLE: u32 = 8;
    pub(super) const OFFLINE: u32 = 16;
    pub(super) const HIDDEN: u32 = 32;
    pub(super) const SEES_PROGRESS: u32 = 64;
}

fn hedge(word: u32) -> HedgeMode {
    match word {
        NONE => HedgeMode::Auto,
        0 => HedgeMode::Off,
        ms => HedgeMode::After(Duration::from_millis(ms.into())),
    }
}

fn clip(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(NONE - 1)
}

fn state(word: u32) -> EndpointState {
    match word {
        0 => EndpointState::Active,
        1 => EndpointState::Draining,
        // What can't be understood is not used.
        _ => EndpointState::Down,
    }
}

fn secs(at: Timestamp) -> u32 {
    u32::try_from(at.as_secs()).unwrap_or(NONE)
}

fn small(word: u32) -> u16 {
    u16::try_from(word).unwrap_or(u16::MAX)
}

fn given(word: u32) -> Option<u32> {
    (word != NONE).then_some(word)
}

fn millis(word: u32) -> Duration {
    Duration::from_millis(word.into())
}

fn timestamp(word: u32) -> Timestamp {
    Timestamp::from_secs(word.into())
}

/// The first `count` records of `size` words each, and what follows them.
fn take(count: u32, size: usize, words: &[u32]) -> Option<(&[u32], &[u32])> {
    if count as usize > MOST {
        return None;
    }
    words.split_at_checked(count as usize * size)
}

impl LoadSettings {
    /// Reads settings from words: format 1 · seed · wall clock (s) · attempt
    /// timeout (ms) · total timeout (ms) · hedge delay (ms; 0 off, [`NONE`]
    /// auto) · memory ttl (s) · surge tier · flags · round trip (µs) ·
    /// throughput (bytes/ms) · visitor region (0 unknown) · allowed regions
    /// (bit n − 1) · number of assets · number of endpoints · early endpoint
    /// (index + 1, 0 none) · its age (µs) · config version · refresh interval
    /// (s, 0 never) · 0 · then each asset: flags (1 integrity), 0 · then each
    /// endpoint: priority, weight, region (0 unknown), state (0 active, 1
    /// draining, 2 down; + 256 insecure).
    ///
    /// Flags: 1 session open, 4 fence, 8 memory usable, 16 offline, 32 hidden,
    /// 64 downloads report progress.
    ///
    /// `None` if the words are not that.
    #[must_use]
    pub fn from_words(
        words: &[u32],
        now: Instant,
    ) -> Option<(LoadSettings, Option<Early>, Timestamp)> {
        let (head, rest) = words.split_first_chunk::<20>()?;
        let (assets, endpoints) = (head[13] as usize, head[14] as usize);
        if head[0] != WORDS_FORMAT || assets.max(endpoints) > MOST {
            return None;
        }
        let (assets, endpoints) = rest.split_at_checked(assets * 2)?;
        if endpoints.len() != head[14] as usize * 4 {
            return None;
        }
        let mut settings = LoadSettings::new(Vec::new(), head[1]);
        settings.attempt_timeout = millis(head[3]);
        settings.total_timeout = millis(head[4]);
        settings.hedge = hedge(head[5]);
        settings.memory_ttl_secs = head[6];
        settings.surge = Tier::from_number(head[7])?;
        let has = |flag| head[8] & flag != 0;
        settings.session_open = has(flag::SESSION_OPEN);
        settings.memory_usable = has(flag::MEMORY_USABLE);
        settings.offline = has(flag::OFFLINE);
        settings.hidden = has(flag::HIDDEN);
        settings.sees_progress = has(flag::SEES_PROGRESS);
        settings.link = Link::new(head[9], head[10]);
        settings.residency = Residency::new(RegionId::new(head[11]));
        if has(flag::FENCE) {
            settings.residency = settings
                .residency
                .with_allowed(RegionSet::from_bits(head[12]));
        }
        settings.version = head[17];
        settings.refresh_secs = Some(head[18]).filter(|secs| *secs > 0);
        settings.assets = assets
            .chunks_exact(2)
            .map(|asset| AssetSettings::new(asset[0] & 1 != 0))
            .collect();
        for (index, words) in endpoints.chunks_exact(4).enumerate() {
            let endpoint = Endpoint::new(EndpointId::new(index as u16))
                .with_priority(small(words[0]))
                .with_weight(small(words[1]))
                .with_region(RegionId::new(words[2]))
                .with_state(state(words[3] & 255))
                .with_insecure(words[3] & 256 != 0);
            settings.endpoints.push(endpoint);
        }
        let early = head[15].checked_sub(1).map(|index| {
            let age = Duration::from_micros(head[16].into());
            Early::new(EndpointId::new(small(index)), now.minus(age))
        });
        Some((settings, early, timestamp(head[2])))
    }
}

impl Memory {
    /// Writes the memory as words: format 1 · written (s) · expires (s) ·
    /// surge tier · hedge delay (ms; 0 off, [`NONE`] auto) · attempt timeout
    /// (ms) · total timeout (ms) · hedge budget (thousandths) · refresh
    /// version · refreshed (s) · length of the order · the order · 1 and the
    /// allowed regions, or 0 and 0 · number of endpoints · each endpoint:
    /// demoted until (s, 0 no), reason, mean and deviation of the latency
    /// (ms), priority, weight, state ([`NONE`] if the page's own holds) ·
    /// number of assets · the size of each (bytes, 0 unknown).
    ///
    /// Up to the order, the words are what `plan` says holds in the next view,
    /// whether it came from the page's own configuration or a remote one, so
    /// that the shim can follow them as they are.
    #[must_use]
    pub fn to_words(&self, plan: &Plan) -> Vec<u32> {
        let mut words = Vec::with_capacity(64);
        words.extend_from_slice(&[
            WORDS_FORMAT,
            secs(self.written),
            secs(self.expires),
            plan.surge.number(),
            match plan.hedge {
                HedgeMode::Auto => NONE,
                HedgeMode::Off => 0,
                HedgeMode::After(delay) => clip(delay.as_millis()),
            },
            clip(plan.attempt_timeout.as_millis()),
            clip(plan.total_timeout.as_millis()),
            self.hedge_milli,
            self.refresh_version,
            secs(self.refreshed),
            self.order.len() as u32,
        ]);
        words.extend(self.order.iter().map(|id| u32::from(id.get())));
        words.extend_from_slice(&[
            u32::from(self.allowed.is_some()),
            self.allowed.unwrap_or_default().bits(),
            self.endpoints.len() as u32,
        ]);
        for endpoint in &self.endpoints {
            let (until, reason) = match endpoint.demoted {
                Some((until, reason)) => (secs(until), reason.code()),
                None => (0, 0),
            };
            words.extend_from_slice(&[
                until,
                reason.into(),
                endpoint.latency.mean_ms(),
                endpoint.latency.deviation_ms(),
                endpoint.priority.map_or(NONE, u32::from),
                endpoint.weight.map_or(NONE, u32::from),
                match endpoint.state {
                    None => NONE,
                    Some(EndpointState::Active) => 0,
                    Some(EndpointState::Draining) => 1,
                    Some(EndpointState::Down) => 2,
                },
            ]);
        }
        words.push(self.asset_bytes.len() as u32);
        words.extend_from_slice(&self.asset_bytes);
        words
    }

    /// Reads what [`Memory::to_words`] wrote.
    ///
    /// # Errors
    ///
    /// [`Reason::MemoryCorrupt`] if the words are anything else.
    pub fn from_words(words: &[u32]) -> Result<Memory, Reason> {
        Memory::read(words).ok_or(Reason::MemoryCorrupt)
    }

    fn read(words: &[u32]) -> Option<Memory> {
        let (head, rest) = words.split_first_chunk::<11>()?;
        if head[0] != WORDS_FORMAT {
            return None;
        }
        let (order, rest) = take(head[10], 1, rest)?;
        let (fence, rest) = rest.split_first_chunk::<3>()?;
        let (endpoints, rest) = take(fence[2], 7, rest)?;
        let (count, asset_bytes) = rest.split_first()?;
        if asset_bytes.len() != *count as usize {
            return None;
        }
        let mut memory = Memory {
            written: timestamp(head[1]),
            expires: timestamp(head[2]),
            surge: Some(Tier::from_number(head[3])?),
            hedge: Some(hedge(head[4])),
            attempt_timeout_ms: Some(head[5]),
            total_timeout_ms: Some(head[6]),
            hedge_milli: head[7],
            refresh_version: head[8],
            refreshed: timestamp(head[9]),
            allowed: (fence[0] != 0).then(|| RegionSet::from_bits(fence[1])),
            order: order
                .iter()
                .map(|index| EndpointId::new(small(*index)))
                .collect(),
            endpoints: Vec::new(),
            asset_bytes: asset_bytes.to_vec(),
        };
        for words in endpoints.chunks_exact(7) {
            let reason = Reason::from_code(small(words[1]));
            memory.endpoints.push(EndpointMemory {
                demoted: reason.map(|reason| (timestamp(words[0]), reason)),
                latency: Latency::from_parts(words[2], words[3]),
                priority: given(words[4]).map(small),
                weight: given(words[5]).map(small),
                state: given(words[6]).map(state),
            });
        }
        Some(memory)
    }
}

impl Refresh {
    /// Reads a remote configuration from words: format 1 · version · 1 if the
    /// document touches what it may not · attempt timeout (ms) · total timeout
    /// (ms) · hedge given (0 or 1) · hedge delay (ms; 0 off, [`NONE`] auto) ·
    /// surge tier · regions given (0 or 1) · allowed regions · number of
    /// endpoints · each: index, priority, weight, state. What is not given is
    /// [`NONE`]. Words that are anything else give a broken document.
    #[must_use]
    pub fn from_words(words: &[u32]) -> Refresh {
        let broken = Refresh {
            broken: true,
            ..Refresh::default()
        };
        Refresh::read(words).unwrap_or(broken)
    }

    fn read(words: &[u32]) -> Option<Refresh> {
        let (head, rest) = words.split_first_chunk::<11>()?;
        let (endpoints, rest) = take(head[10], 4, rest)?;
        if head[0] != WORDS_FORMAT || !rest.is_empty() {
            return None;
        }
        let mut refresh = Refresh {
            version: head[1],
            broken: false,
            forbidden: head[2] != 0,
            attempt_timeout_ms: given(head[3]),
            total_timeout_ms: given(head[4]),
            hedge: (head[5] != 0).then(|| hedge(head[6])),
            surge: given(head[7]).and_then(Tier::from_number),
            allowed: (head[8] != 0).then(|| RegionSet::from_bits(head[9])),
            endpoints: Vec::new(),
        };
        for words in endpoints.chunks_exact(4) {
            refresh.endpoints.push(EndpointChange {
                endpoint: EndpointId::new(small(words[0])),
                priority: given(words[1]).map(small),
                weight: given(words[2]).map(small),
                state: given(words[3]).map(state),
            });
        }
        Some(refresh)
    }
}

//! Plain numbers for the faces that can't share Rust types.
//!
//! The browser's shim parses JSON and URLs; the engine gets and gives arrays
//! of 32-bit words. The layouts here are the contract between the two, and the
//! memory's is also what stands in the visitor's storage. Reading is total:
//! any array gives a value or a reason.

use super::{
    AssetSettings, Early, HedgeMode, LoadSettings, Memory, Refresh, Tier,
    memory::{head, record},
    refresh,
};
use crate::cdn::{Endpoint, EndpointState, Residency};
use crate::failover::Link;
use crate::types::{Duration, EndpointId, Instant, Reason, RegionId, RegionSet, Timestamp};

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

pub(super) fn hedge(word: u32) -> HedgeMode {
    match word {
        NONE => HedgeMode::Auto,
        0 => HedgeMode::Off,
        ms => HedgeMode::After(millis(ms)),
    }
}

pub(super) fn hedge_word(hedge: HedgeMode) -> u32 {
    match hedge {
        HedgeMode::Auto => NONE,
        HedgeMode::Off => 0,
        HedgeMode::After(delay) => clip(delay.as_millis()),
    }
}

pub(super) fn clip(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(NONE - 1)
}

pub(super) fn state(word: u32) -> EndpointState {
    match word {
        0 => EndpointState::Active,
        1 => EndpointState::Draining,
        // What can't be understood is not used.
        _ => EndpointState::Down,
    }
}

pub(super) const fn state_word(state: EndpointState) -> u32 {
    state as u32
}

pub(super) fn small(word: u32) -> u16 {
    word as u16
}

pub(super) fn secs(at: Timestamp) -> u32 {
    u32::try_from(at.as_secs()).unwrap_or(NONE)
}

pub(super) fn millis(word: u32) -> Duration {
    Duration::from_millis(word.into())
}

pub(super) fn timestamp(word: u32) -> Timestamp {
    Timestamp::from_secs(word.into())
}

/// Sets what a remote configuration says of `endpoint`: priority, weight and
/// state, each plus one; 0 is not given.
pub(super) fn apply(endpoint: &mut Endpoint, words: &[u32; record::LEN]) {
    if let Some(priority) = words[record::PRIORITY].checked_sub(1) {
        endpoint.priority = small(priority);
    }
    if let Some(weight) = words[record::WEIGHT].checked_sub(1) {
        endpoint.weight = small(weight);
    }
    if let Some(given) = words[record::STATE].checked_sub(1) {
        endpoint.state = state(given);
    }
}

impl LoadSettings {
    /// Reads settings from words: format 1 · seed · wall clock (s) · attempt
    /// timeout (ms) · total timeout (ms) · hedge delay (ms; 0 off, [`NONE`]
    /// auto) · memory ttl (s) · surge tier · flags · round trip (µs) ·
    /// throughput (bytes/ms) · visitor region (0 unknown) · allowed regions
    /// (bit n − 1) · number of assets · number of endpoints · early endpoint
    /// (index + 1, 0 none) · its age (ms) · config version · refresh interval
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
        if head[0] != WORDS_FORMAT
            || assets.max(endpoints) > MOST
            || rest.len() != assets * 2 + endpoints * 4
        {
            return None;
        }
        let (assets, endpoints) = rest.split_at(assets * 2);
        let has = |flag| head[8] & flag != 0;
        let mut residency = Residency::new(RegionId::new(head[11]));
        if has(flag::FENCE) {
            residency.narrow(RegionSet::from_bits(head[12]));
        }
        let endpoint = |(index, words): (usize, &[u32; 4])| {
            Endpoint::new(EndpointId::new(index as u16))
                .with_priority(small(words[0]))
                .with_weight(small(words[1]))
                .with_region(RegionId::new(words[2]))
                .with_state(state(words[3] & 255))
                .with_insecure(words[3] & 256 != 0)
        };
        let asset = |words: &[u32; 2]| AssetSettings::new(words[0] & 1 != 0);
        let settings = LoadSettings {
            endpoints: endpoints
                .as_chunks()
                .0
                .iter()
                .enumerate()
                .map(endpoint)
                .collect(),
            residency,
            assets: assets.as_chunks().0.iter().map(asset).collect(),
            attempt_timeout: millis(head[3]),
            total_timeout: millis(head[4]),
            hedge: hedge(head[5]),
            memory_ttl_secs: head[6],
            memory_usable: has(flag::MEMORY_USABLE),
            surge: Tier::from_number(head[7]).unwrap_or_default(),
            session_open: has(flag::SESSION_OPEN),
            link: Link::new(head[9], head[10]),
            sees_progress: has(flag::SEES_PROGRESS),
            offline: has(flag::OFFLINE),
            hidden: has(flag::HIDDEN),
            version: head[17],
            refresh_secs: Some(head[18]).filter(|secs| *secs > 0),
            seed: head[1],
        };
        let early = head[15].checked_sub(1).map(|index| {
            let age = millis(head[16]);
            Early::new(EndpointId::new(small(index)), now.minus(age))
        });
        Some((settings, early, timestamp(head[2])))
    }
}

impl Memory {
    /// Writes the memory as words: format 1 · written (s) · expires (s) ·
    /// surge tier · hedge delay (ms; 0 off, [`NONE`] auto) · attempt timeout
    /// (ms) · total timeout (ms) · hedge budget (thousandths) · refresh
    /// version · refreshed (s) · length of the order · the order, one slot of
    /// each endpoint, the rest 0 · 1 and the allowed
    /// regions, or 0 and 0 · each endpoint: demoted until (s), reason (0 is
    /// not demoted), mean and deviation of the latency (ms), priority, weight,
    /// state (each plus one, 0 if the page's own holds) · the size of each
    /// asset (bytes, 0 unknown).
    ///
    /// Surge tier, hedge delay and timeouts are what holds in the next view,
    /// whether it came from the page's own configuration or a remote one, so
    /// that the shim can follow them as they are.
    #[must_use]
    pub fn to_words(&self) -> Vec<u32> {
        self.words().concat()
    }

    /// [`Memory::to_words`] in two parts, which costs no copy.
    #[must_use]
    pub fn words(&self) -> [&[u32]; 2] {
        [&self.head, &self.rest]
    }

    /// Reads what [`Memory::to_words`] wrote for a page with these settings.
    ///
    /// # Errors
    ///
    /// [`Reason::MemoryCorrupt`] if the words are anything else.
    pub fn from_words(words: &[u32], settings: &LoadSettings) -> Result<Memory, Reason> {
        match words.split_first_chunk() {
            Some((head, rest))
                if rest.len() == Memory::rest_len(settings)
                    && head[head::FORMAT] == WORDS_FORMAT
                    && head[head::SURGE] <= 4 =>
            {
                Ok(Memory {
                    head: *head,
                    rest: rest.to_vec(),
                    endpoints: settings.endpoints.len(),
                })
            }
            _ => Err(Reason::MemoryCorrupt),
        }
    }
}

impl Refresh {
    /// Reads a remote configuration from words: format 1 · version · what is
    /// given · surge tier · hedge delay (ms; 0 off, [`NONE`] auto) · attempt
    /// timeout (ms) · total timeout (ms) · allowed regions · then each
    /// endpoint of the page's configuration, as far as there are words:
    /// priority, weight, state, each plus one, 0 if not given.
    ///
    /// What is given: bit *n* for the *n*th word of these; bit 0 if the
    /// document touches what it may not, bit 1 if it is broken. Words that are
    /// anything else give a broken document.
    #[must_use]
    pub fn from_words(words: &[u32]) -> Refresh {
        match words.split_first_chunk() {
            Some((head, rest))
                if head[refresh::head::FORMAT] == WORDS_FORMAT
                    && rest.len() % refresh::RECORD == 0 =>
            {
                Refresh {
                    head: *head,
                    records: rest.as_chunks().0.to_vec(),
                }
            }
            _ => Refresh::broken(),
        }
    }
}

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
const MOST: u32 = 32;

mod flag {
    pub(super) const SESSION_OPEN: u32 = 1;
    pub(super) const FENCE: u32 = 4;
    pub(super) const MEMORY_USABLE: u32 = 8;
    pub(super) const OFFLINE: u32 = 16;
    pub(super) const HIDDEN: u32 = 32;
    pub(super) const SEES_PROGRESS: u32 = 64;
}

/// Reads words one by one. What is missing or out of range reads as 0 and is
/// remembered, so that one check at the end is enough; counts are bounded, so
/// that no array makes for a long loop. (Checking every word costs the browser
/// two kilobytes.)
struct Words<'a> {
    words: &'a [u32],
    broken: bool,
}

impl<'a> Words<'a> {
    fn new(words: &'a [u32]) -> Words<'a> {
        let mut words = Words {
            words,
            broken: false,
        };
        words.broken = words.next() != WORDS_FORMAT;
        words
    }

    #[inline(never)]
    fn next(&mut self) -> u32 {
        match self.words.split_first() {
            Some((word, rest)) => {
                self.words = rest;
                *word
            }
            None => {
                self.broken = true;
                0
            }
        }
    }

    /// A word that is at most `most`.
    #[inline(never)]
    fn upto(&mut self, most: u32) -> u32 {
        let word = self.next();
        if word > most {
            self.broken = true;
            return 0;
        }
        word
    }

    /// A word that may be [`NONE`].
    fn given(&mut self) -> Option<u32> {
        Some(self.next()).filter(|word| *word != NONE)
    }

    fn small(&mut self) -> u16 {
        self.upto(u16::MAX.into()) as u16
    }

    /// A [`small`](Words::small) word that may be [`NONE`].
    fn given_small(&mut self) -> Option<u16> {
        if self.words.first() == Some(&NONE) {
            self.next();
            return None;
        }
        Some(self.small())
    }

    fn count(&mut self) -> u32 {
        if self.broken { 0 } else { self.upto(MOST) }
    }

    fn millis(&mut self) -> Duration {
        Duration::from_millis(self.next().into())
    }

    fn timestamp(&mut self) -> Timestamp {
        Timestamp::from_secs(self.next().into())
    }

    fn tier(&mut self) -> Tier {
        Tier::from_number(self.upto(4)).unwrap_or_default()
    }

    fn endpoint(&mut self) -> EndpointId {
        EndpointId::new(self.small())
    }

    fn state(&mut self, word: u32) -> EndpointState {
        match word {
            0 => EndpointState::Active,
            1 => EndpointState::Draining,
            2 => EndpointState::Down,
            _ => {
                self.broken = true;
                EndpointState::Down
            }
        }
    }

    fn given_state(&mut self) -> Option<EndpointState> {
        self.given().map(|word| self.state(word))
    }

    /// Whether every word was read and none was broken.
    fn is_whole(&self) -> bool {
        !self.broken && self.words.is_empty()
    }
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
        let mut words = Words::new(words);
        let mut settings = LoadSettings::new(Vec::new(), words.next());
        let wall = words.timestamp();
        settings.attempt_timeout = words.millis();
        settings.total_timeout = words.millis();
        settings.hedge = hedge(words.next());
        settings.memory_ttl_secs = words.next();
        settings.surge = words.tier();
        let flags = words.next();
        let has = |flag| flags & flag != 0;
        settings.session_open = has(flag::SESSION_OPEN);
        settings.memory_usable = has(flag::MEMORY_USABLE);
        settings.offline = has(flag::OFFLINE);
        settings.hidden = has(flag::HIDDEN);
        settings.sees_progress = has(flag::SEES_PROGRESS);
        settings.link = Link::new(words.next(), words.next());
        settings.residency = Residency::new(RegionId::new(words.next()));
        let allowed = RegionSet::from_bits(words.next());
        if has(flag::FENCE) {
            settings.residency = settings.residency.with_allowed(allowed);
        }
        let (assets, endpoints) = (words.count(), words.count());
        let early = words.small();
        let age = Duration::from_micros(words.next().into());
        let early = early
            .checked_sub(1)
            .map(|index| Early::new(EndpointId::new(index), now.minus(age)));
        settings.version = words.next();
        settings.refresh_secs = Some(words.next()).filter(|secs| *secs > 0);
        words.next();
        settings.assets.clear();
        for _ in 0..assets {
            settings
                .assets
                .push(AssetSettings::new(words.next() & 1 != 0));
            words.next();
        }
        for index in 0..endpoints {
            let (priority, weight) = (words.small(), words.small());
            let region = RegionId::new(words.next());
            let bits = words.next();
            let endpoint = Endpoint::new(EndpointId::new(index as u16))
                .with_priority(priority)
                .with_weight(weight)
                .with_region(region)
                .with_state(words.state(bits & 255))
                .with_insecure(bits & 256 != 0);
            settings.endpoints.push(endpoint);
        }
        words.is_whole().then_some((settings, early, wall))
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
        let secs = |at: Timestamp| u32::try_from(at.as_secs()).unwrap_or(NONE);
        let mut words = vec![
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
        ];
        words.extend(self.order.iter().map(|id| u32::from(id.get())));
        words.push(u32::from(self.allowed.is_some()));
        words.push(self.allowed.unwrap_or_default().bits());
        words.push(self.endpoints.len() as u32);
        for endpoint in &self.endpoints {
            let (until, reason) = endpoint.demoted.map_or((0, 0), |(until, reason)| {
                (secs(until), reason.code().into())
            });
            words.extend([
                until,
                reason,
                endpoint.latency.mean_ms(),
                endpoint.latency.deviation_ms(),
                endpoint.priority.map_or(NONE, u32::from),
                endpoint.weight.map_or(NONE, u32::from),
                endpoint.state.map_or(NONE, |state| match state {
                    EndpointState::Active => 0,
                    EndpointState::Draining => 1,
                    EndpointState::Down => 2,
                }),
            ]);
        }
        words.push(self.asset_bytes.len() as u32);
        words.extend(&self.asset_bytes);
        words
    }

    /// Reads what [`Memory::to_words`] wrote.
    ///
    /// # Errors
    ///
    /// [`Reason::MemoryCorrupt`] if the words are anything else.
    pub fn from_words(words: &[u32]) -> Result<Memory, Reason> {
        let mut words = Words::new(words);
        let mut memory = Memory {
            written: words.timestamp(),
            expires: words.timestamp(),
            surge: Some(words.tier()),
            hedge: Some(hedge(words.next())),
            attempt_timeout_ms: Some(words.next()),
            total_timeout_ms: Some(words.next()),
            hedge_milli: words.next(),
            refresh_version: words.next(),
            refreshed: words.timestamp(),
            ..Memory::default()
        };
        for _ in 0..words.count() {
            memory.order.push(words.endpoint());
        }
        let fenced = words.upto(1) == 1;
        let allowed = RegionSet::from_bits(words.next());
        memory.allowed = fenced.then_some(allowed);
        for _ in 0..words.count() {
            let until = words.timestamp();
            let reason = Reason::from_code(words.small());
            memory.endpoints.push(EndpointMemory {
                demoted: reason.map(|reason| (until, reason)),
                latency: Latency::from_parts(words.next(), words.next()),
                priority: words.given_small(),
                weight: words.given_small(),
                state: words.given_state(),
            });
        }
        for _ in 0..words.count() {
            memory.asset_bytes.push(words.next());
        }
        if words.is_whole() {
            Ok(memory)
        } else {
            Err(Reason::MemoryCorrupt)
        }
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
        let mut words = Words::new(words);
        let mut refresh = Refresh {
            version: words.next(),
            forbidden: words.next() != 0,
            attempt_timeout_ms: words.given(),
            total_timeout_ms: words.given(),
            ..Refresh::default()
        };
        let (given, delay) = (words.upto(1), words.next());
        refresh.hedge = (given == 1).then(|| hedge(delay));
        if words.words.first() == Some(&NONE) {
            words.next();
        } else {
            refresh.surge = Some(words.tier());
        }
        let (given, bits) = (words.upto(1), words.next());
        refresh.allowed = (given == 1).then(|| RegionSet::from_bits(bits));
        for _ in 0..words.count() {
            refresh.endpoints.push(EndpointChange {
                endpoint: words.endpoint(),
                priority: words.given_small(),
                weight: words.given_small(),
                state: words.given_state(),
            });
        }
        refresh.broken = !words.is_whole();
        refresh
    }
}

//! What a load is told before it starts.

use crate::types::Duration;

use super::Tier;
use crate::cdn::{Endpoint, Residency};
use crate::failover::{Candidate, Link};
use crate::types::{EndpointId, Instant, Reason};

/// How the hedge delay is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum HedgeMode {
    /// From the endpoint's history and the page's own measurements.
    #[default]
    Auto,
    /// No hedging: only failures and deadlines start another attempt.
    Off,
    /// After this much silence.
    After(Duration),
}

/// One asset, in the order of execution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssetSettings {
    /// The browser verifies the asset's bytes, so that what ran is right.
    pub integrity: bool,
}

impl AssetSettings {
    /// An asset, with or without integrity.
    #[must_use]
    pub const fn new(integrity: bool) -> AssetSettings {
        AssetSettings { integrity }
    }
}

/// Downloads that were already under way when the engine came up: one of each
/// asset, all from the same endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Early {
    /// Where they come from.
    pub endpoint: EndpointId,
    /// When they were started.
    pub started: Instant,
}

impl Early {
    /// Downloads from `endpoint`, under way since `started`.
    #[must_use]
    pub const fn new(endpoint: EndpointId, started: Instant) -> Early {
        Early { endpoint, started }
    }
}

/// What a background request to an endpoint came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It answered readably and well.
    Reachable,
    /// It answered, but the page may not see how.
    Opaque,
    /// It answered with an error, or without the CORS header it needs.
    Unreadable,
    /// It did not answer.
    Unreachable,
}

impl Verdict {
    /// The verdict with this number: 1 reachable, 2 opaque, 3 unreadable, any
    /// other unreachable.
    #[must_use]
    pub const fn from_number(number: u32) -> Verdict {
        match number {
            1 => Verdict::Reachable,
            2 => Verdict::Opaque,
            3 => Verdict::Unreadable,
            _ => Verdict::Unreachable,
        }
    }

    /// The verdict as an operator is told it.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Verdict::Reachable => Reason::Reachable,
            Verdict::Opaque | Verdict::Unreadable => Reason::Unreadable,
            Verdict::Unreachable => Reason::Unreachable,
        }
    }
}

/// The settings of one load.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadSettings {
    /// Every endpoint of the configuration; the index is the id.
    pub endpoints: Vec<Endpoint>,
    /// The visitor's region and fence.
    pub residency: Residency,
    /// The assets, in the order of execution.
    pub assets: Vec<AssetSettings>,
    /// The deadline of one attempt.
    pub attempt_timeout: Duration,
    /// The deadline of the load.
    pub total_timeout: Duration,
    /// How the hedge delay is found.
    pub hedge: HedgeMode,
    /// How long, in seconds, the memory and a demotion last.
    pub memory_ttl_secs: u32,
    /// Whether anything may be stored.
    pub memory_usable: bool,
    /// The surge tier of the page's own configuration.
    pub surge: Tier,
    /// Whether this visitor has a chat open.
    pub session_open: bool,
    /// What the page measured of its network.
    pub link: Link,
    /// Whether downloads report progress.
    pub sees_progress: bool,
    /// Whether the device is offline.
    pub offline: bool,
    /// Whether the tab is hidden.
    pub hidden: bool,
    /// Version of the page's own configuration; a remote one must be newer.
    pub version: u32,
    /// How often, in seconds, the remote configuration is fetched; `None` is
    /// never.
    pub refresh_secs: Option<u32>,
    /// For the draw.
    pub seed: u32,
}

impl LoadSettings {
    /// What is taken when nothing else is said of the memory's lifetime.
    pub const DEFAULT_MEMORY_TTL_SECS: u32 = 3600;

    /// One asset without integrity from these endpoints, with the defaults of
    /// a browser.
    #[must_use]
    pub fn new(endpoints: Vec<Endpoint>, seed: u32) -> LoadSettings {
        LoadSettings {
            endpoints,
            residency: Residency::default(),
            assets: vec![AssetSettings::default()],
            attempt_timeout: Candidate::DEFAULT_ATTEMPT_TIMEOUT,
            total_timeout: Duration::from_secs(10),
            hedge: HedgeMode::Auto,
            memory_ttl_secs: LoadSettings::DEFAULT_MEMORY_TTL_SECS,
            memory_usable: true,
            surge: Tier::Normal,
            session_open: false,
            link: Link::default(),
            sees_progress: false,
            offline: false,
            hidden: false,
            version: 0,
            refresh_secs: None,
            seed,
        }
    }

    /// Sets the visitor's region and fence.
    #[must_use]
    pub const fn with_residency(mut self, residency: Residency) -> LoadSettings {
        self.residency = residency;
        self
    }

    /// Sets the assets, in the order of execution.
    #[must_use]
    pub fn with_assets(mut self, assets: Vec<AssetSettings>) -> LoadSettings {
        self.assets = assets;
        self
    }

    /// Sets the deadlines of one attempt and of the load.
    #[must_use]
    pub const fn with_timeouts(mut self, attempt: Duration, total: Duration) -> LoadSettings {
        self.attempt_timeout = attempt;
        self.total_timeout = total;
        self
    }

    /// Sets how the hedge delay is found.
    #[must_use]
    pub const fn with_hedge(mut self, hedge: HedgeMode) -> LoadSettings {
        self.hedge = hedge;
        self
    }

    /// Sets the surge tier and whether this visitor has a chat open.
    #[must_use]
    pub const fn with_surge(mut self, tier: Tier, session_open: bool) -> LoadSettings {
        self.surge = tier;
        self.session_open = session_open;
        self
    }

    /// Sets how long, in seconds, the memory lasts.
    #[must_use]
    pub const fn with_memory_ttl_secs(mut self, secs: u32) -> LoadSettings {
        self.memory_ttl_secs = secs;
        self
    }

    /// Sets the version of the page's configuration and how often, in seconds,
    /// a remote one is fetched.
    #[must_use]
    pub const fn with_refresh(mut self, version: u32, every_secs: Option<u32>) -> LoadSettings {
        self.version = version;
        self.refresh_secs = every_secs;
        self
    }
}

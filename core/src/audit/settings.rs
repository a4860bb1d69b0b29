//! What the operator says about the assets.

use crate::asset::{Glob, Rules};

/// What an audit takes as given.
///
/// # Example
///
/// ```
/// use hedgerow::audit::Settings;
///
/// let settings = Settings::new().with_public_assets(true);
/// assert!(settings.public_assets);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The rules by which assets are classified.
    pub rules: Rules,
    /// Entry points that may be cached for long, as a finding mentions.
    pub pinned: Vec<Glob>,
    /// Whether every origin is meant to read the assets, so that a wildcard is
    /// no finding.
    pub public_assets: bool,
    /// How long before its end a certificate should have been renewed, in
    /// seconds. Of one that is valid for less than three times as long, a
    /// third of its time counts.
    pub expiring_secs: u64,
}

impl Settings {
    /// The usual names, nothing pinned, no wildcard, and three weeks for a
    /// renewal.
    #[must_use]
    pub fn new() -> Settings {
        Settings {
            rules: Rules::default(),
            pinned: Vec::new(),
            public_assets: false,
            expiring_secs: 21 * 86_400,
        }
    }

    /// Classifies by these rules.
    #[must_use]
    pub fn with_rules(mut self, rules: Rules) -> Settings {
        self.rules = rules;
        self
    }

    /// Takes entry points whose path matches as pinned.
    #[must_use]
    pub fn with_pinned(mut self, pinned: Vec<Glob>) -> Settings {
        self.pinned = pinned;
        self
    }

    /// Takes a wildcard as meant.
    #[must_use]
    pub const fn with_public_assets(mut self, public: bool) -> Settings {
        self.public_assets = public;
        self
    }

    /// Warns of certificates so many seconds before their end.
    #[must_use]
    pub const fn with_expiring_secs(mut self, secs: u64) -> Settings {
        self.expiring_secs = secs;
        self
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings::new()
    }
}

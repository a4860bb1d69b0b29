//! A remote configuration with fields that a test can set and look at.

use hedgerow::load::{EndpointChange, HedgeMode, Refresh, Tier};
use hedgerow::types::RegionSet;

/// What [`Refresh`] is made from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remote {
    pub(crate) version: u32,
    pub(crate) broken: bool,
    pub(crate) forbidden: bool,
    pub(crate) surge: Option<Tier>,
    pub(crate) hedge: Option<HedgeMode>,
    pub(crate) attempt_timeout_ms: Option<u32>,
    pub(crate) total_timeout_ms: Option<u32>,
    pub(crate) allowed: Option<RegionSet>,
    pub(crate) endpoints: Vec<EndpointChange>,
}

impl Remote {
    /// The document as the engine takes it.
    pub(crate) fn document(&self) -> Refresh {
        if self.broken {
            return Refresh::broken();
        }
        let mut document = Refresh::new(self.version);
        if self.forbidden {
            document = document.forbidden();
        }
        if let Some(tier) = self.surge {
            document = document.with_surge(tier);
        }
        if let Some(hedge) = self.hedge {
            document = document.with_hedge(hedge);
        }
        if let Some(ms) = self.attempt_timeout_ms {
            document = document.with_attempt_timeout_ms(ms);
        }
        if let Some(ms) = self.total_timeout_ms {
            document = document.with_total_timeout_ms(ms);
        }
        if let Some(allowed) = self.allowed {
            document = document.with_allowed(allowed);
        }
        self.endpoints.iter().fold(document, Refresh::with_endpoint)
    }
}

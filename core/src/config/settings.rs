//! Hands the plain settings over to the modules that own them.

use crate::types::Duration;

use super::{
    asset::Asset,
    document::Config,
    endpoint::{Endpoint, EndpointState},
    hedge::Hedge,
    memory::Storage,
    name::Label,
    refresh::RefreshDocument,
};
use crate::{
    cdn::{self, Residency},
    failover::{Candidate, RaceSettings},
    load::{AssetSettings, EndpointChange, HedgeMode, LoadSettings, Refresh, Tier},
    types::{EndpointId, RegionId, RegionSet},
};

impl Config {
    /// The settings of one browser's load. `secure_page` says that the page is
    /// https, which http endpoints cannot serve; `seed` is for the draw.
    ///
    /// What only the page knows (its link, whether a session is open, whether
    /// it is hidden) is left at its default.
    ///
    /// # Example
    ///
    /// ```
    /// use hedgerow::types::Duration;
    ///
    /// use hedgerow::config::Config;
    ///
    /// let config = Config::from_json(
    ///     r#"{"asset": "/loader.js", "timeoutMs": 2000, "endpoints": [
    ///         {"id": "cdn1", "url": "https://cdn1.example.com"},
    ///         {"id": "cdn2", "url": "https://cdn2.example.com"}]}"#,
    /// )?
    /// .config;
    /// let settings = config.load_settings(true, 7);
    /// assert_eq!(settings.attempt_timeout, Duration::from_secs(2));
    /// # Ok::<(), hedgerow::config::ConfigError>(())
    /// ```
    #[must_use]
    pub fn load_settings(&self, secure_page: bool, seed: u32) -> LoadSettings {
        let integrity = |asset: &Asset| AssetSettings::new(asset.integrity.is_some());
        let refresh = self
            .refresh
            .as_ref()
            .map(|refresh| refresh.interval_seconds);
        let mut settings = LoadSettings::new(self.cdn_endpoints(secure_page), seed)
            .with_residency(self.residency())
            .with_assets(self.assets.iter().map(integrity).collect())
            .with_timeouts(ms(self.timeout_ms), ms(self.total_timeout_ms))
            .with_hedge(self.hedge_ms.into())
            .with_surge(self.tier(), false)
            .with_memory_ttl_secs(self.memory.ttl_seconds)
            .with_refresh(self.version, refresh);
        settings.memory_usable = self.consent && self.memory.storage != Storage::None;
        settings
    }

    /// A refresh document as the load takes it over, or `None` where it names
    /// an endpoint that this configuration does not have.
    ///
    /// [`RefreshDocument::apply`] says what is wrong with a document; this is
    /// for callers that keep the load's memory.
    #[must_use]
    pub fn load_refresh(&self, document: &RefreshDocument) -> Option<Refresh> {
        let mut refresh = Refresh::new(document.version);
        for change in &document.endpoints {
            let index = self
                .endpoints
                .iter()
                .position(|endpoint| endpoint.id == change.id)?;
            let mut plain = EndpointChange::new(EndpointId::new(index as u16));
            plain.priority = change.priority;
            plain.weight = change.weight;
            plain.state = change.state.map(Into::into);
            refresh = refresh.with_endpoint(&plain);
        }
        if let Some(ms) = document.timeout_ms {
            refresh = refresh.with_attempt_timeout_ms(ms);
        }
        if let Some(ms) = document.total_timeout_ms {
            refresh = refresh.with_total_timeout_ms(ms);
        }
        if let Some(hedge) = document.hedge_ms {
            refresh = refresh.with_hedge(hedge.into());
        }
        if let Some(surge) = &document.surge {
            refresh = refresh.with_surge(Tier::from_number(surge.tier.into())?);
        }
        if let Some(names) = &document.allowed_regions {
            refresh = refresh.with_allowed(self.region_set(names));
        }
        Some(refresh)
    }

    /// The endpoints as the engine knows them: by their position.
    #[must_use]
    pub fn cdn_endpoints(&self, secure_page: bool) -> Vec<cdn::Endpoint> {
        let plain = |(endpoint, index): (&Endpoint, u16)| {
            cdn::Endpoint::new(EndpointId::new(index))
                .with_priority(endpoint.priority)
                .with_weight(endpoint.weight)
                .with_region(endpoint.region.as_ref().and_then(|name| self.region(name)))
                .with_state(endpoint.state.into())
                .with_insecure(secure_page && endpoint.url.scheme() == "http")
        };
        self.endpoints.iter().zip(0..).map(plain).collect()
    }

    /// The visitor's region and fence.
    #[must_use]
    pub fn residency(&self) -> Residency {
        let visitor = self
            .visitor_region
            .as_ref()
            .and_then(|name| self.region(name));
        let residency = Residency::new(visitor);
        match &self.allowed_regions {
            Some(names) => residency.with_allowed(self.region_set(names)),
            None => residency,
        }
    }

    /// `base` with what the document says of a whole race.
    #[must_use]
    pub fn race_settings(&self, base: RaceSettings) -> RaceSettings {
        let hedges = match self.hedge_ms {
            Hedge::Off => 0,
            Hedge::Auto | Hedge::AfterMs(_) => base.max_hedges,
        };
        base.with_total_timeout(ms(self.total_timeout_ms))
            .with_max_hedges(hedges)
    }

    /// An endpoint as a race takes it, with the document's delays. `"auto"`
    /// leaves the hedge delay at its default without history.
    #[must_use]
    pub fn candidate(&self, endpoint: EndpointId) -> Candidate {
        let candidate = Candidate::new(endpoint).with_attempt_timeout(ms(self.timeout_ms));
        match self.hedge_ms {
            Hedge::Auto => candidate,
            Hedge::Off => candidate.with_hedge_delay(None),
            Hedge::AfterMs(delay) => candidate.with_hedge_delay(Some(ms(delay.get()))),
        }
    }

    fn tier(&self) -> Tier {
        Tier::from_number(self.surge.tier.into()).unwrap_or_default()
    }

    /// A region's number: its place among the regions of the endpoints, in the
    /// order of first mention. A region without an endpoint needs none.
    fn region(&self, name: &Label) -> Option<RegionId> {
        let mut regions: Vec<&Label> = Vec::new();
        for region in self
            .endpoints
            .iter()
            .filter_map(|endpoint| endpoint.region.as_ref())
        {
            if !regions.contains(&region) {
                regions.push(region);
            }
        }
        let place = regions.iter().position(|region| *region == name)?;
        RegionId::new(place as u32 + 1)
    }

    fn region_set(&self, names: &[Label]) -> RegionSet {
        names.iter().filter_map(|name| self.region(name)).collect()
    }
}

impl From<EndpointState> for cdn::EndpointState {
    fn from(state: EndpointState) -> cdn::EndpointState {
        match state {
            EndpointState::Active => cdn::EndpointState::Active,
            EndpointState::Drain => cdn::EndpointState::Draining,
            EndpointState::Down => cdn::EndpointState::Down,
        }
    }
}

impl From<Hedge> for HedgeMode {
    fn from(hedge: Hedge) -> HedgeMode {
        match hedge {
            Hedge::Auto => HedgeMode::Auto,
            Hedge::Off => HedgeMode::Off,
            Hedge::AfterMs(delay) => HedgeMode::After(ms(delay.get())),
        }
    }
}

fn ms(ms: u32) -> Duration {
    Duration::from_millis(ms.into())
}

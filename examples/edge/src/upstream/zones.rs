//! What an upstream's responses are stored by, beside their URI: who was allowed
//! to make them.
//!
//! Visitors whom the same regions may serve share what is stored. What was
//! fetched for others is never theirs, as it may come from where nothing may
//! come to them. Nor is what was fetched as long as the document was wrong about
//! where an endpoint is.

use hedgerow::config::edge::{Region, Upstream as Settings};
use hedgerow::types::RegionId;

use super::Upstream;

/// The zones of one upstream.
#[derive(Debug)]
pub(crate) struct Zones {
    /// Each once.
    names: Vec<Box<str>>,
    /// Positions among them, by region: 0 is the unknown one.
    of_region: [u8; 33],
    /// How often reloads have said of an endpoint that it is elsewhere.
    corrected: u32,
}

impl Zones {
    /// The zones; `before` is the upstream that this one takes over from.
    pub(super) fn new(settings: &Settings, before: Option<&Upstream>) -> Zones {
        let corrected = before.map_or(0, |before| {
            let moved = is_elsewhere(&before.settings, settings);
            before.zones.corrected.saturating_add(moved.into())
        });
        let mut names: Vec<Box<str>> = Vec::new();
        let mut position = |region| {
            let mut name = settings.zone(region);
            if corrected > 0 {
                name = format!("{name}#{corrected}");
            }
            let known = names.iter().position(|known| **known == *name);
            known.unwrap_or_else(|| {
                names.push(name.into());
                names.len() - 1
            }) as u8
        };
        let of_region = std::array::from_fn(|number| position(RegionId::new(number as u32)));
        Zones {
            names,
            of_region,
            corrected,
        }
    }

    /// The zone of a visitor.
    pub(crate) fn of(&self, region: Option<RegionId>) -> &str {
        let region = region.map_or(0, |region| region.get() as usize);
        &self.names[usize::from(self.of_region[region])]
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }
}

/// Whether an endpoint that both have is in another region now.
fn is_elsewhere(before: &Settings, settings: &Settings) -> bool {
    let named = |region: &Option<Region>| region.as_ref().map(|region| region.name.clone());
    settings.endpoints.iter().any(|endpoint| {
        let mut known = before.endpoints.iter();
        let known = known.find(|known| known.id == endpoint.id);
        known.is_some_and(|known| named(&known.region) != named(&endpoint.region))
    })
}

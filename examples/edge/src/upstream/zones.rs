//! What an upstream's responses are stored by, beside their URI: who was allowed
//! to make them.
//!
//! Visitors whom the same regions may serve share what is stored. What was
//! fetched for others is never theirs, as it may come from where nothing may
//! come to them.

use hedgerow::config::edge::Upstream as Settings;
use hedgerow::types::RegionId;

/// The zones of one upstream.
#[derive(Debug)]
pub(crate) struct Zones {
    /// Each once.
    names: Vec<Box<str>>,
    /// Positions among them, by region: 0 is the unknown one.
    of_region: [u8; 33],
}

impl Zones {
    pub(super) fn new(settings: &Settings) -> Zones {
        let mut names: Vec<Box<str>> = Vec::new();
        let mut position = |region| {
            let name = settings.zone(region);
            let known = names.iter().position(|known| **known == *name);
            known.unwrap_or_else(|| {
                names.push(name.into());
                names.len() - 1
            }) as u8
        };
        let of_region = std::array::from_fn(|number| position(RegionId::new(number as u32)));
        Zones { names, of_region }
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

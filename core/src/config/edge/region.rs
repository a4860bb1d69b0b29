//! Regions by their names.

use crate::config::{
    limits::MAX_REGIONS,
    name::Label,
    problem::{
        ProblemCode::{Conflict, TooMany},
        Problems,
    },
    reader::At,
};
use crate::types::RegionId;

/// A region: its name in the document, and the number by which the engine knows
/// it. Numbers are the document's own: they mean nothing to the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Region {
    /// Its name.
    pub name: Label,
    /// Its number.
    pub id: RegionId,
}

/// The regions that the section names so far.
#[derive(Debug, Default)]
pub(super) struct Regions(Vec<Label>);

impl Regions {
    const WANT: &'static str = "a short name such as \"eu\"";

    pub(super) fn read(&mut self, at: &At<'_>, problems: &mut Problems) -> Option<Region> {
        let name = Label::read(at, Self::WANT, problems)?;
        let alike = |known: &Label| known.as_str().eq_ignore_ascii_case(name.as_str());
        let known = self.0.iter().position(alike);
        if let Some(known) = known.and_then(|known| self.0.get(known))
            && *known != name
        {
            // Headers name regions in any case, so these would be one there and
            // two in the fences.
            let message = format!("\"{name}\" and \"{known}\" differ in case alone: write one");
            problems.add(&at.path, Conflict, message);
        }
        let index = known.unwrap_or_else(|| {
            self.0.push(name.clone());
            self.0.len() - 1
        });
        let id = u32::try_from(index + 1).ok().and_then(RegionId::new);
        if id.is_none() {
            let message = format!("is one region more than {MAX_REGIONS}, which are allowed");
            problems.add(&at.path, TooMany, message);
        }
        Some(Region { name, id: id? })
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<Region> {
        let number = |index: usize| u32::try_from(index + 1).ok().and_then(RegionId::new);
        let named = self.0.iter().enumerate();
        named
            .filter_map(|(index, name)| {
                let (name, id) = (name.clone(), number(index)?);
                Some(Region { name, id })
            })
            .collect()
    }

    /// A list of them, each once.
    pub(super) fn read_list(&mut self, at: &At<'_>, problems: &mut Problems) -> Vec<Region> {
        let want = "an array of regions such as [\"eu\"]";
        let items = at.items(want, MAX_REGIONS, problems).unwrap_or_default();
        let mut regions: Vec<Region> = Vec::new();
        for item in items {
            match self.read(&item, problems) {
                Some(region) if !regions.contains(&region) => regions.push(region),
                _ => {}
            }
        }
        regions
    }
}

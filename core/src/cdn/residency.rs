//! The residency fence: where a visitor's bytes may come from.

use crate::types::{RegionId, RegionSet};

/// The fence around one visitor. It fails closed: inside a fence, an endpoint
/// whose region is not known may not be used.
///
/// # Example
///
/// ```
/// use hedgerow::{cdn::Residency, types::RegionId};
///
/// let eu = RegionId::new(1);
/// let fence = Residency::new(eu).with_allowed(eu.into_iter().collect());
/// assert!(fence.permits(eu));
/// assert!(!fence.permits(RegionId::new(2)));
/// assert!(!fence.permits(None));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Residency {
    visitor: Option<RegionId>,
    allowed: Option<RegionSet>,
}

impl Residency {
    /// No fence; endpoints in the visitor's own region are preferred.
    #[must_use]
    pub const fn new(visitor: Option<RegionId>) -> Residency {
        Residency {
            visitor,
            allowed: None,
        }
    }

    /// Adds the fence. The empty set permits nothing.
    #[must_use]
    pub const fn with_allowed(mut self, allowed: RegionSet) -> Residency {
        self.allowed = Some(allowed);
        self
    }

    /// The fence, if there is one.
    #[must_use]
    pub const fn allowed(&self) -> Option<RegionSet> {
        self.allowed
    }

    /// Draws the fence tighter; a region that was not allowed stays forbidden.
    pub fn narrow(&mut self, to: RegionSet) {
        self.allowed = Some(self.allowed.map_or(to, |allowed| allowed.intersection(to)));
    }

    /// Whether an endpoint in `region` may serve this visitor.
    #[must_use]
    pub fn permits(&self, region: Option<RegionId>) -> bool {
        match (self.allowed, region) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(allowed), Some(region)) => allowed.contains(region),
        }
    }

    /// Whether `region` is the visitor's own.
    #[must_use]
    pub fn is_local(&self, region: Option<RegionId>) -> bool {
        region.is_some() && region == self.visitor
    }
}

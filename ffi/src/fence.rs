//! The residency fence of one visitor, where there is no pool.

use hedgerow::cdn::Residency;
use hedgerow::types::RegionSet;

use crate::boundary::Outcome;
use crate::status::hedgerow_status::*;
use crate::values::region;

/// Where a visitor is, and which regions may serve that visitor. NULL in its
/// place is no fence and an unknown visitor.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_residency {
    /// The visitor's own region, 1 to 32, whose endpoints come first; 0 if that
    /// is unknown.
    pub visitor: u32,
    /// 1 if only `allowed` may serve: then nothing else may, and no endpoint
    /// whose region is unknown. 0 for no fence.
    pub fenced: u32,
    /// The regions that may serve, region n at bit n - 1.
    pub allowed: u32,
}

impl hedgerow_residency {
    pub(crate) fn plain(&self) -> Outcome<Residency> {
        let residency = Residency::new(region(self.visitor)?);
        match self.fenced {
            0 => Ok(residency),
            1 => Ok(residency.with_allowed(RegionSet::from_bits(self.allowed))),
            _ => Err(HEDGEROW_INVALID_ARGUMENT),
        }
    }
}

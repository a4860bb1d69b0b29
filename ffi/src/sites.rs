//! Where visitors are: fences, edge groups and distances.

use hedgerow::cdn::pool::Sites;
use hedgerow::types::{RegionId, RegionSet};

use crate::boundary::{Outcome, array, call, exclusive, free, new_handle, object, out};
use crate::status::hedgerow_status::{self, *};
use crate::values::region;

/// The sites that visitors belong to, one to each region 1 to 32: their
/// residency fences, their order of edge groups, and which regions are near.
/// One thread at a time.
pub struct hedgerow_sites(());
object!(hedgerow_sites, Sites, b"SITE");

fn known(number: u32) -> Outcome<RegionId> {
    region(number)?.ok_or(HEDGEROW_INVALID_ARGUMENT)
}

/// New sites: no fence, no order of their own. Free them with
/// `hedgerow_sites_free`; a pool keeps what it needs of them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_sites_new(sites: *mut *mut hedgerow_sites) -> hedgerow_status {
    call(|| {
        out!(sites)?.put(new_handle(Sites::default()));
        Ok(())
    })
}

/// Frees sites; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_sites_free(sites: *mut hedgerow_sites) -> hedgerow_status {
    free!(sites)
}

/// Fences visitors in `region`: only endpoints in the regions of `allowed`,
/// region n at bit n - 1, may serve them, and none whose region is unknown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_sites_set_fence(
    sites: *mut hedgerow_sites,
    region: u32,
    allowed: u32,
) -> hedgerow_status {
    call(|| {
        let mut sites = exclusive!(sites)?;
        let region = known(region)?;
        *sites = core::mem::take(&mut *sites).with_fence(region, RegionSet::from_bits(allowed));
        Ok(())
    })
}

/// Fences the visitors of all regions that have no fence of their own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_sites_set_fence_for_others(
    sites: *mut hedgerow_sites,
    allowed: u32,
) -> hedgerow_status {
    call(|| {
        let mut sites = exclusive!(sites)?;
        let allowed = RegionSet::from_bits(allowed);
        *sites = core::mem::take(&mut *sites).with_fence_for_others(allowed);
        Ok(())
    })
}

/// Gives visitors in `region` an order of edge groups of their own: the
/// priorities of the endpoints, the first to use first. Those not listed come
/// after.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_sites_set_groups(
    sites: *mut hedgerow_sites,
    region: u32,
    priorities: *const u16,
    count: usize,
) -> hedgerow_status {
    call(|| {
        let mut sites = exclusive!(sites)?;
        let (region, priorities) = (known(region)?, array!(priorities, count)?);
        *sites = core::mem::take(&mut *sites).with_groups(region, priorities);
        Ok(())
    })
}

/// Says which regions are near to visitors in `region`, the nearest first.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_sites_set_nearest(
    sites: *mut hedgerow_sites,
    region: u32,
    regions: *const u32,
    count: usize,
) -> hedgerow_status {
    call(|| {
        let mut sites = exclusive!(sites)?;
        let region = known(region)?;
        let regions = array!(regions, count)?.iter().map(|number| known(*number));
        let regions: Vec<RegionId> = regions.collect::<Outcome<_>>()?;
        *sites = core::mem::take(&mut *sites).with_nearest(region, &regions);
        Ok(())
    })
}

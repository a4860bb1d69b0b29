//! The fence can only be drawn tighter.

use hedgerow::cdn::Residency;
use hedgerow::types::{RegionId, RegionSet};
use proptest::prelude::*;

proptest! {
    #[test]
    fn narrowing_never_lets_a_region_in(
        allowed in proptest::option::of(any::<u32>()),
        narrows in proptest::collection::vec(any::<u32>(), 1..4),
    ) {
        let mut fence = Residency::default();
        if let Some(bits) = allowed {
            fence = fence.with_allowed(RegionSet::from_bits(bits));
        }
        let before = fence;
        for bits in &narrows {
            fence.narrow(RegionSet::from_bits(*bits));
        }
        prop_assert!(!fence.permits(None), "a fence is closed to the unknown");
        for region in (1..=32).map(RegionId::new) {
            let bit = 1 << (region.map_or(0, RegionId::get) - 1);
            let by_all = narrows.iter().all(|bits| bits & bit != 0);
            prop_assert_eq!(fence.permits(region), before.permits(region) && by_all);
        }
    }
}

#[test]
fn regions_are_numbered_1_to_32() {
    assert_eq!(RegionId::new(0), None);
    assert_eq!(RegionId::new(33), None);
    assert_eq!(RegionId::new(u32::MAX), None);
    let all: RegionSet = (1..=32).filter_map(RegionId::new).collect();
    assert_eq!(all.bits(), u32::MAX);
}

#[test]
fn home_is_the_visitors_own_region_alone() {
    let home = RegionId::new(2);
    let visitor = Residency::new(home);
    assert!(visitor.is_local(home));
    assert!(!visitor.is_local(RegionId::new(1)));
    assert!(!visitor.is_local(None));
    assert!(
        !Residency::default().is_local(None),
        "two unknowns are not the same place"
    );
}

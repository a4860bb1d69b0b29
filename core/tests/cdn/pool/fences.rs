//! The residency fence, and what is near.

use hedgerow::cdn::Endpoint;
use hedgerow::cdn::pool::{Draws, Health, Key, Sites};
use hedgerow::types::{EndpointId, Reason, RegionId, RegionSet};

use super::{at, id, region, with_sites};

const EU: u32 = 1;
const US: u32 = 2;
const ASIA: u32 = 3;

fn set(regions: &[u32]) -> RegionSet {
    regions.iter().map(|number| region(*number)).collect()
}

/// Two in Europe, one in America, one in Asia, one nobody knows where.
fn endpoints() -> [Endpoint; 5] {
    let place = |index, number| Endpoint::new(id(index)).with_region(RegionId::new(number));
    [
        place(0, EU),
        place(1, EU),
        place(2, US),
        place(3, ASIA),
        place(4, 0),
    ]
}

fn fenced() -> Sites {
    Sites::default()
        .with_fence(region(EU), set(&[EU]))
        .with_fence(region(US), set(&[EU, US]))
}

fn seen(pool: &mut hedgerow::cdn::pool::Pool, visitor: Option<RegionId>) -> Vec<u16> {
    let snapshot = pool.snapshot(at(0));
    let mut seen: Vec<u16> = snapshot
        .view(visitor)
        .order()
        .iter()
        .map(|id| id.get())
        .collect();
    seen.sort_unstable();
    seen
}

#[test]
fn each_visitor_has_its_own() {
    let mut pool = with_sites(endpoints(), fenced());
    assert_eq!(seen(&mut pool, Some(region(EU))), [0, 1]);
    assert_eq!(seen(&mut pool, Some(region(US))), [0, 1, 2]);
    assert_eq!(seen(&mut pool, Some(region(ASIA))), [0, 1, 2, 3, 4]);
    assert_eq!(seen(&mut pool, None), [0, 1], "unknown: the strictest");
    let mut others = with_sites(endpoints(), fenced().with_fence_for_others(set(&[ASIA])));
    assert_eq!(seen(&mut others, Some(region(9))), [3]);
    assert_eq!(
        seen(&mut others, None),
        [0_u16; 0],
        "nothing fits every fence"
    );
}

#[test]
fn it_holds_when_everything_inside_is_down() {
    let mut pool = with_sites(endpoints(), fenced());
    for inside in [0, 1] {
        pool.set_health(at(0), id(inside), Health::Dead);
    }
    let snapshot = pool.snapshot(at(0));
    for visitor in [Some(region(EU)), None] {
        let pick = snapshot.view(visitor).draw(&mut Draws::new(1)).unwrap();
        assert!(pick.endpoint.get() < 2);
        assert_eq!(pick.reason, Reason::NothingHealthy);
        assert!(
            snapshot
                .view(visitor)
                .keyed(Key::of(b"k"))
                .unwrap()
                .endpoint
                .get()
                < 2
        );
    }
}

#[test]
fn it_fails_closed_with_a_reason() {
    let sites = Sites::default().with_fence(region(EU), set(&[9]));
    let snapshot = with_sites(endpoints(), sites).snapshot(at(0));
    for visitor in [Some(region(EU)), None] {
        let refused = snapshot.view(visitor).draw(&mut Draws::new(1)).unwrap_err();
        assert_eq!(refused.reason, Reason::OutsideResidency);
        let excluded = snapshot.exclusion(id(0), visitor);
        assert_eq!(excluded, Some(Reason::OutsideResidency));
    }
}

fn first(pool: &mut hedgerow::cdn::pool::Pool, visitor: u32) -> Vec<EndpointId> {
    let snapshot = pool.snapshot(at(0));
    snapshot.view(RegionId::new(visitor)).in_use().to_vec()
}

#[test]
fn the_nearest_first_and_still_after_a_failover() {
    let sites = Sites::default()
        .with_nearest(region(EU), &[region(EU), region(US), region(ASIA)])
        .with_nearest(region(ASIA), &[region(ASIA), region(US), region(EU)]);
    let mut pool = with_sites(endpoints(), sites);
    assert_eq!(first(&mut pool, EU), [id(0), id(1)]);
    assert_eq!(first(&mut pool, US), [id(2)], "its own, without a list");
    assert_eq!(first(&mut pool, ASIA), [id(3)]);
    pool.set_health(at(0), id(3), Health::Failing);
    pool.set_health(at(0), id(0), Health::Failing);
    pool.set_health(at(0), id(1), Health::Failing);
    assert_eq!(first(&mut pool, ASIA), [id(2)]);
    assert_eq!(first(&mut pool, EU), [id(2)]);
    pool.set_health(at(0), id(2), Health::Failing);
    pool.set_health(at(0), id(0), Health::Healthy);
    assert_eq!(first(&mut pool, ASIA), [id(0)], "the furthest of its list");
}

#[test]
fn a_site_has_its_own_order_of_groups() {
    let group = |index: u16, number, priority| {
        Endpoint::new(id(index))
            .with_region(RegionId::new(number))
            .with_priority(priority)
    };
    let sites = Sites::default().with_groups(region(US), &[1, 0]);
    let mut pool = with_sites([group(0, EU, 0), group(1, US, 1), group(2, ASIA, 2)], sites);
    assert_eq!(first(&mut pool, EU), [id(0)]);
    assert_eq!(first(&mut pool, US), [id(1)]);
    pool.set_health(at(0), id(1), Health::Failing);
    assert_eq!(first(&mut pool, US), [id(0)]);
    pool.set_health(at(0), id(0), Health::Failing);
    assert_eq!(first(&mut pool, US), [id(2)], "not listed: after the list");
}

#[test]
fn regions_can_be_counted() {
    let mut pool = with_sites(endpoints(), fenced());
    let snapshot = pool.snapshot(at(0));
    assert_eq!(snapshot.view(Some(region(EU))).regions(), set(&[EU]));
    assert_eq!(snapshot.view(Some(region(US))).regions(), set(&[EU, US]));
}

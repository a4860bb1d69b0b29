//! Which endpoints may be used at all, and why not.

use hedgerow::cdn::{Endpoint, EndpointState, Residency, exclusion, order};
use hedgerow::types::{EndpointId, Reason, RegionId, RegionSet};

fn endpoint() -> Endpoint {
    Endpoint::new(EndpointId::new(0))
}

#[track_caller]
fn check(endpoint: &Endpoint, residency: &Residency, expected: Option<Reason>) {
    assert_eq!(exclusion(endpoint, residency), expected);
    for demoted in [false, true] {
        let listed = order(core::slice::from_ref(endpoint), residency, &|_| demoted, 1);
        assert_eq!(listed.len(), usize::from(expected.is_none()), "{demoted}");
    }
}

#[test]
fn the_operators_word() {
    let open = Residency::default();
    check(&endpoint(), &open, None);
    let draining = endpoint().with_state(EndpointState::Draining);
    check(&draining, &open, Some(Reason::Draining));
    let down = endpoint().with_state(EndpointState::Down);
    check(&down, &open, Some(Reason::Down));
}

#[test]
fn an_insecure_url_where_https_is_needed() {
    let insecure = endpoint().with_insecure(true);
    check(&insecure, &Residency::default(), Some(Reason::InsecureUrl));
}

#[test]
fn the_fence_fails_closed() {
    let region = RegionId::new;
    let fence = Residency::new(region(1)).with_allowed(RegionSet::from_bits(0b11));
    check(&endpoint().with_region(region(1)), &fence, None);
    check(&endpoint().with_region(region(2)), &fence, None);
    let outside = endpoint().with_region(region(3));
    check(&outside, &fence, Some(Reason::OutsideResidency));
    check(&endpoint(), &fence, Some(Reason::OutsideResidency));
    let nothing = Residency::default().with_allowed(RegionSet::default());
    let inside = endpoint().with_region(region(1));
    check(&inside, &nothing, Some(Reason::OutsideResidency));
}

#[test]
fn the_operators_word_is_named_before_the_fence() {
    let fence = Residency::default().with_allowed(RegionSet::default());
    let down = endpoint()
        .with_state(EndpointState::Down)
        .with_insecure(true);
    check(&down, &fence, Some(Reason::Down));
}

//! The plan of a view: the configuration under what the memory says.

use hedgerow::cdn::{EndpointState, Residency};
use hedgerow::load::{Memory, Plan, Refresh};
use hedgerow::types::{EndpointId, RegionId, RegionSet};

use crate::script::{e, page};

fn remembering(order: &[EndpointId]) -> Memory {
    Memory::new(&page(4).settings).with_order(order)
}

#[test]
fn a_stored_order_is_filtered_and_what_it_lacks_is_added() {
    let settings = page(4).with(|mut settings| {
        settings.endpoints[1].state = EndpointState::Down;
        settings
    });
    let memory = remembering(&[e(2), e(1), e(2), e(77)]);
    let plan = Plan::new(&settings.settings, &memory);
    assert_eq!(plan.order, [e(2), e(0), e(3)]);
}

#[test]
fn what_a_stored_order_lacks_comes_after_it_whatever_its_priority() {
    let memory = remembering(&[e(3), e(2), e(1)]);
    let plan = Plan::new(&page(4).settings, &memory);
    assert_eq!(plan.order, [e(3), e(2), e(1), e(0)]);
}

#[test]
fn a_stored_fence_can_only_narrow_the_pages_own() {
    let region = RegionId::new;
    let fenced = page(3).with(|mut settings| {
        for (index, endpoint) in settings.endpoints.iter_mut().enumerate() {
            endpoint.region = region(index as u32 + 1);
        }
        settings.with_residency(Residency::default().with_allowed(RegionSet::from_bits(0b011)))
    });
    let mut memory = Memory::new(&fenced.settings).with_order(&[e(2), e(1), e(0)]);
    let wider = Refresh::new(1).with_allowed(RegionSet::from_bits(0b110));
    assert_eq!(wider.accept(&mut memory, &fenced.settings), Ok(()));
    let plan = Plan::new(&fenced.settings, &memory);
    assert_eq!(plan.order, [e(1)]);
}

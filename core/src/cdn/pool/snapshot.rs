//! A pool at one moment.

use std::sync::Arc;

use super::{Health, Service, Sites, View};
use crate::cdn::Endpoint;
use crate::types::{EndpointId, Reason, RegionId};

/// A pool at one moment, which picks read without a lock: put it in an `Arc`,
/// and that where workers find it. What it is made of is shared with the
/// snapshots before and after it.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) views: Box<[Arc<View>]>,
    /// Which view a visitor sees: 0 is the unknown region.
    pub(super) of_region: [u8; 33],
    pub(super) members: Box<[Member]>,
    pub(super) sites: Arc<Sites>,
    pub(super) epoch: u64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) endpoint: Endpoint,
    pub(super) service: Service,
    pub(super) health: Health,
}

impl Snapshot {
    /// What a visitor in `region` may use; `None` if nobody knows where the
    /// visitor is, which is the strictest zone.
    #[must_use]
    #[inline]
    pub fn view(&self, region: Option<RegionId>) -> &View {
        let region = region.map_or(0, |region| region.get() as usize);
        &self.views[usize::from(self.of_region[region])]
    }

    /// What the operator says of an endpoint; `None` of an unknown one.
    #[must_use]
    pub fn service(&self, endpoint: EndpointId) -> Option<Service> {
        Some(self.member(endpoint)?.service)
    }

    /// What the witnesses say of an endpoint; `None` of an unknown one.
    #[must_use]
    pub fn health(&self, endpoint: EndpointId) -> Option<Health> {
        Some(self.member(endpoint)?.health)
    }

    /// Why an endpoint is not among the first choice of a visitor in `region`,
    /// whatever the others are like; `None` if nothing speaks against it.
    ///
    /// [`Reason::Draining`] is told only of an endpoint that is well: those who
    /// belong to it stay at such a one, and leave one that fails.
    #[must_use]
    pub fn exclusion(&self, endpoint: EndpointId, region: Option<RegionId>) -> Option<Reason> {
        let Some(member) = self.member(endpoint) else {
            return Some(Reason::UnknownEndpoint);
        };
        if !self.permits(member, region) {
            return Some(Reason::OutsideResidency);
        }
        let service = member.service.exclusion();
        let insecure = member.endpoint.insecure.then_some(Reason::InsecureUrl);
        service
            .filter(|reason| *reason != Reason::Draining)
            .or(insecure)
            .or(member.health.exclusion())
            .or(service)
    }

    /// Counts the changes of the pool: two snapshots of one pool with the same
    /// number are the same.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    fn member(&self, endpoint: EndpointId) -> Option<&Member> {
        self.members.get(endpoint.index())
    }

    fn permits(&self, member: &Member, region: Option<RegionId>) -> bool {
        self.sites.residency(region).permits(member.endpoint.region)
    }
}

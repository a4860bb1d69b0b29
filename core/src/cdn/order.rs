//! In which order endpoints are tried.

use super::{Endpoint, EndpointState, Residency};
use crate::types::{EndpointId, Reason, Rng};

/// Why `endpoint` may not be used at all, or `None` if it may.
#[must_use]
pub fn exclusion(endpoint: &Endpoint, residency: &Residency) -> Option<Reason> {
    match endpoint.state {
        EndpointState::Active => {}
        EndpointState::Draining => return Some(Reason::Draining),
        EndpointState::Down => return Some(Reason::Down),
    }
    if !residency.permits(endpoint.region) {
        return Some(Reason::OutsideResidency);
    }
    endpoint.insecure.then_some(Reason::InsecureUrl)
}

/// Where `endpoint` stands among those that may be used, lower first: not
/// demoted before demoted, then by priority, then the visitor's own region.
/// Below 2¹⁸.
#[must_use]
pub(crate) fn rank(endpoint: &Endpoint, residency: &Residency, demoted: bool) -> u32 {
    u32::from(demoted) << 17
        | u32::from(endpoint.priority) << 1
        | u32::from(!residency.is_local(endpoint.region))
}

/// Orders every endpoint that may be used: those not demoted before those that
/// are, then by priority, then those in the visitor's own region first, and
/// among equals by a weighted draw without replacement. Demoted endpoints come
/// last, so that nothing that might serve is left out, and nothing outside the
/// fence ever comes in.
///
/// Its time grows with the square of their number: it is for the few of a page.
/// A proxy with hundreds has `pool`.
///
/// The browser shim draws the same order in JavaScript; the generated cases in
/// the tests hold the two together.
#[must_use]
pub fn order(
    endpoints: &[Endpoint],
    residency: &Residency,
    demoted: &dyn Fn(EndpointId) -> bool,
    seed: u32,
) -> Vec<EndpointId> {
    let rank = |endpoint: &Endpoint| match exclusion(endpoint, residency) {
        Some(_) => UNUSED,
        None => rank(endpoint, residency, demoted(endpoint.id)),
    };
    order_by(endpoints, endpoints.iter().map(rank).collect(), seed)
}

/// The rank of an endpoint that may not be used, for [`order_by`].
pub(crate) const UNUSED: u32 = u32::MAX;

/// As [`order()`], with ranks of the caller's own, one of each endpoint.
#[must_use]
pub(crate) fn order_by(endpoints: &[Endpoint], mut ranks: Vec<u32>, seed: u32) -> Vec<EndpointId> {
    let mut rng = Rng::new(seed);
    let mut ordered = Vec::with_capacity(ranks.len());
    loop {
        let tier = ranks.iter().fold(UNUSED, |least, rank| least.min(*rank));
        if tier == UNUSED {
            return ordered;
        }
        let mut total = 0u32;
        for (peer, rank) in endpoints.iter().zip(&ranks) {
            if *rank == tier {
                total = total.saturating_add(peer.weight.into());
            }
        }
        // With no weight left in the tier, the order of the configuration.
        let mut left = if total == 0 { 0 } else { rng.below(total) };
        for (peer, rank) in endpoints.iter().zip(&mut ranks) {
            if *rank != tier {
                continue;
            }
            let weight = u32::from(peer.weight);
            if total == 0 || left < weight {
                // Drawn: it is no longer in the pool.
                *rank = UNUSED;
                ordered.push(peer.id);
                break;
            }
            left -= weight;
        }
    }
}

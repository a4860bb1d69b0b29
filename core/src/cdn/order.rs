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

/// Orders every endpoint that may be used: those not `demoted` first, then by
/// priority, then the visitor's own region, then a weighted draw without
/// replacement. Demoted endpoints come last, so that nothing that might serve
/// is left out, and nothing outside the fence ever comes in.
///
/// The browser shim draws the same order in JavaScript; the generated cases in
/// the tests hold the two together.
#[must_use]
pub fn order(
    endpoints: &[Endpoint],
    residency: &Residency,
    demoted: impl Fn(EndpointId) -> bool,
    seed: u32,
) -> Vec<EndpointId> {
    let rank = |endpoint: &Endpoint| {
        u32::from(demoted(endpoint.id)) << 17
            | u32::from(endpoint.priority) << 1
            | u32::from(!residency.is_local(endpoint.region))
    };
    let mut pool: Vec<(u32, &Endpoint)> = endpoints
        .iter()
        .filter(|endpoint| exclusion(endpoint, residency).is_none())
        .map(|endpoint| (rank(endpoint), endpoint))
        .collect();
    let mut rng = Rng::new(seed);
    let mut ordered = Vec::with_capacity(pool.len());
    while let Some(tier) = pool.iter().map(|(rank, _)| *rank).min() {
        let total = pool
            .iter()
            .filter(|(rank, _)| *rank == tier)
            .fold(0, |sum: u32, (_, endpoint)| {
                sum.saturating_add(endpoint.weight.into())
            });
        // With no weight left in the tier, the order of the configuration.
        let mut left = if total == 0 { 0 } else { rng.below(total) };
        let drawn = pool.iter().position(|(rank, endpoint)| {
            if *rank != tier || (total > 0 && endpoint.weight == 0) {
                return false;
            }
            let weight = u32::from(endpoint.weight);
            let hit = total == 0 || left < weight;
            left = left.saturating_sub(weight);
            hit
        });
        match drawn {
            Some(index) => ordered.push(pool.remove(index).1.id),
            None => break,
        }
    }
    ordered
}

//! The endpoints as a row: how many, and how independent.

use std::collections::BTreeMap;

use crate::audit::collect::Collector;
use crate::audit::{FindingId, Observations};

pub(in crate::audit) fn endpoints(seen: &Observations, out: &mut Collector) {
    shared_addresses(seen, out);
    if !seen.is_whole_row {
        return;
    }
    let all: Vec<usize> = (0..seen.endpoints.len()).collect();
    let Some(first) = seen.endpoints.first() else {
        return;
    };
    if seen.endpoints.len() == 1 {
        let id = FindingId::SingleEndpoint;
        out.add(id, 0, &first.url, format!("{} alone", first.name));
        return;
    }
    let region = first.region.as_deref();
    if let Some(region) = region
        && seen
            .endpoints
            .iter()
            .all(|endpoint| endpoint.region.as_deref() == Some(region))
    {
        let id = FindingId::SingleRegion;
        let evidence = format!("all {} in {region}", all.len());
        out.add_with(id, &all, &first.url, &evidence, id.remedy());
    }
}

fn shared_addresses(seen: &Observations, out: &mut Collector) {
    let mut by_address: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, endpoint) in seen.endpoints.iter().enumerate() {
        for handshake in &endpoint.handshakes {
            let sharing = by_address.entry(&handshake.address).or_default();
            if sharing.last() != Some(&at) {
                sharing.push(at);
            }
        }
    }
    for (address, sharing) in by_address {
        if sharing.len() > 1 && !address.is_empty() {
            let id = FindingId::SharedAddress;
            let url = &seen.endpoints[sharing[0]].url;
            let evidence = format!("both are at {address}");
            out.add_with(id, &sharing, url, &evidence, id.remedy());
        }
    }
}

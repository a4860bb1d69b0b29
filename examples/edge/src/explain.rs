//! Says in words what a configuration makes of its visitors' regions.

use std::collections::BTreeMap;

use anyhow::Result;
use hedgerow::cdn::pool::{Pool, Snapshot};
use hedgerow::config::edge::{Edge, Upstream};
use hedgerow::types::{EndpointId, Instant, RegionId};

/// For each upstream with sites or regions: who is asked, in which order, for
/// visitors of each region, as long as all are well.
pub(crate) fn explain(edge: &Edge) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for upstream in &edge.upstreams {
        let regions = regions(edge, upstream);
        if regions.is_empty() {
            continue;
        }
        let mut pool = Pool::new(
            upstream.members(),
            upstream.pool_sites(),
            upstream.pool_settings(),
        )?;
        let snapshot = pool.snapshot(Instant::default());
        let id = &upstream.id;
        for (name, region) in &regions {
            let order = order(upstream, &snapshot, Some(*region));
            lines.push(format!("upstream \"{id}\": visitors in {name}: {order}"));
        }
        let order = order(upstream, &snapshot, None);
        lines.push(format!(
            "upstream \"{id}\": visitors who can't be placed: {order}"
        ));
    }
    Ok(lines)
}

/// The regions that mean anything to an upstream, by name.
fn regions<'a>(edge: &'a Edge, upstream: &'a Upstream) -> BTreeMap<&'a str, RegionId> {
    let sites = upstream
        .sites
        .iter()
        .filter_map(|site| site.region.as_ref());
    let endpoints = (upstream.endpoints.iter()).filter_map(|endpoint| endpoint.region.as_ref());
    let named: BTreeMap<_, _> = sites
        .chain(endpoints)
        .map(|region| (region.name.as_str(), region.id))
        .collect();
    if named.is_empty() {
        return named;
    }
    let known = edge.visitors.iter().flat_map(|visitors| &visitors.known);
    let known = known.map(|region| (region.name.as_str(), region.id));
    named.into_iter().chain(known).collect()
}

fn order(upstream: &Upstream, snapshot: &Snapshot, region: Option<RegionId>) -> String {
    let view = snapshot.view(region);
    let name = |id: &EndpointId| {
        let endpoint = upstream.endpoints.get(id.index());
        endpoint.map_or("", |endpoint| endpoint.id.as_str())
    };
    let names =
        |ids: &[EndpointId]| -> String { ids.iter().map(name).collect::<Vec<_>>().join(", ") };
    let (used, rest) = view.order().split_at(view.in_use().len());
    match (used, rest) {
        ([], _) => format!("refused ({})", view.reason()),
        (used, []) => names(used),
        (used, rest) => format!("{}, then {}", names(used), names(rest)),
    }
}

//! What sites leave of an upstream.

use super::{Region, Site, Upstream, Visitors, document::Edge, site};
use crate::config::problem::{
    ProblemCode::{InvalidValue, NoEffect, NoRedundancy, OutsideFence},
    Problems,
};
use crate::types::{RegionId, RegionSet};

/// Reports sites that do not do what their author must have meant.
pub(super) fn validate(edge: &Edge, problems: &mut Problems) {
    let mut upstreams = edge.upstreams.iter();
    let unused = |upstream: &Upstream| {
        upstream.sites.is_empty() && upstream.endpoints.iter().all(|one| one.region.is_none())
    };
    if edge.visitors.is_some() && upstreams.all(unused) {
        let message = "has no effect, as no endpoint has a `region`";
        problems.add("edge.visitors", NoEffect, message);
    }
    for (index, upstream) in edge.upstreams.iter().enumerate() {
        if upstream.sites.is_empty() {
            continue;
        }
        let path = format!("edge.upstreams[{index}]");
        if edge.visitors.is_none() {
            let message = "nobody's region is known, so all get the strictest zone: say in \
                           `edge.visitors` how it is told";
            problems.add(&format!("{path}.sites"), NoEffect, message);
        }
        for (at, site) in upstream.sites.iter().enumerate() {
            let path = format!("{path}.sites[{at}]");
            groups(upstream, site, &path, problems);
            if let (Some(visitors), Some(region)) = (&edge.visitors, &site.region)
                && !may_be_told(visitors, region)
            {
                let message = format!(
                    "nobody is ever in \"{}\": give it `networks` in `edge.visitors`",
                    region.name
                );
                problems.add(&format!("{path}.region"), NoEffect, message);
            }
            let served = match (&site.region, &site.allowed) {
                (Some(region), _) => served(upstream, region.id),
                (None, Some(allowed)) => {
                    let allowed = site::set(allowed);
                    regions(upstream)
                        .filter(|region| region.is_some_and(|region| allowed.contains(region)))
                        .collect()
                }
                (None, None) => continue,
            };
            report(served, &path, problems);
        }
        let unknown = upstream.pool_sites().residency(None);
        if unknown
            .allowed()
            .is_some_and(|allowed| allowed == RegionSet::default())
        {
            let message = "no region is in every fence, so visitors whose region is not known \
                           are refused";
            problems.add(&format!("{path}.sites"), OutsideFence, message);
        }
    }
}

/// Whether any visitor may turn out to be in a region: a field may name them all.
fn may_be_told(visitors: &Visitors, region: &Region) -> bool {
    let mut listed = visitors.regions.iter();
    visitors.header.is_some() || listed.any(|one| one.region == *region && !one.networks.is_empty())
}

fn groups(upstream: &Upstream, site: &Site, path: &str, problems: &mut Problems) {
    for (at, group) in site.groups.iter().enumerate() {
        if !upstream.endpoints.iter().any(|one| one.priority == *group) {
            let message = format!("no endpoint has the priority {group}: write that of some");
            problems.add(&format!("{path}.groups[{at}]"), InvalidValue, message);
        }
    }
}

/// Which regions' endpoints may serve the visitors of a region.
fn served(upstream: &Upstream, visitor: RegionId) -> Vec<Option<RegionId>> {
    let residency = upstream.pool_sites().residency(Some(visitor));
    let permitted = |region: &Option<RegionId>| residency.permits(*region);
    regions(upstream).filter(permitted).collect()
}

fn regions(upstream: &Upstream) -> impl Iterator<Item = Option<RegionId>> {
    let endpoints = upstream.endpoints.iter();
    endpoints.map(|endpoint| endpoint.region.as_ref().map(|region| region.id))
}

fn report(mut served: Vec<Option<RegionId>>, path: &str, problems: &mut Problems) {
    served.sort_unstable();
    served.dedup();
    match served.len() {
        0 => {
            let message = "no endpoint lies inside the fence, so its visitors are refused: give \
                           endpoints their `region`";
            problems.add(path, OutsideFence, message);
        }
        1 => {
            let message = "one region alone can serve its visitors, so its outage is theirs: \
                           allow a second one";
            problems.add(path, NoRedundancy, message);
        }
        _ => {}
    }
}

//! The rules over several fields of the section.

use super::{document::Edge, fences};
use crate::config::{
    endpoint::EndpointState,
    hedge::Hedge,
    name::Label,
    problem::{
        ProblemCode::{Conflict, DuplicateId, InvalidValue, NoEffect, NoEndpoint, NoRedundancy},
        Problems,
    },
    wording::did_you_mean,
};

/// Reports what does not fit together, once all is there.
pub(super) fn validate(edge: &Edge, problems: &mut Problems) {
    if problems.has_errors() {
        return;
    }
    addresses(edge, problems);
    routes(edge, problems);
    upstreams(edge, problems);
    fences::validate(edge, problems);
    if edge.store.max_object_bytes > edge.store.max_bytes {
        let message = "is more than `maxBytes`, so nothing of that size is kept: write less";
        problems.add("edge.store.maxObjectBytes", NoEffect, message);
    }
}

fn addresses(edge: &Edge, problems: &mut Problems) {
    let taken = |address, before: usize| {
        // Port 0 is another port each time.
        edge.listen[..before]
            .iter()
            .any(|listener| listener.address == address && address.port() != 0)
    };
    for (index, listener) in edge.listen.iter().enumerate() {
        if taken(listener.address, index) {
            let message = "is listened on already: write each address once";
            problems.add(&format!("edge.listen[{index}]"), Conflict, message);
        }
    }
    if (edge.admin.as_ref()).is_some_and(|admin| taken(admin.address, edge.listen.len())) {
        let message = "is an address for visitors, who would see the metrics: write another";
        problems.add("edge.admin", Conflict, message);
    }
}

fn routes(edge: &Edge, problems: &mut Problems) {
    for (index, route) in edge.routes.iter().enumerate() {
        let ids = || edge.upstreams.iter().map(|upstream| &upstream.id);
        if !ids().any(|id| *id == route.upstream) {
            let meant = did_you_mean(route.upstream.as_str(), ids().map(Label::as_str));
            let message = format!(
                "no upstream has the id \"{}\"{meant}: write the id of one",
                route.upstream
            );
            problems.add(
                &format!("edge.routes[{index}].upstream"),
                InvalidValue,
                message,
            );
        }
        let covers = |earlier: &super::Route| {
            (earlier.host.is_none() || earlier.host == route.host)
                && earlier.path.fits(route.path.as_str())
        };
        if let Some(earlier) = edge.routes[..index].iter().position(covers) {
            let message =
                format!("is never reached: routes[{earlier}] takes all of it, so write it before");
            problems.add(&format!("edge.routes[{index}]"), NoEffect, message);
        }
    }
}

fn upstreams(edge: &Edge, problems: &mut Problems) {
    for (index, upstream) in edge.upstreams.iter().enumerate() {
        let path = format!("edge.upstreams[{index}]");
        let active = |endpoint: &&super::UpstreamEndpoint| endpoint.state == EndpointState::Active;
        match upstream.endpoints.iter().filter(active).count() {
            0 => {
                let message = "none is active: write \"state\": \"active\" in one at least";
                problems.add(&format!("{path}.endpoints"), NoEndpoint, message);
            }
            1 if upstream.endpoints.len() == 1 => {
                let message = "there is nothing to fail over to: add a second one";
                problems.add(&format!("{path}.endpoints"), NoRedundancy, message);
            }
            _ => {}
        }
        for (at, endpoint) in upstream.endpoints.iter().enumerate() {
            if endpoint.sni.is_some() && endpoint.url.scheme() == "http" {
                let message = "has no effect on an http URL: write https:// or leave it out";
                problems.add(&format!("{path}.endpoints[{at}].sni"), NoEffect, message);
            }
        }
        if upstream.ca.is_some() && upstream.endpoints.iter().all(|e| e.url.scheme() == "http") {
            let message = "has no effect, as no endpoint is https";
            problems.add(&format!("{path}.ca"), NoEffect, message);
        }
        let nodes: Vec<&Label> = upstream.endpoints.iter().map(node_of).collect();
        for (at, endpoint) in upstream.endpoints.iter().enumerate() {
            let field = format!("{path}.endpoints[{at}].node");
            if nodes[..at].contains(&nodes[at]) {
                let message = "is the node of another too: write each name once";
                problems.add(&field, DuplicateId, message);
            }
            if endpoint.node.is_some() && upstream.affinity.is_none() {
                let message = "has no effect without `affinity`, which says where it is read";
                problems.add(&field, NoEffect, message);
            }
        }
        if upstream.timeout_ms > upstream.total_timeout_ms {
            let message = format!(
                "one attempt may take {} milliseconds, all together {}: lower it, or raise \
                 `totalTimeoutMs`",
                upstream.timeout_ms, upstream.total_timeout_ms
            );
            problems.add(&format!("{path}.timeoutMs"), Conflict, message);
        }
        match upstream.hedge_ms {
            Hedge::AfterMs(ms) if ms.get() >= upstream.timeout_ms => {
                let message = format!(
                    "never comes before the attempt's own deadline of {} milliseconds: write \
                     less, or 0 for no hedge",
                    upstream.timeout_ms
                );
                problems.add(&format!("{path}.hedgeMs"), NoEffect, message);
            }
            _ => {}
        }
    }
}

fn node_of(endpoint: &super::UpstreamEndpoint) -> &Label {
    endpoint.node.as_ref().unwrap_or(&endpoint.id)
}

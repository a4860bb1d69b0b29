//! What is counted, for Prometheus.

use std::sync::Arc;

use hedgerow::types::{Duration, EndpointId, Reason};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::upstream::Upstream;

/// Bounds of the histogram, in seconds: from a hit to a slow origin.
const BUCKETS: [f64; 12] = [
    0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    status: u16,
    cache: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Cache {
    cache: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Attempt {
    upstream: String,
    endpoint: String,
    reason: &'static str,
}

/// Every counter of the proxy.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answer, Counter>,
    seconds: Family<Cache, Histogram, fn() -> Histogram>,
    bytes: Counter,
    responses_cut: Counter,
    bodies_cut: Counter,
    attempts: Family<Attempt, Counter>,
    endings: Family<Attempt, Counter>,
}

impl Metrics {
    pub(crate) fn new() -> Metrics {
        let mut registry = Registry::with_prefix("hedgerow");
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let metrics = Metrics {
            requests: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            bytes: Counter::default(),
            responses_cut: Counter::default(),
            bodies_cut: Counter::default(),
            attempts: Family::default(),
            endings: Family::default(),
            registry: Registry::default(),
        };
        registry.register(
            "requests",
            "Requests answered, by status and by what the cache did",
            metrics.requests.clone(),
        );
        registry.register(
            "request_seconds",
            "From a request's head to the end of its answer",
            metrics.seconds.clone(),
        );
        registry.register(
            "response_bytes",
            "Body bytes sent to clients",
            metrics.bytes.clone(),
        );
        registry.register(
            "responses_cut",
            "Answers that ended before their end",
            metrics.responses_cut.clone(),
        );
        registry.register(
            "upstream_bodies_cut",
            "Upstream bodies that were cut and could not be resumed",
            metrics.bodies_cut.clone(),
        );
        registry.register(
            "attempts",
            "Requests sent to endpoints, by why they were sent",
            metrics.attempts.clone(),
        );
        registry.register(
            "attempts_ended",
            "Requests sent to endpoints, by how they ended",
            metrics.endings.clone(),
        );
        Metrics {
            registry,
            ..metrics
        }
    }

    pub(crate) fn served(
        &self,
        status: u16,
        cache: &'static str,
        bytes: u64,
        cut: bool,
        took: Duration,
    ) {
        self.requests.get_or_create(&Answer { status, cache }).inc();
        let seconds = took.as_micros() as f64 / 1e6;
        self.seconds
            .get_or_create(&Cache { cache })
            .observe(seconds);
        self.bytes.inc_by(bytes);
        if cut {
            self.responses_cut.inc();
        }
    }

    pub(crate) fn body_cut(&self) {
        self.bodies_cut.inc();
    }

    pub(crate) fn attempt(&self, upstream: &Arc<Upstream>, endpoint: EndpointId, why: Reason) {
        self.attempts
            .get_or_create(&labels(upstream, endpoint, why.as_str()))
            .inc();
    }

    pub(crate) fn ended(&self, upstream: &Arc<Upstream>, endpoint: EndpointId, reason: Reason) {
        self.endings
            .get_or_create(&labels(upstream, endpoint, reason.as_str()))
            .inc();
    }

    /// Appends everything counted, in the text format.
    pub(crate) fn encode(&self, text: &mut String) -> std::fmt::Result {
        prometheus_client::encoding::text::encode_registry(text, &self.registry)
    }
}

fn labels(upstream: &Upstream, endpoint: EndpointId, reason: &'static str) -> Attempt {
    let endpoint = upstream.endpoint(endpoint);
    Attempt {
        upstream: upstream.settings.id.as_str().to_owned(),
        endpoint: endpoint.map_or_else(String::new, |endpoint| endpoint.id.to_string()),
        reason,
    }
}

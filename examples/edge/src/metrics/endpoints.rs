//! What there is to scrape of each endpoint.

use hedgerow::cdn::pool::Health;
use hedgerow::types::{Instant, Reason};

use super::collect::{health_name, service_name};
use super::text::{Kind, Kind::Counter, Kind::Gauge, Kind::Histogram, Text};
use crate::site::Site;
use crate::upstream::{Seen, Stats};

/// The names of an endpoint's upstream and of itself.
type Names<'a> = [(&'static str, &'a str); 2];

/// Writes what was counted.
pub(super) fn write(text: &mut Text, site: &Site) {
    let help = "Requests sent to endpoints, by why they were sent.";
    by(text, site, "attempts", help, "reason", |stats| {
        named(stats.started.iter()).collect()
    });
    let help = "Requests sent to endpoints, by how they ended.";
    by(text, site, "attempts_ended", help, "reason", |stats| {
        named(stats.ended.iter()).collect()
    });
    let help = "Responses of endpoints, by the class of their status.";
    by(text, site, "endpoint_responses", help, "class", |stats| {
        let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"].into_iter();
        let counts = stats.responses.iter().map(super::Counter::get);
        classes.zip(counts).collect()
    });
    let help = "Probes of endpoints, by how they ended.";
    by(text, site, "endpoint_probes", help, "result", |stats| {
        let passed = [("passed", stats.probes_passed.get())];
        passed
            .into_iter()
            .chain(named(stats.probes_failed.iter()))
            .collect()
    });
    let help = "How often endpoints were ejected, by why.";
    by(text, site, "endpoint_ejections", help, "reason", |stats| {
        named(stats.ejections.iter()).collect()
    });
    let help = "From a request to an endpoint to the head of its response, in seconds.";
    text.family(Histogram, "endpoint_head_seconds", help);
    each(site, |names, stats| text.histogram(&names, &stats.head));

    let help = "Hedges sent to an endpoint that brought the response.";
    number(text, site, Counter, "hedges_won", help, |stats| {
        stats.hedges_won.get()
    });
    let help = "Body bytes received from endpoints.";
    number(
        text,
        site,
        Counter,
        "endpoint_received_bytes",
        help,
        |stats| stats.bytes.get(),
    );
    let help = "Bodies that endpoints cut.";
    number(text, site, Counter, "endpoint_bodies_cut", help, |stats| {
        stats.cut.get()
    });
    let help = "Connections opened to endpoints.";
    number(
        text,
        site,
        Counter,
        "endpoint_connections_opened",
        help,
        |stats| stats.opened.get(),
    );
    let help = "Requests to endpoints that found a connection open.";
    number(
        text,
        site,
        Counter,
        "endpoint_connections_reused",
        help,
        |stats| stats.reused.get(),
    );
    let help = "Connections to endpoints that are open.";
    number(text, site, Gauge, "endpoint_connections", help, |stats| {
        stats.open.get()
    });
    let help = "Requests under way to endpoints, to the end of their bodies.";
    number(text, site, Gauge, "endpoint_in_flight", help, |stats| {
        stats.in_flight.get()
    });
}

/// Writes what endpoints are like at this moment.
pub(super) fn write_states(text: &mut Text, site: &Site, now: Instant) {
    let seen: Vec<Vec<Seen>> = (site.upstreams.iter())
        .map(|upstream| upstream.seen(now).0)
        .collect();
    let all = || {
        let upstreams = site.upstreams.iter().zip(&seen);
        upstreams.flat_map(|(upstream, seen)| {
            let endpoints = upstream.endpoints.iter().zip(seen);
            endpoints.map(|(endpoint, seen)| {
                let upstream = ("upstream", upstream.settings.id.as_str());
                ([upstream, ("endpoint", &*endpoint.id)], seen)
            })
        })
    };
    text.family(Gauge, "endpoint_up", "Whether an endpoint is in service.");
    for (names, seen) in all() {
        text.sample(&names, u8::from(seen.exclusion.is_none()));
    }
    let help = "What requests and probes say of an endpoint: 1 at what it is.";
    text.family(Gauge, "endpoint_health", help);
    for ([upstream, endpoint], seen) in all() {
        for health in [
            Health::Healthy,
            Health::Ejected,
            Health::Failing,
            Health::Dead,
        ] {
            let labels = [upstream, endpoint, ("health", health_name(health))];
            text.sample(&labels, u8::from(seen.report.health == health));
        }
    }
    let help = "What the operator says of an endpoint: 1 at what it is.";
    text.family(Gauge, "endpoint_service", help);
    for ([upstream, endpoint], seen) in all() {
        for state in ["active", "draining", "maintenance", "down"] {
            let labels = [upstream, endpoint, ("state", state)];
            text.sample(&labels, u8::from(service_name(seen.service) == state));
        }
    }
    let help = "An endpoint's share among those of its priority.";
    text.family(Gauge, "endpoint_weight", help);
    for (names, seen) in all() {
        text.sample(&names, seen.weight);
    }
    let help = "An endpoint's priority; the lowest is used first.";
    text.family(Gauge, "endpoint_priority", help);
    for (names, seen) in all() {
        text.sample(&names, seen.priority);
    }
    let help = "The smoothed time to an endpoint's response head.";
    text.family(Gauge, "endpoint_latency_seconds", help);
    for (names, seen) in all() {
        text.sample(&names, f64::from(seen.report.latency.mean_ms()) / 1e3);
    }
}

/// Calls `of` for each endpoint.
fn each(site: &Site, mut of: impl FnMut(Names<'_>, &Stats)) {
    for upstream in &site.upstreams {
        for endpoint in &upstream.endpoints {
            let names = [
                ("upstream", upstream.settings.id.as_str()),
                ("endpoint", &*endpoint.id),
            ];
            of(names, &endpoint.stats);
        }
    }
}

/// A family with one sample an endpoint.
fn number(
    text: &mut Text,
    site: &Site,
    kind: Kind,
    name: &'static str,
    help: &'static str,
    of: fn(&Stats) -> u64,
) {
    text.family(kind, name, help);
    each(site, |names, stats| text.sample(&names, of(stats)));
}

/// A family of counters with a sample for each value of one more label.
fn by(
    text: &mut Text,
    site: &Site,
    name: &'static str,
    help: &'static str,
    label: &'static str,
    of: fn(&Stats) -> Vec<(&'static str, u64)>,
) {
    text.family(Counter, name, help);
    each(site, |[upstream, endpoint], stats| {
        for (value, count) in of(stats) {
            text.sample(&[upstream, endpoint, (label, value)], count);
        }
    });
}

fn named(counts: impl Iterator<Item = (Reason, u64)>) -> impl Iterator<Item = (&'static str, u64)> {
    counts.map(|(reason, count)| (reason.as_str(), count))
}

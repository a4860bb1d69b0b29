//! Everything as JSON. The README describes it field by field.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use hedgerow::config::EndpointState;
use hedgerow::failover::HedgeBudget;
use hedgerow::types::{Duration, EndpointId, Instant, Reason};
use serde_json::{Value, json};

use crate::app::App;
use crate::clock;
use crate::metrics::{health_name, service_name};
use crate::upstream::{Drill, Note, Order, Seen, Swap, Upstream};

/// The whole proxy.
pub(super) fn whole(app: &App) -> Value {
    let site = app.site.load();
    let upstreams: Vec<Value> = site
        .upstreams
        .iter()
        .map(|each| upstream(app, each))
        .collect();
    let (keys, bytes, unstored) = app.store.usage();
    let (flights, waiting) = app.flights.count();
    json!({
        "name": site.name,
        "version": env!("CARGO_PKG_VERSION"),
        "now": app.clock.rfc3339(app.clock.now()),
        "started": app.clock.rfc3339(Instant::default()),
        "epoch": app.changes.epoch(&site),
        "configuration": {
            "takenOver": app.metrics.reloads.get(),
            "refused": app.metrics.reloads_refused.get(),
        },
        "connections": app.metrics.connections.get(),
        "upgrades": app.upgrades.count(),
        "store": {
            "keys": keys,
            "bytes": bytes,
            "unstoredBytes": unstored,
            "maxBytes": site.store.max_bytes,
        },
        "flights": flights,
        "waiting": waiting,
        "upstreams": upstreams,
    })
}

/// One upstream.
pub(super) fn upstream(app: &App, upstream: &Upstream) -> Value {
    let now = app.clock.now();
    let (seen, swap) = upstream.seen(now);
    let rests = upstream.rests();
    let endpoints: Vec<Value> = (seen.iter().zip(&rests).enumerate())
        .map(|(index, (seen, rest))| {
            let id = EndpointId::new(index as u16);
            endpoint(app, upstream, id, seen, (now < *rest).then_some(*rest))
        })
        .collect();
    let (hedges, retries) = {
        let budget = upstream.budget();
        (budget.hedge.milli(), budget.retry.left(now))
    };
    let name = |id: EndpointId| upstream.endpoint(id).map(|endpoint| &*endpoint.id);
    let swap = swap.map(|swap| {
        let mut value = order(app, &swap);
        match swap.what {
            Swap::Endpoints(a, b) => value["endpoints"] = json!([name(a), name(b)]),
            Swap::Groups(a, b) => value["groups"] = json!([a, b]),
        }
        value
    });
    json!({
        "id": upstream.settings.id.as_str(),
        "budgets": {
            "hedges": f64::from(hedges) / 1e3,
            "mostHedges": HedgeBudget::CAPACITY_MILLI / 1000,
            "retries": retries,
        },
        "swap": swap,
        "drill": upstream.drill().map(|each| drill(app, &each)),
        "endpoints": endpoints,
    })
}

fn endpoint(
    app: &App,
    upstream: &Upstream,
    id: EndpointId,
    seen: &Seen,
    rest: Option<Instant>,
) -> Value {
    let (Some(endpoint), Some(plain)) = (
        upstream.endpoint(id),
        upstream.settings.endpoints.get(id.index()),
    ) else {
        return Value::Null;
    };
    let time = |at: Instant| app.clock.rfc3339(at);
    let (stats, report) = (&endpoint.stats, &seen.report);
    let latency = report.latency;
    json!({
        "id": &*endpoint.id,
        "url": plain.url.as_str(),
        "region": plain.region.as_ref().map(|region| region.name.as_str()),
        "inUse": seen.exclusion.is_none(),
        "why": seen.exclusion.map(Reason::as_str),
        "state": service_name(seen.service),
        "stateUntil": seen.service.deadline().map(time),
        "stateSet": seen.state.as_ref().map(|set| {
            let mut value = order(app, set);
            value["state"] = json!(set.what.as_str());
            value
        }),
        "health": health_name(report.health),
        "healthSince": seen.health.map(|(since, _)| clock::rfc3339(since)),
        "healthWhy": seen.health.map(|(_, why)| why.as_str()),
        "priority": seen.priority,
        "weight": seen.weight,
        "weightSet": seen.weighed.as_ref().map(|set| {
            let mut value = order(app, set);
            value["weight"] = json!(set.what);
            value
        }),
        "configured": {
            "priority": seen.configured.0,
            "weight": seen.configured.1,
            "state": match plain.state {
                EndpointState::Drain => "draining",
                EndpointState::Down => "down",
                _ => "active",
            },
        },
        "ejection": {
            "count": stats.ejections.total(),
            "since": report.ejected.map(|(since, _)| time(since)),
            "until": report.ejected.map(|(_, until)| time(until)),
            "relapses": report.relapses,
            "lastReason": seen.ejected.map(Reason::as_str),
        },
        "restUntil": rest.map(time),
        "requests": {
            "sent": stats.started.total(),
            "won": stats.ended.get(Reason::Won),
            "hedges": stats.started.get(Reason::Hedge),
            "hedgesWon": stats.hedges_won.get(),
            "inFlight": stats.in_flight.get(),
            "failuresInARow": report.failures,
            "recent": report.requests,
            "recentSuccessPercent": report.success_percent,
        },
        "latencyMs": {
            "mean": latency.mean_ms(),
            "deviation": latency.deviation_ms(),
            "p95": latency.p95().map(Duration::as_millis),
        },
        "probes": upstream.settings.health.as_ref().map(|_| json!({
            "next": report.next_probe.map(time),
            "passesInARow": report.probe_passes,
            "failuresInARow": report.probe_failures,
            "meanMs": report.probe_latency.mean_ms(),
        })),
        "connections": {
            "open": stats.open.get(),
            "opened": stats.opened.get(),
            "reused": stats.reused.get(),
        },
    })
}

/// Who said something, why, and until when it holds: `null` until it is undone.
fn order<T>(app: &App, order: &Order<T>) -> Value {
    let mut value = note(&order.note);
    value["until"] = json!(order.until.map(|until| app.clock.rfc3339(until)));
    value
}

fn note(note: &Note) -> Value {
    json!({
        "change": note.change,
        "by": note.by,
        "reason": note.reason,
        "since": clock::rfc3339(note.at),
    })
}

/// A drill and what became of the requests so far.
pub(super) fn drill(app: &App, drill: &Drill) -> Value {
    let time = |at: Instant| app.clock.rfc3339(at);
    let counts = &drill.counts;
    let ms = |micros: u64| micros as f64 / 1e3;
    let count = |counter: &AtomicU64| counter.load(Relaxed);
    let first = Some(count(&counts.first_elsewhere)).filter(|first| *first < u64::MAX);
    let over = drill.over.get();
    let mut value = note(&drill.note);
    value["endpoint"] = json!(drill.endpoint);
    value["mode"] = json!(drill.mode.as_str());
    value["force"] = json!(drill.force);
    value["until"] = json!(time(drill.until));
    value["underWay"] = json!(over.is_none());
    value["ended"] = json!(over.map(|(at, _)| time(*at)));
    value["endedBy"] = json!(over.map(|(_, why)| why.as_str()));
    value["requests"] = json!(count(&counts.requests));
    value["here"] = json!(count(&counts.here));
    value["elsewhere"] = json!(count(&counts.elsewhere));
    value["moved"] = json!(count(&counts.moved));
    value["failed"] = json!(count(&counts.failed));
    value["firstElsewhereMs"] = json!(first.map(ms));
    value["slowestMs"] = json!(ms(count(&counts.slowest)));
    value["metFault"] = json!(over.map(|_| count(&counts.met)));
    value
}

//! Everything that there is to scrape, family by family.

use hedgerow::cdn::pool::{Health, Service};

use super::endpoints;
use super::text::{Format, Kind::Counter, Kind::Gauge, Kind::Histogram, Text};
use crate::app::App;
use crate::log;
use crate::site::Site;

/// The whole text.
pub(crate) fn collect(app: &App, format: Format) -> String {
    let mut text = Text::new(format);
    process(&mut text, app);
    requests(&mut text, app);
    store(&mut text, app);
    let site = app.site.load();
    endpoints::write(&mut text, &site);
    endpoints::write_states(&mut text, &site, app.clock.now());
    budgets(&mut text, &site, app);
    text.finish()
}

fn process(text: &mut Text, app: &App) {
    text.family(Gauge, "build_info", "The version that runs.");
    text.sample(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    text.family(
        Counter,
        "reloads",
        "Configurations read again, by what became of them.",
    );
    text.sample(&[("result", "taken_over")], app.metrics.reloads.get());
    text.sample(&[("result", "refused")], app.metrics.reloads_refused.get());
    let help = "Lines of the log that were dropped, as nobody read them.";
    text.family(Counter, "log_lines_dropped", help);
    text.sample(&[], log::dropped());
    text.family(
        Gauge,
        "connections",
        "Connections of clients that are open.",
    );
    text.sample(&[], app.metrics.connections.get());
}

fn requests(text: &mut Text, app: &App) {
    let metrics = &app.metrics;
    let help = "Requests answered, by status and by what the cache did.";
    text.family(Counter, "requests", help);
    for (cache, status, count) in metrics.requests() {
        let status = status.to_string();
        text.sample(&[("status", &status), ("cache", cache)], count);
    }
    let help = "From a request's head to the end of its answer, in seconds.";
    text.family(Histogram, "request_seconds", help);
    for (cache, histogram) in super::CACHE.iter().zip(&metrics.seconds) {
        if histogram.cumulative().any(|(_, count)| count > 0) {
            text.histogram(&[("cache", cache)], histogram);
        }
    }
    for (name, help, counter) in [
        (
            "response_bytes",
            "Body bytes sent to clients.",
            &metrics.bytes,
        ),
        (
            "responses_cut",
            "Answers that ended before their end.",
            &metrics.responses_cut,
        ),
        (
            "upstream_bodies_cut",
            "Upstream bodies that were cut and could not be resumed.",
            &metrics.bodies_cut,
        ),
    ] {
        text.family(Counter, name, help);
        text.sample(&[], counter.get());
    }
}

fn store(text: &mut Text, app: &App) {
    let (made, improved) = app.coders.count();
    for (name, help, value) in [
        ("coded", "Bodies compressed for the store.", made),
        (
            "coded_again",
            "Those that were asked for so often that they were compressed once more, better.",
            improved,
        ),
    ] {
        text.family(Counter, name, help);
        text.sample(&[], value);
    }
    let (keys, bytes, unstored) = app.store.usage();
    let (flights, waiting) = app.flights.count();
    for (name, help, value) in [
        ("store_keys", "Keys in the store.", keys as u64),
        ("store_bytes", "Bytes in the store.", bytes),
        (
            "store_unstored_bytes",
            "Bytes beside those in the store: of bodies on their way there, or dropped and still being sent.",
            unstored,
        ),
        (
            "flights",
            "Requests that others may wait for.",
            flights as u64,
        ),
        (
            "waiting",
            "Requests that wait for one of these, with its own.",
            waiting as u64,
        ),
        (
            "upgrades",
            "Connections that speak another protocol, or ask for it.",
            app.upgrades.count().into(),
        ),
    ] {
        text.family(Gauge, name, help);
        text.sample(&[], value);
    }
}

/// What a service is called, in metrics and for operators.
pub(crate) const fn service_name(service: Service) -> &'static str {
    match service {
        Service::Draining { .. } => "draining",
        Service::Maintenance { .. } => "maintenance",
        Service::Down { .. } => "down",
        _ => "active",
    }
}

/// What a health is called.
pub(crate) const fn health_name(health: Health) -> &'static str {
    match health {
        Health::Ejected => "ejected",
        Health::Failing => "failing",
        Health::Dead => "dead",
        _ => "healthy",
    }
}

fn budgets(text: &mut Text, site: &Site, app: &App) {
    let help = "Hedges that an upstream's budget still allows.";
    text.family(Gauge, "hedge_budget", help);
    for upstream in &site.upstreams {
        let tokens = f64::from(upstream.budget().hedge.milli()) / 1e3;
        text.sample(&[("upstream", upstream.settings.id.as_str())], tokens);
    }
    let help = "Retries that an upstream's budget still allows.";
    text.family(Gauge, "retry_budget", help);
    for upstream in &site.upstreams {
        let left = upstream.budget().retry.left(app.clock.now());
        text.sample(&[("upstream", upstream.settings.id.as_str())], left);
    }
}

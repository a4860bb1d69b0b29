//! What is counted, for Prometheus.
//!
//! Labels have few values: ids of the configuration, reasons of the engine's
//! table, statuses, and the words of `cache`. Nothing that a client sends is
//! among them.

mod collect;
mod count;
mod endpoints;
mod text;

use hedgerow::types::Duration;

pub(crate) use self::{
    collect::{collect, health_name, service_name},
    count::{Counter, Gauge, Histogram, Reasons},
    text::Format,
};

/// What the cache did, in a word; the last one is for what is none of these.
const CACHE: [&str; 9] = [
    "hit",
    "miss",
    "stale",
    "revalidated",
    "collapsed",
    "completed",
    "none",
    "upgrade",
    "other",
];

/// Statuses from 100 to before 100 + this; 0 is counted for any other.
const STATUSES: usize = 500;

/// The counters of all requests.
#[derive(Debug)]
pub(crate) struct Metrics {
    /// By what the cache did, and by status.
    requests: Box<[Counter]>,
    seconds: [Histogram; CACHE.len()],
    bytes: Counter,
    responses_cut: Counter,
    bodies_cut: Counter,
    /// Clients' connections.
    pub(crate) connections: Gauge,
    pub(crate) reloads: Counter,
    pub(crate) reloads_refused: Counter,
}

impl Metrics {
    pub(crate) fn new() -> Metrics {
        let requests = (0..CACHE.len() * (STATUSES + 1)).map(|_| Counter::default());
        Metrics {
            requests: requests.collect(),
            seconds: std::array::from_fn(|_| Histogram::default()),
            bytes: Counter::default(),
            responses_cut: Counter::default(),
            bodies_cut: Counter::default(),
            connections: Gauge::default(),
            reloads: Counter::default(),
            reloads_refused: Counter::default(),
        }
    }

    pub(crate) fn served(&self, status: u16, cache: &str, bytes: u64, cut: bool, took: Duration) {
        let known = CACHE.iter().position(|word| *word == cache);
        let cache = known.unwrap_or(CACHE.len() - 1);
        if let Some(counter) = self.requests.get(place(cache, status)) {
            counter.add(1);
        }
        self.seconds[cache].add(took);
        self.bytes.add(bytes);
        if cut {
            self.responses_cut.add(1);
        }
    }

    pub(crate) fn body_cut(&self) {
        self.bodies_cut.add(1);
    }

    /// What the cache did, the status, and how often that was.
    fn requests(&self) -> impl Iterator<Item = (&'static str, u16, u64)> {
        let words = CACHE.iter().enumerate();
        words.flat_map(move |(cache, word)| {
            let statuses = (100..100 + STATUSES as u16).chain([0]);
            let counted = statuses.map(move |status| {
                let counter = self.requests.get(place(cache, status));
                (*word, status, counter.map_or(0, Counter::get))
            });
            counted.filter(|(_, _, count)| *count > 0)
        })
    }
}

/// Where a counter of requests is.
fn place(cache: usize, status: u16) -> usize {
    let at = usize::from(status.wrapping_sub(100)).min(STATUSES);
    cache * (STATUSES + 1) + at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_has_its_counter() {
        let metrics = Metrics::new();
        for (status, cache) in [(200, "hit"), (599, "other"), (0, "none"), (999, "made up")] {
            metrics.served(status, cache, 1, false, Duration::ZERO);
        }
        let counted: Vec<_> = metrics.requests().collect();
        assert_eq!(
            counted,
            [
                ("hit", 200, 1),
                ("none", 0, 1),
                ("other", 599, 1),
                ("other", 0, 1)
            ]
        );
    }
}

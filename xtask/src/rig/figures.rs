//! What a recording says.

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

/// What the client has recorded, as `drive.py` writes it.
#[derive(Debug, Deserialize)]
pub(super) struct Recording {
    pub(super) healthy: Vec<Request>,
    pub(super) fault: Vec<Request>,
    pub(super) healed: Vec<Request>,
    /// Requests that both upstreams read in the fault.
    pub(super) hits: u64,
}

/// One request: when it was due, in seconds since its phase began; seconds to
/// its answer; the status, 0 without one; who answered.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Request(
    pub(super) f64,
    pub(super) f64,
    pub(super) u16,
    pub(super) String,
);

/// From here on a visitor notices, and a share of the worst proxies' visitors
/// have given up.
const NOTICED_S: f64 = 0.1;
const BAD_S: f64 = 1.0;

impl Request {
    pub(super) const fn due(&self) -> f64 {
        self.0
    }

    pub(super) const fn latency(&self) -> f64 {
        self.1
    }

    pub(super) const fn is_error(&self) -> bool {
        self.2 == 0 || self.2 >= 500
    }

    fn is_bad(&self) -> bool {
        self.is_error() || self.latency() > BAD_S
    }

    fn is_from_a(&self) -> bool {
        self.3 == "A"
    }
}

/// The figures of one peer in one mode. Times are in milliseconds, but for
/// `back_s`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Figures {
    healthy_p50_ms: f64,
    healthy_p99_ms: f64,
    first_ms: f64,
    first_status: u16,
    requests: usize,
    /// An error, no answer, or later than a second.
    bad: usize,
    over_100_ms: usize,
    p99_ms: f64,
    max_ms: f64,
    share_of_a: f64,
    hits_per_request: f64,
    /// When A had healed for this many seconds, its client was back.
    back_s: Option<f64>,
    bad_after_healing: usize,
}

impl Figures {
    pub(super) const HEADER: [&'static str; 10] = [
        "peer",
        "first answer",
        "bad",
        "over 100 ms",
        "p99",
        "max",
        "on A",
        "upstream/request",
        "back on A",
        "healthy p50 / p99",
    ];

    /// # Errors
    ///
    /// When A did not serve its client before the fault: what follows would
    /// say nothing.
    pub(super) fn of(recording: &Recording) -> Result<Self> {
        let Recording {
            healthy,
            fault,
            healed,
            hits,
        } = recording;
        ensure!(!fault.is_empty(), "nothing was asked in the fault");
        let well = |request: &&Request| request.2 == 200;
        ensure!(
            healthy.iter().filter(well).count() == healthy.len(),
            "not every request was answered before the fault"
        );
        let on_a = healthy.iter().filter(|request| request.is_from_a()).count();
        ensure!(
            on_a == healthy.len(),
            "the client was not stuck to A: {on_a} of {}",
            healthy.len()
        );
        let count = |phase: &[Request], what: &dyn Fn(&Request) -> bool| {
            phase.iter().filter(|request| what(request)).count()
        };
        let (before, during) = (sorted(healthy), sorted(fault));
        let from_a = count(fault, &Request::is_from_a);
        Ok(Self {
            healthy_p50_ms: quantile(&before, 0.5),
            healthy_p99_ms: quantile(&before, 0.99),
            first_ms: fault[0].latency() * 1e3,
            first_status: fault[0].2,
            requests: fault.len(),
            bad: count(fault, &Request::is_bad),
            over_100_ms: count(fault, &|request| request.latency() > NOTICED_S),
            p99_ms: quantile(&during, 0.99),
            max_ms: quantile(&during, 1.0),
            share_of_a: from_a as f64 / fault.len() as f64,
            hits_per_request: *hits as f64 / fault.len() as f64,
            back_s: healed
                .iter()
                .find(|request| request.is_from_a() && request.2 == 200)
                .map(Request::due),
            bad_after_healing: count(healed, &Request::is_bad),
        })
    }

    pub(super) fn in_short(&self) -> String {
        format!(
            "{} of {} bad, {} over 100 ms",
            self.bad, self.requests, self.over_100_ms
        )
    }

    pub(super) fn row(&self, name: &str) -> Vec<String> {
        let first = match self.first_status {
            200 => milliseconds(self.first_ms),
            0 => format!("none, {}", milliseconds(self.first_ms)),
            status => format!("{status}, {}", milliseconds(self.first_ms)),
        };
        let bad = match self.bad_after_healing {
            0 => self.bad.to_string(),
            after => format!("{} + {after} after", self.bad),
        };
        vec![
            name.to_owned(),
            first,
            bad,
            self.over_100_ms.to_string(),
            milliseconds(self.p99_ms),
            milliseconds(self.max_ms),
            format!("{:.1} %", self.share_of_a * 100.0),
            format!("{:.3}", self.hits_per_request),
            self.back_s
                .map_or_else(|| "never".to_owned(), |at| format!("{at:.2} s")),
            format!("{:.1} / {:.1} ms", self.healthy_p50_ms, self.healthy_p99_ms),
        ]
    }
}

fn milliseconds(ms: f64) -> String {
    if ms < 1e4 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.1} s", ms / 1e3)
    }
}

/// Latencies in milliseconds, the shortest first.
fn sorted(phase: &[Request]) -> Vec<f64> {
    let mut latencies: Vec<f64> = phase
        .iter()
        .map(|request| request.latency() * 1e3)
        .collect();
    latencies.sort_by(f64::total_cmp);
    latencies
}

/// The smallest of `sorted` that this share of them is not above; 0 of none.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    let found = sorted.get(rank.max(1) - 1).or(sorted.last());
    found.copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(due: f64, latency: f64, status: u16, from: &str) -> Request {
        Request(due, latency, status, from.to_owned())
    }

    fn recording() -> Recording {
        Recording {
            healthy: vec![request(0.0, 0.002, 200, "A"); 4],
            fault: vec![
                request(0.0, 0.051, 200, "B"),
                request(0.1, 0.101, 200, "B"),
                request(0.2, 1.5, 200, "B"),
                request(0.3, 0.004, 503, "A"),
                request(0.4, 0.003, 0, "-"),
            ],
            healed: vec![
                request(0.05, 0.002, 200, "B"),
                request(0.15, 0.002, 503, "A"),
                request(0.25, 0.002, 200, "A"),
            ],
            hits: 6,
        }
    }

    #[test]
    fn what_is_bad_and_what_is_late_is_counted_apart() {
        let figures = Figures::of(&recording()).expect("whole");
        assert_eq!((figures.first_ms, figures.first_status), (51.0, 200));
        assert_eq!((figures.bad, figures.over_100_ms), (3, 2));
        assert_eq!((figures.share_of_a, figures.hits_per_request), (0.2, 1.2));
        assert_eq!((figures.healthy_p50_ms, figures.max_ms), (2.0, 1500.0));
    }

    #[test]
    fn a_client_is_back_with_the_first_good_answer_of_a() {
        let mut recording = recording();
        let figures = Figures::of(&recording).expect("whole");
        assert_eq!((figures.back_s, figures.bad_after_healing), (Some(0.25), 1));
        recording.healed.pop();
        let figures = Figures::of(&recording).expect("whole");
        assert_eq!(figures.back_s, None);
        assert!(figures.row("peer").contains(&"never".to_owned()));
    }

    #[test]
    fn a_proxy_that_was_not_well_before_is_not_judged() {
        let mut on_b = recording();
        on_b.healthy[1] = request(0.0, 0.002, 200, "B");
        assert!(Figures::of(&on_b).is_err());
        let mut failed = recording();
        failed.healthy[1] = request(0.0, 0.002, 502, "A");
        assert!(Figures::of(&failed).is_err());
        let mut empty = recording();
        empty.fault.clear();
        assert!(Figures::of(&empty).is_err());
    }

    #[test]
    fn quantiles_are_values_that_were_seen() {
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(quantile(&hundred, 0.5), 50.0);
        assert_eq!(quantile(&hundred, 0.99), 99.0);
        assert_eq!(quantile(&hundred, 1.0), 100.0);
        assert_eq!(quantile(&[7.0], 0.5), 7.0);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }

    #[test]
    fn what_the_client_writes_can_be_read() {
        let text = r#"{"healthy": [[0.0, 0.0021, 200, "A"]], "fault": [[0.05, 0.3, 0, "-"]],
            "healed": [], "hits": 3}"#;
        let read: Recording = serde_json::from_str(text).expect("as drive.py writes it");
        assert_eq!(read.hits, 3);
        assert!(read.fault[0].is_error() && read.healthy[0].is_from_a());
    }
}

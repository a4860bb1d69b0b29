//! What a run comes to, in figures.

use serde::Serialize;

use crate::hist::{CLASSES, class, quantile};
use crate::tally::{Bin, SLOW, Tally};
use crate::trace::{Event, SECOND, Trace};
use crate::world::Set;

/// The figures of one policy in one trace.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Requests.
    pub requests: u64,
    /// Those that got no answer.
    pub failed: u64,
    /// Those that took more than a second, or got none.
    pub bad: u64,
    /// Those of them that asked for assets, that may be asked once, and that
    /// belong to sessions.
    pub bad_by_kind: [u64; 3],
    /// The time that half of the requests stay below, in ms; `None` if too many
    /// failed.
    pub p50_ms: Option<f64>,
    /// The time that 99 % stay below.
    pub p99_ms: Option<f64>,
    /// The time that 99.9 % stay below.
    pub p999_ms: Option<f64>,
    /// What reached the endpoints, for each request.
    pub load: f64,
    /// Seconds in which more than one of a hundred requests was bad.
    pub bad_seconds: u64,
    /// Seconds from the end of the fault until what had failed carries half of
    /// its share again; `None` where that can't be told.
    pub back_seconds: Option<u64>,
}

/// A stretch of time, for a picture.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Point {
    /// When it ends, in seconds.
    pub at: f64,
    /// Which part of its requests was answered within a second.
    pub in_time: f64,
    /// The time that 99 % stay below, in ms; `None` if more than one of a
    /// hundred failed.
    pub p99_ms: Option<f64>,
}

impl Figures {
    /// Of what `tally` has counted in `trace`.
    #[must_use]
    pub fn new(tally: &Tally, trace: &Trace) -> Figures {
        let mut counts = vec![0; CLASSES];
        let (mut failed, mut reached, mut bad_seconds) = (0, 0, 0);
        for bin in &tally.bins {
            merge(&mut counts, bin);
            failed += u64::from(bin.failed);
            reached += bin.load.iter().map(|count| u64::from(*count)).sum::<u64>();
            let all = bin.good() + u64::from(bin.failed);
            bad_seconds += u64::from(bad_of(bin) * 100 > all);
        }
        let good: u64 = counts.iter().map(|count| u64::from(*count)).sum();
        let at = |per_mille| quantile(&counts, failed, per_mille).map(ms);
        Figures {
            requests: good + failed,
            failed,
            bad: tally.bad.iter().sum(),
            bad_by_kind: tally.bad,
            p50_ms: at(500),
            p99_ms: at(990),
            p999_ms: at(999),
            load: reached as f64 / (good + failed).max(1) as f64,
            bad_seconds,
            back_seconds: back(tally, trace),
        }
    }
}

/// The run in stretches of `seconds`.
#[must_use]
pub fn timeline(tally: &Tally, seconds: usize) -> Vec<Point> {
    let stretch = |(index, bins): (usize, &[Bin])| {
        let mut counts = vec![0; CLASSES];
        for bin in bins {
            merge(&mut counts, bin);
        }
        let failed: u64 = bins.iter().map(|bin| u64::from(bin.failed)).sum();
        let good: u64 = counts.iter().map(|count| u64::from(*count)).sum();
        let bad: u64 = bins.iter().map(bad_of).sum();
        Point {
            at: (index * seconds + bins.len()) as f64,
            in_time: 1.0 - bad as f64 / (good + failed).max(1) as f64,
            p99_ms: quantile(&counts, failed, 990).map(ms),
        }
    };
    tally
        .bins
        .chunks(seconds.max(1))
        .enumerate()
        .map(stretch)
        .collect()
}

fn ms(micros: u64) -> f64 {
    micros as f64 / 1e3
}

fn merge(counts: &mut [u32], bin: &Bin) {
    for (sum, more) in counts.iter_mut().zip(&bin.answered) {
        *sum += more;
    }
}

fn bad_of(bin: &Bin) -> u64 {
    let slow = &bin.answered[class(SLOW)..];
    slow.iter().map(|count| u64::from(*count)).sum::<u64>() + u64::from(bin.failed)
}

/// When those that the one fault had hit carry half of their share again.
fn back(tally: &Tally, trace: &Trace) -> Option<u64> {
    let [(from, to)] = trace.faults[..] else {
        return None;
    };
    let mut hit: Set = 0;
    for (at, event) in &trace.events {
        match event {
            Event::Is(endpoint, _) if (from..to).contains(at) => hit |= 1 << endpoint,
            Event::Is(..) => {}
            // Orders and the process's own troubles tell another story.
            _ => return None,
        }
    }
    let (from, to) = ((from / SECOND) as usize, (to / SECOND) as usize);
    let before = share(tally.bins.get(from / 2..from)?, hit)?;
    let seconds = tally.bins.get(to..)?.iter();
    let returned =
        |bin: &Bin| share(core::slice::from_ref(bin), hit).is_some_and(|now| now * 2.0 >= before);
    let found = seconds.clone().position(returned)?;
    (before > 0.0).then_some(found as u64)
}

/// Which part of what reached the endpoints reached these.
fn share(bins: &[Bin], of: Set) -> Option<f64> {
    let (mut all, mut theirs) = (0_u64, 0_u64);
    for bin in bins {
        for (endpoint, count) in bin.load.iter().enumerate() {
            all += u64::from(*count);
            theirs += u64::from(*count) * u64::from(of >> endpoint & 1);
        }
    }
    (all > 0).then(|| theirs as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{Kind, Request};
    use crate::trace::Scenario;

    /// One request a second, on endpoint 2 but for the fault and ten seconds
    /// after it, when they fail.
    fn tally() -> Tally {
        let mut tally = Tally::new(600 * SECOND);
        for second in 0..600 {
            let at = second * SECOND;
            let request = Request {
                number: second as u32,
                arrived: at,
                visitor: 0,
                kind: Kind::Asset,
            };
            if (120..310).contains(&second) {
                tally.fail(&request);
                tally.reach(at, 3);
            } else {
                tally.answer(&request, at + 20_000);
                tally.reach(at, 2);
                tally.reach(at, 3);
            }
        }
        tally
    }

    #[test]
    fn figures_say_what_was_counted() {
        let trace = Scenario::named("hang").expect("known").trace(0);
        let figures = Figures::new(&tally(), &trace);
        assert_eq!(
            (figures.requests, figures.failed, figures.bad),
            (600, 190, 190)
        );
        assert_eq!(figures.bad_by_kind, [190, 0, 0]);
        assert_eq!((figures.bad_seconds, figures.back_seconds), (190, Some(10)));
        assert!(figures.p50_ms.is_some_and(|ms| (19.0..21.0).contains(&ms)));
        assert_eq!(figures.p99_ms, None);
        assert!((figures.load - (410.0 * 2.0 + 190.0) / 600.0).abs() < 1e-9);
    }

    #[test]
    fn a_return_is_told_only_where_there_is_one_fault() {
        let mix = Scenario::named("flapping").expect("known").trace(0);
        assert!(Figures::new(&tally(), &mix).back_seconds.is_some());
        let maintenance = Scenario::named("maintenance").expect("known").trace(0);
        assert_eq!(Figures::new(&tally(), &maintenance).back_seconds, None);
    }

    #[test]
    fn a_timeline_covers_the_run() {
        let points = timeline(&tally(), 7);
        assert_eq!(points.len(), 86);
        assert_eq!(points.last().map(|point| point.at), Some(600.0));
        let whole = |point: &&Point| point.in_time == 1.0;
        let broken = |point: &&Point| point.in_time == 0.0 && point.p99_ms.is_none();
        assert!(points.iter().filter(whole).count() > 55);
        assert!(points.iter().filter(broken).count() > 25);
    }
}

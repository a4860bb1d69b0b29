//! What happens to the world in one run: faults, an operator's orders, and what
//! befalls the proxies themselves.

mod mix;
mod named;

use crate::endpoint::Condition;
use crate::world::{ENDPOINTS, NETWORKS, region_of};

/// One second, in the simulator's microseconds.
pub const SECOND: u64 = 1_000_000;

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// An endpoint is so from now on.
    Is(usize, Condition),
    /// The operator takes an endpoint out: its sessions may stay until then.
    Drain {
        /// Which.
        endpoint: usize,
        /// When the last ones have to go.
        until: u64,
    },
    /// The operator puts an endpoint back into service.
    Activate(usize),
    /// The proxies stand still for so long, and then find a later clock.
    Suspend(u64),
    /// The proxies start anew and know nothing; what is under way goes on.
    Restart,
}

/// A trace: what happens when.
#[derive(Clone, Debug)]
pub struct Trace {
    /// How long requests arrive.
    pub span: u64,
    /// In order of time.
    pub events: Vec<(u64, Event)>,
    /// While anything was wrong, for the picture.
    pub faults: Vec<(u64, u64)>,
}

/// The traces there are.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What happens in it.
    pub about: &'static str,
    build: fn(u64) -> Trace,
}

impl Scenario {
    /// All of them.
    pub const ALL: &[Scenario] = named::ALL;

    /// Whether its trace differs with the seed.
    #[must_use]
    pub fn is_random(&self) -> bool {
        self.name == "mix"
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Scenario> {
        Scenario::ALL.iter().find(|one| one.name == name).copied()
    }

    /// Its trace; only the random ones differ with the seed.
    #[must_use]
    pub fn trace(&self, seed: u64) -> Trace {
        let mut trace = (self.build)(seed);
        trace.events.sort_by_key(|(at, _)| *at);
        trace
    }
}

/// Puts a trace together.
#[derive(Debug)]
struct Builder(Trace);

impl Builder {
    fn new(span: u64) -> Builder {
        Builder(Trace {
            span,
            events: Vec::new(),
            faults: Vec::new(),
        })
    }

    fn at(&mut self, at: u64, event: Event) {
        self.0.events.push((at, event));
    }

    fn shade(&mut self, from: u64, to: u64) {
        self.0.faults.push((from, to));
    }

    /// These endpoints are in this condition from then to then.
    fn fault(&mut self, endpoints: &[usize], condition: Condition, from: u64, to: u64) {
        self.shade(from, to);
        self.quietly(endpoints, condition, from, to);
    }

    fn quietly(&mut self, endpoints: &[usize], condition: Condition, from: u64, to: u64) {
        for endpoint in endpoints {
            self.at(from, Event::Is(*endpoint, condition));
            self.at(to, Event::Is(*endpoint, Condition::Up));
        }
    }

    /// On for `on`, off for `off`, from then to then.
    fn flaps(
        &mut self,
        endpoints: &[usize],
        condition: Condition,
        span: [u64; 2],
        times: [u64; 2],
    ) {
        let ([from, to], [on, off]) = (span, times);
        self.shade(from, to);
        let mut at = from;
        while at < to {
            self.quietly(endpoints, condition, at, (at + on).min(to));
            at += on + off;
        }
    }

    /// Out of service at `from`, its machine down once everybody had time to
    /// leave, and back.
    fn maintain(&mut self, endpoint: usize, from: u64) {
        let until = from + 15 * SECOND;
        self.at(from, Event::Drain { endpoint, until });
        self.quietly(
            &[endpoint],
            Condition::Refuse,
            until + SECOND,
            from + 40 * SECOND,
        );
        self.at(from + 45 * SECOND, Event::Activate(endpoint));
    }

    fn suspend(&mut self, at: u64, span: u64) {
        self.shade(at, at + span);
        self.at(at, Event::Suspend(span));
    }
}

/// The endpoints of a region.
fn in_region(region: usize) -> Vec<usize> {
    (0..ENDPOINTS)
        .filter(|at| region_of(*at) == region)
        .collect()
}

/// The endpoints of a network in these regions.
fn of_network(network: usize, regions: &[usize]) -> Vec<usize> {
    regions
        .iter()
        .map(|region| region * NETWORKS + network)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trace_is_in_order_and_ends_well() {
        for scenario in Scenario::ALL {
            for seed in 0..50 {
                let trace = scenario.trace(seed);
                assert!(trace.events.is_sorted_by_key(|(at, _)| *at));
                let mut is = [Condition::Up; ENDPOINTS];
                for (at, event) in &trace.events {
                    assert!(*at < trace.span, "{}", scenario.name);
                    if let Event::Is(endpoint, condition) = event {
                        is[*endpoint] = *condition;
                    }
                }
                assert_eq!(is, [Condition::Up; ENDPOINTS], "{}", scenario.name);
                assert_eq!(
                    trace.faults.is_empty(),
                    trace.events.is_empty(),
                    "{}",
                    scenario.name
                );
            }
        }
    }

    #[test]
    fn only_the_random_one_depends_on_the_seed() {
        for scenario in Scenario::ALL {
            let differs = scenario.trace(1).events != scenario.trace(2).events;
            assert_eq!(differs, scenario.is_random(), "{}", scenario.name);
        }
        let names = Scenario::ALL.iter().map(|scenario| scenario.name);
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|two| two[0] != two[1]));
        assert!(Scenario::named("no such").is_none());
    }
}

//! The traces that have names: ten minutes each, with a fault from the second
//! minute on.

use super::{Builder, Event, SECOND, Scenario, Trace, in_region, mix, of_network};
use crate::endpoint::Condition;
use crate::world::ENDPOINTS;

const SPAN: u64 = 600 * SECOND;
const FROM: u64 = 120 * SECOND;
const TO: u64 = 300 * SECOND;

const EU: usize = 0;
const US: usize = 1;
const AP: usize = 2;
const US_A: [usize; 1] = [2];

pub(super) const ALL: &[Scenario] = &[
    Scenario {
        name: "healthy",
        about: "nothing happens",
        build: |_| Builder::new(SPAN).0,
    },
    Scenario {
        name: "regional",
        about: "both of America's endpoints hang for three minutes",
        build: |_| one(&in_region(US), Condition::Hang),
    },
    Scenario {
        name: "correlated",
        about: "America and Asia share a network, which refuses in both",
        build: |_| one(&of_network(0, &[US, AP]), Condition::Refuse),
    },
    Scenario {
        name: "brownout",
        about: "one network answers three times as slowly, and 30 % with 503, everywhere",
        build: |_| one(&of_network(0, &[EU, US, AP]), Condition::Brownout),
    },
    Scenario {
        name: "errors",
        about: "an endpoint answers with 503",
        build: |_| one(&US_A, Condition::Error),
    },
    Scenario {
        name: "hang",
        about: "an endpoint takes requests and says nothing",
        build: |_| one(&US_A, Condition::Hang),
    },
    Scenario {
        name: "blackhole",
        about: "packets to an endpoint vanish",
        build: |_| one(&US_A, Condition::Blackhole),
    },
    Scenario {
        name: "flapping",
        about: "an endpoint refuses for three seconds, then serves for four, and so on",
        build: |_| {
            let mut trace = Builder::new(SPAN);
            let times = [3 * SECOND, 4 * SECOND];
            trace.flaps(&US_A, Condition::Refuse, [FROM, TO], times);
            trace.0
        },
    },
    Scenario {
        name: "slow-tail",
        about: "one network answers one of ten requests after 600 ms and more",
        build: |_| one(&of_network(0, &[EU, US, AP]), Condition::SlowTail),
    },
    Scenario {
        name: "clock-jumps",
        about: "the proxies stand still for 400 ms to 30 s, once while an endpoint hangs",
        build: |_| {
            let mut trace = Builder::new(SPAN);
            trace.fault(&US_A, Condition::Hang, FROM, TO);
            trace.suspend(60 * SECOND, 30 * SECOND);
            trace.suspend(150 * SECOND, 5 * SECOND);
            trace.suspend(200 * SECOND, 2 * SECOND);
            trace.suspend(400 * SECOND, 400_000);
            trace.0
        },
    },
    Scenario {
        name: "cold-start",
        about: "the proxies restart and know nothing, while a network hangs",
        build: |_| {
            let mut trace = Builder::new(SPAN);
            trace.fault(&of_network(0, &[EU, US, AP]), Condition::Hang, FROM, TO);
            trace.at(200 * SECOND, Event::Restart);
            trace.0
        },
    },
    Scenario {
        name: "all-down",
        about: "everything refuses for half a minute, and comes back at once",
        build: |_| {
            let mut trace = Builder::new(SPAN);
            let all: Vec<usize> = (0..ENDPOINTS).collect();
            trace.fault(&all, Condition::Refuse, FROM, FROM + 30 * SECOND);
            trace.0
        },
    },
    Scenario {
        name: "maintenance",
        about: "one endpoint after another is drained, down, and back",
        build: |_| {
            let mut trace = Builder::new(SPAN);
            for endpoint in 0..ENDPOINTS {
                trace.maintain(endpoint, (100 + 60 * endpoint as u64) * SECOND);
            }
            trace.shade(100 * SECOND, 445 * SECOND);
            trace.0
        },
    },
    Scenario {
        name: "mix",
        about: "faults, orders, suspensions and restarts drawn from the seed",
        build: mix::trace,
    },
];

/// One fault from the second minute to the fifth.
fn one(endpoints: &[usize], condition: Condition) -> Trace {
    let mut trace = Builder::new(SPAN);
    trace.fault(endpoints, condition, FROM, TO);
    trace.0
}

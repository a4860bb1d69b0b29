//! What clients and endpoints saw, second by second.

use crate::hist::{CLASSES, class};
use crate::stage::{Kind, Request};
use crate::trace::SECOND;
use crate::world::ENDPOINTS;

/// One second of arrivals.
#[derive(Clone, Debug)]
pub struct Bin {
    /// Requests that were answered, by how long that took.
    pub answered: [u32; CLASSES],
    /// Requests that were not.
    pub failed: u32,
    /// What reached the endpoints.
    pub load: [u32; ENDPOINTS],
}

impl Bin {
    const EMPTY: Bin = Bin {
        answered: [0; CLASSES],
        failed: 0,
        load: [0; ENDPOINTS],
    };

    /// Requests that were answered.
    #[must_use]
    pub fn good(&self) -> u64 {
        self.answered.iter().map(|count| u64::from(*count)).sum()
    }

    fn add(&mut self, other: &Bin) {
        for (sum, more) in self.answered.iter_mut().zip(&other.answered) {
            *sum += more;
        }
        for (sum, more) in self.load.iter_mut().zip(&other.load) {
            *sum += more;
        }
        self.failed += other.failed;
    }
}

/// The seconds of a run, or of many runs of the same trace.
#[derive(Clone, Debug)]
pub struct Tally {
    /// By the second of arrival; for what reached endpoints, of its own.
    pub bins: Vec<Bin>,
    /// Bad requests: of assets, of what may be asked once, of sessions.
    pub bad: [u64; 3],
}

/// An answer that takes longer than this, in µs, is bad for whoever waits.
pub const SLOW: u64 = SECOND;

impl Tally {
    /// Nothing yet, for requests that arrive within `span` µs.
    #[must_use]
    pub fn new(span: u64) -> Tally {
        Tally {
            bins: vec![Bin::EMPTY; (span / SECOND).max(1) as usize],
            bad: [0; 3],
        }
    }

    /// A request has been answered now.
    #[inline]
    pub fn answer(&mut self, request: &Request, now: u64) {
        let took = now - request.arrived;
        self.bin(request.arrived).answered[class(took)] += 1;
        if took > SLOW {
            self.count_bad(request);
        }
    }

    /// A request was not answered.
    #[inline]
    pub fn fail(&mut self, request: &Request) {
        self.bin(request.arrived).failed += 1;
        self.count_bad(request);
    }

    fn count_bad(&mut self, request: &Request) {
        self.bad[match request.kind {
            Kind::Asset => 0,
            Kind::Post => 1,
            Kind::Session { .. } => 2,
        }] += 1;
    }

    /// A request reached an endpoint.
    #[inline]
    pub fn reach(&mut self, now: u64, endpoint: usize) {
        self.bin(now).load[endpoint] += 1;
    }

    /// Adds another run of a trace of the same length.
    pub fn add(&mut self, other: &Tally) {
        for (sum, more) in self.bins.iter_mut().zip(&other.bins) {
            sum.add(more);
        }
        for (sum, more) in self.bad.iter_mut().zip(other.bad) {
            *sum += more;
        }
    }

    /// What comes after the last second counts for it.
    #[inline]
    fn bin(&mut self, at: u64) -> &mut Bin {
        let last = self.bins.len() - 1;
        &mut self.bins[last.min((at / SECOND) as usize)]
    }
}

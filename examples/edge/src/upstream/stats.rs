//! What is counted of one endpoint. It outlasts a reload, as the endpoint does.

use std::sync::Arc;

use hedgerow::types::Reason;

use crate::metrics::{Counter, Gauge, Histogram, Reasons};

/// The counts of one endpoint.
#[derive(Debug, Default)]
pub(crate) struct Stats {
    /// Requests sent to it, by why.
    pub(crate) started: Reasons<1, 8>,
    /// How they ended.
    pub(crate) ended: Reasons<20, 25>,
    /// Hedges that brought the response.
    pub(crate) hedges_won: Counter,
    /// Responses by the first digit of their status.
    pub(crate) responses: [Counter; 5],
    /// From a request to the response's head.
    pub(crate) head: Histogram,
    /// Body bytes received.
    pub(crate) bytes: Counter,
    /// Bodies that it cut.
    pub(crate) cut: Counter,
    pub(crate) probes_passed: Counter,
    /// Why other probes failed.
    pub(crate) probes_failed: Reasons<20, 25>,
    /// How often it was ejected, by why.
    pub(crate) ejections: Reasons<330, 10>,
    /// Requests under way, to the end of their bodies.
    pub(crate) in_flight: Gauge,
    /// Connections opened.
    pub(crate) opened: Counter,
    /// Requests that found one open.
    pub(crate) reused: Counter,
    /// Connections that are open.
    pub(crate) open: Gauge,
}

impl Stats {
    /// A response's head has come.
    pub(crate) fn answered(&self, status: u16) {
        let digit = usize::from(status / 100).clamp(1, 5);
        self.responses[digit - 1].add(1);
    }

    /// An attempt that was started for this reason has ended for that one.
    pub(crate) fn ended(&self, why: Reason, reason: Reason) {
        self.ended.add(reason);
        if why == Reason::Hedge && reason == Reason::Won {
            self.hedges_won.add(1);
        }
    }

    /// Counts a request as under way, until what is returned is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> InFlight {
        self.in_flight.rise();
        InFlight(Arc::clone(self))
    }

    /// Counts a connection as open, until what is returned is dropped.
    pub(crate) fn open(self: &Arc<Self>) -> Open {
        self.opened.add(1);
        self.open.rise();
        Open(Arc::clone(self))
    }
}

/// A request that is under way.
#[derive(Debug)]
pub(crate) struct InFlight(Arc<Stats>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fall();
    }
}

/// A connection that is open.
#[derive(Debug)]
pub(crate) struct Open(Arc<Stats>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fall();
    }
}

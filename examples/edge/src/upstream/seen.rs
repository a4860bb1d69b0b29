//! What an endpoint looks like at one moment, for operators.

use std::sync::Arc;

use hedgerow::cdn::monitor::Report;
use hedgerow::cdn::pool::Service;
use hedgerow::types::{Instant, Reason, Timestamp};

use super::drill::Drill;
use super::overrides::{Order, State, Swap};
use super::watch::Watch;

/// All that is known of one endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) service: Service,
    pub(crate) report: Report,
    /// Why new requests don't go there.
    pub(crate) exclusion: Option<Reason>,
    pub(crate) priority: u16,
    pub(crate) weight: u16,
    /// Priority and weight of the document.
    pub(crate) configured: (u16, u16),
    /// Since when its health is what it is, and why.
    pub(crate) health: Option<(Timestamp, Reason)>,
    /// Why it was ejected last.
    pub(crate) ejected: Option<Reason>,
    /// What operators said of it.
    pub(crate) state: Option<Order<State>>,
    pub(crate) weighed: Option<Order<u16>>,
}

impl Watch {
    /// Every endpoint, and what operators said of all of them.
    pub(super) fn seen(&self, now: Instant) -> (Vec<Seen>, Option<Order<Swap>>) {
        let mut guard = self.lock();
        let state = &mut *guard;
        // Deadlines that have just passed have passed.
        self.drain(state, now);
        let snapshot = self.snapshot();
        let seen = self.ids().filter_map(|endpoint| {
            let member = state.pool.members().get(endpoint.index())?.endpoint;
            let base = state.overrides.base(endpoint)?.endpoint;
            let fact = state.facts[endpoint.index()];
            Some(Seen {
                service: state.pool.service(endpoint)?.at(now),
                report: state.monitor.report(endpoint)?,
                // Whoever the visitor is.
                exclusion: (snapshot.service(endpoint)?.exclusion())
                    .or(snapshot.health(endpoint)?.exclusion()),
                priority: member.priority,
                weight: member.weight,
                configured: (base.priority, base.weight),
                health: fact.health,
                ejected: fact.ejected,
                state: state.overrides.states[endpoint.index()].clone(),
                weighed: state.overrides.weights[endpoint.index()].clone(),
            })
        });
        (seen.collect(), state.overrides.swap.clone())
    }

    /// The drill that is under way, or the last one.
    pub(super) fn drill(&self) -> Option<Arc<Drill>> {
        self.drill.load_full()
    }
}

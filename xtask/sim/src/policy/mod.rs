//! What other people do: policies that ask one endpoint after another.
//!
//! They play the same traces against the same endpoints as Hedgerow. Each
//! knows as much as it would in the field: a loader nothing but its own
//! timeout, name servers what their probes say and what caches still hold, a
//! proxy what failed lately.

mod classic;
mod dns;
mod nginx;

use hedgerow::cdn::pool::Draws;

pub use self::{classic::Classic, dns::Dns, nginx::Nginx};

use crate::check::Checked;
use crate::endpoint::{NEVER, Outcome};
use crate::log::mix;
use crate::stage::{Kind, Policy, Request, Stage};
use crate::trace::Event;
use crate::wheel::Node;
use crate::world::{ALLOWED, ENDPOINTS, Set, by_distance};

/// Where requests go, and what is learned from how they went.
pub trait Sequential {
    /// The next endpoint of `order`, `tried` being those that failed; and how
    /// long to wait for it, in µs. `None` gives up.
    fn next(
        &mut self,
        now: u64,
        request: &Request,
        order: &[usize],
        tried: Set,
    ) -> Option<(usize, u64)>;
    /// Whether a request goes elsewhere after this; `opened` says that a
    /// connection was.
    fn goes_on(&self, request: &Request, opened: bool) -> bool;
    /// An attempt came to this, at a moment that a client would know of.
    fn learn(&mut self, now: u64, endpoint: usize, good: bool);
    /// How an endpoint is, as probes from outside see it.
    fn probe(&mut self, now: u64, endpoint: usize, serves: bool);
    /// When it probes next; [`NEVER`] if it doesn't.
    fn due(&self) -> u64;
    /// The operator wants this endpoint used, or not.
    fn order(&mut self, endpoint: usize, active: bool);
}

/// One request under way.
#[derive(Clone, Copy, Debug)]
struct Pending {
    request: Request,
    endpoint: usize,
    tried: Set,
    outcome: Outcome,
    /// When the attempt is given up; it comes to nothing before that if
    /// `silent`.
    deadline: u64,
    silent: bool,
}

/// Carries a sequential policy out.
#[derive(Debug)]
pub struct Sequence<S> {
    policy: S,
    orders: Vec<Vec<usize>>,
    pending: Vec<Option<Pending>>,
    free: Vec<Node>,
    draws: Draws,
}

impl<S: Sequential> Sequence<S> {
    /// `policy` at a proxy.
    pub fn new(policy: S, proxy: usize, seed: u64) -> Sequence<S> {
        Sequence {
            policy,
            orders: (0..ALLOWED.len())
                .map(|visitor| by_distance(proxy, visitor))
                .collect(),
            pending: Vec::new(),
            free: Vec::new(),
            draws: Draws::new(mix(seed)),
        }
    }

    fn attempt(
        &mut self,
        stage: &mut Stage<'_>,
        now: u64,
        node: Node,
        request: Request,
        tried: Set,
    ) {
        let order = &self.orders[request.visitor];
        let Some((endpoint, patience)) = self.policy.next(now, &request, order, tried) else {
            return self.give_up(stage, node, &request);
        };
        stage.tally.reach(now, endpoint);
        let (took, outcome) = stage.endpoints.request(endpoint, self.draws.next_u64());
        self.pending[node as usize] = Some(Pending {
            request,
            endpoint,
            tried: tried | 1 << endpoint,
            outcome,
            deadline: now + patience,
            silent: took > patience,
        });
        stage.wheel.set(node, now + took.min(patience));
    }

    fn give_up(&mut self, stage: &mut Stage<'_>, node: Node, request: &Request) {
        stage.tally.fail(request);
        self.pending[node as usize] = None;
        self.free.push(node);
    }
}

impl<S: Sequential> Policy for Sequence<S> {
    fn arrive(&mut self, stage: &mut Stage<'_>, now: u64, request: Request) -> Checked {
        let node = self.free.pop().unwrap_or_else(|| {
            self.pending.push(None);
            self.pending.len() as Node - 1
        });
        self.attempt(stage, now, node, request, 0);
        Ok(())
    }

    fn wake(&mut self, stage: &mut Stage<'_>, now: u64, node: Node) -> Checked {
        let Some(pending) = &mut self.pending[node as usize] else {
            return Ok(());
        };
        let Pending {
            request,
            endpoint,
            tried,
            ..
        } = *pending;
        let outcome = if pending.silent {
            pending.outcome
        } else {
            stage.endpoints.overtaken(endpoint, pending.outcome)
        };
        let silent = matches!(outcome, Outcome::Silence { .. });
        if silent && !pending.silent {
            // It fell silent while it was waited for.
            (pending.silent, pending.outcome) = (true, outcome);
            stage.wheel.set(node, pending.deadline);
            return Ok(());
        }
        let good = outcome == Outcome::Answer && !pending.silent;
        self.policy.learn(now, endpoint, good);
        if good {
            stage.tally.answer(&request, now);
            self.pending[node as usize] = None;
            self.free.push(node);
        } else if self.policy.goes_on(&request, outcome.is_sent()) {
            self.attempt(stage, now, node, request, tried);
        } else {
            self.give_up(stage, node, &request);
        }
        Ok(())
    }

    fn due(&self) -> u64 {
        self.policy.due()
    }

    fn turn(&mut self, stage: &mut Stage<'_>, now: u64) -> Checked {
        for endpoint in 0..ENDPOINTS {
            let (took, outcome) = stage.endpoints.request(endpoint, self.draws.next_u64());
            let serves = took != NEVER && outcome == Outcome::Answer;
            self.policy.probe(now, endpoint, serves);
        }
        Ok(())
    }

    fn handle(&mut self, _: &mut Stage<'_>, _: u64, event: Event) -> Checked {
        match event {
            Event::Drain { endpoint, .. } => self.policy.order(endpoint, false),
            Event::Activate(endpoint) => self.policy.order(endpoint, true),
            Event::Is(..) | Event::Suspend(_) | Event::Restart => {}
        }
        Ok(())
    }

    fn close(&mut self, _: &mut Stage<'_>, _: u64) -> Checked {
        Ok(())
    }
}

/// Whether a request may be asked for twice.
const fn is_repeatable(request: &Request) -> bool {
    !matches!(request.kind, Kind::Post)
}

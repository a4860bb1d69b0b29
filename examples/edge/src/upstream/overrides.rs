//! What operators said while the proxy runs, over what the document says.
//!
//! It is kept apart from the pool, so that any of it can be undone, ends by
//! itself, and is found again after a reload.

use hedgerow::cdn::pool::{Member, Pool, Service};
use hedgerow::types::{EndpointId, Instant, Timestamp};

/// Who said something, when and why.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    /// Names the change in the answer, in the state and in the log.
    pub(crate) change: String,
    pub(crate) by: String,
    pub(crate) reason: Option<String>,
    pub(crate) at: Timestamp,
}

/// Something that holds until it is undone, or until its time.
#[derive(Clone, Debug)]
pub(crate) struct Order<T> {
    pub(crate) what: T,
    pub(crate) until: Option<Instant>,
    pub(crate) note: Note,
}

impl<T> Order<T> {
    fn has_passed(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

/// A state that an operator gives an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Active,
    Draining,
    Maintenance,
    Down,
}

impl State {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Draining => "draining",
            State::Maintenance => "maintenance",
            State::Down => "down",
        }
    }

    fn service(self, until: Option<Instant>) -> Service {
        match self {
            State::Active => Service::Active,
            // The pool itself makes it `down` then.
            State::Draining => Service::Draining { until },
            // The end is the order's own, which gives back what the document
            // says, whatever that is.
            State::Maintenance => Service::Maintenance { until: None },
            State::Down => Service::Down { until: None },
        }
    }
}

/// Who changes places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Swap {
    /// The priorities and weights of two endpoints.
    Endpoints(EndpointId, EndpointId),
    /// The priorities of two groups.
    Groups(u16, u16),
}

/// All that operators said of one upstream.
#[derive(Clone, Debug)]
pub(super) struct Overrides {
    /// What the document says.
    base: Vec<Member>,
    pub(super) states: Vec<Option<Order<State>>>,
    pub(super) weights: Vec<Option<Order<u16>>>,
    pub(super) swap: Option<Order<Swap>>,
    /// The endpoint that a drill takes out.
    pub(super) drilled: Option<EndpointId>,
}

impl Overrides {
    pub(super) fn new(base: Vec<Member>) -> Overrides {
        Overrides {
            states: vec![None; base.len()],
            weights: vec![None; base.len()],
            base,
            swap: None,
            drilled: None,
        }
    }

    /// What the document says of an endpoint.
    pub(super) fn base(&self, endpoint: EndpointId) -> Option<&Member> {
        self.base.get(endpoint.index())
    }

    /// Takes over what was said of endpoints that are still there; `to` gives
    /// the new id of an old one.
    pub(super) fn inherit(
        &mut self,
        old: &Overrides,
        to: impl Fn(EndpointId) -> Option<EndpointId>,
    ) {
        for (index, (state, weight)) in old.states.iter().zip(&old.weights).enumerate() {
            if let Some(endpoint) = to(EndpointId::new(index as u16)) {
                self.states[endpoint.index()].clone_from(state);
                self.weights[endpoint.index()].clone_from(weight);
            }
        }
        self.swap = old.swap.as_ref().and_then(|swap| {
            let what = match swap.what {
                Swap::Endpoints(a, b) => Swap::Endpoints(to(a)?, to(b)?),
                groups @ Swap::Groups(..) => groups,
            };
            Some(Order {
                what,
                until: swap.until,
                note: swap.note.clone(),
            })
        });
        self.drilled = old.drilled.and_then(to);
    }

    /// Forgets what was said; the pool stays as it is.
    pub(super) fn clear(&mut self) {
        *self = Overrides::new(std::mem::take(&mut self.base));
    }

    /// When the next of it ends by itself.
    pub(super) fn next_end(&self) -> Option<Instant> {
        let states = self.states.iter().flatten();
        let states = states.filter(|order| order.what != State::Draining);
        let weights = self.weights.iter().flatten();
        (states.filter_map(|order| order.until))
            .chain(weights.filter_map(|order| order.until))
            .chain(self.swap.as_ref().and_then(|order| order.until))
            .min()
    }

    /// Drops what has come to its end. Gives the changes that have.
    pub(super) fn end(&mut self, now: Instant) -> Vec<Note> {
        let mut ended = Vec::new();
        for place in &mut self.states {
            let passed = |order: &mut Order<State>| {
                // Its deadline is that of its users; then it is down until the
                // operator says otherwise.
                order.what != State::Draining && order.has_passed(now)
            };
            ended.extend(place.take_if(passed).map(|order| order.note));
        }
        for place in &mut self.weights {
            let passed = place.take_if(|order| order.has_passed(now));
            ended.extend(passed.map(|order| order.note));
        }
        let passed = self.swap.take_if(|order| order.has_passed(now));
        ended.extend(passed.map(|order| order.note));
        ended
    }

    /// Makes the pool what the document and the operators say together.
    pub(super) fn apply(&self, pool: &mut Pool, now: Instant) {
        let mut roles: Vec<(u16, u16)> = (self.base.iter())
            .map(|member| (member.endpoint.priority, member.endpoint.weight))
            .collect();
        match self.swap.as_ref().map(|order| order.what) {
            Some(Swap::Endpoints(a, b)) => roles.swap(a.index(), b.index()),
            Some(Swap::Groups(a, b)) => {
                for (priority, _) in &mut roles {
                    if *priority == a {
                        *priority = b;
                    } else if *priority == b {
                        *priority = a;
                    }
                }
            }
            None => {}
        }
        for (index, (priority, weight)) in roles.into_iter().enumerate() {
            let endpoint = EndpointId::new(index as u16);
            let said = self.weights[index].as_ref().map(|order| order.what);
            let weight = said.unwrap_or(weight);
            pool.set_weight(endpoint, weight);
            pool.set_priority(endpoint, priority);
            pool.set_service(now, endpoint, self.service(endpoint).at(now));
        }
    }

    fn service(&self, endpoint: EndpointId) -> Service {
        if self.drilled == Some(endpoint) {
            return Service::Down { until: None };
        }
        match &self.states[endpoint.index()] {
            Some(order) => order.what.service(order.until),
            None => self.base[endpoint.index()].endpoint.state.into(),
        }
    }
}

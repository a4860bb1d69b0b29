//! Hedgerow, as a proxy uses it: one race for each request over what the pool
//! gives, budgets that all share, and a monitor that watches.
//!
//! Nothing of the engine is written again here: this carries out what it asks
//! for, against endpoints and a network that are simulated, and tells the
//! checks what it was asked.

mod choose;
mod drive;
mod slot;
mod watch;

use hedgerow::cdn::affinity::{Affinity, Stickiness};
use hedgerow::cdn::pool::{Draws, Service};
use hedgerow::failover::{Budget, SharedBudget, Silence};
use hedgerow::types::{EndpointId, Instant};

use self::{slot::Slot, watch::Watch};
use crate::bug::{Bug, Planted};
use crate::check::{Budgets, Checked, Invariant, Of, Witness};
use crate::log::{Entry, Log, NOBODY, Note, Recorder};
use crate::stage::{CLIENTS, Policy, Request, Stage};
use crate::trace::{Event, SECOND};
use crate::wheel::Node;
use crate::world::{ENDPOINTS, NAMES};

/// What all requests of a proxy share besides the engine.
#[derive(Debug)]
struct Shared<P, R> {
    bug: P,
    log: Log<R>,
    witness: Witness,
    budgets: Budgets,
}

impl<P, R: Recorder> Shared<P, R> {
    #[inline]
    fn note(&mut self, now: u64, note: Note, request: u32, endpoint: u32, detail: u16) {
        self.log.note(Entry {
            now,
            note,
            request,
            endpoint,
            detail,
        });
    }
}

/// Where each client's session is.
type Sessions = Vec<Option<EndpointId>>;

/// One proxy.
#[derive(Debug)]
pub struct Proxy<P, R> {
    shared: Shared<P, R>,
    watch: Watch,
    budget: SharedBudget,
    affinity: Affinity,
    /// The cookie of each endpoint's sessions.
    cookies: [String; ENDPOINTS],
    sessions: Sessions,
    draws: Draws,
    slots: Vec<Slot>,
    free: Vec<Node>,
    /// When the checks look around next.
    look: u64,
    seed: u32,
}

impl<P: Planted, R: Recorder> Proxy<P, R> {
    /// A proxy with `bug`, that tells `log` what happens. Of the proxies the odd
    /// ones start endpoints slowly, and the sessions of every third have owners.
    pub fn new(number: usize, seed: u64, bug: P, log: Log<R>) -> Proxy<P, R> {
        let mut seeds = Draws::new(seed);
        let monitor = seeds.next_u64() as u32;
        let stickiness = if number.is_multiple_of(3) {
            Stickiness::Owner
        } else {
            Stickiness::Prefer
        };
        let mut affinity = Affinity::new(stickiness).with_cookie("node");
        for (endpoint, name) in NAMES.iter().enumerate() {
            affinity = affinity.with_node(name, EndpointId::new(endpoint as u16));
        }
        let services = [Service::Active; ENDPOINTS];
        Proxy {
            shared: Shared {
                bug,
                log,
                witness: Witness::new(0),
                budgets: Budgets::default(),
            },
            watch: Watch::new(0, monitor, number % 2 == 1, services, bug),
            budget: SharedBudget::default(),
            affinity,
            cookies: NAMES.map(|name| format!("node=3f9c.{name}")),
            sessions: vec![None; CLIENTS.into()],
            draws: Draws::new(seeds.next_u64()),
            slots: Vec::new(),
            free: Vec::new(),
            look: SECOND,
            seed: monitor,
        }
    }

    /// What has happened.
    pub fn into_log(self) -> Log<R> {
        self.shared.log
    }

    /// What the engine is told that the time is.
    #[inline]
    fn tell(&mut self, now: u64) -> Checked<u64> {
        let behind = self.shared.bug.has(Bug::ClockBehind) && now / 997 % 1000 == 999;
        let told = if behind {
            now.saturating_sub(SECOND)
        } else {
            now
        };
        self.shared.witness.tell(told)?;
        Ok(told)
    }

    /// Tells the races who is not to be waited for any more.
    #[inline]
    fn spread(&mut self, stage: &mut Stage<'_>, now: u64) -> Checked {
        while let Some(endpoint) = self.watch.gone.pop() {
            self.abandon(stage, now, endpoint)?;
        }
        Ok(())
    }

    #[cold]
    fn abandon(&mut self, stage: &mut Stage<'_>, now: u64, endpoint: EndpointId) -> Checked {
        for node in 0..self.slots.len() {
            let slot = &mut self.slots[node];
            let waits = slot.claim.owner() == Some(endpoint.index());
            if slot.busy && slot.claim.is_repeatable() && !waits {
                slot.race
                    .handle_ejected(Instant::from_micros(now), endpoint);
                let number = slot.claim.request.number;
                self.shared
                    .note(now, Note::Told, number, endpoint.get().into(), 0);
                self.drive(stage, now, node as Node)?;
            }
        }
        Ok(())
    }
}

impl<P: Planted, R: Recorder> Policy for Proxy<P, R> {
    #[inline]
    fn arrive(&mut self, stage: &mut Stage<'_>, now: u64, request: Request) -> Checked {
        let now = self.tell(now)?;
        if now >= self.look {
            self.look = now + SECOND;
            self.shared.witness.look(now, stage.resumed())?;
        }
        let node = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::new());
            self.slots.len() as Node - 1
        });
        self.begin(now, node, request)?;
        self.drive(stage, now, node)?;
        self.spread(stage, now)
    }

    #[inline]
    fn wake(&mut self, stage: &mut Stage<'_>, now: u64, node: Node) -> Checked {
        let now = self.tell(now)?;
        self.land(stage, now, node)?;
        self.spread(stage, now)
    }

    fn due(&self) -> u64 {
        self.watch.due
    }

    fn turn(&mut self, stage: &mut Stage<'_>, now: u64) -> Checked {
        let now = self.tell(now)?;
        self.watch.turn(now, stage, &mut self.shared)?;
        self.spread(stage, now)
    }

    fn handle(&mut self, stage: &mut Stage<'_>, now: u64, event: Event) -> Checked {
        let now = self.tell(now)?;
        let order = |shared: &mut Shared<P, R>, note, endpoint: usize| {
            shared.note(now, note, NOBODY, endpoint as u32, 0);
        };
        match event {
            Event::Is(..) => return Ok(()),
            Event::Drain { endpoint, until } => {
                order(&mut self.shared, Note::Order, endpoint);
                self.shared.witness.drain(endpoint, stage.arrived(), until);
                let until = Some(Instant::from_micros(until));
                let service = Service::Draining { until };
                self.watch
                    .serve(now, endpoint, service, stage, &mut self.shared)?;
            }
            Event::Activate(endpoint) => {
                order(&mut self.shared, Note::Order, endpoint);
                self.shared.witness.activate(endpoint);
                let service = Service::Active;
                self.watch
                    .serve(now, endpoint, service, stage, &mut self.shared)?;
            }
            Event::Suspend(_) => self.shared.note(now, Note::Suspended, NOBODY, NOBODY, 0),
            Event::Restart => {
                self.shared.note(now, Note::Restarted, NOBODY, NOBODY, 0);
                self.watch
                    .restart(now, self.seed.rotate_left(7), self.shared.bug);
                self.shared.witness.restart(now);
                self.budget = SharedBudget::default();
                self.shared.budgets = Budgets::default();
            }
        }
        self.spread(stage, now)
    }

    fn close(&mut self, stage: &mut Stage<'_>, now: u64) -> Checked {
        let left = self.slots.iter().find(|slot| slot.busy);
        let ended = Invariant::Ends.holds(left.is_none(), now, || "it never ends".to_owned());
        let number = left.map_or(NOBODY, |slot| slot.claim.request.number);
        debug_assert!(stage.wheel.is_empty());
        ended.of_request(number)
    }
}

/// The budgets of the proxy's races, and what a race was refused.
struct Purse<'a, P> {
    budget: &'a mut SharedBudget,
    refused: bool,
    bug: P,
}

impl<P: Planted> Budget for Purse<'_, P> {
    #[inline]
    fn take_hedge(&mut self, now: Instant) -> bool {
        self.budget.take_hedge(now)
    }

    #[inline]
    fn take_hedge_for(&mut self, now: Instant, silence: Silence) -> bool {
        self.budget.take_hedge_for(now, silence) || self.bug.has(Bug::HedgesForFree)
    }

    #[inline]
    fn take_retry(&mut self, now: Instant) -> bool {
        let granted = self.budget.take_retry(now) || self.bug.has(Bug::RetriesForFree);
        self.refused |= !granted;
        granted
    }
}

//! One request, as the outside knows it.

use super::{Checked, Invariant, Of};
use crate::endpoint::{Endpoints, NEVER};
use crate::stage::{Kind, Request};
use crate::world::{ALLOWED, NAMES, Set, VISITORS};

/// No request takes longer, in µs: the proxy's own limit.
const LONGEST: u64 = 10_000_000;

/// What a request may claim, and what it has had.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// The request.
    pub request: Request,
    /// When the process took it up.
    pub began: u64,
    allowed: Set,
    /// In service when it began.
    active: Set,
    tried: Set,
    answered: bool,
    /// The owner that must serve it.
    owner: Option<usize>,
    /// A retry was refused for want of budget.
    pub refused: bool,
}

/// Why an attempt is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is the first.
    First,
    /// The one before is silent.
    Hedge,
    /// The one before has failed, or will hardly come to anything.
    Retry,
}

impl Claim {
    /// Of a request that is taken up now, while these are in service.
    #[inline]
    #[must_use]
    pub fn new(request: Request, now: u64, active: Set) -> Claim {
        Claim {
            request,
            began: now,
            allowed: ALLOWED[request.visitor],
            active,
            tried: 0,
            answered: false,
            owner: None,
            refused: false,
        }
    }

    /// Whether it may be asked twice.
    #[inline]
    #[must_use]
    pub const fn is_repeatable(&self) -> bool {
        !matches!(self.request.kind, Kind::Post)
    }

    /// It belongs to `owner`, which can serve it.
    pub fn own(&mut self, owner: usize) {
        self.owner = Some(owner);
    }

    /// Whether the fence lets `endpoint` serve it.
    #[must_use]
    pub const fn permits(&self, endpoint: usize) -> bool {
        self.allowed >> endpoint & 1 == 1
    }

    /// The owner that alone may serve it.
    #[must_use]
    pub const fn owner(&self) -> Option<usize> {
        self.owner
    }

    /// What the pick was: `chosen`, of those believed `healthy`. A `trial` is
    /// what the monitor asked for.
    ///
    /// # Errors
    ///
    /// [`Invariant::Finds`].
    #[inline]
    pub fn picked(&self, now: u64, chosen: Option<usize>, trial: bool, healthy: Set) -> Checked {
        let usable = self.allowed & self.active;
        let best = if usable & healthy != 0 && !trial {
            usable & healthy
        } else {
            usable
        };
        // Fence and service have checks of their own.
        let holds = match chosen {
            Some(endpoint) => (best | !usable) >> endpoint & 1 == 1,
            None => usable == 0,
        };
        Invariant::Finds
            .holds(holds, now, || {
                format!(
                    "picked {:?} where {best:06b} are the best",
                    chosen.map(|at| NAMES[at])
                )
            })
            .of_request(self.request.number)
    }

    /// An attempt starts at `endpoint`, while others are still `live` or have
    /// been `sent`.
    ///
    /// # Errors
    ///
    /// [`Invariant::Fence`], [`Invariant::OncePerEndpoint`],
    /// [`Invariant::Idempotent`] or [`Invariant::Session`].
    #[inline]
    pub fn start(&mut self, now: u64, endpoint: usize, why: Why, others_sent: bool) -> Checked {
        let name = || NAMES[endpoint];
        let visitor = || VISITORS[self.request.visitor];
        Invariant::Fence.holds(self.allowed >> endpoint & 1 == 1, now, || {
            format!("a visitor from {} is sent to {}", visitor(), name())
        })?;
        Invariant::OncePerEndpoint.holds(self.tried >> endpoint & 1 == 0, now, || {
            format!("{} is tried again", name())
        })?;
        let twice = !self.is_repeatable() && others_sent;
        Invariant::Idempotent.holds(!twice, now, || {
            format!("what may be asked once is asked at {}, too", name())
        })?;
        if let Some(owner) = self.owner {
            let moved = why == Why::First && owner != endpoint;
            let hedged = why == Why::Hedge;
            Invariant::Session.holds(!moved && !hedged, now, || {
                format!("{}'s session is sent to {} ({why:?})", NAMES[owner], name())
            })?;
        }
        self.tried |= 1 << endpoint;
        Ok(())
    }

    /// The client gets an answer.
    ///
    /// # Errors
    ///
    /// [`Invariant::OneAnswer`].
    #[inline]
    pub fn answer(&mut self, now: u64) -> Checked {
        Invariant::OneAnswer.holds(!self.answered, now, || "answered again".to_owned())?;
        self.answered = true;
        Ok(())
    }

    /// It is over, `resumed` being the last time that the process stood still
    /// until.
    ///
    /// # Errors
    ///
    /// [`Invariant::Ends`] or [`Invariant::Succeeds`].
    #[inline]
    pub fn end(&self, now: u64, resumed: u64, endpoints: &Endpoints) -> Checked {
        // Who stood still has missed its deadlines, and the endpoints' answers.
        if self.began < resumed {
            return Ok(());
        }
        Invariant::Ends.holds(now - self.began <= LONGEST, now, || {
            format!("after {} µs", now - self.began)
        })?;
        if self.answered {
            return Ok(());
        }
        self.failed(now, endpoints)
    }

    #[cold]
    fn failed(&self, now: u64, endpoints: &Endpoints) -> Checked {
        if self.refused || !self.is_repeatable() || self.owner.is_some() {
            return Ok(());
        }
        let usable = self.allowed & self.active;
        let serves = |endpoint: &usize| {
            let since = endpoints.serving_since(*endpoint);
            usable >> endpoint & 1 == 1 && since != NEVER && since <= self.began
        };
        let serving = (0..NAMES.len()).find(serves);
        Invariant::Succeeds.holds(serving.is_none(), now, || {
            let name = serving.map_or("", |at| NAMES[at]);
            format!("failed although {name} served all the while")
        })
    }
}

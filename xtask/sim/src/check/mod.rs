//! What must be true, whatever happens: told from outside, by what the engine
//! asks for and what the operator said. Nothing here asks the engine.

mod budget;
mod request;
mod watch;

use core::fmt;

pub use self::{
    budget::Budgets,
    request::{Claim, Why},
    watch::Witness,
};

/// The promises, by name. Each has a planted bug that breaks it and no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// No visitor is served from outside the residency fence.
    Fence,
    /// Hedges stay within their budget: ten at once, one for twenty successes;
    /// and beyond it within that of retries, of endpoints that answer nobody.
    HedgeBudget,
    /// Retries stay within theirs: 20 % of the requests of the last ten seconds
    /// and ten a second.
    RetryBudget,
    /// A request is answered at most once.
    OneAnswer,
    /// Every request ends, and in time.
    Ends,
    /// No endpoint is tried twice by one request.
    OncePerEndpoint,
    /// What may not be asked twice never is, unless it was not even sent.
    Idempotent,
    /// A session stays with its owner while that can serve it, and is never
    /// hedged.
    Session,
    /// While a healthy endpoint is allowed and in service, a pick finds one;
    /// and it finds any rather than none.
    Finds,
    /// A request does not fail while an endpoint serves that it may use.
    Succeeds,
    /// What reaches the endpoints is at most the requests, the hedges and the
    /// retries that the budgets allow.
    Load,
    /// An ejection lasts its dwell.
    Dwell,
    /// At most one probe is under way to an endpoint.
    OneProbe,
    /// Probes never cease.
    ProbesGoOn,
    /// What is drained gets no new users, and what is down none at all.
    Drain,
    /// Time never goes back.
    Monotonic,
}

impl Invariant {
    /// All of them.
    pub const ALL: [Invariant; 16] = [
        Invariant::Fence,
        Invariant::HedgeBudget,
        Invariant::RetryBudget,
        Invariant::OneAnswer,
        Invariant::Ends,
        Invariant::OncePerEndpoint,
        Invariant::Idempotent,
        Invariant::Session,
        Invariant::Finds,
        Invariant::Succeeds,
        Invariant::Load,
        Invariant::Dwell,
        Invariant::OneProbe,
        Invariant::ProbesGoOn,
        Invariant::Drain,
        Invariant::Monotonic,
    ];
}

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub invariant: Invariant,
    /// When, in µs.
    pub at: u64,
    /// By which request, if by one.
    pub request: Option<u32>,
    /// At which endpoint, if at one.
    pub endpoint: Option<usize>,
    /// How.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.invariant, self.detail)
    }
}

impl core::error::Error for Violation {}

/// Whether all is as it must be.
pub type Checked<T = ()> = Result<T, Box<Violation>>;

impl Invariant {
    /// Breaks it, unless it `holds`. The detail is written only then.
    ///
    /// # Errors
    ///
    /// The violation.
    #[inline]
    pub fn holds(self, holds: bool, at: u64, detail: impl FnOnce() -> String) -> Checked {
        if holds {
            return Ok(());
        }
        self.broken(at, detail)
    }

    #[cold]
    #[inline(never)]
    fn broken(self, at: u64, detail: impl FnOnce() -> String) -> Checked {
        Err(Box::new(Violation {
            invariant: self,
            at,
            request: None,
            endpoint: None,
            detail: detail(),
        }))
    }
}

/// Says whose a violation is.
pub trait Of {
    /// Of this request.
    #[must_use]
    fn of_request(self, number: u32) -> Self;
    /// Of this endpoint.
    #[must_use]
    fn of_endpoint(self, endpoint: usize) -> Self;
}

impl<T> Of for Checked<T> {
    #[inline]
    fn of_request(self, number: u32) -> Self {
        self.map_err(|mut violation| {
            violation.request = Some(number);
            violation
        })
    }

    #[inline]
    fn of_endpoint(self, endpoint: usize) -> Self {
        self.map_err(|mut violation| {
            violation.endpoint = Some(endpoint);
            violation
        })
    }
}

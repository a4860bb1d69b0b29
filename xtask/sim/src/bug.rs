//! Planted bugs: each breaks one promise, and the checks must say which.

use crate::check::Invariant;

/// A way to use the engine wrongly, or to be given wrong answers by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// Every visitor is treated as an American, who has no fence.
    WrongVisitor,
    /// Hedges are granted whatever the budget says.
    HedgesForFree,
    /// Retries are granted whatever the budget says.
    RetriesForFree,
    /// The answer is passed on, and the race told that it could not be.
    AnswerDenied,
    /// What the race waits for is not waited for.
    TimerLost,
    /// The first candidate is the second as well.
    CandidateTwice,
    /// Everything passes for repeatable.
    PostRepeated,
    /// Whose session it is, is not looked at.
    CookieIgnored,
    /// Picks read the first snapshot for ever.
    StaleSnapshot,
    /// Only the first candidate is passed on.
    NoOthers,
    /// Every attempt is sent twice.
    SentTwice,
    /// The monitor is told to eject for no time at all.
    NoDwell,
    /// The monitor's probes are asked for twice.
    ProbedTwice,
    /// Nobody asks the monitor what it wants done.
    MonitorForgotten,
    /// The operator's orders do not reach the pool.
    OrderLost,
    /// Once in a thousand calls the clock is a second behind.
    ClockBehind,
}

/// Each bug, its name on the command line, the promise that it breaks, and a
/// trace in which it does.
pub const BUGS: [(Bug, &str, Invariant, &str); 16] = [
    (
        Bug::WrongVisitor,
        "wrong-visitor",
        Invariant::Fence,
        "regional",
    ),
    (
        Bug::HedgesForFree,
        "hedges-for-free",
        Invariant::HedgeBudget,
        "slow-tail",
    ),
    (
        Bug::RetriesForFree,
        "retries-for-free",
        Invariant::RetryBudget,
        "all-down",
    ),
    (
        Bug::AnswerDenied,
        "answer-denied",
        Invariant::OneAnswer,
        "healthy",
    ),
    (Bug::TimerLost, "timer-lost", Invariant::Ends, "hang"),
    (
        Bug::CandidateTwice,
        "candidate-twice",
        Invariant::OncePerEndpoint,
        "errors",
    ),
    (
        Bug::PostRepeated,
        "post-repeated",
        Invariant::Idempotent,
        "errors",
    ),
    (
        Bug::CookieIgnored,
        "cookie-ignored",
        Invariant::Session,
        "healthy",
    ),
    (
        Bug::StaleSnapshot,
        "stale-snapshot",
        Invariant::Finds,
        "hang",
    ),
    (Bug::NoOthers, "no-others", Invariant::Succeeds, "errors"),
    (Bug::SentTwice, "sent-twice", Invariant::Load, "healthy"),
    (Bug::NoDwell, "no-dwell", Invariant::Dwell, "brownout"),
    (
        Bug::ProbedTwice,
        "probed-twice",
        Invariant::OneProbe,
        "healthy",
    ),
    (
        Bug::MonitorForgotten,
        "monitor-forgotten",
        Invariant::ProbesGoOn,
        "healthy",
    ),
    (
        Bug::OrderLost,
        "order-lost",
        Invariant::Drain,
        "maintenance",
    ),
    (
        Bug::ClockBehind,
        "clock-behind",
        Invariant::Monotonic,
        "healthy",
    ),
];

impl Bug {
    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Bug> {
        let found = BUGS.iter().find(|(_, known, ..)| *known == name);
        found.map(|(bug, ..)| *bug)
    }
}

/// What is wrong with a driver.
pub trait Planted: Copy {
    /// Whether this is.
    fn has(self, bug: Bug) -> bool;
}

/// Nothing.
#[derive(Clone, Copy, Debug)]
pub struct Genuine;

impl Planted for Genuine {
    #[inline]
    fn has(self, _: Bug) -> bool {
        false
    }
}

impl Planted for Bug {
    fn has(self, bug: Bug) -> bool {
        self == bug
    }
}

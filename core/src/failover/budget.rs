//! Budgets, so that failover never multiplies load.
//!
//! The caller owns them and shares them between its races, as it does health.

use crate::types::Duration;

use super::Candidate;
use crate::cdn::Observation;
use crate::types::{EndpointId, Instant};

/// What a race asks before it starts more than its first attempt.
pub trait Budget {
    /// Takes one hedge from the budget; `false` if it is spent.
    fn take_hedge(&mut self, now: Instant) -> bool;

    /// Takes one retry after a failure; `false` if the budget is spent.
    fn take_retry(&mut self, now: Instant) -> bool;

    /// Takes one hedge for an attempt that is silent; `false` if there is none.
    /// Whoever knows more of its endpoint may draw on another budget.
    fn take_hedge_for(&mut self, now: Instant, silence: Silence) -> bool {
        let _ = silence;
        self.take_hedge(now)
    }
}

/// An attempt's silence, for which a hedge is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// Who was asked.
    pub endpoint: EndpointId,
    /// When the attempt began, or made its last progress.
    pub since: Instant,
    /// Whether a hedge for this attempt was refused before.
    pub refused: bool,
    /// Whether it is asked for again if it is refused now.
    pub asks_again: bool,
}

/// No budget beyond what the race's own settings allow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unlimited;

impl Budget for Unlimited {
    fn take_hedge(&mut self, _: Instant) -> bool {
        true
    }

    fn take_retry(&mut self, _: Instant) -> bool {
        true
    }
}

/// A token bucket for hedges: each success earns a twentieth of a token, each
/// hedge costs one. So in the long run at most about 5 % of the requests are
/// hedged, as *The Tail at Scale* (Dean and Barroso, 2013) found enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HedgeBudget {
    milli: u32,
}

impl HedgeBudget {
    /// Tokens in a full bucket, in thousandths.
    pub const CAPACITY_MILLI: u32 = 10_000;
    /// What a success earns, in thousandths of a token.
    pub const EARNED_MILLI: u32 = 50;
    /// What a hedge costs.
    const HEDGE_MILLI: u32 = 1000;

    /// A full bucket.
    #[must_use]
    pub const fn new() -> HedgeBudget {
        HedgeBudget {
            milli: HedgeBudget::CAPACITY_MILLI,
        }
    }

    /// A bucket with this many thousandths of a token, at most full.
    #[must_use]
    pub fn from_milli(milli: u32) -> HedgeBudget {
        HedgeBudget {
            milli: milli.min(HedgeBudget::CAPACITY_MILLI),
        }
    }

    /// Thousandths of a token left.
    #[must_use]
    pub const fn milli(&self) -> u32 {
        self.milli
    }

    /// Earns for one success.
    pub fn earn(&mut self) {
        self.milli = (self.milli + HedgeBudget::EARNED_MILLI).min(HedgeBudget::CAPACITY_MILLI);
    }

    /// Takes one token; `false` if there is none.
    pub fn take(&mut self) -> bool {
        match self.milli.checked_sub(HedgeBudget::HEDGE_MILLI) {
            Some(left) => {
                self.milli = left;
                true
            }
            None => false,
        }
    }
}

impl Default for HedgeBudget {
    fn default() -> HedgeBudget {
        HedgeBudget::new()
    }
}

/// Retries as a share of the requests of the last 10 s, plus a floor for quiet
/// times: 20 % + 10/s, the defaults of Finagle's `RetryBudget`, as there with the
/// floor of all 10 s at hand from the start.
///
/// It counts by whole seconds of the caller's clock, so the 10 s are between 9
/// and 10 long.
#[derive(Clone, Debug)]
pub struct RetryBudget {
    slots: [Slot; RetryBudget::SLOTS],
    percent: u32,
    per_second: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    second: u64,
    requests: u32,
    retries: u32,
}

impl RetryBudget {
    const SLOTS: usize = 10;

    /// A budget of `percent` of the requests of the last 10 s plus
    /// `per_second` retries a second.
    #[must_use]
    pub fn new(percent: u32, per_second: u32) -> RetryBudget {
        RetryBudget {
            slots: [Slot::default(); RetryBudget::SLOTS],
            percent,
            per_second,
        }
    }

    fn slot(&mut self, now: Instant) -> &mut Slot {
        let second = now.as_micros() / 1_000_000;
        let slot = &mut self.slots[(second % RetryBudget::SLOTS as u64) as usize];
        if slot.second != second {
            *slot = Slot {
                second,
                ..Slot::default()
            };
        }
        slot
    }

    /// Counts one request, which earns its share of a retry.
    pub fn count_request(&mut self, now: Instant) {
        let slot = self.slot(now);
        slot.requests = slot.requests.saturating_add(1);
    }

    /// How many retries it still allows.
    #[must_use]
    pub fn left(&self, now: Instant) -> u64 {
        let newest = now.as_micros() / 1_000_000;
        let (requests, retries) = self
            .slots
            .iter()
            .filter(|slot| {
                slot.second <= newest && newest - slot.second < RetryBudget::SLOTS as u64
            })
            .fold((0u64, 0u64), |(requests, retries), slot| {
                (
                    requests + u64::from(slot.requests),
                    retries + u64::from(slot.retries),
                )
            });
        // The floor is there from the first moment on: when that is, a clock of
        // any origin does not tell.
        let floor = u64::from(self.per_second) * RetryBudget::SLOTS as u64;
        let share = requests.saturating_mul(self.percent.into()) / 100;
        share.saturating_add(floor).saturating_sub(retries)
    }

    /// Takes one retry; `false` if the budget is spent.
    pub fn take(&mut self, now: Instant) -> bool {
        if self.left(now) == 0 {
            return false;
        }
        let slot = self.slot(now);
        slot.retries = slot.retries.saturating_add(1);
        true
    }

    /// How far back the budget looks.
    #[must_use]
    pub const fn window() -> Duration {
        Duration::from_secs(RetryBudget::SLOTS as u64)
    }
}

impl Default for RetryBudget {
    fn default() -> RetryBudget {
        RetryBudget::new(20, 10)
    }
}

/// The two budgets of a proxy, shared by its races.
///
/// A hedge is paid from the bucket of hedges. If that is empty, it depends on
/// the endpoint: one that still answers others is slow with this request, and
/// the hedge is suppressed; of one from which nothing has come for as long as
/// this attempt has been silent, and for three times as long as usual, it can be
/// said that it fails, and what follows a failure is a retry. So a slow tail
/// never costs more than its 5 %, and nobody waits for an endpoint that hangs
/// because others had been slow before.
///
/// Where a hedge was refused before, the bucket's last one is left to the next
/// request: a hedge is worth most when it comes first. And where few are left,
/// they are kept for those that are clearly slow: silent for twice as long as
/// half of the endpoint's answers take. Others may ask again, when most of them
/// have their answer.
///
/// # Example
///
/// ```
/// use hedgerow::cdn::Observation;
/// use hedgerow::failover::{Budget, HedgeBudget, RetryBudget, SharedBudget, Silence};
/// use hedgerow::types::{Duration, EndpointId, Instant};
///
/// let mut budget = SharedBudget::new(HedgeBudget::from_milli(0), RetryBudget::default());
/// let endpoint = EndpointId::new(0);
/// let latency = Duration::from_millis(10);
/// let answered = Instant::from_millis(100);
/// budget.observe(answered, endpoint, Observation::Success { latency });
///
/// let silence = |ms| Silence {
///     endpoint,
///     since: Instant::from_millis(ms),
///     refused: false,
///     asks_again: true,
/// };
/// let now = Instant::from_millis(160);
/// assert!(!budget.take_hedge_for(now, silence(90)), "it answers others");
/// assert!(budget.take_hedge_for(now, silence(110)), "it answers nobody");
/// ```
#[derive(Clone, Debug, Default)]
pub struct SharedBudget {
    /// For hedges.
    pub hedge: HedgeBudget,
    /// For retries after failures.
    pub retry: RetryBudget,
    /// How each endpoint answers.
    answers: Vec<Answers>,
}

/// When an endpoint answered last, and how far apart its answers are.
#[derive(Clone, Copy, Debug, Default)]
struct Answers {
    last: Instant,
    /// A running mean; zero until two are known.
    gap: Duration,
    /// How long they take: a running median, which few slow ones don't move.
    usual: Duration,
}

impl Answers {
    /// Three usual gaps, in percent, without an answer are hardly chance: where
    /// answers come at random one gap in twenty is so long, and of the requests
    /// that wait in it only slow ones ask.
    const GAPS: u32 = 300;
    /// No endpoint may be silent for longer, however rarely it is asked.
    const LONGEST: Duration = Candidate::DEFAULT_HEDGE_DELAY;

    fn count(&mut self, now: Instant, latency: Duration) {
        let (took, usual) = (latency.as_micros(), self.usual.as_micros());
        self.usual = Duration::from_micros(match usual {
            0 => took,
            _ if took > usual => usual.saturating_add(usual / 16 + 1),
            _ => usual - usual / 16,
        });
        if self.last > Instant::default() {
            let gap = now.since(self.last).as_micros();
            let mean = self.gap.as_micros();
            let mean = match mean {
                0 => gap,
                mean => mean.saturating_mul(7).saturating_add(gap) / 8,
            };
            self.gap = Duration::from_micros(mean);
        }
        self.last = now;
    }

    /// Whether none has come since then, and for longer than is usual.
    fn is_silent(self, now: Instant, since: Instant) -> bool {
        let long = self.gap.percent(Answers::GAPS).min(Answers::LONGEST);
        self.last < since && now.since(self.last) >= long
    }
}

impl SharedBudget {
    /// Fewer hedges than this in the bucket are few.
    const FEW: u32 = 5;

    /// These budgets, of endpoints of which nothing is known.
    #[must_use]
    pub const fn new(hedge: HedgeBudget, retry: RetryBudget) -> SharedBudget {
        SharedBudget {
            hedge,
            retry,
            answers: Vec::new(),
        }
    }

    /// Takes in what was seen of an endpoint: a success earns a part of a hedge,
    /// and any answer shows that the endpoint is not silent.
    pub fn observe(&mut self, now: Instant, endpoint: EndpointId, what: Observation) {
        let latency = match what {
            Observation::Success { latency } => {
                self.hedge.earn();
                latency
            }
            Observation::Late { latency } => latency,
            Observation::Failure { .. } => return,
        };
        if self.answers.len() <= endpoint.index() {
            self.answers
                .resize(endpoint.index() + 1, Answers::default());
        }
        self.answers[endpoint.index()].count(now, latency);
    }

    /// Whether an attempt is clearly slow, or nobody knows what is.
    fn is_slow(&self, now: Instant, silence: Silence) -> bool {
        let answers = self.answers.get(silence.endpoint.index());
        answers.is_none_or(|answers| now.since(silence.since) >= answers.usual + answers.usual)
    }

    /// Whether the endpoint is silent, and not this attempt alone. Of those who
    /// never tell what comes, nothing can be said.
    fn is_silent(&self, now: Instant, silence: Silence) -> bool {
        let answers = self.answers.get(silence.endpoint.index());
        !self.answers.is_empty()
            && answers.is_none_or(|answers| answers.is_silent(now, silence.since))
    }
}

impl Budget for SharedBudget {
    fn take_hedge(&mut self, _: Instant) -> bool {
        self.hedge.take()
    }

    fn take_retry(&mut self, now: Instant) -> bool {
        self.retry.take(now)
    }

    fn take_hedge_for(&mut self, now: Instant, silence: Silence) -> bool {
        let least = if silence.refused {
            2
        } else if silence.asks_again && !self.is_slow(now, silence) {
            SharedBudget::FEW
        } else {
            1
        };
        if self.hedge.milli() >= least * HedgeBudget::HEDGE_MILLI {
            return self.hedge.take();
        }
        self.is_silent(now, silence) && (self.hedge.take() || self.retry.take(now))
    }
}

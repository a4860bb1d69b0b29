//! Budgets and load, counted again.

use super::{Checked, Invariant};
use crate::trace::SECOND;
use crate::world::ENDPOINTS;

/// Seconds that retries, and load, look back.
const WINDOW: u64 = 10;
/// No hedge is due after less silence, in µs.
const LEAST_SILENCE: u64 = 10_000;
/// Load looks back twice as far at requests, since a retry early in a window
/// lives on requests before it.
const KEPT: usize = 2 * WINDOW as usize;

#[derive(Clone, Copy, Debug, Default)]
struct Second {
    number: u64,
    requests: u64,
    successes: u64,
    retries: u64,
    reached: u64,
}

/// What one proxy has spent.
#[derive(Clone, Debug)]
pub struct Budgets {
    /// In thousandths of a hedge.
    hedge_tokens: u64,
    /// When each endpoint answered last.
    answered: [u64; ENDPOINTS],
    seconds: [Second; KEPT],
    newest: usize,
}

impl Default for Budgets {
    fn default() -> Budgets {
        Budgets {
            hedge_tokens: Budgets::MOST_TOKENS,
            answered: [0; ENDPOINTS],
            seconds: [Second::default(); KEPT],
            newest: 0,
        }
    }
}

impl Budgets {
    const MOST_TOKENS: u64 = 10_000;

    /// A request begins.
    ///
    /// # Errors
    ///
    /// [`Invariant::Load`], of the seconds that have passed.
    #[inline]
    pub fn request(&mut self, now: u64) -> Checked {
        self.at(now)?.requests += 1;
        Ok(())
    }

    /// A request was answered by an endpoint.
    #[inline]
    pub fn success(&mut self, now: u64, endpoint: usize) {
        self.hedge_tokens = (self.hedge_tokens + 50).min(Budgets::MOST_TOKENS);
        self.seconds[self.newest].successes += 1;
        self.answered[endpoint] = now;
    }

    /// A request reached an endpoint.
    #[inline]
    pub fn reached(&mut self) {
        self.seconds[self.newest].reached += 1;
    }

    /// A hedge was started beside a silent attempt at `endpoint`. What the
    /// bucket of hedges can't pay is a retry, if the endpoint answers nobody.
    ///
    /// # Errors
    ///
    /// [`Invariant::HedgeBudget`].
    pub fn hedge(&mut self, now: u64, endpoint: usize) -> Checked {
        if let Some(left) = self.hedge_tokens.checked_sub(1000) {
            self.hedge_tokens = left;
            return Ok(());
        }
        let silence = now - self.answered[endpoint];
        Invariant::HedgeBudget.holds(silence >= LEAST_SILENCE, now, || {
            format!("the bucket can't pay, and the endpoint has answered {silence} µs ago")
        })?;
        self.spend(now, Invariant::HedgeBudget)
    }

    /// A retry was started.
    ///
    /// # Errors
    ///
    /// [`Invariant::RetryBudget`].
    pub fn retry(&mut self, now: u64) -> Checked {
        self.spend(now, Invariant::RetryBudget)
    }

    /// Takes one from the budget of retries, or breaks this promise.
    fn spend(&mut self, now: u64, promise: Invariant) -> Checked {
        let second = now / SECOND;
        self.at(now)?.retries += 1;
        let since = |of: fn(&Second) -> u64| self.since(second + 1, WINDOW, of);
        let (requests, retries) = (since(|one| one.requests), since(|one| one.retries));
        let allowed = requests / 5 + 10 * WINDOW;
        promise.holds(retries <= allowed, now, || {
            format!("{retries} retries of {requests} requests, {allowed} allowed")
        })
    }

    /// The counts of the second that it is now. Between its first request and
    /// the next second's, the newest counts are its own.
    #[inline]
    fn at(&mut self, now: u64) -> Checked<&mut Second> {
        if self.seconds[self.newest].number != now / SECOND {
            self.turn(now)?;
        }
        Ok(&mut self.seconds[self.newest])
    }

    /// Sums `of` over the `span` seconds before the second `end`.
    fn since(&self, end: u64, span: u64, of: fn(&Second) -> u64) -> u64 {
        let from = end.saturating_sub(span);
        let within = |one: &&Second| (from..end).contains(&one.number);
        self.seconds.iter().filter(within).map(of).sum()
    }

    /// A new second: what reached the endpoints in those before?
    #[cold]
    fn turn(&mut self, now: u64) -> Checked {
        let second = now / SECOND;
        let since = |span, of: fn(&Second) -> u64| self.since(second, span, of);
        let reached = since(WINDOW, |one| one.reached);
        // One more second of requests: what began in it may reach them late.
        let requests = since(WINDOW + 1, |one| one.requests);
        let hedges = 10 + since(WINDOW + 1, |one| one.successes) / 20 + 1;
        let retries = since(2 * WINDOW, |one| one.requests) / 5 + 10 * WINDOW;
        let bound = requests + hedges + retries;
        Invariant::Load.holds(reached <= bound, now, || {
            format!(
                "{reached} reached the endpoints in 10 s, of {requests} requests: {bound} at most"
            )
        })?;
        self.newest = (self.newest + 1) % KEPT;
        self.seconds[self.newest] = Second {
            number: second,
            ..Second::default()
        };
        Ok(())
    }
}

//! What the simulator drives: a race, or a race with a bug planted in it.

use hedgerow::failover::{Budget, Candidate, Output, Race, RaceError};
use hedgerow::types::{AttemptId, EndpointId, Instant, Reason};

use crate::case::Case;
use crate::world::Signal;

/// A budget that counts what it grants.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter {
    pub(crate) hedges_left: u32,
    pub(crate) retries_left: u32,
    pub(crate) hedges_granted: u32,
    pub(crate) retries_granted: u32,
    pub(crate) hedges_refused: u32,
}

impl Meter {
    pub(crate) fn new([hedges_left, retries_left]: [u32; 2]) -> Meter {
        Meter {
            hedges_left,
            retries_left,
            ..Meter::default()
        }
    }
}

fn take(left: &mut u32, granted: &mut u32) -> bool {
    let grants = *left > 0;
    *left -= u32::from(grants);
    *granted += u32::from(grants);
    grants
}

impl Budget for Meter {
    fn take_hedge(&mut self, _: Instant) -> bool {
        let granted = take(&mut self.hedges_left, &mut self.hedges_granted);
        self.hedges_refused += u32::from(!granted);
        granted
    }

    fn take_retry(&mut self, _: Instant) -> bool {
        take(&mut self.retries_left, &mut self.retries_granted)
    }
}

pub(crate) trait Racer {
    fn poll(&mut self, now: Instant, budget: &mut Meter) -> Output;
    fn signal(&mut self, now: Instant, at: AttemptId, what: Signal) -> Result<(), RaceError>;
    fn commit(
        &mut self,
        now: Instant,
        at: AttemptId,
        result: Result<(), Reason>,
    ) -> Result<(), RaceError>;
    fn ejected(&mut self, now: Instant, endpoint: EndpointId);
    fn cancel(&mut self, now: Instant, reason: Reason);
}

/// The race of a case, as it should be.
pub(crate) fn genuine(case: &Case) -> Race {
    over(case, &case.candidates)
}

/// The race of a case over these candidates.
pub(crate) fn over(case: &Case, candidates: &[Candidate]) -> Race {
    let settings = case.settings.clone();
    let started = Instant::from_micros(case.started());
    if case.early.is_some() {
        Race::adopt(settings, candidates, started)
    } else {
        Race::new(settings, candidates, started)
    }
}

impl Racer for Race {
    fn poll(&mut self, now: Instant, budget: &mut Meter) -> Output {
        Race::poll(self, now, budget)
    }

    fn signal(&mut self, now: Instant, at: AttemptId, what: Signal) -> Result<(), RaceError> {
        match what {
            Signal::Head => self.handle_head(now, at),
            Signal::Bytes(bytes) => self.handle_progress(now, at, bytes),
            Signal::Complete => self.handle_complete(now, at),
            Signal::Failed(reason) => self.handle_failure(now, at, reason),
        }
    }

    fn commit(
        &mut self,
        now: Instant,
        at: AttemptId,
        result: Result<(), Reason>,
    ) -> Result<(), RaceError> {
        self.handle_commit(now, at, result)
    }

    fn ejected(&mut self, now: Instant, endpoint: EndpointId) {
        self.handle_ejected(now, endpoint);
    }

    fn cancel(&mut self, now: Instant, reason: Reason) {
        self.handle_cancel(now, reason);
    }
}

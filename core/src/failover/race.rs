//! The race itself.

use crate::types::Duration;

use super::{
    Attempt, Budget, Candidate, Ending, Finish, News, Output, Pause, Phase, RaceError,
    RaceSettings, Step, timers::Timer,
};
use crate::types::{AttemptId, EndpointId, Instant, Queue, Reason};

#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    Racing,
    Committing(usize),
    Done(Finish),
}

/// A start that is due; `poll` carries it out, since it needs the budget.
#[derive(Clone, Copy, Debug)]
struct Due {
    why: Reason,
    after: Option<AttemptId>,
}

/// One request raced over several endpoints; see the [module docs](super).
#[derive(Clone, Debug)]
pub struct Race {
    pub(super) settings: RaceSettings,
    /// Those not yet started, the next one last.
    candidates: Vec<Candidate>,
    pub(super) attempts: Vec<Attempt>,
    pub(super) started: Instant,
    pub(super) state: State,
    pub(super) past_total: bool,
    /// When the last commit was asked for.
    pub(super) offered: Instant,
    hedges: u8,
    due: Option<Due>,
    retry_refused: bool,
    news: Queue<(News, AttemptId)>,
    /// Time that counts for nobody: the caller was suspended.
    suspended: Duration,
    wake: Option<Instant>,
}

impl Race {
    /// A race over `candidates` in their order, each used at most once.
    #[must_use]
    pub fn new(settings: RaceSettings, candidates: &[Candidate], now: Instant) -> Race {
        Race::over(settings, candidates.iter().rev().copied().collect(), now)
    }

    /// As [`Race::new`], but the first candidate's attempt is already under
    /// way since `started`; `poll` will not ask for it again.
    #[must_use]
    pub fn adopt(settings: RaceSettings, candidates: &[Candidate], started: Instant) -> Race {
        let mut race = Race::new(settings, candidates, started);
        race.adopt_first();
        race
    }

    /// Becomes what [`Race::new`] makes of its own settings, in the memory that
    /// it already has: for those who run so many races that allocating counts.
    pub fn restart(
        &mut self,
        candidates: impl DoubleEndedIterator<Item = Candidate>,
        now: Instant,
    ) {
        self.candidates.clear();
        self.candidates.extend(candidates.rev());
        self.attempts.clear();
        self.news.clear();
        self.started = now;
        self.offered = now;
        self.due = Some(Due {
            why: Reason::FirstChoice,
            after: None,
        });
        self.state = State::Racing;
        self.past_total = false;
        self.hedges = 0;
        self.retry_refused = false;
        self.suspended = Duration::ZERO;
        self.wake = None;
    }

    /// A race over `candidates`, the first one last.
    pub(crate) const fn over(
        settings: RaceSettings,
        candidates: Vec<Candidate>,
        now: Instant,
    ) -> Race {
        Race {
            settings,
            candidates,
            attempts: Vec::new(),
            started: now,
            state: State::Racing,
            past_total: false,
            offered: now,
            hedges: 0,
            due: Some(Due {
                why: Reason::FirstChoice,
                after: None,
            }),
            retry_refused: false,
            news: Queue::new(),
            suspended: Duration::ZERO,
            wake: None,
        }
    }

    /// Counts the first attempt as under way since the race was started.
    pub(crate) fn adopt_first(&mut self) {
        if let Some(due) = self.due.take() {
            self.launch(self.started, due);
        }
    }

    // Getters.

    /// Every attempt so far; an [`AttemptId`] is an index here. Its times are
    /// on the race's own clock, which leaves out suspension.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// How the race ended; `None` while it runs.
    #[must_use]
    pub const fn finish(&self) -> Option<Finish> {
        match self.state {
            State::Done(finish) => Some(finish),
            _ => None,
        }
    }

    /// The attempt whose commit is outstanding.
    #[must_use]
    pub fn offered(&self) -> Option<AttemptId> {
        match self.state {
            State::Committing(index) => Some(id(index)),
            _ => None,
        }
    }

    /// Hedges started.
    #[must_use]
    pub const fn hedges(&self) -> u8 {
        self.hedges
    }

    // Handlers.

    /// A good response head arrived.
    ///
    /// # Errors
    ///
    /// [`RaceError::UnknownAttempt`], as every handler that names an attempt.
    pub fn handle_head(&mut self, now: Instant, attempt: AttemptId) -> Result<(), RaceError> {
        self.reach(now, attempt, Phase::Head)
    }

    /// `bytes` body bytes have arrived in all.
    ///
    /// # Errors
    ///
    /// [`RaceError::UnknownAttempt`].
    pub fn handle_progress(
        &mut self,
        now: Instant,
        attempt: AttemptId,
        bytes: u64,
    ) -> Result<(), RaceError> {
        let now = self.tick(now);
        let least = self.settings.progress_bytes;
        let attempt = self.live(attempt)?;
        if let Some(attempt) = attempt {
            attempt.bytes = attempt.bytes.max(bytes);
            if attempt.bytes - attempt.counted >= least {
                attempt.counted = attempt.bytes;
                attempt.progressed = now;
            }
        }
        Ok(())
    }

    /// The body is whole.
    ///
    /// # Errors
    ///
    /// [`RaceError::UnknownAttempt`].
    pub fn handle_complete(&mut self, now: Instant, attempt: AttemptId) -> Result<(), RaceError> {
        self.reach(now, attempt, Phase::Complete)
    }

    /// The body is whole and verified.
    ///
    /// # Errors
    ///
    /// [`RaceError::UnknownAttempt`].
    pub fn handle_verified(&mut self, now: Instant, attempt: AttemptId) -> Result<(), RaceError> {
        self.reach(now, attempt, Phase::Verified)
    }

    /// The attempt failed.
    ///
    /// # Errors
    ///
    /// [`RaceError::UnknownAttempt`].
    pub fn handle_failure(
        &mut self,
        now: Instant,
        attempt: AttemptId,
        reason: Reason,
    ) -> Result<(), RaceError> {
        let now = self.tick(now);
        if self.live(attempt)?.is_some() && !self.is_committing(attempt.index()) {
            self.end(now, attempt.index(), Ending::Failed, reason);
            if self.is_racing() {
                self.replace(attempt.index(), Reason::Failover);
            }
        }
        Ok(())
    }

    /// The commit that was asked for succeeded, or failed for a reason. After
    /// a failure the race goes on with the next.
    ///
    /// # Errors
    ///
    /// [`RaceError::UnknownAttempt`]; [`RaceError::NotCommitting`] if this
    /// attempt has no commit outstanding.
    pub fn handle_commit(
        &mut self,
        now: Instant,
        attempt: AttemptId,
        result: Result<(), Reason>,
    ) -> Result<(), RaceError> {
        let now = self.tick(now);
        let index = attempt.index();
        if index >= self.attempts.len() {
            return Err(RaceError::UnknownAttempt(attempt));
        }
        if !self.is_committing(index) {
            return Err(RaceError::NotCommitting(attempt));
        }
        match result {
            Ok(()) => self.win(now, index),
            Err(reason) => {
                self.state = State::Racing;
                self.end(now, index, Ending::Failed, reason);
                self.offer(now);
                if self.is_racing() {
                    self.replace(index, Reason::Resume);
                }
            }
        }
        Ok(())
    }

    /// `endpoint` was ejected meanwhile: it is started only when nothing else
    /// is left, and an attempt on it that has made no progress is not waited
    /// for.
    pub fn handle_ejected(&mut self, now: Instant, endpoint: EndpointId) {
        self.tick(now);
        let waiting = |candidate: &Candidate| candidate.endpoint == endpoint;
        if let Some(at) = self.candidates.iter().position(waiting) {
            self.candidates[..=at].rotate_right(1);
        }
        let silent = self.attempts.iter().position(|attempt| {
            attempt.endpoint() == endpoint && attempt.is_live() && !attempt.has_progress()
        });
        if let Some(index) = silent
            && self.is_racing()
        {
            self.attempts[index].hedged = true;
            self.replace(index, Reason::EndpointEjected);
        }
    }

    /// The race is called off, for no fault of any endpoint.
    pub fn handle_cancel(&mut self, now: Instant, reason: Reason) {
        let now = self.tick(now);
        if !matches!(self.state, State::Done(_)) {
            self.cancel_live(now, reason);
            self.state = State::Done(Finish::Failed(reason));
        }
    }

    // Poll.

    /// What to do next. Call until [`Output::Wait`] or [`Output::Done`].
    // Inlined, so that where an output is matched it need not be made.
    #[inline(always)]
    pub fn poll(&mut self, now: Instant, budget: &mut impl Budget) -> Output {
        loop {
            if let Some((news, attempt)) = self.news.pop() {
                if let Some(output) = self.output(news, attempt) {
                    return output;
                }
            } else if let State::Done(finish) = self.state {
                return Output::Done(finish);
            } else if let Some(pause) = self.advance(now, budget) {
                return match pause {
                    Pause::Wait(until) => Output::Wait(until),
                    Pause::Done(finish) => Output::Done(finish),
                };
            }
        }
    }

    /// As [`Race::poll`], for those who look at the attempt themselves.
    pub(crate) fn step(&mut self, now: Instant, budget: &mut impl Budget) -> Step {
        loop {
            if let Some((news, attempt)) = self.news.pop() {
                return Step::News(news, attempt);
            }
            if let Some(pause) = self.advance(now, budget) {
                return Step::Pause(pause);
            }
        }
    }

    /// Does what is due, which may be news; `None` until nothing is.
    // Where it is inlined into `poll`, that is not.
    #[cfg_attr(not(target_family = "wasm"), inline(never))]
    fn advance(&mut self, now: Instant, budget: &mut impl Budget) -> Option<Pause> {
        let at = self.tick(now);
        if let State::Done(finish) = self.state {
            return Some(Pause::Done(finish));
        }
        if !self.past_total && at >= self.total_deadline() {
            // Also where the call comes so late that other timers are
            // older: what they would start could only be cancelled.
            self.expire_total(at);
        } else if let Some(due) = self.due.take() {
            self.start(at, due, budget);
        } else if self.is_racing() && !self.attempts.iter().any(Attempt::is_live) {
            self.state = State::Done(Finish::Failed(self.verdict()));
        } else {
            let (deadline, timer) = self.next_timer();
            if at < deadline {
                let wake = deadline + self.suspended;
                self.wake = Some(wake);
                return Some(Pause::Wait(wake));
            }
            self.expire(at, timer, budget);
        }
        None
    }

    // Internals; `now` is on the race's own clock from here on.

    fn tell(&mut self, news: News, attempt: AttemptId) {
        self.news.push((news, attempt));
    }

    const fn is_racing(&self) -> bool {
        matches!(self.state, State::Racing)
    }

    const fn is_committing(&self, index: usize) -> bool {
        matches!(self.state, State::Committing(at) if at == index)
    }

    fn tick(&mut self, now: Instant) -> Instant {
        if let Some(slack) = self.settings.suspend_slack
            && let Some(wake) = self.wake
            && now > wake + slack
        {
            self.suspended += now.since(wake);
            self.wake = Some(now);
        }
        now.minus(self.suspended)
    }

    fn live(&mut self, attempt: AttemptId) -> Result<Option<&mut Attempt>, RaceError> {
        match self.attempts.get_mut(attempt.index()) {
            None => Err(RaceError::UnknownAttempt(attempt)),
            Some(known) => Ok(known.is_live().then_some(known)),
        }
    }

    fn reach(&mut self, now: Instant, id: AttemptId, phase: Phase) -> Result<(), RaceError> {
        let now = self.tick(now);
        let winning = self.settings.winning_phase;
        let attempt = self
            .attempts
            .get_mut(id.index())
            .ok_or(RaceError::UnknownAttempt(id))?;
        if phase <= attempt.phase {
            return Ok(());
        }
        let first = attempt.phase < winning && phase >= winning;
        attempt.phase = phase;
        match attempt.ended {
            None => {
                attempt.progressed = now;
                self.offer(now);
            }
            Some((_, Ending::Cancelled | Ending::Lost)) if first => {
                attempt.progressed = now;
                self.tell(News::Late, id);
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// Offers the first attempt that has reached the winning phase.
    fn offer(&mut self, now: Instant) {
        let winning = self.settings.winning_phase;
        if self.is_racing()
            && let Some(index) = self
                .attempts
                .iter()
                .position(|a| a.is_live() && a.phase >= winning)
        {
            self.state = State::Committing(index);
            self.offered = now;
            self.due = None;
            self.tell(News::Commit, id(index));
        }
    }

    fn end(&mut self, now: Instant, index: usize, ending: Ending, reason: Reason) {
        let attempt = &mut self.attempts[index];
        attempt.ended = Some((now, ending));
        attempt.outcome = reason;
        self.tell(News::Ended, id(index));
        self.tell(News::Observed, id(index));
    }

    fn win(&mut self, now: Instant, index: usize) {
        self.end(now, index, Ending::Won, Reason::Won);
        self.cancel_live(now, Reason::Superseded);
        self.state = State::Done(Finish::Committed(id(index)));
    }

    fn cancel_live(&mut self, now: Instant, reason: Reason) {
        for index in 0..self.attempts.len() {
            let attempt = &self.attempts[index];
            if !attempt.is_live() {
                continue;
            }
            // A hanging endpoint that hedges always beat would otherwise
            // never be ejected.
            let lost = reason == Reason::Superseded
                && attempt.is_late()
                && attempt.is_silent(now, self.settings.winning_phase);
            let (ending, reason) = if lost {
                (Ending::Lost, Reason::HedgeLost)
            } else {
                (Ending::Cancelled, reason)
            };
            self.tell(News::Cancel, id(index));
            self.end(now, index, ending, reason);
        }
        self.due = None;
    }

    /// Asks for a stand-in, unless another attempt that is not late itself
    /// already is one.
    fn replace(&mut self, index: usize, why: Reason) {
        if !self.attempts.iter().any(|a| a.is_live() && !a.is_late()) {
            self.due = Some(Due {
                why,
                after: Some(id(index)),
            });
        }
    }

    fn start(&mut self, now: Instant, due: Due, budget: &mut impl Budget) -> bool {
        if self.past_total || self.candidates.is_empty() {
            return false;
        }
        let allowed = match due.why {
            Reason::FirstChoice => true,
            #[cfg(feature = "pool")]
            Reason::Hedge => self.take_hedge(now, due.after, budget),
            #[cfg(not(feature = "pool"))]
            Reason::Hedge => budget.take_hedge(now),
            _ => {
                let allowed = budget.take_retry(now);
                self.retry_refused |= !allowed;
                allowed
            }
        };
        if !allowed {
            return false;
        }
        self.tell(News::Start, id(self.attempts.len()));
        self.launch(now, due);
        true
    }

    /// Counts the next candidate's attempt as under way.
    fn launch(&mut self, now: Instant, due: Due) {
        if let Some(candidate) = self.candidates.pop() {
            let attempt = Attempt::new(candidate, due.why, due.after, now);
            self.attempts.push(attempt);
        }
    }

    fn expire(&mut self, now: Instant, timer: Timer, budget: &mut impl Budget) {
        match timer {
            Timer::Hedge(index) => {
                self.attempts[index].hedged = true;
                #[cfg(feature = "pool")]
                if !self.asks(index) {
                    return;
                }
                let due = Due {
                    why: Reason::Hedge,
                    after: Some(id(index)),
                };
                if self.past_total
                    || self.hedges >= self.settings.max_hedges
                    || self.candidates.is_empty()
                {
                    return;
                }
                if self.start(now, due, budget) {
                    self.hedges += 1;
                    return;
                }
                #[cfg(feature = "pool")]
                if self.asks_again(index) {
                    return;
                }
                self.tell(News::Refused, id(index));
            }
            Timer::Attempt(index) => {
                self.attempts[index].overdue = true;
                let others = self.attempts.iter().any(|a| a.is_live() && !a.is_late());
                let due = Due {
                    why: Reason::AttemptDeadline,
                    after: Some(id(index)),
                };
                // The last live attempt goes on while nothing can stand in.
                if others || self.start(now, due, budget) {
                    self.give_up(now, index, Reason::Timeout);
                }
            }
            Timer::Total => self.expire_total(now),
        }
    }

    fn expire_total(&mut self, now: Instant) {
        if let (State::Committing(index), true) = (self.state, self.past_total) {
            self.give_up(now, index, Reason::CommitDeadline);
            // It may yet execute, so no other may be offered.
            self.cancel_live(now, Reason::TotalDeadline);
            self.state = State::Done(Finish::Failed(self.verdict()));
            return;
        }
        self.past_total = true;
        if matches!(self.state, State::Committing(_)) {
            return;
        }
        for index in 0..self.attempts.len() {
            let attempt = &self.attempts[index];
            let progressing = attempt.progressing_until().is_some_and(|until| now < until);
            if attempt.is_live() && !progressing {
                self.give_up(now, index, Reason::TotalDeadline);
            }
        }
    }

    fn give_up(&mut self, now: Instant, index: usize, reason: Reason) {
        self.tell(News::Cancel, id(index));
        self.end(now, index, Ending::Failed, reason);
    }

    fn verdict(&self) -> Reason {
        if self.past_total {
            Reason::TotalDeadline
        } else if self.attempts.is_empty() {
            Reason::NoEligibleEndpoint
        } else if self.retry_refused {
            Reason::RetryBudgetEmpty
        } else {
            Reason::AllEndpointsFailed
        }
    }
}

/// Attempts are at most as many as candidates, and there are no more endpoints
/// than ids.
const fn id(index: usize) -> AttemptId {
    AttemptId::new(index as u16)
}

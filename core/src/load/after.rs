//! What follows the decision of a load: the report, the memory, and what is
//! done once the page is idle.

use super::{
    Load, LoadOutput, Plan, Refresh, Tier, Verdict,
    memory::{head, record},
};
use crate::failover::{Finish, Race};
use crate::types::{EndpointId, Instant, Reason};

impl Load {
    /// Ends the load: `failed` says why nothing could be loaded, if so.
    pub(super) fn conclude(&mut self, now: Instant, failed: Option<Reason>) {
        let excuse = failed.and(self.excuse());
        let mut winner = None;
        match failed {
            None => {
                for race in &self.races {
                    if let Some(Finish::Committed(id)) = race.finish() {
                        let attempt = &race.attempts()[id.index()];
                        winner = Some(attempt.endpoint());
                        self.memory.succeeded(attempt.endpoint(), attempt.latency());
                    }
                }
                // After the successes: what delivered one asset and failed
                // another has failed.
                let until = self.wall(now).saturating_add(self.settings.memory_ttl_secs);
                for id in &self.plan.order {
                    if let Some(reason) = self.fault(*id) {
                        self.memory.demote(*id, until, reason.code());
                    }
                }
                self.budget.0.earn();
            }
            Some(reason) if excuse.is_none() => self.suppress(Tier::Static, reason),
            Some(_) => {}
        }
        let loaded = if self.not_ready {
            Reason::LoadedNotReady
        } else {
            Reason::Loaded
        };
        let reason = excuse.or(failed).unwrap_or(loaded);
        self.finish(now, failed.is_none(), reason, winner);
        if failed.is_none() {
            self.save(now);
        }
        for id in &self.plan.order {
            let endpoint = *id;
            if self.fault(endpoint).is_some() {
                if excuse.is_none() {
                    self.outputs.push(LoadOutput::Diagnose { endpoint });
                }
            } else if failed.is_none() && self.memory.is_demoted(endpoint) {
                // Only what an earlier view demoted: this view's failures are
                // fresh.
                self.outputs.push(LoadOutput::Probe { endpoint });
            }
        }
    }

    /// Why the last attempt of this view that failed by the fault of `endpoint`
    /// did.
    fn fault(&self, endpoint: EndpointId) -> Option<Reason> {
        let mut fault = None;
        for attempt in self.races.iter().flat_map(Race::attempts) {
            if let Some((_, ending, reason)) = attempt.ended()
                && attempt.endpoint() == endpoint
                && self.blames(ending, reason)
            {
                fault = Some(reason);
            }
        }
        fault
    }

    pub(super) fn finish(
        &mut self,
        now: Instant,
        ok: bool,
        reason: Reason,
        endpoint: Option<EndpointId>,
    ) {
        self.finished = true;
        self.outputs.push(LoadOutput::Done {
            ok,
            reason,
            endpoint,
        });
        let due = self.settings.refresh_secs.is_some_and(|secs| {
            let refreshed = self.memory.head[head::REFRESHED];
            refreshed.saturating_add(secs) <= self.wall(now)
        });
        if due && self.excuse().is_none() {
            self.outputs.push(LoadOutput::Refresh);
        }
    }

    /// See [`LoadInput::Probed`](super::LoadInput::Probed).
    pub fn handle_probed(&mut self, now: Instant, endpoint: EndpointId, verdict: Verdict) {
        if endpoint.index() >= self.memory.endpoints {
            return;
        }
        let words = self.memory.record(endpoint);
        let (until, failure) = (words[record::UNTIL], words[record::REASON]);
        if failure == 0 {
            return;
        }
        let silent = matches!(
            failure,
            code::HEDGE_LOST | code::TIMEOUT | code::TOTAL_DEADLINE | code::UNREACHABLE
        );
        if self.fault(endpoint).is_some() {
            // It failed a moment ago: an answer now does not bring it back, but
            // tells silence from an error where the failure itself could not.
            if failure != code::NETWORK_ERROR || verdict == Verdict::Reachable {
                return;
            }
            self.memory.demote(endpoint, until, verdict.reason().code());
        } else if matches!(failure, code::SCRIPT_THREW | code::READY_MISSING)
            || !(verdict == Verdict::Reachable || (silent && verdict == Verdict::Opaque))
        {
            // Bytes that ran in vain once will do so again, whatever answers.
            // Any answer ends silence, but whether it ends an error can't be
            // seen from an opaque one.
            return;
        } else {
            self.memory.demote(endpoint, 0, 0);
        }
        self.save(now);
    }

    /// The remote configuration arrived, or could not be fetched. See
    /// [`LoadInput::Refreshed`](super::LoadInput::Refreshed) and
    /// [`LoadInput::RefreshFailed`](super::LoadInput::RefreshFailed).
    pub fn handle_refreshed(&mut self, now: Instant, refresh: Option<&Refresh>) {
        let known = self.settings.version.max(self.memory.refresh_version());
        let told = match refresh {
            None => Some(Reason::RefreshUnreachable),
            Some(refresh) => match refresh.accept(&mut self.memory, &self.settings) {
                Ok(()) => {
                    // A fresh draw: weights may have changed.
                    self.memory.set_order(&[]);
                    self.plan = Plan::new(&self.settings, &self.memory);
                    Some(Reason::RefreshAccepted)
                }
                // The same document again is the usual case, not worth a word.
                Err(Reason::RefreshOlder) if refresh.version() == known => None,
                Err(reason) => Some(reason),
            },
        };
        if let Some(reason) = told {
            self.warn(reason, None);
        }
        // It was asked for, whatever came of it: the next time is an interval
        // away, also while its host is down.
        self.memory.head[head::REFRESHED] = self.wall(now);
        self.save(now);
    }

    /// The wall clock at `now`, in s.
    // Asked in several places.
    #[inline(never)]
    fn wall(&self, now: Instant) -> u32 {
        let (origin, wall) = self.origin;
        wall.saturating_add(now.since(origin).as_secs() as u32)
    }

    /// Writes the memory and the plan of the next view.
    fn save(&mut self, now: Instant) {
        let seconds = self.wall(now);
        for id in self.memory.ids() {
            let words = self.memory.record_mut(id);
            if words[record::UNTIL] <= seconds {
                (words[record::UNTIL], words[record::REASON]) = (0, 0);
            }
        }
        let next = self.plan.next_order(&self.memory);
        self.memory.set_order(&next);
        let head = &mut self.memory.head;
        head[head::WRITTEN] = seconds;
        head[head::EXPIRES] = seconds.saturating_add(self.settings.memory_ttl_secs);
        head[head::HEDGE_MILLI] = self.budget.0.milli();
        if self.settings.memory_usable {
            self.outputs.push(LoadOutput::Save);
        }
    }
}

/// Reasons as they stand in the memory, where any word may stand: making them
/// reasons again would cost the browser a table.
mod code {
    use crate::types::Reason;

    pub(super) const NETWORK_ERROR: u32 = Reason::NetworkError.code() as u32;
    pub(super) const TIMEOUT: u32 = Reason::Timeout.code() as u32;
    pub(super) const TOTAL_DEADLINE: u32 = Reason::TotalDeadline.code() as u32;
    pub(super) const SCRIPT_THREW: u32 = Reason::ScriptThrew.code() as u32;
    pub(super) const READY_MISSING: u32 = Reason::ReadyMissing.code() as u32;
    pub(super) const HEDGE_LOST: u32 = Reason::HedgeLost.code() as u32;
    pub(super) const UNREACHABLE: u32 = Reason::Unreachable.code() as u32;
}

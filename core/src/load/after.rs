//! What follows the decision of a load: the report, the memory, and what is
//! done once the page is idle.

use super::{EndpointMemory, Load, LoadOutput, Plan, Refresh, Tier, Verdict};
use crate::failover::{Finish, Race};
use crate::types::{EndpointId, Instant, Reason, Timestamp};

impl Load {
    pub(super) fn finish_loaded(&mut self, now: Instant) {
        let until = self
            .wall(now)
            .plus_secs(self.settings.memory_ttl_secs.into());
        let failed = self.failed_endpoints();
        for race in &self.races {
            if let Some(Finish::Committed(id)) = race.finish() {
                let winner = &race.attempts()[id.index()];
                self.memory.endpoints[winner.endpoint().index()].succeeded(winner.latency());
            }
        }
        // After the successes: what delivered one asset and failed another has
        // failed.
        for (endpoint, reason) in &failed {
            self.memory.endpoints[endpoint.index()].demoted = Some((until, *reason));
        }
        self.budget.0.earn();
        let endpoint = self.races.last().and_then(|race| match race.finish() {
            Some(Finish::Committed(id)) => Some(race.attempts()[id.index()].endpoint()),
            _ => None,
        });
        let reason = if self.not_ready {
            Reason::LoadedNotReady
        } else {
            Reason::Loaded
        };
        self.finish(now, true, reason, endpoint);
        self.save(now);
        self.diagnose(&failed);
        // Only what an earlier view demoted: this view's failures are fresh.
        for id in &self.plan.order {
            let demoted = self.memory.endpoints[id.index()].demoted.is_some();
            if demoted && !self.diagnosed.contains(id) {
                self.outputs.push(LoadOutput::Probe { endpoint: *id });
            }
        }
    }

    pub(super) fn finish_failed(&mut self, now: Instant, reason: Reason) {
        let excuse = self.excuse();
        if excuse.is_none() {
            self.suppress(Tier::Static, reason);
        }
        self.finish(now, false, excuse.unwrap_or(reason), None);
        if excuse.is_none() {
            self.diagnose(&self.failed_endpoints());
        }
    }

    /// The endpoints that failed in this load, each once for each reason.
    fn failed_endpoints(&self) -> Vec<(EndpointId, Reason)> {
        let mut failed = Vec::new();
        for attempt in self.races.iter().flat_map(Race::attempts) {
            if let Some((_, ending, reason)) = attempt.ended()
                && self.blames(ending, reason)
            {
                failed.push((attempt.endpoint(), reason));
            }
        }
        failed
    }

    fn diagnose(&mut self, failed: &[(EndpointId, Reason)]) {
        for (endpoint, _) in failed {
            if !self.diagnosed.contains(endpoint) {
                self.diagnosed.push(*endpoint);
                self.outputs.push(LoadOutput::Diagnose {
                    endpoint: *endpoint,
                });
            }
        }
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
        let due = self
            .settings
            .refresh_secs
            .is_some_and(|secs| self.memory.refreshed.plus_secs(u64::from(secs)) <= self.wall(now));
        if due && self.excuse().is_none() {
            self.outputs.push(LoadOutput::Refresh);
        }
    }

    pub(super) fn probed(&mut self, now: Instant, endpoint: EndpointId, verdict: Verdict) {
        let Some(EndpointMemory { demoted, .. }) = self.memory.endpoints.get_mut(endpoint.index())
        else {
            return;
        };
        let Some((_, failure)) = demoted else { return };
        if self.diagnosed.contains(&endpoint) {
            // It failed a moment ago: an answer now does not bring it back, but
            // tells silence from an error where the failure itself could not.
            if *failure != Reason::NetworkError || verdict == Verdict::Reachable {
                return;
            }
            *failure = verdict.reason();
        } else {
            let silent = matches!(
                *failure,
                Reason::HedgeLost | Reason::Timeout | Reason::TotalDeadline | Reason::Unreachable
            );
            // Bytes that ran in vain once will do so again: no answer says more
            // than they did.
            if matches!(*failure, Reason::ScriptThrew | Reason::ReadyMissing) {
                return;
            }
            // Any answer ends silence; whether it ends an error can't be seen.
            if !(verdict == Verdict::Reachable || (silent && verdict == Verdict::Opaque)) {
                return;
            }
            *demoted = None;
        }
        self.save(now);
    }

    pub(super) fn refreshed(&mut self, now: Instant, refresh: &Refresh) {
        let wall = self.wall(now);
        let settings = &self.settings;
        let known = settings.version.max(self.memory.refresh_version);
        let result = refresh.accept(
            &mut self.memory,
            &settings.endpoints,
            &settings.residency,
            settings.version,
        );
        self.memory.refreshed = wall;
        match result {
            Ok(()) => {
                // A fresh draw: weights may have changed.
                self.memory.order.clear();
                self.plan = Plan::new(&self.settings, Some(&self.memory));
                self.warn(Reason::RefreshAccepted, None);
            }
            // The same document again is the usual case, not worth a word.
            Err(Reason::RefreshOlder) if refresh.version == known => {}
            Err(reason) => self.warn(reason, None),
        }
        self.save(now);
    }

    fn wall(&self, now: Instant) -> Timestamp {
        self.origin.1.plus_secs(now.since(self.origin.0).as_secs())
    }

    /// Writes the memory and the plan of the next view.
    fn save(&mut self, now: Instant) {
        let wall = self.wall(now);
        for endpoint in &mut self.memory.endpoints {
            endpoint.demoted = endpoint.demoted.filter(|(until, _)| *until > wall);
        }
        let demoted = |id: EndpointId| self.memory.endpoints[id.index()].demoted.is_some();
        let next = self
            .plan
            .next_order(&self.memory.order, &demoted, self.settings.seed);
        self.memory.order = next;
        self.memory.written = wall;
        self.memory.expires = wall.plus_secs(u64::from(self.settings.memory_ttl_secs));
        self.memory.hedge_milli = self.budget.0.milli();
        if self.settings.memory_usable {
            self.outputs.push(LoadOutput::Save);
        }
    }
}

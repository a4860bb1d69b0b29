//! Which endpoints a request goes to: as the edge proxy chooses, but that here
//! every visitor's region is known or known to be unknown.

use hedgerow::cdn::affinity::{Course, Node as Session, Stickiness};
use hedgerow::failover::Candidate;
use hedgerow::types::{Duration, EndpointId, Instant, RegionId};

use super::Proxy;
use crate::bug::{Bug, Planted};
use crate::check::{Checked, Claim};
use crate::endpoint::NEVER;
use crate::log::{NOBODY, Note, Recorder};
use crate::stage::{Kind, Request};
use crate::wheel::Node;
use crate::world::{ENDPOINTS, region_id};

impl<P: Planted, R: Recorder> Proxy<P, R> {
    /// Takes a request up: chooses, and starts its race.
    #[inline]
    pub(super) fn begin(&mut self, now: u64, node: Node, request: Request) -> Checked {
        let at = Instant::from_micros(now);
        let (number, visitor) = (request.number, request.visitor);
        self.shared
            .note(now, Note::Arrives, number, NOBODY, visitor as u16);
        self.shared.budgets.request(now)?;
        self.budget.retry.count_request(at);
        let active = self.shared.witness.active();
        let mut claim = Claim::new(request, now, active);
        let repeatable = claim.is_repeatable() || self.shared.bug.has(Bug::PostRepeated);
        let mut candidates = [Candidate::new(EndpointId::new(0)); ENDPOINTS];
        let count = self.choose(now, &mut claim, repeatable, &mut candidates)?;
        let count = if self.shared.bug.has(Bug::NoOthers) {
            count.min(1)
        } else {
            count
        };
        if self.shared.bug.has(Bug::CandidateTwice) && count > 1 {
            candidates[1].endpoint = candidates[0].endpoint;
        }
        let slot = &mut self.slots[node as usize];
        slot.race.restart(&candidates[..count], at);
        slot.claim = claim;
        slot.started = 0;
        slot.wake = NEVER;
        slot.busy = true;
        Ok(())
    }

    /// Fills in the candidates, the first first; gives their number.
    #[inline]
    fn choose(
        &mut self,
        now: u64,
        claim: &mut Claim,
        repeatable: bool,
        candidates: &mut [Candidate; ENDPOINTS],
    ) -> Checked<usize> {
        let region = if self.shared.bug.has(Bug::WrongVisitor) {
            region_id(1)
        } else {
            region_id(claim.request.visitor)
        };
        let (stay, hedge, others) = match claim.request.kind {
            Kind::Session { client, fresh } => self.course(now, claim, client, fresh, region),
            Kind::Asset | Kind::Post => (None, true, true),
        };
        let view = self.watch.snapshot.view(region);
        let first = match stay {
            Some(endpoint) => Some(endpoint),
            None => {
                let drawn = view.draw(&mut self.draws).ok().map(|pick| pick.endpoint);
                let tried = if repeatable {
                    self.watch.take_trial(now, region)
                } else {
                    None
                };
                let chosen = tried.or(drawn).map(EndpointId::index);
                let healthy = self.shared.witness.healthy();
                claim.picked(now, chosen, tried.is_some(), healthy)?;
                tried.or(drawn)
            }
        };
        let Some(first) = first else {
            return Ok(0);
        };
        let mut order = [first; ENDPOINTS];
        let mut count = 1;
        if others {
            let view = self.watch.snapshot.view(region);
            count += view.others(Some(first), &mut self.draws, &mut order[1..]);
        }
        for (candidate, endpoint) in candidates.iter_mut().zip(&order[..count]) {
            *candidate = self.watch.candidates[endpoint.index()];
            if !hedge || !repeatable {
                candidate.hedge_delay = None;
            }
            if !repeatable {
                // Silence starts no other, or both might serve it.
                candidate.attempt_timeout = Duration::MAX;
            }
        }
        Ok(count)
    }

    /// Where a session's request goes: to its endpoint, if it is to stay there;
    /// whether it may be hedged; whether others may serve it.
    fn course(
        &mut self,
        now: u64,
        claim: &mut Claim,
        client: u16,
        fresh: bool,
        region: Option<RegionId>,
    ) -> (Option<EndpointId>, bool, bool) {
        let place = &mut self.sessions[usize::from(client)];
        if fresh {
            *place = None;
        }
        let Some(bound) = *place else {
            return (None, true, true);
        };
        let own = bound.index();
        let witness = &self.shared.witness;
        let owned = self.affinity.stickiness() == Stickiness::Owner;
        let well = witness.healthy() >> own & 1 == 1;
        if owned && well && witness.keeps_sessions(now, own) && claim.permits(own) {
            claim.own(own);
        }
        if self.shared.bug.has(Bug::CookieIgnored) {
            return (None, true, true);
        }
        let fields = [("cookie", self.cookies[own].as_str())];
        let Session::Of(endpoint) = self.affinity.node(&fields, None) else {
            return (None, true, true);
        };
        let excluded = self.watch.snapshot.exclusion(endpoint, region);
        match self.affinity.stickiness().course(excluded) {
            Course::Stay { hedge, fail_over } => (Some(endpoint), hedge, fail_over),
            _ => (None, true, true),
        }
    }
}

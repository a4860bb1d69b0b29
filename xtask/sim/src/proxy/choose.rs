//! Which endpoints a request goes to: as the edge proxy chooses, but that here
//! every visitor's region is known or known to be unknown.

use hedgerow::cdn::affinity::{Course, Node as Session, Stickiness};
use hedgerow::types::{Duration, EndpointId, Instant, RegionId};

use super::Proxy;
use crate::bug::{Bug, Planted};
use crate::check::{Checked, Claim};
use crate::endpoint::NEVER;
use crate::log::{NOBODY, Note, Recorder};
use crate::stage::{Kind, Request};
use crate::wheel::Node;
use crate::world::{ENDPOINTS, region_id};

/// Whom a request may ask.
struct Choice {
    /// The first first.
    order: [EndpointId; ENDPOINTS],
    count: usize,
    /// Whether a second may be asked beside a silent first.
    hedge: bool,
}

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
        let mut choice = Choice {
            order: [EndpointId::new(0); ENDPOINTS],
            count: 0,
            hedge: true,
        };
        self.choose(now, &mut claim, repeatable, &mut choice)?;
        if self.shared.bug.has(Bug::NoOthers) {
            choice.count = choice.count.min(1);
        }
        if self.shared.bug.has(Bug::CandidateTwice) && choice.count > 1 {
            choice.order[1] = choice.order[0];
        }
        let candidate = |endpoint: &EndpointId| {
            let mut candidate = self.watch.candidates[endpoint.index()];
            if !choice.hedge || !repeatable {
                candidate.hedge_delay = None;
            }
            if !repeatable {
                // Silence starts no other, or both might serve it.
                candidate.attempt_timeout = Duration::MAX;
            }
            candidate
        };
        let slot = &mut self.slots[node as usize];
        let order = &choice.order[..choice.count];
        slot.race.restart(order.iter().map(candidate), at);
        slot.claim = claim;
        slot.started = 0;
        slot.wake = NEVER;
        slot.busy = true;
        Ok(())
    }

    #[inline]
    fn choose(
        &mut self,
        now: u64,
        claim: &mut Claim,
        repeatable: bool,
        choice: &mut Choice,
    ) -> Checked {
        let region = if self.shared.bug.has(Bug::WrongVisitor) {
            region_id(1)
        } else {
            region_id(claim.request.visitor)
        };
        let (stay, hedge, others) = match claim.request.kind {
            Kind::Session { client, fresh } => self.course(now, claim, client, fresh, region),
            Kind::Asset | Kind::Post => (None, true, true),
        };
        let first = match stay {
            Some(endpoint) => Some(endpoint),
            None => {
                let view = self.watch.snapshot.view(region);
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
            return Ok(());
        };
        choice.order[0] = first;
        choice.count = 1;
        choice.hedge = hedge;
        if others {
            let view = self.watch.snapshot.view(region);
            choice.count += view.others(Some(first), &mut self.draws, &mut choice.order[1..]);
        }
        Ok(())
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

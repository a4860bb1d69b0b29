//! What operators change of an upstream while the proxy runs.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use hedgerow::cdn::pool::{Health, Service};
use hedgerow::types::{EndpointId, Instant, RegionId};
use tracing::{info, warn};

use super::drill::{Counts, Drill, Mode, Over};
use super::overrides::{Note, Order, State as Said, Swap};
use super::watch::{State, Watch};

/// A change.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    /// An endpoint's state; `None` gives back what the document says.
    State {
        endpoint: EndpointId,
        state: Option<Said>,
        /// Even if nobody is left in service.
        force: bool,
    },
    /// An endpoint's weight; `None` gives back what the document says.
    Weight {
        endpoint: EndpointId,
        weight: Option<u16>,
    },
    /// Who changes places; `None` gives back what the document says.
    Swap(Option<Swap>),
    /// Begins a drill, which has an end in any case.
    Drill {
        endpoint: EndpointId,
        mode: Mode,
        /// Even if nobody else is well.
        force: bool,
        until: Instant,
    },
    /// Ends it early.
    EndDrill,
}

/// Why a change is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It would leave no endpoint in service.
    NobodyInService,
    /// No other endpoint is well and in service.
    NobodyElse,
    /// Two have changed places already.
    Swapped,
    /// A drill is under way.
    Drilling,
    /// There is nothing to undo.
    NothingSet,
}

impl Watch {
    /// Carries out a change, which ends at `until` by itself.
    pub(super) fn change(
        &self,
        now: Instant,
        change: Change,
        until: Option<Instant>,
        note: Note,
    ) -> Result<(), Refused> {
        let mut guard = self.lock();
        let state = &mut *guard;
        match change {
            Change::State {
                endpoint,
                state: said,
                force,
            } => {
                let stays = matches!(said, Some(Said::Active) | None);
                if !stays && !force && !self.is_other_in_service(state, endpoint) {
                    return Err(Refused::NobodyInService);
                }
                let place = &mut state.overrides.states[endpoint.index()];
                set(place, said, until, note)?;
                state.overrides.apply(&mut state.pool, now);
                if said == Some(Said::Down) {
                    state.leaving.push(endpoint);
                }
            }
            Change::Weight { endpoint, weight } => {
                let place = &mut state.overrides.weights[endpoint.index()];
                set(place, weight, until, note)?;
                state.overrides.apply(&mut state.pool, now);
            }
            Change::Swap(swap) => {
                if swap.is_some() && state.overrides.swap.is_some() {
                    return Err(Refused::Swapped);
                }
                set(&mut state.overrides.swap, swap, until, note)?;
                state.overrides.apply(&mut state.pool, now);
            }
            Change::Drill {
                endpoint,
                mode,
                force,
                until,
            } => self.begin_drill(state, now, endpoint, mode, force, until, note)?,
            Change::EndDrill => {
                let drill = self.drill.load_full().filter(|drill| !drill.is_over());
                let drill = drill.ok_or(Refused::NothingSet)?;
                self.end_drill(state, now, &drill, Over::Operator);
            }
        }
        self.revision.fetch_add(1, Ordering::AcqRel);
        state.news = true;
        self.drain(state, now);
        Ok(())
    }

    fn is_other_in_service(&self, state: &State, endpoint: EndpointId) -> bool {
        let in_service = |other| state.pool.service(other) == Some(Service::Active);
        self.has_others(state, endpoint, in_service)
    }

    /// Whether any other endpoint is well and in service.
    fn is_other_well(&self, state: &State, endpoint: EndpointId) -> bool {
        self.has_others(state, endpoint, |other| {
            state.pool.service(other) == Some(Service::Active)
                && (state.pool.health(other)).is_some_and(Health::is_healthy)
        })
    }

    /// Whether all visitors whom an endpoint may serve have another that fits.
    fn has_others(
        &self,
        state: &State,
        endpoint: EndpointId,
        fits: impl Fn(EndpointId) -> bool,
    ) -> bool {
        let member = |id: EndpointId| state.pool.members().get(id.index());
        let region = |id| member(id).and_then(|member| member.endpoint.region);
        (0..=32).map(RegionId::new).all(|visitor| {
            let fence = self.sites.residency(visitor);
            let mut others = self.ids().filter(|other| *other != endpoint);
            !fence.permits(region(endpoint))
                || others.any(|other| fence.permits(region(other)) && fits(other))
        })
    }

    /// Ends what has come to its end; when the next of it will.
    pub(super) fn end_overrides(&self, state: &mut State, now: Instant) -> Instant {
        let ended = state.overrides.end(now);
        if !ended.is_empty() {
            state.overrides.apply(&mut state.pool, now);
            state.news = true;
            self.revision.fetch_add(1, Ordering::AcqRel);
        }
        for note in ended {
            let (upstream, change) = (&*self.upstream, note.change);
            info!(target: "audit", upstream, change, "change ended");
        }
        let drill = self.drill.load();
        let drill = drill.as_ref().filter(|drill| !drill.is_over());
        if let Some(drill) = drill
            && drill.until <= now
        {
            self.end_drill(state, now, drill, Over::Time);
        }
        let next = state.overrides.next_end().unwrap_or(Instant::MAX);
        match drill.filter(|drill| !drill.is_over()) {
            Some(drill) => next.min(drill.until),
            None => next,
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "they are the fields of one change"
    )]
    fn begin_drill(
        &self,
        state: &mut State,
        now: Instant,
        endpoint: EndpointId,
        mode: Mode,
        force: bool,
        until: Instant,
        note: Note,
    ) -> Result<(), Refused> {
        if self
            .drill
            .load()
            .as_ref()
            .is_some_and(|drill| !drill.is_over())
        {
            return Err(Refused::Drilling);
        }
        if !force && !self.is_other_well(state, endpoint) {
            return Err(Refused::NobodyElse);
        }
        let known = &self.endpoints[endpoint.index()];
        let drill = Drill {
            endpoint: (&*known.id).into(),
            mode,
            force,
            started: now,
            until,
            note,
            over: std::sync::OnceLock::new(),
            counts: Counts::new(known.faults.met()),
        };
        self.drill.store(Some(Arc::new(drill)));
        self.go_on_drilling(state, now);
        state.overrides.apply(&mut state.pool, now);
        if mode != Mode::Fault(super::fault::Fault::Hang) {
            // A broken connection, or the news of an outage, is seen at once.
            state.leaving.push(endpoint);
        }
        Ok(())
    }

    /// Gives a drill that is under way its effect.
    pub(super) fn go_on_drilling(&self, state: &mut State, now: Instant) {
        let drill = self.drill.load();
        let Some(drill) = drill.as_ref().filter(|drill| !drill.is_over()) else {
            return;
        };
        match (self.named(&drill.endpoint), drill.mode) {
            (None, _) => self.end_drill(state, now, drill, Over::Removed),
            (Some(endpoint), Mode::Down) => state.overrides.drilled = Some(endpoint),
            (Some(endpoint), Mode::Fault(fault)) => {
                self.endpoints[endpoint.index()].faults.set(Some(fault));
            }
        }
    }

    /// Ends a drill that would leave visitors without an endpoint.
    pub(super) fn end_drill_in_need(&self, state: &mut State, now: Instant) {
        let drill = self.drill.load();
        let Some(drill) = drill
            .as_ref()
            .filter(|drill| !drill.is_over() && !drill.force)
        else {
            return;
        };
        let drilled = self.named(&drill.endpoint);
        if drilled.is_some_and(|drilled| !self.is_other_well(state, drilled)) {
            self.end_drill(state, now, drill, Over::NobodyLeft);
            let snapshot = state.pool.snapshot(now);
            self.publish(snapshot);
        }
    }

    fn end_drill(&self, state: &mut State, now: Instant, drill: &Drill, why: Over) {
        let drilled = self.named(&drill.endpoint);
        if let Some(known) = drilled.and_then(|id| self.endpoints.get(id.index())) {
            known.faults.set(None);
            let met = known.faults.met().saturating_sub(drill.counts.met_before);
            drill.counts.met.store(met, Ordering::Relaxed);
        }
        // It is under the lock, so nobody else has.
        let _ = drill.over.set((now, why));
        state.overrides.drilled = None;
        state.overrides.apply(&mut state.pool, now);
        state.news = true;
        self.revision.fetch_add(1, Ordering::AcqRel);
        let (upstream, endpoint) = (&*self.upstream, &*drill.endpoint);
        let (change, why) = (&*drill.note.change, why.as_str());
        let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        let (requests, failed) = (count(&drill.counts.requests), count(&drill.counts.failed));
        let elsewhere = count(&drill.counts.elsewhere);
        if failed == 0 {
            info!(target: "audit", upstream, endpoint, change, why, requests, elsewhere, failed, "drill ended");
        } else {
            warn!(target: "audit", upstream, endpoint, change, why, requests, elsewhere, failed, "drill ended");
        }
    }
}

/// Puts an order in its place, or takes it away.
fn set<T>(
    place: &mut Option<Order<T>>,
    what: Option<T>,
    until: Option<Instant>,
    note: Note,
) -> Result<(), Refused> {
    if what.is_none() && place.is_none() {
        return Err(Refused::NothingSet);
    }
    *place = what.map(|what| Order { what, until, note });
    Ok(())
}

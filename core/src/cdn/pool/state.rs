//! The pool itself: what can change, and what a change makes.

use std::sync::Arc;

use super::{
    Health, Key, Member, PoolError, PoolSettings, Service, Sites, Snapshot, View,
    layout::{self, Layout, Tables},
    ranked::{Ranked, Standing},
    rendezvous::Contender,
    snapshot,
};
use crate::types::{Duration, EndpointId, Instant};

/// The endpoints of an upstream, as whoever owns them sees them; see the
/// [module docs](super).
#[derive(Clone, Debug)]
pub struct Pool {
    members: Vec<Member>,
    sites: Arc<Sites>,
    settings: PoolSettings,
    services: Vec<Service>,
    healths: Vec<Health>,
    /// Since when an endpoint that starts slowly has been in service.
    started: Vec<Option<Instant>>,
    /// What the layouts' views were built of.
    standings: Vec<Standing>,
    layouts: Vec<Layout>,
    of_region: [u8; 33],
    tables: Tables,
    /// Something was said since the last snapshot.
    news: bool,
    epoch: u64,
}

/// A share grows in so many steps.
const STEPS: u32 = 10;

impl Pool {
    /// No pool has more members.
    pub const MOST_MEMBERS: usize = 4096;

    /// A pool of healthy members, whose services are those of their settings. Of
    /// several with one identity, each but the first gets another made of it, or
    /// they would want the same keys.
    ///
    /// # Errors
    ///
    /// [`PoolError`] if there are too many members, or if one's id is not its
    /// position.
    pub fn new(
        mut members: Vec<Member>,
        sites: Sites,
        settings: PoolSettings,
    ) -> Result<Pool, PoolError> {
        if members.len() > Pool::MOST_MEMBERS {
            return Err(PoolError::TooManyMembers);
        }
        let misplaced = |(at, member): (usize, &Member)| member.endpoint.id.index() != at;
        if let Some(at) = members.iter().enumerate().position(misplaced) {
            return Err(PoolError::IdNotPosition(at));
        }
        tell_apart(&mut members);
        let services = members.iter().map(|member| member.endpoint.state.into());
        let mut pool = Pool {
            services: services.collect(),
            healths: vec![Health::Healthy; members.len()],
            started: vec![None; members.len()],
            standings: Vec::new(),
            members,
            sites: Arc::new(sites),
            settings,
            layouts: Vec::new(),
            of_region: [0; 33],
            tables: Tables::default(),
            news: true,
            epoch: 0,
        };
        pool.lay_out();
        Ok(pool)
    }

    // Getters.

    /// The members, with the weights and priorities that hold now.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// What was last said of an endpoint's service.
    #[must_use]
    pub fn service(&self, endpoint: EndpointId) -> Option<Service> {
        self.services.get(endpoint.index()).copied()
    }

    /// What was last said of an endpoint's health.
    #[must_use]
    pub fn health(&self, endpoint: EndpointId) -> Option<Health> {
        self.healths.get(endpoint.index()).copied()
    }

    /// When the next snapshot differs although nothing was said: a deadline of
    /// a service, or a step of a slow start. `None` if never.
    #[must_use]
    pub fn next_change(&self, now: Instant) -> Option<Instant> {
        let deadlines = self
            .services
            .iter()
            .filter_map(|service| service.deadline());
        let span = u128::from(self.settings.slow_start.as_micros());
        let steps = (self.started.iter().flatten()).map(|started| {
            let next = (self.steps(now, *started) + 1) * span;
            let next = u64::try_from(next.div_ceil(STEPS.into())).unwrap_or(u64::MAX);
            *started + Duration::from_micros(next)
        });
        deadlines.chain(steps).min()
    }

    // Mutators. Each says whether the endpoint is known.

    /// Takes in what the witnesses say of an endpoint.
    pub fn set_health(&mut self, now: Instant, endpoint: EndpointId, health: Health) -> bool {
        let Some(known) = self.healths.get_mut(endpoint.index()) else {
            return false;
        };
        let recovers = !known.is_healthy() && health.is_healthy();
        self.news |= *known != health;
        *known = health;
        if recovers {
            self.start(now, endpoint.index());
        }
        true
    }

    /// Takes in what the operator says of an endpoint.
    pub fn set_service(&mut self, now: Instant, endpoint: EndpointId, service: Service) -> bool {
        let Some(known) = self.services.get_mut(endpoint.index()) else {
            return false;
        };
        let returns = known.at(now) != Service::Active && service == Service::Active;
        self.news |= *known != service;
        *known = service;
        if returns {
            self.start(now, endpoint.index());
        }
        true
    }

    /// Sets an endpoint's weight.
    pub fn set_weight(&mut self, endpoint: EndpointId, weight: u16) -> bool {
        let Some(member) = self.members.get_mut(endpoint.index()) else {
            return false;
        };
        self.news |= member.endpoint.weight != weight;
        member.endpoint.weight = weight;
        true
    }

    /// Sets an endpoint's priority.
    pub fn set_priority(&mut self, endpoint: EndpointId, priority: u16) -> bool {
        let Some(member) = self.members.get_mut(endpoint.index()) else {
            return false;
        };
        if member.endpoint.priority != priority {
            member.endpoint.priority = priority;
            self.lay_out();
        }
        true
    }

    /// Swaps the roles of two endpoints: their priorities and weights, as when
    /// the primary and the secondary change places during an incident. Says
    /// whether both are known.
    pub fn swap_roles(&mut self, a: EndpointId, b: EndpointId) -> bool {
        let (Some(one), Some(other)) = (
            self.members.get(a.index()).map(|member| member.endpoint),
            self.members.get(b.index()).map(|member| member.endpoint),
        ) else {
            return false;
        };
        for (at, role) in [(a, other), (b, one)] {
            let endpoint = &mut self.members[at.index()].endpoint;
            endpoint.priority = role.priority;
            endpoint.weight = role.weight;
        }
        self.lay_out();
        true
    }

    /// Swaps the roles of two edge groups: endpoints of the one priority get
    /// the other.
    pub fn swap_groups(&mut self, a: u16, b: u16) {
        for member in &mut self.members {
            let priority = &mut member.endpoint.priority;
            if *priority == a {
                *priority = b;
            } else if *priority == b {
                *priority = a;
            }
        }
        self.lay_out();
    }

    /// Takes over what is known of the members of another pool, for a reload in
    /// the middle of an outage: the health of those with the same identity,
    /// and the services that were set while it ran.
    pub fn inherit(&mut self, before: &Pool) {
        let mut known: Vec<(Key, usize)> = (before.members.iter().zip(0..))
            .map(|(old, at)| (old.identity, at))
            .collect();
        known.sort_unstable();
        for (at, member) in self.members.iter().enumerate() {
            // The first, if several have one identity.
            let first = known.partition_point(|(identity, _)| *identity < member.identity);
            let Some((_, old)) =
                (known.get(first).copied()).filter(|(identity, _)| *identity == member.identity)
            else {
                continue;
            };
            self.healths[at] = before.healths[old];
            if self.settings.slow_start > Duration::ZERO {
                self.started[at] = before.started[old];
            }
            // What the new configuration says of it counts if that is news.
            if before.members[old].endpoint.state == member.endpoint.state {
                self.services[at] = before.services[old];
            }
        }
        self.epoch = before.epoch;
        self.news = true;
    }

    /// What holds at `now`. What did not change since the last snapshot is
    /// shared with it.
    #[must_use]
    pub fn snapshot(&mut self, now: Instant) -> Snapshot {
        for at in 0..self.members.len() {
            let service = self.services[at].at(now);
            if service != self.services[at] {
                self.services[at] = service;
                self.news = true;
                if service == Service::Active {
                    self.start(now, at);
                }
            }
        }
        let standings: Vec<Standing> = (0..self.members.len())
            .map(|at| self.standing(now, at))
            .collect();
        let fresh = self.standings.len() != standings.len();
        for layout in &mut self.layouts {
            if layout.view.is_none() || fresh || layout.differs(&self.standings, &standings) {
                let built = build(
                    layout,
                    &mut self.tables,
                    &self.members,
                    &standings,
                    &self.settings,
                    self.epoch + 1,
                );
                layout.view = Some(Arc::new(built));
                self.news = true;
            }
        }
        self.tables.forget_unused();
        self.epoch += u64::from(core::mem::take(&mut self.news));
        self.standings = standings;
        let members = self.members.iter().zip(&self.services).zip(&self.healths);
        Snapshot {
            views: self
                .layouts
                .iter()
                .filter_map(|layout| layout.view.clone())
                .collect(),
            of_region: self.of_region,
            members: members
                .map(|((member, service), health)| snapshot::Member {
                    endpoint: member.endpoint,
                    service: *service,
                    health: *health,
                })
                .collect(),
            sites: Arc::clone(&self.sites),
            epoch: self.epoch,
        }
    }

    /// The tiers anew, after a change of priorities.
    fn lay_out(&mut self) {
        self.news = true;
        (self.layouts, self.of_region) = layout::of_sites(&self.members, &self.sites);
    }

    /// An endpoint has just come into service.
    fn start(&mut self, now: Instant, at: usize) {
        if self.settings.slow_start > Duration::ZERO {
            self.started[at] = Some(now);
        }
    }

    /// How many steps of its slow start an endpoint has taken.
    fn steps(&self, now: Instant, started: Instant) -> u128 {
        let since = u128::from(now.since(started).as_micros());
        since * u128::from(STEPS) / u128::from(self.settings.slow_start.as_micros().max(1))
    }

    fn standing(&mut self, now: Instant, at: usize) -> Standing {
        let weight = u32::from(self.members[at].endpoint.weight);
        let tenths = self.started[at].map_or(STEPS, |started| {
            let taken = self.steps(now, started).min(STEPS.into());
            (taken as u32 + 1).min(STEPS)
        });
        if tenths == STEPS {
            self.started[at] = None;
        }
        Standing {
            in_service: self.services[at] == Service::Active,
            health: self.healths[at],
            weight: weight * STEPS,
            share: weight * tenths,
        }
    }
}

/// Gives those whose identity another has already one of their own.
fn tell_apart(members: &mut [Member]) {
    let mut known: Vec<(Key, usize)> = (members.iter().zip(0..))
        .map(|(member, at)| (member.identity, at))
        .collect();
    known.sort_unstable();
    for same in known.chunk_by(|(a, _), (b, _)| a == b) {
        for (again, (identity, at)) in same.iter().enumerate().skip(1) {
            let another = identity.get().wrapping_add(again as u64);
            members[*at].identity = Key::of_number(another);
        }
    }
}

fn build(
    layout: &mut Layout,
    tables: &mut Tables,
    members: &[Member],
    standings: &[Standing],
    settings: &PoolSettings,
    stamp: u64,
) -> View {
    let mut ranked = Ranked::new(&layout.tiers, standings, settings);
    if ranked.members.is_empty() {
        ranked.reason = layout.nobody;
    }
    let id = |at: &u16| EndpointId::new(*at);
    let shares: Vec<(EndpointId, u32)> = (ranked.members.iter())
        .map(|at| (id(at), standings[usize::from(*at)].share))
        .collect();
    let mut in_use = vec![false; members.len()];
    for at in &ranked.members[..ranked.used] {
        in_use[usize::from(*at)] = true;
    }
    let tier = layout.tiers.get(ranked.base).map_or(&[][..], Vec::as_slice);
    let contender = |at: &u16| Contender {
        id: id(at),
        identity: members[usize::from(*at)].identity,
        weight: standings[usize::from(*at)].weight,
        available: in_use[usize::from(*at)],
    };
    let base: Vec<Contender> = tier.iter().map(contender).collect();
    let regions = layout.regions;
    let slots = layout.slots(ranked.base, tables, &base);
    View::new(&ranked, &shares, &base, slots, regions, stamp)
}

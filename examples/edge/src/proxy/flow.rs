//! One request, from the lookup to its answer: carries out what a fetch asks
//! of the store and of the flights.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hedgerow::cache::{self, Action, CacheStatus, Decision, Directives, Forwarded};
use hedgerow::config::edge::Caching;
use hedgerow::failover::Unlimited;
use hedgerow::fetch::{Answer, Condition, Fetch, Flight, Output, Role};
use hedgerow::types::{AttemptId, Reason};
use http::StatusCode;
use http::header::{AUTHORIZATION, CACHE_CONTROL};

use super::driver::{Asked, Driver};
use super::relay::Relay;
use super::{Inbound, Reply, complete};
use crate::app::App;
use crate::clock::Clock;
use crate::store::{Joined, Landing, Lead, Object, Reader, Seat, StoredBody, Variants};
use crate::upstream::ClientBody;

/// A request under way.
pub(super) struct Flow {
    app: Arc<App>,
    inbound: Arc<Inbound>,
    fetch: Fetch,
    driver: Driver,
    epoch: u64,
    /// The stored response that was found.
    entry: Option<Arc<Object>>,
    /// What was stored when it was looked up.
    seen: Option<Variants>,
    /// Why the request could not be answered with it.
    why: Forwarded,
    /// What a flight brought, and where it is read.
    landed: Option<(Arc<Object>, Option<Reader>)>,
    seat: Option<Seat>,
    lead: Option<Lead>,
    /// What would have been waited for is in the store already.
    arrived: bool,
    /// Nobody waits for the reply.
    background: bool,
}

impl Flow {
    pub(super) fn new(app: &Arc<App>, inbound: Arc<Inbound>, body: Option<ClientBody>) -> Flow {
        let facts = inbound.facts();
        // What is not looked up is nobody's miss.
        let why = match (facts.cached, inbound.may_store()) {
            (true, _) => Forwarded::UriMiss,
            (false, true) if !inbound.is_fat() => Forwarded::Method,
            _ => Forwarded::Bypass,
        };
        Flow {
            fetch: Fetch::new(facts),
            driver: Driver::new(app, &inbound, body),
            epoch: app.store.epoch(),
            app: Arc::clone(app),
            inbound,
            entry: None,
            seen: None,
            why,
            landed: None,
            seat: None,
            lead: None,
            arrived: false,
            background: false,
        }
    }

    /// Revalidates `entry` in the background.
    fn refresh(
        app: &Arc<App>,
        inbound: &Arc<Inbound>,
        entry: &Arc<Object>,
        seen: Option<Variants>,
    ) -> Flow {
        let inbound = Arc::new(inbound.as_refresh(app.clock));
        let facts = inbound.facts();
        let mut flow = Flow::new(app, inbound, None);
        flow.fetch = Fetch::refresh(facts);
        flow.entry = Some(Arc::clone(entry));
        flow.seen = seen;
        flow.background = true;
        flow.driver.in_background();
        flow
    }

    /// The reply, where the store alone has it. Most requests end here, and
    /// need no future of the size that a race takes.
    pub(super) fn at_once(&mut self) -> Option<Reply> {
        let now = self.app.clock.now();
        // Nothing is started before the lookup, so no budget is asked.
        if self.fetch.poll(now, &mut Unlimited) != Output::Lookup {
            return None;
        }
        let found = self.look_up();
        let told = self.fetch.handle_lookup(now, found);
        debug_assert!(told.is_ok(), "{told:?}");
        match self.fetch.poll(now, &mut Unlimited) {
            Output::Answer(Answer::Stored { decision, refresh }) => {
                Some(self.serve_stored(&decision, refresh))
            }
            _ => None,
        }
    }

    /// Goes on to the answer.
    pub(super) async fn run(mut self) -> Reply {
        loop {
            let asked = self.driver.run(&mut self.fetch, self.entry.as_ref()).await;
            let now = self.app.clock.now();
            let told = match asked {
                Asked::Lookup => {
                    let found = self.look_up();
                    self.fetch.handle_lookup(now, found)
                }
                Asked::Join => match self.join() {
                    // Others have learned that it is in vain.
                    Joined::Alone if self.background => return self.nobody_waits(),
                    Joined::Alone => self.fetch.handle_joined(now, Role::Alone),
                    Joined::Follow(_) if self.background => return self.nobody_waits(),
                    Joined::Lead(..) if self.background && self.came_meanwhile() => {
                        return self.nobody_waits();
                    }
                    // It came between the lookup and now, so there is nothing
                    // to lead, or to wait for.
                    Joined::Lead(..) if self.came_meanwhile() => {
                        self.arrived = true;
                        self.fetch.handle_joined(now, Role::Follower)
                    }
                    Joined::Follow(seat) => {
                        self.seat = Some(seat);
                        self.fetch.handle_joined(now, Role::Follower)
                    }
                    Joined::Lead(lead, seat) => {
                        let told = self.fetch.handle_joined(now, Role::Leader);
                        debug_assert!(told.is_ok(), "{told:?}");
                        return self.lead(lead, seat).await;
                    }
                },
                Asked::Follow => {
                    let outcome = self.follow().await;
                    self.fetch.handle_flight(self.app.clock.now(), outcome)
                }
                Asked::FallBack(failure) => {
                    let settings = &self.inbound.route.settings;
                    let request = self.inbound.as_cached();
                    let found = self.entry.as_ref().map(|entry| {
                        let wall = Clock::wall();
                        entry
                            .policy
                            .after_failure(settings, &request, wall, failure)
                    });
                    self.fetch.handle_fallback(now, found)
                }
                Asked::Answer(answer) => match self.answer(answer).await {
                    Some(reply) => return reply,
                    // What came does not fit what is stored.
                    None => self.fetch.handle_not_freshened(now),
                },
            };
            // The fetch asked for each of these.
            debug_assert!(told.is_ok(), "{told:?}");
        }
    }

    fn look_up(&mut self) -> Decision {
        let settings = &self.inbound.route.settings;
        let request = self.inbound.as_cached();
        let wall = Clock::wall();
        if let Some((object, _)) = &self.landed {
            let policies = std::iter::once(&object.policy);
            if let Some(found) = cache::select(settings, policies, &request, wall)
                && found.decision.is_served()
            {
                self.entry = Some(Arc::clone(object));
                return found.decision;
            }
            // Back to the store as it is.
            self.landed = None;
        }
        let variants = self.app.store.get(self.inbound.key());
        let stored = variants.as_deref().unwrap_or_default();
        let policies = stored.iter().map(|object| &object.policy);
        let found = cache::select(settings, policies, &request, wall);
        let decision = match &found {
            Some(found) => found.decision,
            None => cache::decide_miss(&request),
        };
        self.entry = found.and_then(|found| stored.get(found.index).cloned());
        self.seen.clone_from(&variants);
        self.why = match Forwarded::of(&decision) {
            Some(Forwarded::UriMiss) if !stored.is_empty() => Forwarded::VaryMiss,
            why => why.unwrap_or(Forwarded::UriMiss),
        };
        decision
    }

    fn join(&self) -> Joined {
        // What such a request brings is of use to nobody else, except where
        // its conditions are replaced by the store's own.
        if self.fetch.condition() != Condition::Validate && self.inbound.is_conditional() {
            return Joined::Alone;
        }
        // Nor may anyone keep others from waiting by bringing what is not to be
        // stored for this request's sake alone.
        if self.leaves_no_trace() {
            return Joined::Alone;
        }
        self.app
            .flights
            .join(self.inbound.key(), self.app.clock.now())
    }

    /// Whether the request itself keeps its answer out of the store: by
    /// `no-store` (RFC 9111 §5.2.1.5), or by what it proves of its sender (§3.5).
    fn leaves_no_trace(&self) -> bool {
        let headers = &self.inbound.headers;
        let mut asked = Directives::default();
        for line in headers.get_all(CACHE_CONTROL) {
            asked.read_line(line.as_bytes());
        }
        let shared = self.inbound.route.caching != Caching::Private;
        asked.no_store() || shared && headers.contains_key(AUTHORIZATION)
    }

    /// Whether something was stored since the lookup.
    fn came_meanwhile(&self) -> bool {
        match (&self.seen, &self.app.store.get(self.inbound.key())) {
            (Some(seen), Some(now)) => !seen.are(now),
            (None, Some(_)) => true,
            (_, None) => false,
        }
    }

    async fn follow(&mut self) -> Flight {
        if self.arrived {
            return Flight::Stored;
        }
        let Some(mut seat) = self.seat.take() else {
            return Flight::Abandoned;
        };
        let race = self.inbound.route.race();
        let patience = Duration::from_micros(race.total_timeout.as_micros());
        match tokio::time::timeout(patience, seat.landing()).await {
            Err(_) => Flight::TooLate,
            Ok(Landing::Stored(object)) => {
                let reader = match &object.body {
                    StoredBody::Whole(_) => None,
                    StoredBody::Growing(spool) => match spool.reader() {
                        // It turned out too long to be kept.
                        None => return Flight::NotShared,
                        reader => reader,
                    },
                };
                self.landed = Some((object, reader));
                Flight::Stored
            }
            Ok(Landing::NotShared) => Flight::NotShared,
            Ok(Landing::Failed(reason)) => Flight::Failed(reason),
            Ok(Landing::Pending | Landing::Abandoned) => Flight::Abandoned,
        }
    }

    /// Goes on in a task of its own, which those who follow can wait for even
    /// if this client leaves, until nobody does.
    async fn lead(mut self, lead: Lead, seat: Seat) -> Reply {
        let name = self.app.site.load().name.clone();
        let emptied = lead.emptied();
        self.lead = Some(lead);
        if self.background {
            let (app, inbound) = (Arc::clone(&self.app), Arc::clone(&self.inbound));
            let task = self.boxed();
            tokio::spawn(async move {
                let _seat = seat;
                if task.await.status.is_server_error() {
                    app.flights.rest(inbound.key(), app.clock.now());
                }
            });
            return Reply::plain(&name, StatusCode::ACCEPTED, "refreshing");
        }
        let task = self.boxed();
        let leading = tokio::spawn(async move {
            tokio::select! {
                reply = task => Some(reply),
                () = emptied => None,
            }
        });
        let reply = leading.await;
        drop(seat);
        let failed = || Reply::plain(&name, StatusCode::BAD_GATEWAY, "task");
        reply.ok().flatten().unwrap_or_else(failed)
    }

    /// Boxed, since it is of the kind that it is spawned from.
    pub(super) fn boxed(self) -> Pin<Box<dyn Future<Output = Reply> + Send>> {
        Box::pin(self.run())
    }

    fn nobody_waits(&self) -> Reply {
        Reply::plain(
            &self.app.site.load().name,
            StatusCode::ACCEPTED,
            "refreshing",
        )
    }

    /// The reply; `None` if what came does not fit what is stored.
    async fn answer(&mut self, answer: Answer) -> Option<Reply> {
        match answer {
            Answer::Stored { decision, refresh } => Some(self.serve_stored(&decision, refresh)),
            Answer::Validated { attempt } => self.validated(attempt),
            Answer::Completed { attempt } => self.completed(attempt).await,
            Answer::Relay { attempt } => Some(self.relay(attempt)),
            Answer::Failed { status, reason } => Some(self.failed(status, reason)),
            _ => None,
        }
    }

    fn serve_stored(&mut self, decision: &Decision, refresh: bool) -> Reply {
        let site = self.app.site.load();
        let Some(entry) = self.entry.take() else {
            return self.failed(502, Reason::AllEndpointsFailed);
        };
        if let Some(lead) = self.lead.take() {
            // Each follower asks its own copy whether it may be stale.
            lead.failed(Reason::AllEndpointsFailed);
        }
        let key = self.inbound.key();
        if refresh && !self.app.flights.is_resting(key, self.app.clock.now()) {
            let flow = Flow::refresh(&self.app, &self.inbound, &entry, self.seen.take());
            tokio::spawn(flow.boxed());
        }
        let status = if self.fetch.has_followed() {
            self.forwarded(&site.name).with_collapsed()
        } else if self.fetch.race().is_some() {
            self.forwarded(&site.name)
        } else {
            CacheStatus::of(&site.name, decision)
        };
        let status = status.with_detail(decision.reason.as_str());
        let reader = self.landed.take().and_then(|(_, reader)| reader);
        let reply = Reply::stored(&self.inbound, &entry, decision, reader, &status);
        let reply = reply.with_cache(if self.fetch.has_followed() {
            "collapsed"
        } else if decision.is_stale() {
            "stale"
        } else {
            "hit"
        });
        reply.with_attempts(&self.fetch, &self.driver, &self.inbound)
    }

    /// What the cache says of a request that went upstream.
    fn forwarded<'a>(&self, name: &'a str) -> CacheStatus<'a> {
        CacheStatus::new(name).with_forwarded(self.why)
    }

    fn validated(&mut self, attempt: AttemptId) -> Option<Reply> {
        let site = self.app.site.load();
        let (entry, received) = (self.entry.clone()?, self.driver.take(attempt)?);
        received.observe(&self.app, &self.inbound.route.upstream);
        let headers = received.response.headers();
        let settings = &self.inbound.route.settings;
        let request = self.inbound.as_cached();
        let response = cache::Response::new(304, headers);
        let times = received.times;
        let key = self.inbound.key();
        let freshened = entry
            .policy
            .freshen(settings, &request, &entry.headers, &response, times);
        let Ok(fresh) = freshened else {
            self.app.store.remove_variant(key, &entry);
            return None;
        };
        let merged = fresh.policy.merged_headers(&entry.headers, headers);
        let new = Arc::new(entry.freshened(fresh.policy.clone(), merged));
        let kept = fresh.kept.is_ok();
        if kept {
            self.app.store.replace(key, &entry, &new);
        } else if fresh.ends_storing() {
            self.app.store.remove_variant(key, &entry);
        }
        match self.lead.take() {
            Some(lead) if kept => lead.stored(Arc::clone(&new)),
            Some(lead) => lead.not_shared(self.app.clock.now()),
            None => {}
        }
        let status = self.forwarded(&site.name).with_forward_status(304);
        let status = if kept { status.with_stored() } else { status };
        let decision = new.policy.validated(Clock::wall());
        let reply = Reply::stored(&self.inbound, &new, &decision, None, &status);
        let own = new.policy.unshared_headers(headers);
        let reply = reply.with_own(&own).with_cache("revalidated");
        Some(reply.with_attempts(&self.fetch, &self.driver, &self.inbound))
    }

    async fn completed(&mut self, attempt: AttemptId) -> Option<Reply> {
        let (entry, received) = (self.entry.clone()?, self.driver.take(attempt)?);
        received.observe(&self.app, &self.inbound.route.upstream);
        let times = received.times;
        let (app, inbound) = (&self.app, &self.inbound);
        let joined = complete::join(app, inbound, &entry, received.response, times).await?;
        let new = Arc::new(joined.object);
        app.store.insert(inbound.key(), &new, self.epoch);
        // An endpoint may send less than it was asked for (RFC 9110 §15.3.7),
        // and then the request is still not answered.
        let settings = &inbound.route.settings;
        let policies = std::iter::once(&new.policy);
        let found = cache::select(settings, policies, &inbound.as_cached(), Clock::wall())?;
        if matches!(found.decision.action, Action::Complete(_)) {
            return None;
        }
        if let Some(lead) = self.lead.take() {
            lead.stored(Arc::clone(&new));
        }
        let site = app.site.load();
        let status = self
            .forwarded(&site.name)
            .with_forward_status(206)
            .with_stored();
        let decision = new.policy.validated(Clock::wall());
        let reply = Reply::stored(inbound, &new, &decision, None, &status);
        let reply = reply.with_own(&joined.own).with_cache("completed");
        Some(reply.with_attempts(&self.fetch, &self.driver, inbound))
    }

    fn relay(&mut self, attempt: AttemptId) -> Reply {
        let site = self.app.site.load();
        let Some(received) = self.driver.take(attempt) else {
            return self.failed(502, Reason::AllEndpointsFailed);
        };
        if received.response.status() == StatusCode::SWITCHING_PROTOCOLS
            && let Some(upgrade) = &self.inbound.upgrade
            && let Some(endpoint) = self.inbound.route.upstream.endpoint(received.endpoint)
        {
            // What comes now has no end that would prove anything.
            received.observe(&self.app, &self.inbound.route.upstream);
            let via = site.via.of(received.response.version());
            let reply = upgrade.reply(&site.name, via, received, endpoint);
            return reply.with_attempts(&self.fetch, &self.driver, &self.inbound);
        }
        let validating = self.fetch.condition() == Condition::Validate;
        let relay = Relay {
            app: &self.app,
            inbound: &self.inbound,
            via: &site.via,
            status: CacheStatus::new(&site.name).with_forwarded(self.why),
            epoch: self.epoch,
            lead: self.lead.take(),
            judge: validating && self.inbound.is_conditional(),
        };
        let reply = relay.run(received);
        reply.with_attempts(&self.fetch, &self.driver, &self.inbound)
    }

    fn failed(&mut self, status: u16, reason: Reason) -> Reply {
        let site = self.app.site.load();
        // Why there was nobody to ask says more than that there was nobody.
        let reason = match (reason, self.driver.picked()) {
            (Reason::NoEligibleEndpoint, Some(why)) => why,
            _ => reason,
        };
        if let Some(lead) = self.lead.take() {
            lead.failed(reason);
        }
        let status = self
            .driver
            .client_failure()
            .or_else(|| StatusCode::from_u16(status).ok())
            .unwrap_or(StatusCode::BAD_GATEWAY);
        let reply = Reply::plain(&site.name, status, reason.as_str());
        reply.with_attempts(&self.fetch, &self.driver, &self.inbound)
    }
}

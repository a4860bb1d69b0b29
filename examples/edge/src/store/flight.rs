//! Requests that are after the same thing: one asks, the others wait for its
//! response head.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hedgerow::types::{Duration, Instant, Reason};
use quick_cache::sync::Cache;
use tokio::sync::{Notify, watch};

use super::Object;

/// For so long after an answer that could not be shared, nobody waits for the
/// next: it would be in vain.
const PASS: Duration = Duration::from_secs(5);
const PASSES: usize = 16 * 1024;

/// The flights under way.
#[derive(Debug)]
pub(crate) struct Flights {
    table: Mutex<HashMap<Box<str>, Arc<Flight>>>,
    /// Until when requests for a key go alone. Keys are hashed, as clients
    /// choose how long they are; two that meet lose nothing but an answer
    /// that they might have shared.
    passes: Cache<u64, Instant>,
    /// Until when nothing is refreshed under a key.
    rests: Cache<u64, Instant>,
    hasher: RandomState,
}

/// One leader and those who wait for it.
#[derive(Debug)]
pub(crate) struct Flight {
    landing: watch::Sender<Landing>,
    seats: AtomicUsize,
    empty: Notify,
}

/// How a flight ends for those who wait.
#[derive(Clone, Debug)]
pub(crate) enum Landing {
    /// It has not.
    Pending,
    /// The response may be stored. Its body may still be coming.
    Stored(Arc<Object>),
    /// The response is for the leader alone.
    NotShared,
    /// There is no response.
    Failed(Reason),
    /// The leader vanished.
    Abandoned,
}

/// What a request is in a flight.
#[derive(Debug)]
pub(crate) enum Joined {
    /// It leads, and has a seat of its own.
    Lead(Lead, Seat),
    /// It waits.
    Follow(Seat),
    /// It asks for itself.
    Alone,
}

impl Flights {
    pub(crate) fn new() -> Flights {
        Flights {
            table: Mutex::default(),
            passes: Cache::new(PASSES),
            rests: Cache::new(PASSES),
            hasher: RandomState::new(),
        }
    }

    /// What is stored under `key` has become invalid: who comes from now on
    /// must not get what was asked for before.
    pub(crate) fn call_off(&self, key: &str) {
        self.lock().remove(key);
    }

    /// A refresh under `key` failed, so the next one waits: the stored
    /// response is asked for more often than an ailing endpoint should be.
    pub(crate) fn rest(&self, key: &str, now: Instant) {
        self.rests.insert(self.hasher.hash_one(key), now + PASS);
    }

    /// Whether the latest refresh under `key` failed a moment ago.
    pub(crate) fn is_resting(&self, key: &str, now: Instant) -> bool {
        let until = self.rests.get(&self.hasher.hash_one(key));
        until.is_some_and(|until| now < until)
    }

    /// Takes part in the flight for `key`, or begins it.
    pub(crate) fn join(self: &Arc<Flights>, key: &str, now: Instant) -> Joined {
        let pass = self.passes.get(&self.hasher.hash_one(key));
        if pass.is_some_and(|until| now < until) {
            return Joined::Alone;
        }
        let mut table = self.lock();
        if let Some(flight) = table.get(key) {
            return Joined::Follow(self.seat(key, flight));
        }
        let flight = Arc::new(Flight {
            landing: watch::Sender::new(Landing::Pending),
            seats: AtomicUsize::new(0),
            empty: Notify::new(),
        });
        table.insert(key.into(), Arc::clone(&flight));
        let seat = self.seat(key, &flight);
        let lead = Lead {
            flights: Arc::clone(self),
            key: key.into(),
            flight,
        };
        Joined::Lead(lead, seat)
    }

    /// How many are under way, and how many requests take part in them.
    pub(crate) fn count(&self) -> (usize, usize) {
        let table = self.lock();
        let seats = table
            .values()
            .map(|flight| flight.seats.load(Ordering::Acquire));
        (table.len(), seats.sum())
    }

    /// Only with the table locked, so that no flight is left empty by one while
    /// another boards it.
    fn seat(self: &Arc<Flights>, key: &str, flight: &Arc<Flight>) -> Seat {
        flight.seats.fetch_add(1, Ordering::AcqRel);
        Seat {
            flights: Arc::clone(self),
            key: key.into(),
            landing: flight.landing.subscribe(),
            flight: Arc::clone(flight),
        }
    }

    /// Takes the flight out, so that the next request begins another.
    fn remove(&self, table: &mut HashMap<Box<str>, Arc<Flight>>, key: &str, flight: &Arc<Flight>) {
        if table
            .get(key)
            .is_some_and(|found| Arc::ptr_eq(found, flight))
        {
            table.remove(key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Box<str>, Arc<Flight>>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The leader's part. Dropped without a landing, the flight is abandoned, and
/// those who wait begin another.
#[derive(Debug)]
pub(crate) struct Lead {
    flights: Arc<Flights>,
    key: Box<str>,
    flight: Arc<Flight>,
}

impl Lead {
    /// The response may be stored. Until the lead is dropped, others can still
    /// join and get it while its body comes.
    pub(crate) fn stored(&self, object: Arc<Object>) {
        self.flight.landing.send_replace(Landing::Stored(object));
    }

    /// The response is not to be shared.
    pub(crate) fn not_shared(self, now: Instant) {
        let key = self.flights.hasher.hash_one(&*self.key);
        self.flights.passes.insert(key, now + PASS);
        self.flight.landing.send_replace(Landing::NotShared);
    }

    /// There is no response.
    pub(crate) fn failed(self, reason: Reason) {
        self.flight.landing.send_replace(Landing::Failed(reason));
    }

    /// Waits until nobody waits any more.
    pub(crate) fn emptied(&self) -> impl Future<Output = ()> + Send + 'static {
        let flight = Arc::clone(&self.flight);
        async move { flight.empty.notified().await }
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        let mut table = self.flights.lock();
        self.flights.remove(&mut table, &self.key, &self.flight);
        drop(table);
        self.flight.landing.send_if_modified(|landing| {
            let pending = matches!(landing, Landing::Pending);
            if pending {
                *landing = Landing::Abandoned;
            }
            pending
        });
    }
}

/// A place in a flight.
#[derive(Debug)]
pub(crate) struct Seat {
    flights: Arc<Flights>,
    key: Box<str>,
    flight: Arc<Flight>,
    landing: watch::Receiver<Landing>,
}

impl Seat {
    /// Waits for the landing.
    pub(crate) async fn landing(&mut self) -> Landing {
        let landed = |landing: &Landing| !matches!(landing, Landing::Pending);
        match self.landing.wait_for(landed).await {
            Ok(landing) => landing.clone(),
            Err(_) => Landing::Abandoned,
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut table = self.flights.lock();
        if self.flight.seats.fetch_sub(1, Ordering::AcqRel) == 1
            && matches!(*self.landing.borrow(), Landing::Pending)
        {
            self.flights.remove(&mut table, &self.key, &self.flight);
            self.flight.empty.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_millis(0);

    fn follow(flights: &Arc<Flights>) -> Seat {
        match flights.join("k", NOW) {
            Joined::Follow(seat) => seat,
            other => panic!("{other:?}"),
        }
    }

    fn lead(flights: &Arc<Flights>) -> (Lead, Seat) {
        match flights.join("k", NOW) {
            Joined::Lead(lead, seat) => (lead, seat),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_vanished_leader_is_seen_and_the_next_leads() {
        let flights = Arc::new(Flights::new());
        let (leader, _seat) = lead(&flights);
        let mut follower = follow(&flights);
        drop(leader);
        assert!(matches!(follower.landing().await, Landing::Abandoned));
        let _ = lead(&flights);
    }

    #[tokio::test]
    async fn the_leader_is_told_when_nobody_waits() {
        let flights = Arc::new(Flights::new());
        let (leader, own) = lead(&flights);
        let follower = follow(&flights);
        drop(own);
        drop(follower);
        leader.emptied().await;
        // Whoever comes now does not board a flight that is called off.
        let _ = lead(&flights);
        drop(leader);
        assert_eq!(flights.count(), (0, 0));
    }

    #[tokio::test]
    async fn who_comes_after_a_write_boards_no_flight_from_before() {
        let flights = Arc::new(Flights::new());
        let (old, _seat) = lead(&flights);
        flights.call_off("k");
        let (_new, _seat) = lead(&flights);
        drop(old);
        // The old one takes the new one's place from nobody.
        let _ = follow(&flights);
    }

    #[test]
    fn what_failed_to_be_refreshed_rests() {
        let flights = Arc::new(Flights::new());
        assert!(!flights.is_resting("k", NOW));
        flights.rest("k", NOW);
        assert!(flights.is_resting("k", NOW));
        assert!(!flights.is_resting("other", NOW));
        assert!(!flights.is_resting("k", NOW + PASS));
        assert!(matches!(flights.join("k", NOW), Joined::Lead(..)));
    }

    #[tokio::test]
    async fn what_is_not_shared_is_not_waited_for_again() {
        let flights = Arc::new(Flights::new());
        let (leader, _seat) = lead(&flights);
        let mut follower = follow(&flights);
        leader.not_shared(NOW);
        assert!(matches!(follower.landing().await, Landing::NotShared));
        assert!(matches!(flights.join("k", NOW), Joined::Alone));
        assert!(matches!(flights.join("k", NOW + PASS), Joined::Lead(..)));
    }
}

//! The pickers, each made for one thread at a time.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use hedgerow::cdn::Endpoint;
use hedgerow::cdn::pool::{Draws, Health, Key, Loads, Member, Snapshot, Turns};
use hedgerow::types::{EndpointId, Instant};
use ketama::Ring;
use maglev::{ConsistentHasher, Maglev};
use pingora_load_balancing::discovery::Static;
use pingora_load_balancing::selection::{BackendIter, BackendSelection};
use pingora_load_balancing::{Backend, Backends, LoadBalancer};
use rand::{SeedableRng, rngs::SmallRng};
use rand_distr::{Distribution, weighted::WeightedAliasIndex};

/// Endpoints, some of which are down.
pub(crate) struct Pool {
    pub(crate) size: usize,
    pub(crate) down: BTreeSet<usize>,
}

impl Pool {
    /// A pool of this size, every second endpoint of which is down if `half` is.
    pub(crate) fn new(size: usize, half: bool) -> Pool {
        let down = (0..size).filter(|index| half && index % 2 == 0).collect();
        Pool { size, down }
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.weighted(|_| Endpoint::DEFAULT_WEIGHT)
    }

    /// The same with weights of which no two of the first eight are alike.
    pub(crate) fn unequal(&self) -> Arc<Snapshot> {
        self.weighted(|index| Endpoint::DEFAULT_WEIGHT + 10 * (index % 8) as u16)
    }

    fn weighted(&self, weight: impl Fn(usize) -> u16) -> Arc<Snapshot> {
        let id = |index: usize| EndpointId::new(index as u16);
        let member = |index: usize| {
            let mut endpoint = Endpoint::new(id(index));
            endpoint.weight = weight(index);
            Member::new(endpoint).with_name(&name(index))
        };
        let members = (0..self.size).map(member).collect();
        let sites = hedgerow::cdn::pool::Sites::default();
        let mut pool = hedgerow::cdn::pool::Pool::new(members, sites, Default::default())
            .expect("ids are positions");
        let now = Instant::default();
        for index in &self.down {
            pool.set_health(now, id(*index), Health::Failing);
        }
        Arc::new(pool.snapshot(now))
    }

    /// Those that are up, for pickers without health.
    pub(crate) fn up(&self) -> Vec<usize> {
        (0..self.size)
            .filter(|index| !self.down.contains(index))
            .collect()
    }
}

/// Something that picks endpoints.
pub(crate) trait Picker: Sync {
    /// What a thread has of its own.
    type Worker;

    fn worker(&self, thread: u64) -> Self::Worker;

    fn pick(&self, worker: &mut Self::Worker, key: &[u8; 16]) -> Option<usize>;
}

pub(crate) struct Drawn(pub(crate) Arc<Snapshot>);

impl Picker for Drawn {
    type Worker = Draws;

    fn worker(&self, thread: u64) -> Draws {
        Draws::new(thread)
    }

    fn pick(&self, draws: &mut Draws, _: &[u8; 16]) -> Option<usize> {
        let pick = self.0.view(None).draw(draws).ok()?;
        Some(pick.endpoint.index())
    }
}

pub(crate) struct InTurn(pub(crate) Arc<Snapshot>);

impl Picker for InTurn {
    type Worker = (Turns, Draws);

    fn worker(&self, thread: u64) -> (Turns, Draws) {
        (Turns::starting_at(thread as u32), Draws::new(thread))
    }

    fn pick(&self, (turns, draws): &mut (Turns, Draws), _: &[u8; 16]) -> Option<usize> {
        let pick = self.0.view(None).turn(turns, draws).ok()?;
        Some(pick.endpoint.index())
    }
}

pub(crate) struct BetterOfTwo(pub(crate) Arc<Snapshot>, pub(crate) usize);

impl Picker for BetterOfTwo {
    type Worker = (Loads, Draws);

    fn worker(&self, thread: u64) -> (Loads, Draws) {
        (Loads::new(self.1), Draws::new(thread))
    }

    fn pick(&self, (loads, draws): &mut (Loads, Draws), _: &[u8; 16]) -> Option<usize> {
        let costs = |endpoint| loads.cost(endpoint);
        let pick = self.0.view(None).better_of_two(draws, costs).ok()?;
        Some(pick.endpoint.index())
    }
}

pub(crate) struct Keyed(pub(crate) Arc<Snapshot>);

impl Picker for Keyed {
    type Worker = ();

    fn worker(&self, _: u64) {}

    fn pick(&self, (): &mut (), key: &[u8; 16]) -> Option<usize> {
        let pick = self.0.view(None).keyed(Key::of(key)).ok()?;
        Some(pick.endpoint.index())
    }
}

/// Pingora's balancer, with one of its algorithms.
pub(crate) struct Pingora<S: BackendSelection + 'static>(pub(crate) LoadBalancer<S>)
where
    S::Iter: BackendIter;

impl<S> Picker for Pingora<S>
where
    S: BackendSelection + Send + Sync + 'static,
    S::Iter: BackendIter,
{
    type Worker = ();

    fn worker(&self, _: u64) {}

    fn pick(&self, (): &mut (), key: &[u8; 16]) -> Option<usize> {
        // As in its own examples.
        let backend = self.0.select(key, 256)?;
        Some(usize::from(backend.addr.as_inet()?.port()))
    }
}

pub(crate) struct Alias(pub(crate) WeightedAliasIndex<u32>);

impl Picker for Alias {
    type Worker = SmallRng;

    fn worker(&self, thread: u64) -> SmallRng {
        SmallRng::seed_from_u64(thread)
    }

    fn pick(&self, rng: &mut SmallRng, _: &[u8; 16]) -> Option<usize> {
        Some(self.0.sample(rng))
    }
}

pub(crate) struct OfMaglev(pub(crate) Maglev<usize>);

impl Picker for OfMaglev {
    type Worker = ();

    fn worker(&self, _: u64) {}

    fn pick(&self, (): &mut (), key: &[u8; 16]) -> Option<usize> {
        self.0.get(key).copied()
    }
}

pub(crate) struct OfKetama(pub(crate) Ring, pub(crate) Vec<usize>);

impl Picker for OfKetama {
    type Worker = ();

    fn worker(&self, _: u64) {}

    fn pick(&self, (): &mut (), key: &[u8; 16]) -> Option<usize> {
        self.1.get(self.0.route(key)).copied()
    }
}

impl Pool {
    pub(crate) fn pingora<S>(&self) -> Pingora<S>
    where
        S: BackendSelection + Send + Sync + 'static,
        S::Iter: BackendIter,
    {
        let backends: BTreeSet<Backend> = (0..self.size).map(backend).collect();
        let balancer = LoadBalancer::<S>::from_backends(Backends::new(Static::new(backends)));
        // Nothing of it waits where the endpoints are known.
        let updated = pin!(balancer.update()).poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(updated, Poll::Ready(Ok(()))), "updated at once");
        for index in &self.down {
            balancer.backends().set_enable(&backend(*index), false);
        }
        Pingora(balancer)
    }

    pub(crate) fn alias(&self) -> Alias {
        let weights = vec![100; self.up().len()];
        Alias(WeightedAliasIndex::new(weights).expect("weights"))
    }

    pub(crate) fn maglev(&self) -> OfMaglev {
        // Its own default for a hundred. While it is built it takes eight
        // bytes for each slot of each endpoint.
        OfMaglev(Maglev::with_capacity(self.up(), 10_007))
    }

    pub(crate) fn ketama(&self) -> OfKetama {
        let up = self.up();
        let names: Vec<String> = up.iter().map(|index| name(*index)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        OfKetama(Ring::build(&names), up)
    }
}

fn name(index: usize) -> String {
    format!("10.0.0.1:{index}")
}

fn backend(index: usize) -> Backend {
    Backend::new(&name(index)).expect("an address")
}

//! The store: bounded, and shared by all connections.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hedgerow::cache;
use hedgerow::config::edge::Store as Settings;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::Object;
use crate::clock::Clock;

/// The stored responses under one key, the newest last.
pub(crate) type Variants = Arc<[Arc<Object>]>;

/// Variants of one key at most: a response that varies by what every visitor
/// has of its own must not fill the store.
const MOST_VARIANTS: usize = 32;
const STRIPES: usize = 64;
/// More than can be invalidated while one response is on its way.
const INVALIDATED: usize = 64 * 1024;
const OBJECTS_A_SHARD: u64 = 4;
const MOST_SHARDS: u64 = 32;
/// For sizing tables alone; the bound is by weight.
const EXPECTED_OBJECT: u64 = 16 * 1024;
/// The share of the store's bytes that bodies on their way may take on top.
const GROWING_SHARE: u64 = 4;

#[derive(Clone, Debug)]
struct ByBytes;

impl Weighter<Box<str>, Variants> for ByBytes {
    fn weight(&self, key: &Box<str>, variants: &Variants) -> u64 {
        let weight: usize = variants.iter().map(|object| object.weight()).sum();
        (key.len() + weight) as u64
    }
}

/// Stored responses by key.
#[derive(Debug)]
pub(crate) struct Store {
    cache: Cache<Box<str>, Variants, ByBytes>,
    /// Changes of one key happen one after the other.
    stripes: Vec<Mutex<()>>,
    /// Counts invalidations, so that what was asked for before one is not
    /// stored after it.
    epoch: AtomicU64,
    /// The epochs of the latest ones, by the hash of the key, as clients choose
    /// how long keys are. Two that meet lose a response that might be stored.
    invalidated: Cache<u64, u64>,
    hasher: RandomState,
    most: AtomicU64,
    most_object: AtomicU64,
    /// Bytes of bodies that are on their way into the store.
    growing: AtomicU64,
}

impl Store {
    pub(crate) fn new(settings: &Settings) -> Store {
        let most = u64::from(settings.max_bytes);
        let items = (most / EXPECTED_OBJECT).clamp(64, 1 << 20) as usize;
        // A shard must have room for several of the largest objects.
        let shards = (most / u64::from(settings.max_object_bytes.max(1)) / OBJECTS_A_SHARD)
            .clamp(1, MOST_SHARDS) as usize;
        let options = OptionsBuilder::new()
            .estimated_items_capacity(items)
            .weight_capacity(most)
            .shards(shards)
            .build();
        // It fails without the two capacities alone, and both are given.
        let cache = match options {
            Ok(options) => Cache::with_options(
                options,
                ByBytes,
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            ),
            Err(_) => Cache::with_weighter(items, most, ByBytes),
        };
        Store {
            cache,
            stripes: (0..STRIPES).map(|_| Mutex::default()).collect(),
            epoch: AtomicU64::new(0),
            invalidated: Cache::new(INVALIDATED),
            hasher: RandomState::new(),
            most: AtomicU64::new(most),
            most_object: AtomicU64::new(settings.max_object_bytes.into()),
            growing: AtomicU64::new(0),
        }
    }

    /// Takes other bounds; what is too much goes.
    pub(crate) fn resize(&self, settings: &Settings) {
        let most = settings.max_bytes.into();
        if self.most.swap(most, Ordering::AcqRel) != most {
            self.cache.set_capacity(most);
        }
        self.most_object
            .store(settings.max_object_bytes.into(), Ordering::Release);
    }

    /// The largest body that is kept, in bytes.
    pub(crate) fn most_object(&self) -> u64 {
        self.most_object.load(Ordering::Acquire)
    }

    pub(crate) fn get(&self, key: &str) -> Option<Variants> {
        self.cache.get(key)
    }

    /// The invalidations so far, for [`Store::insert`].
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Stores `object`, in place of those that it stands for, unless `key` was
    /// invalidated since `epoch`.
    pub(crate) fn insert(&self, key: &str, object: &Object, epoch: u64) {
        self.update(key, |variants| {
            let invalidated = self.invalidated.get(&self.hasher.hash_one(key));
            if invalidated.is_some_and(|since| since > epoch) {
                return;
            }
            let new = Arc::new(object.settled());
            cache::put(variants, new, |stored| &stored.policy, Clock::wall());
            if variants.len() > MOST_VARIANTS {
                variants.remove(0);
            }
        });
    }

    /// Puts `new` in the place of `old`, if that is still there.
    pub(crate) fn replace(&self, key: &str, old: &Arc<Object>, new: &Object) {
        self.update(key, |variants| {
            if let Some(place) = variants.iter_mut().find(|found| Arc::ptr_eq(found, old)) {
                *place = Arc::new(new.settled());
            }
        });
    }

    /// Drops one variant.
    pub(crate) fn remove_variant(&self, key: &str, old: &Arc<Object>) {
        self.update(key, |variants| {
            variants.retain(|found| !Arc::ptr_eq(found, old));
        });
    }

    /// Drops all that is stored under `key`, or about to be.
    pub(crate) fn invalidate(&self, key: &str) {
        self.update(key, |variants| {
            let epoch = self.epoch.fetch_add(1, Ordering::AcqRel) + 1;
            self.invalidated.insert(self.hasher.hash_one(key), epoch);
            variants.clear();
        });
    }

    fn update(&self, key: &str, change: impl FnOnce(&mut Vec<Arc<Object>>)) {
        let stripe = self.hasher.hash_one(key) as usize % STRIPES;
        let _held = self.stripes[stripe]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let before = self.cache.get(key);
        let mut variants = before.as_deref().map(<[_]>::to_vec).unwrap_or_default();
        change(&mut variants);
        if variants.is_empty() {
            self.cache.remove(key);
        } else {
            self.cache.insert(key.into(), variants.into());
        }
    }

    /// Asks for room for `bytes` of a body on its way; `false`: it can't be
    /// kept.
    pub(crate) fn reserve(&self, bytes: u64) -> bool {
        let most = self.most.load(Ordering::Acquire) / GROWING_SHARE;
        let fits = |growing: u64| {
            growing
                .checked_add(bytes)
                .filter(|growing| *growing <= most.max(self.most_object()))
        };
        self.growing
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, fits)
            .is_ok()
    }

    /// Gives reserved room back.
    pub(crate) fn release(&self, bytes: u64) {
        self.growing.fetch_sub(bytes, Ordering::AcqRel);
    }

    /// Keys, bytes, and bytes on their way.
    pub(crate) fn usage(&self) -> (usize, u64, u64) {
        let growing = self.growing.load(Ordering::Acquire);
        (self.cache.len(), self.cache.weight(), growing)
    }
}

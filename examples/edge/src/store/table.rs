//! The store: bounded, and shared by all connections.

use std::hash::{BuildHasher as _, RandomState};
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hedgerow::cache;
use hedgerow::config::edge::Store as Settings;
use hedgerow::delivery::Coding;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, Lifecycle, OptionsBuilder, Weighter};

use super::room::Budget;
use super::{Kept, Object, Room};
use crate::clock::Clock;

/// The stored responses under one key, the newest last.
#[derive(Clone, Debug)]
pub(crate) struct Variants {
    objects: Arc<[Arc<Object>]>,
    /// What they took when they were put here: the cache must not see it
    /// change.
    weight: u64,
}

impl Variants {
    fn new(key: &str, objects: Vec<Arc<Object>>) -> Variants {
        Variants {
            weight: weight(key, &objects),
            objects: objects.into(),
        }
    }

    /// Whether both are the same responses.
    pub(crate) fn are(&self, others: &Variants) -> bool {
        let same = |(one, other): (&Arc<Object>, &Arc<Object>)| Arc::ptr_eq(one, other);
        self.len() == others.len() && self.iter().zip(others.iter()).all(same)
    }
}

impl Deref for Variants {
    type Target = [Arc<Object>];

    fn deref(&self) -> &[Arc<Object>] {
        &self.objects
    }
}

fn weight(key: &str, objects: &[Arc<Object>]) -> u64 {
    let weight = |object: &Arc<Object>| (key.len() + object.weight()) as u64;
    objects.iter().map(weight).sum()
}

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
/// The share of the store's bytes that may be taken on top: by bodies on their
/// way, and by those that were dropped and are still being sent.
const SHARE_ON_TOP: u64 = 4;
/// The share of a shard that the responses under one key may take, in
/// sixteenths: the cache drops a key that takes nearly all of it.
const MOST_OF_A_SHARD: u64 = 15;

#[derive(Clone, Debug)]
struct ByBytes;

impl Weighter<Box<str>, Variants> for ByBytes {
    fn weight(&self, _key: &Box<str>, variants: &Variants) -> u64 {
        variants.weight
    }
}

type Evicted = DefaultLifecycle<Box<str>, Variants>;

/// What somebody is being sent stays: to drop it frees nothing, and whoever
/// asks for it next would have it fetched once more.
#[derive(Clone, Debug, Default)]
struct LentStays(Evicted);

impl Lifecycle<Box<str>, Variants> for LentStays {
    type RequestState = <Evicted as Lifecycle<Box<str>, Variants>>::RequestState;

    fn is_pinned(&self, _key: &Box<str>, variants: &Variants) -> bool {
        variants.iter().any(|object| object.is_lent())
    }

    fn begin_request(&self) -> Self::RequestState {
        self.0.begin_request()
    }

    fn on_evict(&self, state: &mut Self::RequestState, key: Box<str>, variants: Variants) {
        self.0.on_evict(state, key, variants);
    }
}

/// Stored responses by key.
#[derive(Debug)]
pub(crate) struct Store {
    cache: Cache<Box<str>, Variants, ByBytes, DefaultHashBuilder, LentStays>,
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
    /// The memory of all that is stored, on its way, or still being sent.
    budget: Arc<Budget>,
}

impl Store {
    pub(crate) fn new(settings: &Settings) -> Store {
        let most = u64::from(settings.max_bytes);
        let items = (most / EXPECTED_OBJECT).clamp(64, 1 << 20) as usize;
        // A shard must have room for several of the largest objects, and there
        // is a power of two of them.
        let shards = (most / u64::from(settings.max_object_bytes.max(1)) / OBJECTS_A_SHARD)
            .clamp(1, MOST_SHARDS);
        let shards = 1_usize << shards.ilog2();
        let options = OptionsBuilder::new()
            .estimated_items_capacity(items)
            .weight_capacity(most)
            .shards(shards)
            .build();
        let hashes = DefaultHashBuilder::default();
        let lent = LentStays::default();
        // It fails without the two capacities alone, and both are given.
        let cache = match options {
            Ok(options) => Cache::with_options(options, ByBytes, hashes, lent),
            Err(_) => Cache::with(items, most, ByBytes, hashes, lent),
        };
        Store {
            cache,
            stripes: (0..STRIPES).map(|_| Mutex::default()).collect(),
            epoch: AtomicU64::new(0),
            invalidated: Cache::new(INVALIDATED),
            hasher: RandomState::new(),
            most: AtomicU64::new(most),
            most_object: AtomicU64::new(settings.max_object_bytes.into()),
            budget: Budget::new(most_in_all(settings)),
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
        self.budget.resize(most_in_all(settings));
    }

    /// The largest body that is kept, in bytes.
    pub(crate) fn most_object(&self) -> u64 {
        let most_object = self.most_object.load(Ordering::Acquire);
        most_object.min(self.most_of_a_key())
    }

    /// What the responses under one key may take.
    fn most_of_a_key(&self) -> u64 {
        let shard = self.most.load(Ordering::Acquire) / self.cache.num_shards() as u64;
        shard / 16 * MOST_OF_A_SHARD
    }

    /// Room for what is to be stored, as yet for nothing.
    pub(crate) fn room(&self) -> Room {
        self.budget.room()
    }

    /// Makes `room` larger by so much; `false`: that much is not there.
    #[must_use]
    pub(crate) fn reserve(&self, room: &mut Room, bytes: u64) -> bool {
        if room.add(bytes) {
            return true;
        }
        let most = self.most.load(Ordering::Acquire);
        if self.cache.weight() > most {
            // What could not be dropped while it was being sent may be now, and
            // nothing else would see to it: nothing new comes in.
            self.cache.set_capacity(most);
        }
        room.add(bytes)
    }

    pub(crate) fn get(&self, key: &str) -> Option<Variants> {
        self.cache.get(key)
    }

    /// The invalidations so far, for [`Store::insert`].
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Stores `object`, in place of those that it stands for, unless `key` was
    /// invalidated since `epoch`, or there is no room.
    pub(crate) fn insert(&self, key: &str, object: &Object, epoch: u64) {
        let mut new = object.settled();
        let mut room = self.room();
        if !self.reserve(&mut room, (key.len() + new.head_weight()) as u64) {
            return;
        }
        new.room = Some(Arc::new(room));
        self.update(key, |variants| {
            let invalidated = self.invalidated.get(&self.hasher.hash_one(key));
            if invalidated.is_some_and(|since| since > epoch) {
                return;
            }
            let new = Arc::new(new);
            cache::put(variants, new, |stored| &stored.policy, Clock::wall());
            let most = self.most_of_a_key();
            while variants.len() > MOST_VARIANTS || weight(key, variants) > most {
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

    /// Ends the making of a coded form of `object`, which is kept if the body
    /// is, if it is smaller, and if it fits beside the others.
    pub(crate) fn keep_coded(
        &self,
        key: &str,
        object: &Object,
        coding: Coding,
        made: Option<Kept>,
    ) {
        let (Some(made), Some(plain)) = (made, object.length()) else {
            return object.coded.give_up(coding);
        };
        self.update(key, |variants| {
            // It may be there before its body is.
            let stored = weight(key, variants).max(plain as u64);
            let fits = stored + made.len() as u64 <= self.most_of_a_key();
            let worth = fits && made.len() < plain;
            object.coded.end(coding, worth.then_some(made));
        });
    }

    /// Puts a better coded form in the place of the one that is kept.
    pub(crate) fn improve_coded(&self, key: &str, object: &Object, coding: Coding, better: Kept) {
        self.update(key, |_| object.coded.improve(coding, better));
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
        let mut variants = before.map(|before| before.to_vec()).unwrap_or_default();
        change(&mut variants);
        if variants.is_empty() {
            self.cache.remove(key);
        } else {
            self.cache.insert(key.into(), Variants::new(key, variants));
        }
    }

    /// Keys, bytes, and the bytes on top of them: of bodies on their way, and
    /// of those that were dropped and are still being sent.
    pub(crate) fn usage(&self) -> (usize, u64, u64) {
        let stored = self.cache.weight();
        let on_top = self.budget.taken().saturating_sub(stored);
        (self.cache.len(), stored, on_top)
    }
}

/// The most that all bodies may take.
fn most_in_all(settings: &Settings) -> u64 {
    let most = u64::from(settings.max_bytes);
    most + (most / SHARE_ON_TOP).max(settings.max_object_bytes.into())
}

#[cfg(test)]
mod tests {
    use super::super::StoredBody;
    use super::*;
    use bytes::Bytes;
    use hedgerow::cache::{Policy, Request, Response, Times};
    use http::HeaderMap;

    const BODY: u64 = 64 * 1024;
    const MOST: u32 = 1024 * 1024;

    fn store(max_object_bytes: u64) -> Store {
        let mut settings = Settings::default();
        settings.max_bytes = MOST;
        settings.max_object_bytes = max_object_bytes as u32;
        Store::new(&settings)
    }

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (name.parse().unwrap(), value.parse().unwrap())
        };
        lines.iter().map(pair).collect()
    }

    /// A response to a request in this language; `None` if there is no room.
    fn object(store: &Store, language: &'static str, bytes: u64) -> Option<Object> {
        let mut room = store.room();
        if !store.reserve(&mut room, bytes) {
            return None;
        }
        let asked = headers(&[("accept-language", language)]);
        let fields = headers(&[("cache-control", "max-age=60"), ("vary", "accept-language")]);
        let now = Clock::wall();
        let policy = Policy::store(
            &cache::Settings::shared(),
            &Request::new("GET", &asked),
            &Response::new(200, &fields),
            Times::new(now, now),
        );
        let body = Kept::new(vec![7; bytes as usize].into(), room);
        Some(Object::new(
            policy.unwrap(),
            fields,
            StoredBody::Whole(body),
        ))
    }

    fn lend(store: &Store, key: &str) -> Bytes {
        let variants = store.get(key).unwrap();
        match &variants[0].body {
            StoredBody::Whole(body) => body.lend(),
            StoredBody::Growing(_) => panic!("it is not whole"),
        }
    }

    #[test]
    fn slow_readers_of_ever_new_bodies_do_not_fill_the_memory() {
        let store = store(BODY);
        let bound = most_in_all(&{
            let mut settings = Settings::default();
            settings.max_bytes = MOST;
            settings.max_object_bytes = BODY as u32;
            settings
        });
        let mut readers = Vec::new();
        for number in 0..100 {
            let key = number.to_string();
            if let Some(new) = object(&store, "en", BODY) {
                store.insert(&key, &new, 0);
                drop(new);
                readers.push(lend(&store, &key));
            }
            assert!(store.budget.taken() <= bound);
        }
        let held = readers.len() as u64 * BODY;
        assert!(held > u64::from(MOST) / 2 && held <= bound, "{held}");
        let (keys, ..) = store.usage();
        assert_eq!(keys, readers.len(), "what is being sent was dropped");
        // All have gone, so the oldest make room.
        drop(readers);
        let new = object(&store, "en", BODY).unwrap();
        store.insert("new", &new, 0);
        assert!(store.get("new").is_some());
        assert!(store.cache.weight() <= MOST.into());
    }

    #[test]
    fn what_is_replaced_counts_until_it_is_sent() {
        let store = store(BODY);
        let first = object(&store, "en", BODY).unwrap();
        store.insert("k", &first, 0);
        drop(first);
        assert_eq!(store.usage().2, 0);
        let reader = lend(&store, "k");
        store.invalidate("k");
        assert_eq!(store.usage(), (0, 0, BODY));
        drop(reader);
        assert_eq!(store.usage(), (0, 0, 0));
    }

    #[test]
    fn variants_that_take_too_much_drop_the_oldest_and_not_all() {
        let store = store(BODY);
        const LANGUAGES: [&str; 32] = [
            "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q",
            "r", "s", "t", "u", "v", "w", "x", "y", "z", "ab", "cd", "ef", "gh", "ij", "kl",
        ];
        for (number, language) in LANGUAGES.iter().enumerate() {
            let new = object(&store, language, BODY).unwrap();
            store.insert("k", &new, 0);
            let variants = store.get("k").map_or(0, |variants| variants.len());
            assert!(variants > 0, "nothing is left after {number}");
            let shard = u64::from(MOST) / store.cache.num_shards() as u64;
            assert!(store.usage().1 <= shard, "too much after {number}");
        }
        let asked = headers(&[("accept-language", "kl")]);
        let variants = store.get("k").unwrap();
        let newest = cache::select(
            &cache::Settings::shared(),
            variants.iter().map(|object| &object.policy),
            &Request::new("GET", &asked),
            Clock::wall(),
        );
        assert!(newest.unwrap().decision.is_served());
    }

    #[test]
    fn a_body_that_can_not_be_stored_is_not_promised_to_be() {
        let store = store(MOST.into());
        let bytes = store.most_object();
        assert!(bytes > u64::from(MOST) / 2);
        let new = object(&store, "en", bytes - 4096).unwrap();
        store.insert("k", &new, 0);
        assert!(store.get("k").is_some());
    }

    #[test]
    fn coded_forms_count_and_go_with_their_body() {
        let store = store(BODY);
        let plain = object(&store, "en", BODY).unwrap();
        store.insert("k", &plain, 0);
        drop(plain);
        let before = store.usage().1;
        let stored = Arc::clone(&store.get("k").unwrap()[0]);
        let form = |bytes: usize| {
            let mut room = store.room();
            assert!(room.add(bytes as u64));
            Kept::new(vec![1; bytes].into(), room)
        };
        let begin = |coding| assert!(stored.coded.begin(coding, store.room()).is_some());
        begin(Coding::Brotli);
        store.keep_coded("k", &stored, Coding::Brotli, Some(form(1000)));
        assert_eq!(store.usage().1, before + 1000);
        begin(Coding::Gzip);
        store.keep_coded("k", &stored, Coding::Gzip, Some(form(BODY as usize)));
        assert_eq!(store.usage().1, before + 1000, "it is not smaller");
        store.improve_coded("k", &stored, Coding::Brotli, form(900));
        assert_eq!(store.usage(), (1, before + 900, 0));
        // The same bytes under other fields keep them.
        let fresh = stored.freshened(stored.policy.clone(), stored.headers.clone());
        store.replace("k", &stored, &fresh);
        drop((stored, fresh));
        assert_eq!(store.usage(), (1, before + 900, 0));
        let other = object(&store, "en", BODY).unwrap();
        store.insert("k", &other, 0);
        drop(other);
        assert_eq!(store.usage(), (1, before, 0));
    }
}

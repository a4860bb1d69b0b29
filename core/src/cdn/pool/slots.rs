//! Keyed picks among many endpoints.

use core::{hint::select_unpredictable, iter::repeat_n};
use std::sync::Arc;

use super::{
    Key,
    draws::mix,
    owners::{Owners, SLOTS, places},
    rendezvous::{Contender, Score},
};
use crate::types::EndpointId;

/// The id of no endpoint: all are below 2¹⁵.
const NOBODY: u16 = u16::MAX;
/// So many slots are looked at together.
const CHUNK: usize = 256;

/// Who serves each slot at present.
///
/// A slot whose owner is not available goes to the first available one in a
/// sequence of the slot's own, which is drawn from the table of owners and so
/// by weight; where that finds nobody, as where nearly all of the weight is gone,
/// it goes on among endpoints as they are. What an endpoint leaves behind when it
/// goes are exactly its own slots, and exactly these come back with it.
#[derive(Clone, Debug)]
pub(super) struct Slots(Arc<[u16; SLOTS]>);

impl Slots {
    /// So many hashes of a slot's sequence, which give four steps each, are spent
    /// on owners, and as many on endpoints; then rendezvous among those that are
    /// available, who are few.
    const MOST_HASHES: u64 = 4;
    /// Marks a slot that its owner does not serve.
    const MOVED: u16 = 1 << 15;

    /// `None` if nobody is available. Ids must be below 2¹⁵.
    pub(super) fn new(owners: &Owners, contenders: &[Contender]) -> Option<Slots> {
        let available = || contenders.iter().filter(|one| one.available);
        available().next()?;
        let none_weighs = available().all(|one| one.weight == 0);
        let serving = |one: &Contender| if one.available { one.id.get() } else { NOBODY };
        let serves: Vec<u16> = contenders.iter().map(serving).collect();
        let takes = |one: &&Contender| none_weighs || one.weight > 0;
        let takers: Vec<u16> = contenders.iter().filter(takes).map(serving).collect();
        let left: Vec<&Contender> = available().filter(takes).collect();
        let by_weight = |place: usize| serves[owners.of(place)];
        let as_they_are = |place: usize| takers[(place * takers.len()) / SLOTS];
        let next = |slot: usize| {
            for hash in 1..=Slots::MOST_HASHES {
                let found = first(hash << 32 | slot as u64, by_weight);
                if found != NOBODY {
                    return found;
                }
            }
            for hash in Slots::MOST_HASHES + 1..=2 * Slots::MOST_HASHES {
                let found = first(hash << 32 | slot as u64, as_they_are);
                if found != NOBODY {
                    return found;
                }
            }
            let key = Key::of_number(slot as u64);
            (left.iter())
                .min_by_key(|one| Score::new(key, one.identity.get()))
                .map_or(0, |one| one.id.get())
        };
        let mut slots: Arc<[u16]> = repeat_n(0, SLOTS).collect();
        let all = Arc::get_mut(&mut slots)?;
        let mut orphans = [0; CHUNK];
        for (chunk, slots) in all.chunks_mut(CHUNK).enumerate() {
            let first = chunk * CHUNK;
            // Orphans are gathered first: a branch for each slot would be
            // foreseen as badly.
            let mut count = 0;
            for (at, serving) in slots.iter_mut().enumerate() {
                *serving = serves[owners.of(first + at)];
                orphans[count % CHUNK] = at;
                count += usize::from(*serving == NOBODY);
            }
            for at in &orphans[..count] {
                slots[*at] = next(first + at) | Slots::MOVED;
            }
        }
        slots.try_into().ok().map(Slots)
    }

    /// Who serves `key`, and whether that is not its own endpoint.
    #[inline]
    pub(super) fn pick(&self, key: Key) -> (EndpointId, bool) {
        let serving = self.0[(key.get() >> 48) as usize];
        let id = EndpointId::new(serving & !Slots::MOVED);
        (id, serving & Slots::MOVED != 0)
    }
}

/// The first of four steps of a sequence that leads to anybody. Whether one does
/// is a coin's toss: all four are looked up at once.
#[inline]
fn first(seed: u64, serving: impl Fn(usize) -> u16) -> u16 {
    let steps = places(mix(seed)).map(serving);
    steps.iter().rev().fold(NOBODY, |found, id| {
        select_unpredictable(*id == NOBODY, found, *id)
    })
}

//! Keyed picks among many endpoints.

use core::hint::select_unpredictable;

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
/// by weight. What an endpoint leaves behind when it goes are exactly its own
/// slots, and exactly these come back with it.
#[derive(Clone, Debug)]
pub(super) struct Slots(Box<[u16; SLOTS]>);

impl Slots {
    /// So many hashes of a slot's sequence, which give four steps each, then
    /// rendezvous among those that are available.
    const MOST_HASHES: u64 = 4;
    /// Marks a slot that its owner does not serve.
    const MOVED: u16 = 1 << 15;

    /// `None` if nobody is available. Ids must be below 2¹⁵.
    pub(super) fn new(owners: &Owners, contenders: &[Contender]) -> Option<Slots> {
        let available: Vec<&Contender> = contenders.iter().filter(|one| one.available).collect();
        let none_weighs = available.iter().all(|one| one.weight == 0);
        if available.is_empty() {
            return None;
        }
        let serves: Vec<u16> = (contenders.iter())
            .map(|one| if one.available { one.id.get() } else { NOBODY })
            .collect();
        let next = |slot: usize| {
            // Whether the next in a sequence is available is a coin's toss: four
            // are looked up at once, and the first of those there are is taken.
            for hash in 1..=Slots::MOST_HASHES {
                let steps = places(mix(hash << 32 | slot as u64));
                let steps = steps.map(|place| serves[owners.of(place)]);
                let found = steps.iter().rev().fold(NOBODY, |found, id| {
                    select_unpredictable(*id == NOBODY, found, *id)
                });
                if found != NOBODY {
                    return found;
                }
            }
            let key = Key::of_number(slot as u64);
            (available.iter())
                .filter(|one| none_weighs || one.weight > 0)
                .min_by_key(|one| Score::new(key, one.identity.get()))
                .map_or(0, |one| one.id.get())
        };
        let mut slots = vec![0; SLOTS];
        let mut orphans = [0; CHUNK];
        for (chunk, slots) in slots.chunks_mut(CHUNK).enumerate() {
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
        slots.into_boxed_slice().try_into().ok().map(Slots)
    }

    /// Who serves `key`, and whether that is not its own endpoint.
    #[inline]
    pub(super) fn pick(&self, key: Key) -> (EndpointId, bool) {
        let serving = self.0[(key.get() >> 48) as usize];
        let id = EndpointId::new(serving & !Slots::MOVED);
        (id, serving & Slots::MOVED != 0)
    }
}

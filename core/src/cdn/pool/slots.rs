//! Keyed picks among many endpoints.

use core::{array, hint::select_unpredictable};

use super::{
    Key,
    draws::mix,
    rendezvous::{Contender, score},
};
use crate::types::EndpointId;

/// How many slots keys fall into: what their upper 16 bits can tell apart.
const SLOTS: usize = 1 << 16;

/// Who owns each slot while everything is available.
///
/// Owners take slots in turns, as in Maglev (Eisenbud and others, NSDI 2016),
/// each at the places that its own identity gives; so everyone's number of
/// slots is that of its weight, to within one. Unlike there, the table depends
/// only on who is *configured*: what becomes of a slot whose owner is not
/// available is [`Slots`]' to say.
#[derive(Clone, Debug)]
pub(super) struct Owners {
    /// Indices into the contenders that it was made of.
    slots: Box<[u16]>,
}

impl Owners {
    /// After so many taken places the next free one will do. The
    /// last slots would cost more steps than all others.
    const MOST_MISSES: u32 = 24;

    /// Contenders of weight 0 own slots only if all have weight 0.
    pub(super) fn new(contenders: &[Contender]) -> Owners {
        let mut slots = vec![0_u16; SLOTS].into_boxed_slice();
        let quotas = quotas(contenders);
        let most = quotas.iter().copied().max().unwrap_or(0);
        // By identity, so that the order of the configuration means nothing.
        let mut order: Vec<usize> = (0..contenders.len()).collect();
        order.sort_by_key(|index| contenders[*index].identity);
        let mut free = Free::all();
        let mut places: Vec<u64> = contenders.iter().map(|one| one.identity.get()).collect();
        // The turns of a lighter owner spread over all rounds: it takes one
        // whenever it has saved up for it.
        let mut saved = vec![0; contenders.len()];
        for _ in 0..most {
            for index in &order {
                let index = *index;
                saved[index] += quotas[index];
                if saved[index] >= most {
                    saved[index] -= most;
                    let slot = free.take(&mut places[index]);
                    slots[slot] = index as u16;
                }
            }
        }
        Owners { slots }
    }
}

/// How many slots each gets: in proportion to its weight, the largest
/// remainders rounded up.
fn quotas(contenders: &[Contender]) -> Vec<u64> {
    let none_weighs = contenders.iter().all(|one| one.weight == 0);
    let weight = |one: &Contender| {
        if none_weighs {
            1
        } else {
            u64::from(one.weight)
        }
    };
    let total: u64 = contenders.iter().map(weight).sum::<u64>().max(1);
    let share = |one: &Contender| weight(one) * SLOTS as u64;
    let mut quotas: Vec<u64> = contenders.iter().map(|one| share(one) / total).collect();
    let left = SLOTS as u64 - quotas.iter().sum::<u64>();
    let mut order: Vec<usize> = (0..contenders.len()).collect();
    order.sort_by_key(|index| {
        let one = &contenders[*index];
        (core::cmp::Reverse(share(one) % total), one.identity)
    });
    for index in order.into_iter().take(left as usize) {
        quotas[index] += 1;
    }
    quotas
}

/// The slots that nobody owns yet.
struct Free([u64; SLOTS / 64]);

impl Free {
    const fn all() -> Free {
        Free([u64::MAX; SLOTS / 64])
    }

    /// Takes the next free slot in the sequence of places that `place` goes
    /// through.
    fn take(&mut self, place: &mut u64) -> usize {
        let mut slot = 0;
        for _ in 0..Owners::MOST_MISSES {
            *place = place.wrapping_add(0x9e37_79b9_7f4a_7c15);
            slot = (mix(*place) >> 48) as usize;
            let (word, bit) = (slot / 64, 1 << (slot % 64));
            if self.0[word] & bit != 0 {
                self.0[word] ^= bit;
                return slot;
            }
        }
        let first = slot / 64;
        let mut words = (0..self.0.len()).map(|step| (first + step) % self.0.len());
        words.find(|word| self.0[*word] != 0).map_or(slot, |word| {
            let bit = self.0[word].trailing_zeros() as usize;
            self.0[word] &= self.0[word] - 1;
            word * 64 + bit
        })
    }
}

/// The id of no endpoint: all are below 2¹⁵.
const NOBODY: u16 = u16::MAX;
const STEPS_AT_ONCE: usize = 4;

/// Who serves each slot at present.
///
/// A slot whose owner is not available goes to the first available one in a
/// sequence of the slot's own, which is drawn from the table of owners and so
/// by weight. What an endpoint leaves behind when it goes are exactly its own
/// slots, and exactly these come back with it.
#[derive(Clone, Debug)]
pub(super) struct Slots(Box<[u16; SLOTS]>);

impl Slots {
    /// So many steps of a slot's sequence, then rendezvous among those that
    /// are available.
    const MOST_STEPS: u64 = 16;
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
            // Whether the next in a sequence is available is a coin's toss: several
            // are looked up at once, and the first of those there are is taken.
            for first in (1..=Slots::MOST_STEPS).step_by(STEPS_AT_ONCE) {
                let steps: [u16; STEPS_AT_ONCE] = array::from_fn(|step| {
                    let step = first + step as u64;
                    let place = (mix(step << 32 | slot as u64) >> 48) as usize;
                    serves[usize::from(owners.slots[place])]
                });
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
                .max_by_key(|one| score(key, one.identity.get()))
                .map_or(0, |one| one.id.get())
        };
        let mut slots = vec![0; SLOTS];
        for (slot, (serving, owner)) in slots.iter_mut().zip(&owners.slots).enumerate() {
            *serving = match serves[usize::from(*owner)] {
                NOBODY => next(slot) | Slots::MOVED,
                id => id,
            };
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

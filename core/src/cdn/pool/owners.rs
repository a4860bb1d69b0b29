//! Who owns what of the keys, as long as nothing is down.

use core::{hint::select_unpredictable, iter::repeat_n};

use super::{draws::mix, rendezvous::Contender};

/// How many slots keys fall into: what their upper 16 bits can tell apart.
pub(super) const SLOTS: usize = 1 << 16;

/// Where 16 bits each of a hash lead to: four slots, the upper bits the first.
#[inline]
pub(super) fn places(hash: u64) -> [usize; 4] {
    [48, 32, 16, 0].map(|shift| usize::from((hash >> shift) as u16))
}

/// Who owns each slot while everything is available.
///
/// As in Maglev (Eisenbud and others, NSDI 2016), each owner takes free slots
/// at the places that its own identity gives. Unlike there, they don't take
/// turns: one after another takes what it is due, its share by weight to
/// within one slot. So what an owner looked for in vain tells nothing of the
/// next one's, and a change of weight or of the configuration moves less. The
/// table depends only on who is *configured*: what becomes of a slot whose owner
/// is not available is [`Slots`](super::slots::Slots)' to say.
#[derive(Clone, Debug)]
pub(super) struct Owners(Box<[u16; SLOTS]>);

impl Owners {
    const NOBODY: u16 = u16::MAX;
    /// So many hashes are spent on places, four on each. Of as many places as
    /// there are slots, times `n`, about e⁻ⁿ of the slots are never met: with
    /// four times as many one in fifty, which are shared out in order.
    const MOST_HASHES: usize = SLOTS;

    /// Indices are those of `contenders`, of which there must be one. Those of
    /// weight 0 own slots only if all have weight 0.
    pub(super) fn new(contenders: &[Contender]) -> Owners {
        let mut slots = Box::new([Owners::NOBODY; SLOTS]);
        let mut due = quotas(contenders);
        // By identity, so that the order of the configuration means nothing.
        let mut order: Vec<usize> = (0..contenders.len()).collect();
        order.sort_by_key(|index| contenders[*index].identity);
        let mut hashes = 0..Owners::MOST_HASHES;
        // The last one gets what the others leave, wherever it would look.
        for index in &order[..order.len().saturating_sub(1)] {
            let owner = *index as u16;
            let mut place = contenders[*index].identity.get();
            let due = &mut due[*index];
            'taking: while *due > 0 && hashes.next().is_some() {
                place = place.wrapping_add(0x9e37_79b9_7f4a_7c15);
                for slot in places(mix(place)) {
                    // Whether a slot is free is nothing that a processor could
                    // foresee.
                    let free = slots[slot] == Owners::NOBODY;
                    slots[slot] = select_unpredictable(free, owner, slots[slot]);
                    *due -= u64::from(free);
                    if *due == 0 {
                        break 'taking;
                    }
                }
            }
        }
        let mut left = (order.iter()).flat_map(|index| repeat_n(*index, due[*index] as usize));
        for slot in slots.iter_mut().filter(|slot| **slot == Owners::NOBODY) {
            *slot = left.next().unwrap_or(0) as u16;
        }
        Owners(slots)
    }

    /// The owner's index among the contenders.
    #[inline]
    pub(super) fn of(&self, slot: usize) -> usize {
        usize::from(self.0[slot])
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

//! What happens when: a hashed timing wheel (Varghese and Lauck 1987).
//!
//! Setting and taking a timer are a few instructions, however many are set.
//! Each bucket is a list in order of time, so that what comes out is exactly
//! ordered and every run is the same.

/// Whose timer it is: the number of a place in the caller's own table.
pub type Node = u32;

const NONE: Node = Node::MAX;

/// A tick of about a millisecond: no bucket has more than a few timers of a
/// round, and the next one is seldom more than a word of buckets away.
const TICK_BITS: u32 = 10;
/// The wheel goes round in about four seconds. What is further away waits in
/// its bucket for a later round.
const BUCKETS: usize = 4096;

#[derive(Clone, Copy, Debug)]
struct Timer {
    at: u64,
    next: Node,
    set: bool,
}

/// At most one timer for each node.
#[derive(Clone, Debug)]
pub struct Wheel {
    heads: Box<[Node]>,
    /// Which buckets have any timer.
    occupied: [u64; BUCKETS / 64],
    timers: Vec<Timer>,
    /// When the next one is due; at the end of time if there is none.
    soonest: u64,
    count: usize,
}

impl Default for Wheel {
    fn default() -> Wheel {
        Wheel {
            heads: vec![NONE; BUCKETS].into(),
            occupied: [0; BUCKETS / 64],
            timers: Vec::new(),
            soonest: u64::MAX,
            count: 0,
        }
    }
}

impl Wheel {
    /// How many timers are set.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether no timer is set.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Sets the timer of `node` to `at` (µs), in place of the one it had.
    #[inline]
    pub fn set(&mut self, node: Node, at: u64) {
        let index = node as usize;
        if index >= self.timers.len() {
            let unset = Timer {
                at: 0,
                next: NONE,
                set: false,
            };
            self.timers.resize(index + 1, unset);
        }
        if self.timers[index].set {
            if self.timers[index].at == at {
                return;
            }
            self.unset(node);
        }
        let bucket = bucket_of(at >> TICK_BITS);
        let mut before = NONE;
        let mut next = self.heads[bucket];
        while next != NONE && self.timers[next as usize].at <= at {
            before = next;
            next = self.timers[next as usize].next;
        }
        self.timers[index] = Timer {
            at,
            next,
            set: true,
        };
        if before == NONE {
            self.heads[bucket] = node;
            self.occupied[bucket / 64] |= 1 << (bucket % 64);
        } else {
            self.timers[before as usize].next = node;
        }
        self.count += 1;
        self.soonest = self.soonest.min(at);
    }

    /// Takes the timer of `node` away, if it has one.
    #[inline]
    pub fn unset(&mut self, node: Node) {
        if let Some(Timer { at, set: true, .. }) = self.timers.get(node as usize).copied() {
            self.remove(node, at);
        }
    }

    /// Takes the timer of `node` away, which is set to `at`.
    fn remove(&mut self, node: Node, at: u64) {
        let bucket = bucket_of(at >> TICK_BITS);
        let mut before = NONE;
        let mut next = self.heads[bucket];
        while next != node {
            before = next;
            next = self.timers[next as usize].next;
        }
        let after = self.timers[node as usize].next;
        if before == NONE {
            self.heads[bucket] = after;
            if after == NONE {
                self.occupied[bucket / 64] &= !(1 << (bucket % 64));
            }
        } else {
            self.timers[before as usize].next = after;
        }
        self.timers[node as usize].set = false;
        self.count -= 1;
        if at == self.soonest {
            self.look(at >> TICK_BITS);
        }
    }

    /// Takes the earliest timer that is due at `limit` (µs) or before. Of two
    /// at the same time, the one that was set first.
    #[inline]
    pub fn take_until(&mut self, limit: u64) -> Option<(u64, Node)> {
        if self.soonest > limit || self.count == 0 {
            return None;
        }
        Some(self.take())
    }

    /// Takes the earliest timer; there is one.
    fn take(&mut self) -> (u64, Node) {
        let at = self.soonest;
        let tick = at >> TICK_BITS;
        let bucket = bucket_of(tick);
        let node = self.heads[bucket];
        let timer = &mut self.timers[node as usize];
        timer.set = false;
        let next = timer.next;
        self.heads[bucket] = next;
        if next == NONE {
            self.occupied[bucket / 64] &= !(1 << (bucket % 64));
        }
        self.count -= 1;
        self.look(tick);
        (at, node)
    }

    /// Finds the next timer; none is due before tick `from`.
    #[inline]
    fn look(&mut self, mut from: u64) {
        self.soonest = u64::MAX;
        while self.count > 0 {
            let Some(tick) = self.occupied_between(from, from + BUCKETS as u64 - 1) else {
                return;
            };
            let at = self.timers[self.heads[bucket_of(tick)] as usize].at;
            if at >> TICK_BITS == tick {
                self.soonest = at;
                return;
            }
            // All of this bucket is for a later round.
            from = tick + 1;
        }
    }

    /// The first tick from `from` to `to` whose bucket is occupied; at most one
    /// round.
    #[inline]
    fn occupied_between(&self, from: u64, to: u64) -> Option<u64> {
        let mut tick = from;
        while tick <= to {
            let bucket = bucket_of(tick);
            let rest = self.occupied[bucket / 64] >> (bucket % 64);
            if rest != 0 {
                let found = tick + u64::from(rest.trailing_zeros());
                return (found <= to).then_some(found);
            }
            tick += 64 - (bucket % 64) as u64;
        }
        None
    }
}

#[inline]
const fn bucket_of(tick: u64) -> usize {
    tick as usize % BUCKETS
}

#[cfg(test)]
mod tests {
    use super::*;
    use hedgerow::types::Rng;

    /// The wheel beside a sorted list, through every kind of distance.
    #[test]
    fn it_takes_what_a_sorted_list_would() {
        let mut rng = Rng::new(5);
        let mut wheel = Wheel::default();
        let mut list: Vec<(u64, u32, Node)> = Vec::new();
        let mut now = 0;
        for order in 0..40_000 {
            let node = rng.below(50);
            let distance = [100, 3_000, 400_000, 20_000_000][rng.below(4) as usize];
            let at = now + u64::from(rng.below(distance));
            match rng.below(8) {
                0 => {
                    wheel.unset(node);
                    list.retain(|(.., known)| *known != node);
                }
                1..5 => {
                    let same = list
                        .iter()
                        .any(|(time, _, known)| (*time, *known) == (at, node));
                    if !same {
                        wheel.set(node, at);
                        list.retain(|(.., known)| *known != node);
                        list.push((at, order, node));
                    }
                }
                _ => {
                    let limit = at;
                    while let Some((time, node)) = wheel.take_until(limit) {
                        let least = *list.iter().min().expect("the list has it, too");
                        assert_eq!((time, node), (least.0, least.2));
                        list.retain(|entry| *entry != least);
                    }
                    assert!(list.iter().all(|(time, ..)| *time > limit));
                    now = limit;
                }
            }
            assert_eq!(wheel.len(), list.len());
        }
    }

    #[test]
    fn a_timer_may_be_set_before_those_that_were_looked_at() {
        let mut wheel = Wheel::default();
        wheel.set(0, 5_000_000);
        assert_eq!(wheel.take_until(4_000_000), None);
        wheel.set(1, 10);
        wheel.set(2, 20);
        wheel.unset(2);
        assert_eq!(wheel.take_until(u64::MAX), Some((10, 1)));
        assert_eq!(wheel.take_until(u64::MAX), Some((5_000_000, 0)));
        assert_eq!(wheel.take_until(u64::MAX), None);
        assert!(wheel.is_empty());
    }
}

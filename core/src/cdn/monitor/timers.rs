//! Who waits until when.

use crate::types::{EndpointId, Instant};

/// One timer for each endpoint, the soonest at hand: a binary heap that knows
/// where everyone is, so that a timer is set again without an allocation.
#[derive(Clone, Debug)]
pub(super) struct Timers {
    /// Of each endpoint; `Instant::MAX` never comes.
    due: Vec<Instant>,
    heap: Vec<u16>,
    /// Where in the heap each endpoint is.
    place: Vec<u16>,
}

impl Timers {
    pub(super) fn new(endpoints: u16) -> Timers {
        Timers {
            due: vec![Instant::MAX; endpoints.into()],
            heap: (0..endpoints).collect(),
            place: (0..endpoints).collect(),
        }
    }

    /// The soonest one, if any is set.
    #[inline]
    pub(super) fn first(&self) -> Option<(Instant, EndpointId)> {
        let endpoint = *self.heap.first()?;
        let due = self.due[usize::from(endpoint)];
        (due < Instant::MAX).then_some((due, EndpointId::new(endpoint)))
    }

    pub(super) fn set(&mut self, endpoint: EndpointId, due: Instant) {
        if core::mem::replace(&mut self.due[endpoint.index()], due) == due {
            return;
        }
        let mut at = usize::from(self.place[endpoint.index()]);
        while at > 0 && self.at(at) < self.at((at - 1) / 2) {
            self.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
        loop {
            let children = 2 * at + 1..self.heap.len().min(2 * at + 3);
            let Some(least) = children.min_by_key(|child| self.at(*child)) else {
                return;
            };
            if self.at(at) <= self.at(least) {
                return;
            }
            self.swap(at, least);
            at = least;
        }
    }

    fn at(&self, place: usize) -> Instant {
        self.due[usize::from(self.heap[place])]
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.heap.swap(a, b);
        for place in [a, b] {
            self.place[usize::from(self.heap[place])] = place as u16;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Rng;

    #[test]
    fn the_first_is_the_soonest() {
        let mut rng = Rng::new(1);
        let mut timers = Timers::new(17);
        assert_eq!(timers.first(), None);
        let mut due = [Instant::MAX; 17];
        for _ in 0..2000 {
            let endpoint = rng.below(17) as u16;
            let at = match rng.below(50) {
                0 => Instant::MAX,
                _ => Instant::from_millis(rng.below(1000).into()),
            };
            due[usize::from(endpoint)] = at;
            timers.set(EndpointId::new(endpoint), at);
            let soonest = due.iter().min().copied().filter(|at| *at < Instant::MAX);
            let first = timers.first();
            assert_eq!(first.map(|(at, _)| at), soonest);
            assert!(first.is_none_or(|(at, id)| due[id.index()] == at));
        }
    }
}

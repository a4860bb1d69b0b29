//! The outputs that a state machine has not yet handed over.

/// A first-in, first-out queue that is drained before it grows again, as the
/// drain contract demands. A `VecDeque` does more than that, and costs the
/// browser a kilobyte.
#[derive(Clone, Debug)]
pub(crate) struct Queue<T> {
    items: Vec<T>,
    next: usize,
}

impl<T: Copy> Queue<T> {
    pub(crate) const fn new() -> Queue<T> {
        Queue {
            items: Vec::new(),
            next: 0,
        }
    }

    // Outputs are pushed in many places: inlined, growing would stand in each,
    // which is too much for the browser.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(crate) fn push(&mut self, item: T) {
        self.items.push(item);
    }

    pub(crate) fn pop(&mut self) -> Option<T> {
        match self.items.get(self.next).copied() {
            Some(item) => {
                self.next += 1;
                Some(item)
            }
            None => {
                self.clear();
                None
            }
        }
    }

    pub(crate) fn clear(&mut self) {
        self.items.clear();
        self.next = 0;
    }
}

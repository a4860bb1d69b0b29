//! What the simulator drives: a load, or a load with a bug planted in it.

use hedgerow::load::{Load, LoadInput, LoadOutput};
use hedgerow::types::Instant;

pub(crate) trait Loader {
    fn poll(&mut self, now: Instant) -> LoadOutput;
    fn handle(&mut self, now: Instant, input: LoadInput);
    fn words(&self) -> Vec<u32>;
}

impl Loader for Load {
    fn poll(&mut self, now: Instant) -> LoadOutput {
        Load::poll(self, now)
    }

    fn handle(&mut self, now: Instant, input: LoadInput) {
        Load::handle(self, now, input);
    }

    fn words(&self) -> Vec<u32> {
        self.memory_words()
    }
}

//! How requests fared lately.

use core::num::NonZero;

use super::memory::Pass;
use crate::types::{Duration, Instant};

const PARTS: usize = 6;

/// Successes and requests of the last while, in parts that age out one by one.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    /// The newest first.
    parts: [Part; PARTS],
    /// The number of the newest part since the clock's origin.
    newest: u64,
    /// How long a part is, in µs; 0 as long as nothing was counted.
    length: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Part {
    requests: u32,
    successes: u32,
}

impl Window {
    pub(super) fn count(&mut self, now: Instant, span: Duration, success: bool) {
        let length = (span.as_micros() / PARTS as u64).max(1);
        // A clock that goes back counts for the newest part.
        if self.length != length || now.since(self.begin()).as_micros() >= length {
            self.turn(now, length);
        }
        let [part, ..] = &mut self.parts;
        part.requests = part.requests.saturating_add(1);
        part.successes = part.successes.saturating_add(success.into());
    }

    /// A part begins, or parts are of another length.
    #[cold]
    fn turn(&mut self, now: Instant, length: u64) {
        if self.length != length {
            // Taken over from a monitor with another window.
            self.newest = self.begin().as_micros() / length;
            self.length = length;
        }
        let number = now.as_micros() / length;
        if number > self.newest {
            let aged = (number - self.newest).min(PARTS as u64) as usize;
            self.parts.rotate_right(aged);
            self.parts[..aged].fill(Part::default());
            self.newest = number;
        }
    }

    /// When the newest part began.
    const fn begin(&self) -> Instant {
        Instant::from_micros(self.newest.saturating_mul(self.length))
    }

    /// Requests, and successes in percent of them.
    pub(super) fn rate(&self) -> (u64, u64) {
        let sum = |of: fn(&Part) -> u32| self.parts.iter().map(|part| u64::from(of(part))).sum();
        let requests: u64 = sum(|part| part.requests);
        let successes: u64 = sum(|part| part.successes);
        (
            requests,
            (successes * 100).checked_div(requests).unwrap_or(100),
        )
    }

    pub(super) fn clear(&mut self) {
        self.parts = Default::default();
    }

    pub(super) fn pass(&mut self, pass: &mut impl Pass) {
        let mut begin = self.begin();
        pass.number(&mut self.length);
        if let Some(length) = NonZero::new(self.length) {
            pass.moment(&mut begin);
            self.newest = begin.as_micros() / length;
            for part in &mut self.parts {
                pass.count(&mut part.requests);
                pass.count(&mut part.successes);
            }
        }
    }

    pub(super) fn is_possible(&self) -> bool {
        let mut parts = self.parts.iter();
        parts.all(|part| part.successes <= part.requests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_age_out() {
        let span = Duration::from_secs(30);
        let at = |second: u64| Instant::from_millis(second * 1000);
        let mut window = Window::default();
        for second in [0, 1, 4, 10] {
            window.count(at(second), span, second == 4);
        }
        assert_eq!(window.rate(), (4, 25));
        window.count(at(31), span, true);
        assert_eq!(window.rate(), (2, 50), "only those of 10 and 31 are left");
        window.count(at(3), span, true);
        assert_eq!(window.rate(), (3, 66), "the clock went back");
        window.count(at(100_000), span, false);
        assert_eq!(window.rate(), (1, 0));
        window.count(Instant::MAX, span, true);
        assert_eq!(window.rate(), (1, 100));
    }

    #[test]
    fn parts_age_out_after_the_window_has_changed() {
        let at = |second: u64| Instant::from_millis(second * 1000);
        for changed in [Duration::from_secs(300), Duration::from_secs(6)] {
            let mut window = Window::default();
            window.count(at(1000), Duration::from_secs(30), false);
            window.count(at(1001), changed, true);
            assert_eq!(window.rate(), (2, 50), "{changed:?}");
            window.count(at(1301), changed, true);
            assert_eq!(window.rate(), (1, 100), "{changed:?}");
        }
    }
}

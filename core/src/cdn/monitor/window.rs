//! How requests fared lately.

use crate::types::{Duration, Instant};

const PARTS: usize = 6;

/// Successes and requests of the last while, in parts that age out one by one.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    parts: [Part; PARTS],
    /// The number of the newest part since the clock's origin.
    newest: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Part {
    requests: u32,
    successes: u32,
}

impl Window {
    pub(super) fn count(&mut self, now: Instant, span: Duration, success: bool) {
        let part = (span.as_micros() / PARTS as u64).max(1);
        let number = now.as_micros() / part;
        // A clock that goes back counts for the newest part.
        let aged = number.saturating_sub(self.newest).min(PARTS as u64);
        for step in 1..=aged {
            self.parts[((self.newest + step) % PARTS as u64) as usize] = Part::default();
        }
        if number > self.newest {
            // What is skipped has been emptied, so only the place counts.
            self.newest = number;
        }
        let part = &mut self.parts[(self.newest % PARTS as u64) as usize];
        part.requests = part.requests.saturating_add(1);
        part.successes = part.successes.saturating_add(success.into());
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
}

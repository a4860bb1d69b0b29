//! How long endpoints take, as tables to draw from.

/// Entries of a table: enough for one in a thousand.
const STEPS: usize = 1024;

/// A distribution of times in µs, as its quantiles in equal steps.
#[derive(Clone, Debug)]
pub struct Latency(Box<[u32]>);

impl Latency {
    /// Log-logistic, which is what response times look like: half take less
    /// than `median_us`, and the larger `shape` is the fewer take much longer.
    #[must_use]
    pub fn log_logistic(median_us: f64, shape: f64) -> Latency {
        Latency::of(|share| median_us * (share / (1.0 - share)).powf(1.0 / shape))
    }

    /// Gaps between the arrivals of independent visitors.
    #[must_use]
    pub fn exponential(mean_us: f64) -> Latency {
        Latency::of(|share| -mean_us * (1.0 - share).ln())
    }

    /// Of ten, nine as `usual`; the tenth takes `slow_us` at the least, with a
    /// heavy tail (Pareto's, of exponent 2), and four times that at the most.
    #[must_use]
    pub fn slow_tenth(usual: &Latency, slow_us: f64) -> Latency {
        Latency::of(|share| {
            if share < 0.9 {
                let place = share / 0.9 * STEPS as f64;
                f64::from(usual.0[place as usize])
            } else {
                slow_us * ((1.0 - 0.9) / (1.0 - share)).sqrt().min(4.0)
            }
        })
    }

    /// All times, so many times as long.
    #[must_use]
    pub fn times(&self, factor: u32) -> Latency {
        Latency(self.0.iter().map(|us| us.saturating_mul(factor)).collect())
    }

    fn of(quantile: impl Fn(f64) -> f64) -> Latency {
        let share = |step: usize| (step as f64 + 0.5) / STEPS as f64;
        let micros = (0..STEPS).map(|step| quantile(share(step)).clamp(1.0, 60e6) as u32);
        Latency(micros.collect())
    }

    /// The time that `bits` draw.
    #[inline]
    #[must_use]
    pub fn draw(&self, bits: u64) -> u64 {
        u64::from(self.0[bits as usize % STEPS])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(latency: &Latency) -> f64 {
        latency.0.iter().map(|us| f64::from(*us)).sum::<f64>() / STEPS as f64
    }

    #[test]
    fn tables_are_what_their_names_say() {
        let usual = Latency::log_logistic(12_000.0, 6.0);
        assert!(usual.0.is_sorted());
        assert!((11_900..12_100).contains(&usual.0[STEPS / 2]));
        assert!((mean(&Latency::exponential(4000.0)) - 4000.0).abs() < 20.0);
        let slow = Latency::slow_tenth(&usual, 600_000.0);
        let of_the_slow = slow.0.iter().filter(|us| **us >= 600_000).count();
        assert_eq!(of_the_slow, STEPS / 10);
        assert_eq!(slow.times(2).draw(7), 2 * slow.draw(7));
    }
}

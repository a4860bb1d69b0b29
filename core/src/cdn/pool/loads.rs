//! What a worker knows of how busy and how slow endpoints are.

use crate::types::{Duration, EndpointId, Instant};

/// The cost of asking each endpoint, for [`View::better_of_two`]: its latency
/// times the requests that are under way there and the one to come.
///
/// Latency is Finagle's *peak* average: it jumps to what is slower and decays
/// towards what is faster, so that an endpoint that turns slow loses traffic
/// with its first slow answer. One table per worker; workers share nothing.
///
/// [`View::better_of_two`]: super::View::better_of_two
///
/// # Example
///
/// ```
/// use hedgerow::cdn::pool::Loads;
/// use hedgerow::types::{Duration, EndpointId, Instant};
///
/// let mut loads = Loads::new(2);
/// let (slow, fast) = (EndpointId::new(0), EndpointId::new(1));
/// for (endpoint, ms) in [(slow, 80), (fast, 5)] {
///     loads.begin(endpoint);
///     loads.end(Instant::from_millis(100), endpoint, Some(Duration::from_millis(ms)));
/// }
/// assert!(loads.cost(fast) < loads.cost(slow));
/// ```
#[derive(Clone, Debug)]
pub struct Loads(Box<[Load]>);

#[derive(Clone, Copy, Debug, Default)]
struct Load {
    average_us: u64,
    sampled: Instant,
    under_way: u32,
}

impl Loads {
    /// Over this time an average forgets half of what was slower.
    const HALF_LIFE_US: u64 = 5_000_000;
    /// An endpoint that nothing is known of costs as much as a fast one, so
    /// that it gets its first requests.
    const UNKNOWN_US: u64 = 1;

    /// A table of this many endpoints of which nothing is known.
    #[must_use]
    pub fn new(endpoints: usize) -> Loads {
        Loads(vec![Load::default(); endpoints].into())
    }

    /// A request to `endpoint` starts.
    pub fn begin(&mut self, endpoint: EndpointId) {
        if let Some(load) = self.0.get_mut(endpoint.index()) {
            load.under_way = load.under_way.saturating_add(1);
        }
    }

    /// A request to `endpoint` ended, after `latency` if it was served.
    pub fn end(&mut self, now: Instant, endpoint: EndpointId, latency: Option<Duration>) {
        let Some(load) = self.0.get_mut(endpoint.index()) else {
            return;
        };
        load.under_way = load.under_way.saturating_sub(1);
        let Some(latency) = latency else {
            return;
        };
        let sample = latency.as_micros();
        if sample >= load.average_us {
            load.average_us = sample;
        } else {
            // A straight line to the sample, half of the way in a half-life.
            let since = now.since(load.sampled).as_micros();
            let part = since.min(2 * Loads::HALF_LIFE_US);
            let gap = u128::from(load.average_us - sample) * u128::from(part);
            load.average_us -= (gap / u128::from(2 * Loads::HALF_LIFE_US)) as u64;
        }
        load.sampled = now;
    }

    /// What one more request there costs, in µs of waiting. An unknown endpoint
    /// costs more than any other.
    #[must_use]
    #[inline]
    pub fn cost(&self, endpoint: EndpointId) -> u64 {
        self.0.get(endpoint.index()).map_or(u64::MAX, |load| {
            let waiting = u64::from(load.under_way) + 1;
            load.average_us
                .max(Loads::UNKNOWN_US)
                .saturating_mul(waiting)
        })
    }
}

//! The script that people paste: the first CDN, and after an error or three
//! seconds the second.

use super::Sequential;
use crate::endpoint::NEVER;
use crate::stage::Request;
use crate::world::{Set, network_of, region_of};

/// It waits so long for each of the two, in µs.
const TIMEOUT: u64 = 3_000_000;

/// A browser's loader with two URLs and no memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Classic;

impl Sequential for Classic {
    fn next(&mut self, _: u64, _: &Request, order: &[usize], tried: Set) -> Option<(usize, u64)> {
        let primary = *order.first()?;
        if tried == 0 {
            return Some((primary, TIMEOUT));
        }
        if tried.count_ones() > 1 {
            return None;
        }
        // Another network, elsewhere if that is allowed.
        let other = |at: &&usize| network_of(**at) != network_of(primary);
        let elsewhere = |at: &&usize| region_of(**at) != region_of(primary);
        let mut others = order.iter().filter(other);
        let second = others.clone().find(elsewhere).or(others.next())?;
        Some((*second, TIMEOUT))
    }

    // What it loads are assets.
    fn goes_on(&self, _: &Request, _: bool) -> bool {
        true
    }

    fn learn(&mut self, _: u64, _: usize, _: bool) {}

    fn probe(&mut self, _: u64, _: usize, _: bool) {}

    fn due(&self) -> u64 {
        NEVER
    }

    fn order(&mut self, _: usize, _: bool) {}
}

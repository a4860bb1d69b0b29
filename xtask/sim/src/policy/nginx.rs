//! A proxy that asks the next upstream after a failure, and leaves out for a
//! while who has failed: `proxy_next_upstream error timeout http_503`,
//! `max_fails=1 fail_timeout=10s`.

use super::{Sequential, is_repeatable};
use crate::endpoint::NEVER;
use crate::stage::Request;
use crate::world::{ENDPOINTS, Set, region_of};

const SECOND: u64 = 1_000_000;
/// Who has failed is left out for so long.
const FAIL_TIMEOUT: u64 = 10 * SECOND;

/// Upstreams of the nearest region in turn, the others as backups.
#[derive(Clone, Copy, Debug)]
pub struct Nginx {
    timeout: u64,
    /// Who has failed, and until when it is left out.
    failed: Set,
    down_until: [u64; ENDPOINTS],
    out: Set,
    turn: usize,
}

impl Nginx {
    /// With the timeouts that it has unless one says otherwise: 60 s.
    #[must_use]
    pub const fn by_default() -> Nginx {
        Nginx::with_timeout(60 * SECOND)
    }

    /// With tight ones: 250 ms, which is no less than what a healthy answer
    /// from another continent may take.
    #[must_use]
    pub const fn tight() -> Nginx {
        Nginx::with_timeout(SECOND / 4)
    }

    const fn with_timeout(timeout: u64) -> Nginx {
        Nginx {
            timeout,
            failed: 0,
            down_until: [0; ENDPOINTS],
            out: 0,
            turn: 0,
        }
    }
}

impl Sequential for Nginx {
    fn next(&mut self, now: u64, _: &Request, order: &[usize], tried: Set) -> Option<(usize, u64)> {
        let left = |at: &usize| (tried | self.out) >> at & 1 == 0;
        let up = |at: &usize| left(at) && self.down_until[*at] <= now;
        let nearest = |at: &usize| region_of(*at) == region_of(order[0]);
        let near = order.iter().filter(|at| nearest(at));
        let count = near.clone().count().max(1);
        self.turn += 1;
        let in_turn = near.cycle().skip(self.turn % count).take(count).copied();
        let all = in_turn.chain(order.iter().copied().filter(|at| !nearest(at)));
        let found = all.clone().find(up);
        // With nobody left it asks whom it left out. That is more than nginx
        // does, which answers 502.
        let any = || all.clone().find(left).filter(|_| tried == 0);
        let found = found.or_else(any)?;
        if self.failed >> found & 1 == 1 {
            // One request tries; the others wait for how it goes.
            self.down_until[found] = now + FAIL_TIMEOUT;
        }
        Some((found, self.timeout))
    }

    fn goes_on(&self, request: &Request, opened: bool) -> bool {
        is_repeatable(request) || !opened
    }

    fn learn(&mut self, now: u64, endpoint: usize, good: bool) {
        self.failed &= !(1 << endpoint);
        self.failed |= u32::from(!good) << endpoint;
        self.down_until[endpoint] = if good { 0 } else { now + FAIL_TIMEOUT };
    }

    fn probe(&mut self, _: u64, _: usize, _: bool) {}

    fn due(&self) -> u64 {
        NEVER
    }

    fn order(&mut self, endpoint: usize, active: bool) {
        self.out &= !(1 << endpoint);
        self.out |= u32::from(!active) << endpoint;
    }
}

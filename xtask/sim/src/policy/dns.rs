//! Name servers that leave out what fails its probes.

use super::Sequential;
use crate::stage::Request;
use crate::world::{ENDPOINTS, Set};

const SECOND: u64 = 1_000_000;
/// From one probe to the next.
const INTERVAL: u64 = 30 * SECOND;
/// So many in a row, and the record changes: 90 s.
const THRESHOLD: u32 = 3;
/// What caches hold on to a record for: the clients', one after another.
const TTL: u64 = 60 * SECOND;
/// A browser gives up a request that hangs.
const TIMEOUT: u64 = 10 * SECOND;

/// Health checks of a DNS service: every 30 s, three in a row, TTL 60 s.
#[derive(Clone, Copy, Debug)]
pub struct Dns {
    next: u64,
    failures: [u32; ENDPOINTS],
    passes: [u32; ENDPOINTS],
    listed: [bool; ENDPOINTS],
    changed: [u64; ENDPOINTS],
}

impl Default for Dns {
    fn default() -> Dns {
        Dns {
            next: 0,
            failures: [0; ENDPOINTS],
            passes: [0; ENDPOINTS],
            listed: [true; ENDPOINTS],
            changed: [0; ENDPOINTS],
        }
    }
}

impl Dns {
    /// Whether this client would find the endpoint, in what it has cached.
    fn finds(&self, now: u64, request: &Request, endpoint: usize) -> bool {
        // Each client's copy is of another age.
        let age = u64::from(request.number).wrapping_mul(7_919) % 600 * (TTL / 600);
        let seen = now.saturating_sub(self.changed[endpoint]) >= age || self.changed[endpoint] == 0;
        self.listed[endpoint] == seen
    }
}

impl Sequential for Dns {
    fn next(
        &mut self,
        now: u64,
        request: &Request,
        order: &[usize],
        tried: Set,
    ) -> Option<(usize, u64)> {
        // One answer, one address: who gets none that serves has none.
        if tried != 0 {
            return None;
        }
        let mut found = order.iter().filter(|at| self.finds(now, request, **at));
        let endpoint = found.next().or(order.first())?;
        Some((*endpoint, TIMEOUT))
    }

    fn goes_on(&self, _: &Request, _: bool) -> bool {
        false
    }

    fn learn(&mut self, _: u64, _: usize, _: bool) {}

    fn probe(&mut self, now: u64, endpoint: usize, serves: bool) {
        self.next = now + INTERVAL;
        if serves {
            self.failures[endpoint] = 0;
            self.passes[endpoint] += 1;
        } else {
            self.passes[endpoint] = 0;
            self.failures[endpoint] += 1;
        }
        let listed = match (self.failures[endpoint], self.passes[endpoint]) {
            (THRESHOLD.., _) => false,
            (_, THRESHOLD..) => true,
            _ => return,
        };
        if listed != self.listed[endpoint] {
            self.listed[endpoint] = listed;
            self.changed[endpoint] = now;
        }
    }

    fn due(&self) -> u64 {
        self.next
    }

    fn order(&mut self, _: usize, _: bool) {}
}

//! What becomes of a request at an endpoint, whoever sends it.

use hedgerow::types::Reason;

use crate::latency::Latency;
use crate::world::{ENDPOINTS, home, region_of};

/// Never, as a time in µs.
pub const NEVER: u64 = u64::MAX;

/// How an endpoint is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    /// It answers as it should.
    #[default]
    Up,
    /// It answers three times as slowly, and three of ten with 503.
    Brownout,
    /// One of ten answers takes 600 ms and more.
    SlowTail,
    /// It answers with 503.
    Error,
    /// Its machine refuses connections.
    Refuse,
    /// Connections are never opened: packets vanish.
    Blackhole,
    /// Connections open, requests go in, and nothing comes out.
    Hang,
}

impl Condition {
    /// All of them.
    pub const ALL: [Condition; 7] = [
        Condition::Up,
        Condition::Brownout,
        Condition::SlowTail,
        Condition::Error,
        Condition::Refuse,
        Condition::Blackhole,
        Condition::Hang,
    ];

    /// Whether every request is answered well, if perhaps late.
    #[must_use]
    pub const fn serves(self) -> bool {
        matches!(self, Condition::Up | Condition::SlowTail)
    }
}

/// What an attempt comes to, if the endpoint stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A good answer.
    Answer,
    /// 503.
    Error,
    /// No connection.
    Refused,
    /// Nothing at all; `opened` says whether the request has gone in.
    Silence {
        /// Whether the connection was opened.
        opened: bool,
    },
}

impl Outcome {
    /// Whether any byte of the request has reached the endpoint.
    #[must_use]
    pub const fn is_sent(self) -> bool {
        !matches!(self, Outcome::Refused | Outcome::Silence { opened: false })
    }

    /// What the engine is told; `None` of what it is told nothing about.
    #[must_use]
    pub const fn failure(self) -> Option<Reason> {
        match self {
            Outcome::Answer | Outcome::Silence { .. } => None,
            Outcome::Error => Some(Reason::HttpStatus),
            Outcome::Refused => Some(Reason::NetworkError),
        }
    }
}

/// How all endpoints are at the moment, seen from one proxy.
#[derive(Clone, Debug)]
pub struct Endpoints {
    conditions: [Condition; ENDPOINTS],
    /// Since when each has served everybody.
    serving_since: [u64; ENDPOINTS],
    near: [bool; ENDPOINTS],
    /// By distance: near, far.
    usual: [Latency; 2],
    slow: [Latency; 2],
    browned_out: [Latency; 2],
}

impl Endpoints {
    /// All well.
    #[must_use]
    pub fn seen_from(proxy: usize) -> Endpoints {
        let usual = [
            Latency::log_logistic(12_000.0, 6.0),
            Latency::log_logistic(85_000.0, 14.0),
        ];
        Endpoints {
            conditions: [Condition::Up; ENDPOINTS],
            serving_since: [0; ENDPOINTS],
            near: core::array::from_fn(|at| region_of(at) == home(proxy)),
            slow: [0, 1].map(|at| Latency::slow_tenth(&usual[at], 600_000.0)),
            browned_out: [0, 1].map(|at| usual[at].times(3)),
            usual,
        }
    }

    /// From `now` (µs) on, `endpoint` is so.
    pub fn set(&mut self, now: u64, endpoint: usize, condition: Condition) {
        self.conditions[endpoint] = condition;
        if !condition.serves() {
            self.serving_since[endpoint] = NEVER;
        } else if self.serving_since[endpoint] == NEVER {
            self.serving_since[endpoint] = now;
        }
    }

    /// How it is.
    #[must_use]
    pub const fn condition(&self, endpoint: usize) -> Condition {
        self.conditions[endpoint]
    }

    /// Since when it has answered everybody well; [`NEVER`] if it does not.
    #[must_use]
    pub const fn serving_since(&self, endpoint: usize) -> u64 {
        self.serving_since[endpoint]
    }

    /// What a request comes to that is sent now, and how long that takes in
    /// µs; `bits` are a draw.
    #[inline]
    #[must_use]
    pub fn request(&self, endpoint: usize, bits: u64) -> (u64, Outcome) {
        let distance = usize::from(!self.near[endpoint]);
        let usual = &self.usual[distance];
        match self.conditions[endpoint] {
            Condition::Up => (usual.draw(bits), Outcome::Answer),
            Condition::SlowTail => (self.slow[distance].draw(bits), Outcome::Answer),
            Condition::Brownout => {
                let fails = (bits >> 32) % 10 < 3;
                let outcome = if fails {
                    Outcome::Error
                } else {
                    Outcome::Answer
                };
                (self.browned_out[distance].draw(bits), outcome)
            }
            Condition::Error => (usual.draw(bits), Outcome::Error),
            // A refusal takes one round trip, an answer three.
            Condition::Refuse => (usual.draw(bits) / 3, Outcome::Refused),
            Condition::Blackhole => (NEVER, Outcome::Silence { opened: false }),
            Condition::Hang => (NEVER, Outcome::Silence { opened: true }),
        }
    }

    /// What has become of a request that was to end so by now: the endpoint may
    /// have failed under it.
    #[inline]
    #[must_use]
    pub fn overtaken(&self, endpoint: usize, outcome: Outcome) -> Outcome {
        if !matches!(outcome, Outcome::Answer | Outcome::Error) {
            return outcome;
        }
        match self.conditions[endpoint] {
            Condition::Hang | Condition::Blackhole => Outcome::Silence { opened: true },
            Condition::Refuse => Outcome::Error,
            _ => outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_serves_since_it_last_came_back() {
        let mut endpoints = Endpoints::seen_from(0);
        assert_eq!(endpoints.serving_since(2), 0);
        endpoints.set(10, 2, Condition::SlowTail);
        assert_eq!(endpoints.serving_since(2), 0, "late is still an answer");
        endpoints.set(20, 2, Condition::Hang);
        assert_eq!(endpoints.serving_since(2), NEVER);
        endpoints.set(30, 2, Condition::Error);
        endpoints.set(40, 2, Condition::Up);
        assert_eq!(endpoints.serving_since(2), 40);
    }

    #[test]
    fn each_condition_shows() {
        let mut endpoints = Endpoints::seen_from(0);
        let mut ends = |condition| {
            endpoints.set(0, 0, condition);
            let outcomes = (0..1000_u64).map(|n| endpoints.request(0, n | (n << 32)));
            let good = outcomes.clone().filter(|(_, end)| *end == Outcome::Answer);
            let slow = outcomes.filter(|(took, _)| *took >= 600_000);
            (good.count(), slow.count())
        };
        assert_eq!(ends(Condition::Up), (1000, 0));
        assert_eq!(ends(Condition::Brownout), (700, 0));
        assert!((75..105).contains(&ends(Condition::SlowTail).1));
        assert_eq!(ends(Condition::Error), (0, 0));
        assert_eq!(ends(Condition::Refuse), (0, 0));
        assert_eq!(ends(Condition::Hang), (0, 1000));
        assert_eq!(ends(Condition::Blackhole), (0, 1000));
    }

    #[test]
    fn an_outage_catches_what_is_under_way() {
        let mut endpoints = Endpoints::seen_from(0);
        assert_eq!(endpoints.overtaken(0, Outcome::Answer), Outcome::Answer);
        endpoints.set(0, 0, Condition::Hang);
        let hung = Outcome::Silence { opened: true };
        assert_eq!(endpoints.overtaken(0, Outcome::Answer), hung);
        let closed = Outcome::Silence { opened: false };
        for outcome in [Outcome::Refused, closed] {
            assert_eq!(endpoints.overtaken(0, outcome), outcome);
        }
        endpoints.set(0, 0, Condition::Refuse);
        assert_eq!(endpoints.overtaken(0, Outcome::Answer), Outcome::Error);
    }
}

//! A request under way.

use hedgerow::failover::{Race, RaceSettings};
use hedgerow::types::Instant;

use crate::check::Claim;
use crate::endpoint::{NEVER, Outcome};
use crate::stage::{Kind, Request};
use crate::world::ENDPOINTS;

/// An attempt, as its connection knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flight {
    pub(super) endpoint: usize,
    /// When it comes to its outcome; [`NEVER`] once it has, or is called off.
    pub(super) at: u64,
    pub(super) outcome: Outcome,
    /// Still waited for.
    pub(super) live: bool,
    /// Some of the request has reached the endpoint.
    pub(super) sent: bool,
}

/// The place of a request, used again for the next.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) race: Race,
    pub(super) claim: Claim,
    pub(super) flights: [Flight; ENDPOINTS],
    pub(super) started: usize,
    /// When the race wants to be asked again.
    pub(super) wake: u64,
    pub(super) busy: bool,
}

impl Slot {
    pub(super) fn new() -> Slot {
        let nothing = Request {
            number: 0,
            arrived: 0,
            visitor: 0,
            kind: Kind::Asset,
        };
        let over = Flight {
            endpoint: 0,
            at: NEVER,
            outcome: Outcome::Refused,
            live: false,
            sent: false,
        };
        Slot {
            race: Race::new(RaceSettings::proxy(), &[], Instant::default()),
            claim: Claim::new(nothing, 0, 0),
            flights: [over; ENDPOINTS],
            started: 0,
            wake: NEVER,
            busy: false,
        }
    }

    /// The next thing that happens to it.
    #[inline]
    pub(super) fn next(&self) -> u64 {
        let flights = &self.flights[..self.started];
        flights
            .iter()
            .fold(self.wake, |next, flight| next.min(flight.at))
    }

    /// The flight that has come to its outcome, the first if there are several.
    #[inline]
    pub(super) fn landed(&self, now: u64) -> Option<usize> {
        let flights = self.flights[..self.started].iter().enumerate();
        flights
            .filter(|(_, flight)| flight.at <= now)
            .min_by_key(|(_, flight)| flight.at)
            .map(|(index, _)| index)
    }

    /// Whether the endpoints know of it, or may.
    pub(super) fn may_be_known(&self) -> bool {
        let mut flights = self.flights[..self.started].iter();
        flights.any(|flight| flight.live || flight.sent)
    }
}

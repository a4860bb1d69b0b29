//! One proxy's run of a trace: requests arrive, endpoints change, timers come.

use hedgerow::cdn::pool::Draws;

use crate::check::Checked;
use crate::endpoint::Endpoints;
use crate::latency::Latency;
use crate::tally::Tally;
use crate::trace::{Event, Trace};
use crate::wheel::{Node, Wheel};
use crate::world::{REGIONS, UNKNOWN, home};

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something that may be asked for twice.
    Asset,
    /// Something that may not.
    Post,
    /// Something that belongs to the session of this client, who has lost its
    /// cookie if `fresh`.
    Session {
        /// Whose.
        client: u16,
        /// It begins a new session.
        fresh: bool,
    },
}

/// A request as it arrives.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Counted from 0.
    pub number: u32,
    /// When, in µs.
    pub arrived: u64,
    /// Where its visitor is; [`UNKNOWN`] if nobody knows.
    pub visitor: usize,
    /// What it is for.
    pub kind: Kind,
}

/// Clients with a session, at each proxy.
pub const CLIENTS: u16 = 256;

/// Whoever handles requests at one place.
pub trait Policy {
    /// A request arrives.
    ///
    /// # Errors
    ///
    /// Which promise was broken, here and in what follows.
    fn arrive(&mut self, stage: &mut Stage<'_>, now: u64, request: Request) -> Checked;
    /// The timer of `node` has come.
    ///
    /// # Errors
    ///
    /// As above.
    fn wake(&mut self, stage: &mut Stage<'_>, now: u64, node: Node) -> Checked;
    /// When it has something to do that belongs to no request.
    fn due(&self) -> u64;
    /// That time has come.
    ///
    /// # Errors
    ///
    /// As above.
    fn turn(&mut self, stage: &mut Stage<'_>, now: u64) -> Checked;
    /// The operator speaks, or something befalls the process.
    ///
    /// # Errors
    ///
    /// As above.
    fn handle(&mut self, stage: &mut Stage<'_>, now: u64, event: Event) -> Checked;
    /// Nothing will come any more.
    ///
    /// # Errors
    ///
    /// As above.
    fn close(&mut self, stage: &mut Stage<'_>, now: u64) -> Checked;
}

/// All that one run needs besides its policy.
#[derive(Debug)]
pub struct Stage<'a> {
    /// The timers of the requests under way.
    pub wheel: Wheel,
    /// How the endpoints are.
    pub endpoints: Endpoints,
    /// Decides what endpoints do.
    pub chance: Draws,
    /// What was seen.
    pub tally: Tally,
    arrivals: Arrivals,
    trace: &'a Trace,
    /// The next event of the trace.
    event: usize,
    /// Until when the process stood still.
    resumed: u64,
}

#[derive(Debug)]
struct Arrivals {
    draws: Draws,
    gaps: Latency,
    home: usize,
    number: u32,
    left: u32,
    next: u64,
}

impl Arrivals {
    fn new(proxy: usize, requests: u32, span: u64, seed: u64) -> Arrivals {
        let mean = span as f64 / f64::from(requests.max(1));
        Arrivals {
            draws: Draws::new(seed),
            gaps: Latency::exponential(mean),
            home: home(proxy),
            number: 0,
            left: requests,
            next: if requests > 0 { 0 } else { u64::MAX },
        }
    }

    #[inline]
    fn take(&mut self) -> Request {
        let bits = self.draws.next_u64();
        let visitor = match bits >> 10 & 15 {
            0 => UNKNOWN,
            1 => (self.home + 1 + (bits >> 14 & 1) as usize) % REGIONS,
            _ => self.home,
        };
        let kind = match bits >> 16 & 15 {
            0 => Kind::Post,
            1 | 2 => Kind::Session {
                client: (bits >> 20) as u16 % CLIENTS,
                fresh: bits >> 36 & 31 == 0,
            },
            _ => Kind::Asset,
        };
        let request = Request {
            number: self.number,
            arrived: self.next,
            visitor,
            kind,
        };
        self.number += 1;
        self.left -= 1;
        self.next = if self.left > 0 {
            self.next + self.gaps.draw(bits)
        } else {
            u64::MAX
        };
        request
    }
}

impl<'a> Stage<'a> {
    /// `requests` that arrive at `proxy` while `trace` goes on. What arrives,
    /// and how the endpoints answer, depends on `seed`.
    #[must_use]
    pub fn new(trace: &'a Trace, proxy: usize, requests: u32, seed: u64) -> Stage<'a> {
        let mut seeds = Draws::new(seed);
        Stage {
            wheel: Wheel::default(),
            endpoints: Endpoints::seen_from(proxy),
            arrivals: Arrivals::new(proxy, requests, trace.span, seeds.next_u64()),
            chance: Draws::new(seeds.next_u64()),
            tally: Tally::new(trace.span),
            trace,
            event: 0,
            resumed: 0,
        }
    }

    /// Plays the trace to its end, and until the last request has ended.
    ///
    /// # Errors
    ///
    /// Which promise was broken.
    pub fn play(&mut self, policy: &mut impl Policy) -> Checked {
        let mut last = 0;
        let mut change = self.next_change();
        loop {
            let soon = self.arrivals.next.min(change).min(policy.due());
            if let Some((at, node)) = self.wheel.take_until(soon) {
                last = at.max(self.resumed);
                policy.wake(self, last, node)?;
                continue;
            }
            if self.arrivals.left == 0 && change == u64::MAX && self.wheel.is_empty() {
                return policy.close(self, last.max(self.trace.span));
            }
            let now = soon.max(self.resumed);
            last = now;
            if change == soon {
                self.change(policy, now)?;
                change = self.next_change();
            } else if policy.due() <= now {
                // Before what arrives: after a suspension, too, timers that are
                // overdue come first.
                policy.turn(self, now)?;
            } else {
                let request = self.arrivals.take();
                policy.arrive(self, now, request)?;
            }
        }
    }

    fn next_change(&self) -> u64 {
        let next = self.trace.events.get(self.event);
        next.map_or(u64::MAX, |(at, _)| *at)
    }

    fn change(&mut self, policy: &mut impl Policy, now: u64) -> Checked {
        let (at, event) = self.trace.events[self.event];
        self.event += 1;
        match event {
            // The world does not stand still with the process.
            Event::Is(endpoint, condition) => self.endpoints.set(at, endpoint, condition),
            Event::Suspend(span) => self.resumed = self.resumed.max(at + span),
            Event::Drain { .. } | Event::Activate(_) | Event::Restart => {}
        }
        policy.handle(self, now, event)
    }

    /// How many requests have arrived.
    #[must_use]
    pub const fn arrived(&self) -> u32 {
        self.arrivals.number
    }

    /// Until when the process stood still the last time; 0 if it never did.
    #[must_use]
    pub const fn resumed(&self) -> u64 {
        self.resumed
    }
}

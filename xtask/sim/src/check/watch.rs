//! What monitor, pool and operator said, written down.

use super::{Checked, Invariant, Of};
use crate::stage::Request;
use crate::world::{ENDPOINTS, NAMES, Set};

/// An ejection lasts at least so long, in µs.
const DWELL: u64 = 250_000;
/// From one probe to the next it takes at most the interval, a tenth of it for
/// the jitter, and what the one before may take; in µs.
const BETWEEN_PROBES: u64 = 2_200_000 + 1_000_000;

/// A service order, and which requests came after it.
#[derive(Clone, Copy, Debug, Default)]
struct Out {
    /// The first request that came after.
    from: u32,
    /// When sessions have to go, too.
    until: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    ejected_at: Option<u64>,
    /// Until when a probe is under way.
    probe: Option<u64>,
    probed: u64,
    out: Option<Out>,
}

/// What one proxy's endpoints are, as the outside knows.
#[derive(Clone, Debug)]
pub struct Witness {
    seen: [Seen; ENDPOINTS],
    healthy: Set,
    active: Set,
    /// The latest time that the engine was told.
    now: u64,
}

impl Witness {
    /// All is well, now.
    #[must_use]
    pub fn new(now: u64) -> Witness {
        let all = (1 << ENDPOINTS) - 1;
        Witness {
            seen: [Seen {
                probed: now,
                ..Seen::default()
            }; ENDPOINTS],
            healthy: all,
            active: all,
            now,
        }
    }

    /// The process has started anew and knows nothing of health; what the
    /// operator said still holds.
    pub fn restart(&mut self, now: u64) {
        let before = self.clone();
        *self = Witness::new(now);
        self.active = before.active;
        for (seen, old) in self.seen.iter_mut().zip(before.seen) {
            seen.out = old.out;
        }
    }

    /// Those that are believed to be healthy.
    #[inline]
    #[must_use]
    pub const fn healthy(&self) -> Set {
        self.healthy
    }

    /// Those in service.
    #[inline]
    #[must_use]
    pub const fn active(&self) -> Set {
        self.active
    }

    /// Whether those who belong to an endpoint may still be there.
    #[must_use]
    pub fn keeps_sessions(&self, now: u64, endpoint: usize) -> bool {
        self.seen[endpoint].out.is_none_or(|out| now < out.until)
    }

    /// The engine is told that it is now.
    ///
    /// # Errors
    ///
    /// [`Invariant::Monotonic`].
    #[inline]
    pub fn tell(&mut self, now: u64) -> Checked {
        Invariant::Monotonic.holds(now >= self.now, now, || {
            format!("{now} µs after {} µs", self.now)
        })?;
        self.now = now;
        Ok(())
    }

    /// The operator takes it out, `arrived` requests having come before.
    pub fn drain(&mut self, endpoint: usize, arrived: u32, until: u64) {
        self.active &= !(1 << endpoint);
        let from = arrived;
        self.seen[endpoint].out = Some(Out { from, until });
    }

    /// The operator puts it back.
    pub fn activate(&mut self, endpoint: usize) {
        self.active |= 1 << endpoint;
        self.seen[endpoint].out = None;
    }

    /// An attempt starts, of a request that was taken up when it `began`;
    /// `belongs` says that its session is there.
    ///
    /// # Errors
    ///
    /// [`Invariant::Drain`].
    #[inline]
    pub fn start(
        &self,
        now: u64,
        endpoint: usize,
        request: &Request,
        began: u64,
        belongs: bool,
    ) -> Checked {
        if self.active >> endpoint & 1 == 1 {
            return Ok(());
        }
        let Some(out) = self.seen[endpoint].out else {
            return Ok(());
        };
        let late = if belongs {
            began >= out.until
        } else {
            request.number >= out.from
        };
        Invariant::Drain
            .holds(!late, now, || {
                format!("{} is out of service", NAMES[endpoint])
            })
            .of_endpoint(endpoint)
    }

    /// What is said of its health.
    pub fn health(&mut self, endpoint: usize, healthy: bool) {
        self.healthy &= !(1 << endpoint);
        self.healthy |= u32::from(healthy) << endpoint;
    }

    /// It is ejected.
    pub fn eject(&mut self, now: u64, endpoint: usize) {
        // A trial that fails prolongs the ejection.
        self.seen[endpoint].ejected_at.get_or_insert(now);
    }

    /// It is back.
    ///
    /// # Errors
    ///
    /// [`Invariant::Dwell`].
    pub fn restore(&mut self, now: u64, endpoint: usize) -> Checked {
        let since = self.seen[endpoint].ejected_at.take();
        let lasted = since.map_or(DWELL, |since| now - since);
        Invariant::Dwell
            .holds(lasted >= DWELL, now, || {
                format!("{} is back after {lasted} µs", NAMES[endpoint])
            })
            .of_endpoint(endpoint)
    }

    /// A probe is asked for, which has failed at `until`.
    ///
    /// # Errors
    ///
    /// [`Invariant::OneProbe`].
    pub fn probe(&mut self, now: u64, endpoint: usize, until: u64) -> Checked {
        let seen = &mut self.seen[endpoint];
        let under_way = seen.probe.is_some_and(|until| now < until);
        (seen.probe, seen.probed) = (Some(until), now);
        Invariant::OneProbe
            .holds(!under_way, now, || {
                format!("{} is probed while it is probed", NAMES[endpoint])
            })
            .of_endpoint(endpoint)
    }

    /// A probe was answered.
    pub fn probed(&mut self, endpoint: usize) {
        self.seen[endpoint].probe = None;
    }

    /// Whether each was probed lately, the process having stood still until
    /// `resumed`.
    ///
    /// # Errors
    ///
    /// [`Invariant::ProbesGoOn`].
    pub fn look(&self, now: u64, resumed: u64) -> Checked {
        for (endpoint, seen) in self.seen.iter().enumerate() {
            let last = seen.probed.max(resumed);
            Invariant::ProbesGoOn
                .holds(now.saturating_sub(last) <= BETWEEN_PROBES, now, || {
                    format!("{} was not probed since {last} µs", NAMES[endpoint])
                })
                .of_endpoint(endpoint)?;
        }
        Ok(())
    }
}

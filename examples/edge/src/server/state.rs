//! What a connection is busy with, and until when it may be.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use hedgerow::config::edge::Timeouts;
use hedgerow::types::{Duration, Instant};
use http::HeaderValue;

use super::Interim;
use crate::clock::Clock;

/// Shared by a connection, its [`io`](super::io) and its requests.
#[derive(Debug)]
pub(crate) struct ConnectionState {
    pub(crate) clock: Clock,
    pub(crate) peer: IpAddr,
    /// The peer as fields have it.
    pub(crate) peer_value: HeaderValue,
    pub(crate) secure: bool,
    pub(crate) interim: Interim,
    /// Requests whose response has not ended.
    running: AtomicU32,
    /// HTTP/2 was seen.
    multiplexed: AtomicBool,
    /// HTTP/2: response bodies whose next piece waits for the client, whose
    /// windows are closed.
    owed: AtomicU32,
    /// When the client last took one; microseconds.
    taken: AtomicU64,
    /// When the connection fell idle, or the first byte of a request's head
    /// came; microseconds.
    since: AtomicU64,
    /// Bytes of a head have come, its end has not.
    in_head: AtomicBool,
    /// Since when a write waits for the client; 0: none does.
    write_blocked: AtomicU64,
}

/// Why a connection is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overdue {
    /// Nothing was asked for too long.
    Idle,
    /// A request's head took too long.
    Head,
    /// The client does not take its response.
    Write,
}

impl ConnectionState {
    pub(super) fn new(clock: Clock, peer: IpAddr, secure: bool) -> ConnectionState {
        ConnectionState {
            clock,
            peer,
            // An address has nothing that a field could not.
            peer_value: HeaderValue::try_from(peer.to_string())
                .unwrap_or(HeaderValue::from_static("unknown")),
            secure,
            interim: Interim::default(),
            running: AtomicU32::new(0),
            multiplexed: AtomicBool::new(false),
            owed: AtomicU32::new(0),
            taken: AtomicU64::new(0),
            since: AtomicU64::new(clock.now().as_micros()),
            in_head: AtomicBool::new(false),
            write_blocked: AtomicU64::new(0),
        }
    }

    /// A request's head is whole.
    pub(crate) fn begin(&self) {
        self.running.fetch_add(1, Ordering::AcqRel);
        self.in_head.store(false, Ordering::Release);
    }

    /// A response has ended, well or not.
    pub(crate) fn end(&self, now: Instant) {
        self.touch(now);
        self.running.fetch_sub(1, Ordering::AcqRel);
    }

    /// Whether this is HTTP/2, where responses wait for windows of their own
    /// and not for the connection's writes.
    pub(crate) fn is_multiplexed(&self) -> bool {
        self.multiplexed.load(Ordering::Acquire)
    }

    /// The next piece of a body is the client's to take.
    pub(crate) fn owe(&self, now: Instant) {
        self.taken.store(now.as_micros(), Ordering::Release);
        self.owed.fetch_add(1, Ordering::AcqRel);
    }

    /// The client took it: what comes next is the upstream's, or the end.
    pub(crate) fn take(&self, now: Instant) {
        self.taken.store(now.as_micros(), Ordering::Release);
        self.owed.fetch_sub(1, Ordering::AcqRel);
    }

    /// HTTP/2 it is: what came was no request's head.
    pub(super) fn multiplex(&self) {
        self.multiplexed.store(true, Ordering::Release);
        self.in_head.store(false, Ordering::Release);
    }

    /// Bytes came from the client.
    pub(super) fn read(&self) {
        // On HTTP/2 frames come without a request, so a head can't be told.
        let between =
            self.running.load(Ordering::Acquire) == 0 && !self.multiplexed.load(Ordering::Acquire);
        if between && !self.in_head.swap(true, Ordering::AcqRel) {
            self.touch(self.clock.now());
        }
    }

    /// A write went through.
    pub(super) fn wrote(&self) {
        if self.write_blocked.load(Ordering::Relaxed) != 0 {
            self.write_blocked.store(0, Ordering::Release);
        }
    }

    /// A write waits for the client.
    pub(super) fn write_waits(&self) {
        let now = self.clock.now().as_micros().max(1);
        let _ = self
            .write_blocked
            .compare_exchange(0, now, Ordering::AcqRel, Ordering::Relaxed);
    }

    /// Whether this is HTTP/1.1 in the middle of a request's head.
    pub(super) fn is_in_head(&self) -> bool {
        self.in_head.load(Ordering::Acquire)
    }

    /// Until when all is well, or why it is not.
    pub(super) fn check(&self, timeouts: &Timeouts) -> Result<Instant, Overdue> {
        let now = self.clock.now();
        let (since, allowed, what) = match self.write_blocked.load(Ordering::Acquire) {
            // As long as an upstream has something to bring, time passes on
            // its account.
            0 if self.running.load(Ordering::Acquire) > self.owed.load(Ordering::Acquire) => {
                return Ok(now + shortest(timeouts));
            }
            0 if self.owed.load(Ordering::Acquire) > 0 => {
                let taken = Instant::from_micros(self.taken.load(Ordering::Acquire));
                (taken, timeouts.write_ms, Overdue::Write)
            }
            0 if self.is_in_head() => (self.since(), timeouts.header_ms, Overdue::Head),
            0 => (self.since(), timeouts.idle_ms, Overdue::Idle),
            since => (
                Instant::from_micros(since),
                timeouts.write_ms,
                Overdue::Write,
            ),
        };
        let deadline = since + ms(allowed);
        if now >= deadline {
            return Err(what);
        }
        // What the connection does may change before that.
        Ok(deadline.min(now + shortest(timeouts)))
    }

    fn since(&self) -> Instant {
        Instant::from_micros(self.since.load(Ordering::Acquire))
    }

    fn touch(&self, now: Instant) {
        self.since.store(now.as_micros(), Ordering::Release);
    }
}

/// How often a connection is looked at: a deadline is kept within a quarter.
fn shortest(timeouts: &Timeouts) -> Duration {
    let least = timeouts
        .header_ms
        .min(timeouts.idle_ms)
        .min(timeouts.write_ms);
    ms((least / 4).max(10))
}

fn ms(ms: u32) -> Duration {
    Duration::from_millis(ms.into())
}

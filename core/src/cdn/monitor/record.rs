//! What is known of one endpoint.

use super::{EjectionSettings, Lease, Probing, memory::Pass, window::Window};
use crate::cdn::{Latency, pool::Health};
use crate::types::{Duration, Instant, Rng};

/// Whether requests may go to an endpoint, as far as requests tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ejection {
    #[default]
    None,
    /// Ejected at `at`; tried again at `until`.
    Out { at: Instant, until: Instant },
    /// One request tries it. Another may at `until`.
    Trial { at: Instant, until: Instant },
}

impl Ejection {
    /// Lets it last no longer than to `latest`.
    pub(super) fn limit(&mut self, latest: Instant) {
        match self {
            Ejection::None => {}
            Ejection::Out { until, .. } | Ejection::Trial { until, .. } => {
                *until = latest.min(*until);
            }
        }
    }

    fn pass(&mut self, pass: &mut impl Pass) {
        let (mut kind, mut at, mut until) = match *self {
            Ejection::None => (0, Instant::default(), Instant::default()),
            Ejection::Out { at, until } => (1, at, until),
            Ejection::Trial { at, until } => (2, at, until),
        };
        pass.number(&mut kind);
        if kind > 0 {
            pass.moment(&mut at);
            pass.moment(&mut until);
        }
        *self = match kind {
            0 => Ejection::None,
            1 => Ejection::Out { at, until },
            _ => Ejection::Trial { at, until },
        };
    }
}

/// The probe that is under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct InFlight {
    pub(super) lease: Lease,
    pub(super) started: Instant,
    pub(super) until: Instant,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    // As requests tell.
    pub(super) latency: Latency,
    pub(super) failures: u32,
    pub(super) window: Window,
    pub(super) ejection: Ejection,
    /// Requests that began after the ejection and succeeded, in a row.
    pub(super) passed: u32,
    /// How often the ejection was doubled.
    pub(super) relapses: u32,
    /// It failed again when it was tried.
    pub(super) confirmed: bool,
    /// To be ejected before then, soon after it came back, is a relapse.
    pub(super) relapse_until: Instant,
    /// Probes brought it back, and it did not last: until a request succeeds,
    /// their word counts for nothing.
    pub(super) probes_doubted: bool,
    pub(super) restored_by_probes: bool,
    pub(super) spared: bool,

    // As probes tell.
    pub(super) failing: bool,
    pub(super) probe_failures: u32,
    pub(super) probe_passes: u32,
    pub(super) probe_latency: Latency,
    pub(super) probes: u32,
    pub(super) in_flight: Option<InFlight>,
    pub(super) next_probe: Instant,

    /// What the owner was told last.
    pub(super) told: Health,
}

impl Record {
    /// A probe that hangs while the endpoint is down would hide its return for
    /// the whole timeout, so most give up after this time or twice what probes
    /// used to take.
    const SHORT_TIMEOUT: Duration = Duration::from_millis(200);
    /// Every so many take the whole timeout, in case the endpoint has come
    /// back slower than it was.
    const PATIENT: u32 = 32;

    pub(super) const fn is_ejected(&self) -> bool {
        !matches!(self.ejection, Ejection::None)
    }

    pub(super) const fn health(&self) -> Health {
        Health::of(self.is_ejected(), self.failing || self.confirmed)
    }

    /// No visitor tries who fails its probes, were it only the last one.
    pub(super) const fn may_be_tried(&self) -> bool {
        !self.failing && self.probe_failures == 0
    }

    /// Whether its state may soon be another.
    const fn is_changing(&self, probing: &Probing) -> bool {
        self.failing || self.is_ejected() || self.probe_passes < probing.rise
    }

    /// When the probe after the one started at `started` is due.
    pub(super) fn schedule(
        &mut self,
        now: Instant,
        started: Instant,
        probing: &Probing,
        rng: &mut Rng,
    ) {
        let (interval, jitter) = if self.is_changing(probing) {
            (probing.fast_interval, 50)
        } else {
            (probing.interval, probing.jitter_percent)
        };
        let due = started + interval + part(interval, jitter, rng);
        self.next_probe = due.max(now);
    }

    /// Something was seen that probes should look into soon.
    pub(super) fn hasten(&mut self, now: Instant, probing: &Probing, rng: &mut Rng) {
        self.probe_passes = 0;
        let soon = now + probing.fast_interval + part(probing.fast_interval, 50, rng);
        self.next_probe = self.next_probe.min(soon);
    }

    pub(super) fn begin_probe(&mut self, now: Instant, probing: &Probing) -> InFlight {
        self.probes = self.probes.wrapping_add(1);
        let silent = self.failing && self.probe_passes == 0;
        let short = silent && !self.probes.is_multiple_of(Record::PATIENT);
        let timeout = match self.probe_latency.p95().filter(|_| short) {
            Some(usual) => (usual + usual)
                .max(Record::SHORT_TIMEOUT)
                .min(probing.timeout),
            None => probing.timeout,
        };
        let probe = InFlight {
            lease: Lease(self.probes),
            started: now,
            until: now + timeout,
        };
        self.in_flight = Some(probe);
        probe
    }

    /// Ejects it. Gives the end of the ejection.
    pub(super) fn eject(
        &mut self,
        now: Instant,
        settings: &EjectionSettings,
        rng: &mut Rng,
    ) -> Instant {
        let tried = matches!(self.ejection, Ejection::Trial { .. });
        if tried || now < self.relapse_until {
            self.relapses = self.relapses.saturating_add(1);
            self.probes_doubted |= self.restored_by_probes;
        } else {
            self.relapses = 0;
            self.probes_doubted = false;
        }
        self.confirmed = tried;
        let span = settings.base.doubled(self.relapses, settings.longest);
        let until = now + span + part(span, settings.jitter_percent, rng);
        self.ejection = Ejection::Out { at: now, until };
        // What was counted has had its effect: it starts from nothing when the
        // endpoint comes back.
        self.failures = 0;
        self.passed = 0;
        self.window.clear();
        until
    }

    /// It is back; an ejection before `relapse_until` is a relapse.
    pub(super) fn restore(&mut self, relapse_until: Instant, by_probes: bool) {
        self.ejection = Ejection::None;
        self.confirmed = false;
        self.relapse_until = relapse_until;
        self.restored_by_probes = by_probes;
        self.probes_doubted &= by_probes;
        self.failures = 0;
        self.passed = 0;
    }

    /// When it must be looked at again.
    pub(super) fn deadline(&self, probed: bool) -> Instant {
        let probe = match self.in_flight {
            Some(probe) => probe.until,
            None if probed => self.next_probe,
            None => Instant::MAX,
        };
        match self.ejection {
            Ejection::Out { until, .. } | Ejection::Trial { until, .. } if self.may_be_tried() => {
                probe.min(until)
            }
            _ => probe,
        }
    }
}

/// Its layout in an export: a new field goes to the end, with a new version.
impl Record {
    pub(super) fn pass(&mut self, pass: &mut impl Pass) {
        let Record {
            latency,
            failures,
            window,
            ejection,
            passed,
            relapses,
            confirmed,
            relapse_until,
            probes_doubted,
            restored_by_probes,
            spared,
            failing,
            probe_failures,
            probe_passes,
            probe_latency,
            probes,
            next_probe,
            // Of the exporter's own process.
            in_flight: _,
            told: _,
        } = self;
        let flags = [
            confirmed,
            probes_doubted,
            restored_by_probes,
            spared,
            failing,
        ];
        let mut bits = (flags.iter().rev()).fold(0, |bits, flag| bits << 1 | u64::from(**flag));
        pass.number(&mut bits);
        for (place, flag) in flags.into_iter().enumerate() {
            *flag = bits >> place & 1 == 1;
        }
        ejection.pass(pass);
        pass.moment(relapse_until);
        pass.moment(next_probe);
        for count in [failures, passed, relapses] {
            pass.count(count);
        }
        for count in [probe_failures, probe_passes, probes] {
            pass.count(count);
        }
        pass.latency(latency);
        pass.latency(probe_latency);
        window.pass(pass);
    }

    /// Whether a monitor may have come to it.
    pub(super) fn is_possible(&self) -> bool {
        self.window.is_possible() && (self.is_ejected() || !self.confirmed)
    }
}

/// Up to `percent` percent of `span`, at random.
pub(super) fn part(span: Duration, percent: u8, rng: &mut Rng) -> Duration {
    if percent == 0 {
        return Duration::ZERO;
    }
    let most = span.percent(percent.into()).as_micros();
    let thousandths = u64::from(rng.below(1001));
    Duration::from_micros((most / 1000).saturating_mul(thousandths))
}

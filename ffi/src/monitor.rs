//! Watching endpoints: probes, and what requests tell.

use hedgerow::cdn::monitor::{EjectionSettings, Lease, Monitor, MonitorSettings, Output, Probing};

use crate::boundary::{
    Outcome, array, call, exclusive, free, new_handle, object, out, read, shared,
};
use crate::error::{Detail, hedgerow_error, told};
use crate::log::Logged;
use crate::observation::{hedgerow_latency, hedgerow_observation};
use crate::pool::health_number;
use crate::reason::reason;
use crate::settings::{defaults, settings, settings_from};
use crate::status::hedgerow_status::{self, *};
use crate::values::{
    HEDGEROW_NO_ENDPOINT, at, endpoint, flag, moment, narrow, never, optional_span, span,
};

/// Watches endpoints: says when to probe which, takes in how probes and
/// requests went, and tells what follows. One thread at a time; may move
/// between threads.
pub struct hedgerow_monitor(());
object!(hedgerow_monitor, Logged<Monitor>, b"MONI");

/// When an endpoint counts as ill, and when as well again;
/// `hedgerow_monitor_settings_init` fills it with the defaults.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_monitor_settings {
    /// The size of this struct in bytes.
    pub size: u32,
    /// 1 to probe endpoints, 0 to judge them by requests alone (0).
    pub probing: u32,
    /// From one probe to the next while nothing changes (2 s).
    pub interval_us: u64,
    /// From one probe to the next while something changes (100 ms).
    pub fast_interval_us: u64,
    /// A probe without an answer after this time has failed (1 s).
    pub timeout_us: u64,
    /// So many failed probes in a row, and the endpoint is failing (3).
    pub fall: u32,
    /// So many passed probes in a row, and it is well again (2).
    pub rise: u32,
    /// The interval is lengthened by up to this many percent at random (10).
    pub probe_jitter_percent: u32,
    /// Failed requests in a row that eject (5); 0 counts none.
    pub consecutive_failures: u32,
    /// Less successes than this, in percent of the requests in the window,
    /// eject (80); 0 looks at none.
    pub success_percent: u32,
    /// With fewer requests in the window their share means nothing (5).
    pub least_requests: u32,
    /// How far back requests count (30 s).
    pub window_us: u64,
    /// A smoothed latency above this ejects (HEDGEROW_NEVER).
    pub too_slow_us: u64,
    /// The first ejection (1 s). It doubles only on a relapse.
    pub ejection_us: u64,
    /// The longest ejection (60 s).
    pub longest_ejection_us: u64,
    /// The shortest, whatever probes say meanwhile (250 ms).
    pub dwell_us: u64,
    /// How long the one request may take that tries an endpoint after its
    /// ejection, before another may try (5 s).
    pub trial_us: u64,
    /// Ejections are lengthened by up to this many percent at random (10).
    pub ejection_jitter_percent: u32,
    /// How many endpoints may be ejected at once on the word of requests
    /// alone, in percent of all (50).
    pub most_ejected_percent: u32,
}
settings!(hedgerow_monitor_settings, 112);

impl Default for hedgerow_monitor_settings {
    fn default() -> hedgerow_monitor_settings {
        hedgerow_monitor_settings::of(&MonitorSettings::default())
    }
}

impl hedgerow_monitor_settings {
    /// The engine's settings as C has them.
    pub(crate) fn of(settings: &MonitorSettings) -> hedgerow_monitor_settings {
        let probing = settings.probing.clone().unwrap_or_default();
        let ejection = &settings.ejection;
        hedgerow_monitor_settings {
            size: size_of::<hedgerow_monitor_settings>() as u32,
            probing: settings.probing.is_some().into(),
            interval_us: probing.interval.as_micros(),
            fast_interval_us: probing.fast_interval.as_micros(),
            timeout_us: probing.timeout.as_micros(),
            fall: probing.fall,
            rise: probing.rise,
            probe_jitter_percent: probing.jitter_percent.into(),
            consecutive_failures: ejection.consecutive_failures,
            success_percent: ejection.success_percent.into(),
            least_requests: ejection.least_requests,
            window_us: ejection.window.as_micros(),
            too_slow_us: never(ejection.too_slow),
            ejection_us: ejection.base.as_micros(),
            longest_ejection_us: ejection.longest.as_micros(),
            dwell_us: ejection.dwell.as_micros(),
            trial_us: ejection.trial.as_micros(),
            ejection_jitter_percent: ejection.jitter_percent.into(),
            most_ejected_percent: ejection.most_ejected_percent.into(),
        }
    }

    fn plain(&self) -> Outcome<MonitorSettings> {
        let probing = Probing::default()
            .with_interval(span(self.interval_us), span(self.timeout_us))
            .with_fast_interval(span(self.fast_interval_us))
            .with_thresholds(self.fall, self.rise)
            .with_jitter_percent(narrow(self.probe_jitter_percent)?);
        let mut ejection = EjectionSettings::default()
            .with_consecutive_failures(self.consecutive_failures)
            .with_success_percent(narrow(self.success_percent)?)
            .with_too_slow(optional_span(self.too_slow_us))
            .with_spans(span(self.ejection_us), span(self.longest_ejection_us))
            .with_dwell(span(self.dwell_us))
            .with_jitter_percent(narrow(self.ejection_jitter_percent)?)
            .with_most_ejected_percent(narrow(self.most_ejected_percent)?);
        ejection.window = span(self.window_us);
        ejection.least_requests = self.least_requests;
        ejection.trial = span(self.trial_us);
        Ok(MonitorSettings::default()
            .with_probing(flag(self.probing)?.then_some(probing))
            .with_ejection(ejection))
    }
}

/// What a monitor wants done, or tells.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_monitor_output_kind {
    /// Nothing to do before `until`; HEDGEROW_NEVER is "until something
    /// happens".
    HEDGEROW_MONITOR_WAIT = 1,
    /// Probe `endpoint`, and tell `hedgerow_monitor_handle_probe` with `lease`
    /// how it went. At `until` it has failed.
    HEDGEROW_MONITOR_PROBE = 2,
    /// Send the next request that fits to `endpoint`, and only that one. If
    /// nothing was observed of it until `until`, another may try.
    HEDGEROW_MONITOR_TRIAL = 3,
    /// `endpoint` is ejected until `until` for `reason`. Races that wait for it
    /// should go on.
    HEDGEROW_MONITOR_EJECTED = 4,
    /// `endpoint` would be ejected, but too few would be left, says `reason`.
    HEDGEROW_MONITOR_SPARED = 5,
    /// `endpoint` is no longer ejected, for `reason`.
    HEDGEROW_MONITOR_RESTORED = 6,
    /// The witnesses together now say `health` of `endpoint`, for `reason`.
    /// Tell the pool, and make a new snapshot.
    HEDGEROW_MONITOR_HEALTH_CHANGED = 7,
}

/// What a monitor wants done, or tells; `kind` says which fields count. The
/// struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_monitor_output {
    /// A `hedgerow_monitor_output_kind`. One that the program does not know is
    /// to be ignored.
    pub kind: u32,
    /// Whom it is about, or HEDGEROW_NO_ENDPOINT.
    pub endpoint: u16,
    /// Why, or 0.
    pub reason: u16,
    /// Which probe it is, or 0.
    pub lease: u32,
    /// A `hedgerow_health`, or 0.
    pub health: u32,
    /// Until when, or HEDGEROW_NEVER.
    pub until: u64,
    /// 0.
    pub reserved: [u64; 2],
}

impl hedgerow_monitor_output {
    /// `None` of one that this face does not know.
    fn of(output: Output) -> Option<hedgerow_monitor_output> {
        let plain = |kind: hedgerow_monitor_output_kind| hedgerow_monitor_output {
            kind: kind as u32,
            endpoint: HEDGEROW_NO_ENDPOINT,
            reason: 0,
            lease: 0,
            health: 0,
            until: moment(None),
            reserved: [0; 2],
        };
        use hedgerow_monitor_output_kind::*;
        let told = match output {
            Output::Wait(until) => hedgerow_monitor_output {
                until: until.as_micros(),
                ..plain(HEDGEROW_MONITOR_WAIT)
            },
            Output::Probe {
                endpoint,
                lease,
                until,
            } => hedgerow_monitor_output {
                endpoint: endpoint.get(),
                lease: lease.get(),
                until: until.as_micros(),
                ..plain(HEDGEROW_MONITOR_PROBE)
            },
            Output::Trial { endpoint, until } => hedgerow_monitor_output {
                endpoint: endpoint.get(),
                until: until.as_micros(),
                ..plain(HEDGEROW_MONITOR_TRIAL)
            },
            Output::Ejected {
                endpoint,
                until,
                reason,
            } => hedgerow_monitor_output {
                endpoint: endpoint.get(),
                until: until.as_micros(),
                reason: reason.code(),
                ..plain(HEDGEROW_MONITOR_EJECTED)
            },
            Output::Spared { endpoint, reason } => hedgerow_monitor_output {
                endpoint: endpoint.get(),
                reason: reason.code(),
                ..plain(HEDGEROW_MONITOR_SPARED)
            },
            Output::Restored { endpoint, reason } => hedgerow_monitor_output {
                endpoint: endpoint.get(),
                reason: reason.code(),
                ..plain(HEDGEROW_MONITOR_RESTORED)
            },
            Output::HealthChanged {
                endpoint,
                health,
                reason,
            } => hedgerow_monitor_output {
                endpoint: endpoint.get(),
                reason: reason.code(),
                health: health_number(health).ok()?,
                ..plain(HEDGEROW_MONITOR_HEALTH_CHANGED)
            },
            _ => return None,
        };
        Some(told)
    }
}

/// Fills settings of `size` bytes, which is `sizeof *settings`, with the
/// defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_settings_init(
    settings: *mut hedgerow_monitor_settings,
    size: usize,
) -> hedgerow_status {
    defaults!(settings, size, hedgerow_monitor_settings::default())
}

/// A monitor of so many endpoints, which are healthy until proved otherwise.
/// Free it with `hedgerow_monitor_free`.
///
/// `settings` may be NULL for the defaults, and `error` may be NULL.
/// HEDGEROW_INVALID_CONFIG: the settings contradict themselves.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_new(
    endpoints: u16,
    settings: *const hedgerow_monitor_settings,
    now: u64,
    seed: u32,
    monitor: *mut *mut hedgerow_monitor,
    error: *mut hedgerow_error,
) -> hedgerow_status {
    told!(error, || {
        let settings = settings_from!(settings)?.plain()?;
        let monitor = out!(monitor)?;
        let made = Monitor::new(endpoints.into(), settings, at(now), seed);
        monitor.put(new_handle(Logged::new(made.map_err(Detail::new)?)));
        Ok(())
    })
}

/// Frees a monitor; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_free(monitor: *mut hedgerow_monitor) -> hedgerow_status {
    free!(monitor)
}

/// What the witnesses say of an endpoint, a `hedgerow_health`.
///
/// HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_health(
    monitor: *const hedgerow_monitor,
    endpoint_id: u16,
    health: *mut u32,
) -> hedgerow_status {
    call(|| {
        let monitor = shared!(monitor)?;
        let health = out!(health)?;
        let found = monitor
            .health(endpoint(endpoint_id))
            .ok_or(HEDGEROW_UNKNOWN)?;
        health.put(health_number(found)?);
        Ok(())
    })
}

/// How long requests to an endpoint take.
///
/// HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_latency(
    monitor: *const hedgerow_monitor,
    endpoint_id: u16,
    latency: *mut hedgerow_latency,
) -> hedgerow_status {
    call(|| {
        let monitor = shared!(monitor)?;
        let latency = out!(latency)?;
        let found = monitor
            .latency(endpoint(endpoint_id))
            .ok_or(HEDGEROW_UNKNOWN)?;
        latency.put(hedgerow_latency::of(found));
        Ok(())
    })
}

/// How long an endpoint's probes take.
///
/// HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_probe_latency(
    monitor: *const hedgerow_monitor,
    endpoint_id: u16,
    latency: *mut hedgerow_latency,
) -> hedgerow_status {
    call(|| {
        let monitor = shared!(monitor)?;
        let latency = out!(latency)?;
        let found = monitor
            .probe_latency(endpoint(endpoint_id))
            .ok_or(HEDGEROW_UNKNOWN)?;
        latency.put(hedgerow_latency::of(found));
        Ok(())
    })
}

/// Until when an endpoint is ejected; HEDGEROW_NEVER if it is not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_ejected_until(
    monitor: *const hedgerow_monitor,
    endpoint_id: u16,
    until: *mut u64,
) -> hedgerow_status {
    call(|| {
        let monitor = shared!(monitor)?;
        out!(until)?.put(moment(monitor.ejected_until(endpoint(endpoint_id))));
        Ok(())
    })
}

/// A request went so. Of an endpoint that the monitor does not know nothing is
/// taken in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_observe(
    monitor: *mut hedgerow_monitor,
    now: u64,
    observation: *const hedgerow_observation,
) -> hedgerow_status {
    call(|| {
        let mut monitor = exclusive!(monitor)?;
        let seen = read!(observation)?;
        monitor.observe(at(now), endpoint(seen.endpoint), seen.plain()?);
        Ok(())
    })
}

/// A probe ended. `reason` is 0 if the right answer came, after `latency_us`;
/// else it says why it failed, and the latency does not count. An answer after
/// the probe's time is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_handle_probe(
    monitor: *mut hedgerow_monitor,
    now: u64,
    endpoint_id: u16,
    lease: u32,
    reason_number: u16,
    latency_us: u64,
) -> hedgerow_status {
    call(|| {
        let mut monitor = exclusive!(monitor)?;
        let outcome = match reason_number {
            0 => Ok(span(latency_us)),
            _ => Err(reason(reason_number)?),
        };
        let lease = Lease::from_number(lease);
        monitor.handle_probe(at(now), endpoint(endpoint_id), lease, outcome);
        Ok(())
    })
}

/// Takes over what another monitor knows, for a reload in the middle of an
/// outage. `before[n]` says which endpoint of the other one endpoint n is, or
/// is HEDGEROW_NO_ENDPOINT; of those beyond `count` nothing is taken over. Poll to
/// see what changed. The other is another monitor of this process, with the same
/// clock; `hedgerow_monitor_import` takes over from elsewhere.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_inherit(
    monitor: *mut hedgerow_monitor,
    other: *const hedgerow_monitor,
    before: *const u16,
    count: usize,
) -> hedgerow_status {
    call(|| {
        let mut monitor = exclusive!(monitor)?;
        let (other, before) = (shared!(other)?, array!(before, count)?);
        monitor.inherit(&other, |id| {
            let found = before.get(id.index()).copied();
            found.filter(|id| *id != HEDGEROW_NO_ENDPOINT).map(endpoint)
        });
        Ok(())
    })
}

/// What to do next, or what happened. Call it after every input, and when the
/// moment of the last HEDGEROW_MONITOR_WAIT has come, until it gives
/// HEDGEROW_MONITOR_WAIT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_poll(
    monitor: *mut hedgerow_monitor,
    now: u64,
    output: *mut hedgerow_monitor_output,
) -> hedgerow_status {
    call(|| {
        let mut monitor = exclusive!(monitor)?;
        let output = out!(output)?;
        loop {
            if let Some(told) = hedgerow_monitor_output::of(monitor.poll(at(now))) {
                monitor.tell(&told);
                output.put(told);
                return Ok(());
            }
        }
    })
}

//! What endpoints have lately done, where there is no monitor.

use hedgerow::cdn::{HealthSettings, HealthTable};

use crate::boundary::{Outcome, call, exclusive, free, new_handle, object, out, read, shared};
use crate::observation::{hedgerow_latency, hedgerow_observation};
use crate::reason::{number, reason};
use crate::settings::{defaults, settings, settings_from};
use crate::status::hedgerow_status::{self, *};
use crate::values::{HEDGEROW_NEVER, at, endpoint, moment, narrow, span};

/// The memory of a program that races without a pool: which endpoints failed,
/// and until when they come last. One thread at a time.
pub struct hedgerow_health_table(());
object!(hedgerow_health_table, HealthTable, b"HEAL");

/// When an endpoint is ejected, and for how long;
/// `hedgerow_health_settings_init` fills it with the defaults.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_health_settings {
    /// The size of this struct in bytes.
    pub size: u32,
    /// Failures in a row that eject (5).
    pub consecutive_failures: u32,
    /// The first ejection (1 s).
    pub ejection_us: u64,
    /// The longest ejection (60 s).
    pub longest_ejection_us: u64,
    /// How long a probe of an ejected endpoint may take before another may be
    /// sent (5 s).
    pub probe_lease_us: u64,
    /// Ejections are lengthened by up to this many percent at random (10).
    pub jitter_percent: u32,
    /// 0.
    pub reserved: u32,
}
settings!(hedgerow_health_settings, 40);

impl Default for hedgerow_health_settings {
    fn default() -> hedgerow_health_settings {
        let settings = HealthSettings::default();
        hedgerow_health_settings {
            size: size_of::<hedgerow_health_settings>() as u32,
            consecutive_failures: settings.consecutive_failures,
            ejection_us: settings.ejection_base.as_micros(),
            longest_ejection_us: settings.ejection_max.as_micros(),
            probe_lease_us: settings.probe_lease.as_micros(),
            jitter_percent: settings.jitter_percent.into(),
            reserved: 0,
        }
    }
}

impl hedgerow_health_settings {
    fn plain(&self) -> Outcome<HealthSettings> {
        if self.reserved != 0 {
            return Err(HEDGEROW_INVALID_ARGUMENT);
        }
        let mut settings = HealthSettings::default();
        settings.consecutive_failures = self.consecutive_failures;
        settings.ejection_base = span(self.ejection_us);
        settings.ejection_max = span(self.longest_ejection_us);
        settings.probe_lease = span(self.probe_lease_us);
        settings.jitter_percent = narrow(self.jitter_percent)?;
        Ok(settings)
    }
}

/// Fills settings of `size` bytes, which is `sizeof *settings`, with the
/// defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_health_settings_init(
    settings: *mut hedgerow_health_settings,
    size: usize,
) -> hedgerow_status {
    defaults!(settings, size, hedgerow_health_settings::default())
}

/// A table of so many endpoints of which nothing is known. `settings` may be
/// NULL for the defaults. Free it with `hedgerow_health_table_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_health_table_new(
    endpoints: u16,
    settings: *const hedgerow_health_settings,
    seed: u32,
    table: *mut *mut hedgerow_health_table,
) -> hedgerow_status {
    call(|| {
        let settings = settings_from!(settings)?.plain()?;
        out!(table)?.put(new_handle(HealthTable::new(
            endpoints.into(),
            settings,
            seed,
        )));
        Ok(())
    })
}

/// Frees a table; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_health_table_free(
    table: *mut hedgerow_health_table,
) -> hedgerow_status {
    free!(table)
}

/// Takes an observation in. `ejected` becomes 1 if it ejected the endpoint, so
/// that live races can be told, else 0.
///
/// HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_health_table_observe(
    table: *mut hedgerow_health_table,
    now: u64,
    observation: *const hedgerow_observation,
    ejected: *mut u32,
) -> hedgerow_status {
    call(|| {
        let mut table = exclusive!(table)?;
        let seen = read!(observation)?;
        let what = seen.plain()?;
        let ejected = out!(ejected)?;
        table.get(endpoint(seen.endpoint)).ok_or(HEDGEROW_UNKNOWN)?;
        ejected.put(table.observe(at(now), endpoint(seen.endpoint), what).into());
        Ok(())
    })
}

/// Until when an endpoint is ejected, HEDGEROW_NEVER if it is not; why it
/// failed the last time, 0 if it did not; and how long it takes.
///
/// HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_health_table_get(
    table: *const hedgerow_health_table,
    now: u64,
    endpoint_id: u16,
    ejected_until: *mut u64,
    last_failure: *mut u16,
    latency: *mut hedgerow_latency,
) -> hedgerow_status {
    call(|| {
        let table = shared!(table)?;
        let (ejected_until, last_failure) = (out!(ejected_until)?, out!(last_failure)?);
        let latency = out!(latency)?;
        let known = table.get(endpoint(endpoint_id)).ok_or(HEDGEROW_UNKNOWN)?;
        let until = known.ejected_until().filter(|_| known.is_ejected(at(now)));
        ejected_until.put(moment(until));
        last_failure.put(number(known.last_failure()));
        latency.put(hedgerow_latency::of(known.latency()));
        Ok(())
    })
}

/// Takes an endpoint back at once, as a successful probe does. An unknown one
/// is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_health_table_reinstate(
    table: *mut hedgerow_health_table,
    endpoint_id: u16,
) -> hedgerow_status {
    call(|| {
        exclusive!(table)?.reinstate(endpoint(endpoint_id));
        Ok(())
    })
}

/// Asks for the one probe that an endpoint may get after its ejection.
/// `granted` becomes 1 if the caller may send it, else 0. The lease expires by
/// itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_health_table_lease_probe(
    table: *mut hedgerow_health_table,
    now: u64,
    endpoint_id: u16,
    granted: *mut u32,
) -> hedgerow_status {
    call(|| {
        let mut table = exclusive!(table)?;
        let granted = out!(granted)?;
        granted.put(table.lease_probe(at(now), endpoint(endpoint_id)).into());
        Ok(())
    })
}

/// Sets what an earlier session knew of an endpoint: its latency, and if it was
/// ejected, for how much longer and why; HEDGEROW_NEVER if it was not. An unknown
/// one is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_health_table_restore(
    table: *mut hedgerow_health_table,
    now: u64,
    endpoint_id: u16,
    latency: *const hedgerow_latency,
    ejected_for_us: u64,
    reason_number: u16,
) -> hedgerow_status {
    call(|| {
        let mut table = exclusive!(table)?;
        let latency = read!(latency)?.plain();
        let demoted = match ejected_for_us {
            HEDGEROW_NEVER => None,
            remaining => Some((span(remaining), reason(reason_number)?)),
        };
        table.restore(at(now), endpoint(endpoint_id), latency, demoted);
        Ok(())
    })
}

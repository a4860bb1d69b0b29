//! All that a monitor knows of an endpoint, for people.

use hedgerow::cdn::monitor::Report;

use crate::boundary::{call, out, shared};
use crate::monitor::hedgerow_monitor;
use crate::observation::hedgerow_latency;
use crate::pool::health_number;
use crate::status::hedgerow_status::{self, *};
use crate::values::{endpoint, moment};

/// All that a monitor knows of an endpoint, for people and metrics. The struct
/// never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_monitor_report {
    /// A `hedgerow_health`.
    pub health: u32,
    /// How often its ejection was doubled.
    pub relapses: u32,
    /// Since when it is ejected; HEDGEROW_NEVER if it is not.
    pub ejected_since: u64,
    /// Until when; HEDGEROW_NEVER if it is not.
    pub ejected_until: u64,
    /// Requests in the window.
    pub requests: u64,
    /// How many of them succeeded, in percent.
    pub success_percent: u64,
    /// When it is probed next; HEDGEROW_NEVER if it is not.
    pub next_probe: u64,
    /// Failed requests in a row.
    pub failures: u32,
    /// Passed probes in a row.
    pub probe_passes: u32,
    /// Failed probes in a row.
    pub probe_failures: u32,
    /// 0.
    pub reserved: u32,
    /// How long requests take.
    pub latency: hedgerow_latency,
    /// How long probes take.
    pub probe_latency: hedgerow_latency,
}

/// All that a monitor knows of an endpoint. HEDGEROW_UNKNOWN: no such endpoint.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_describe(
    monitor: *const hedgerow_monitor,
    endpoint_id: u16,
    report: *mut hedgerow_monitor_report,
) -> hedgerow_status {
    call(|| {
        let monitor = shared!(monitor)?;
        let report = out!(report)?;
        let found: Report = monitor
            .report(endpoint(endpoint_id))
            .ok_or(HEDGEROW_UNKNOWN)?;
        report.put(hedgerow_monitor_report {
            health: health_number(found.health)?,
            relapses: found.relapses,
            ejected_since: moment(found.ejected.map(|(since, _)| since)),
            ejected_until: moment(found.ejected.map(|(_, until)| until)),
            requests: found.requests,
            success_percent: found.success_percent,
            next_probe: moment(found.next_probe),
            failures: found.failures,
            probe_passes: found.probe_passes,
            probe_failures: found.probe_failures,
            reserved: 0,
            latency: hedgerow_latency::of(found.latency),
            probe_latency: hedgerow_latency::of(found.probe_latency),
        });
        Ok(())
    })
}

//! What a monitor knows, from one process to the next.

use core::ffi::c_char;

use crate::boundary::{Outcome, array, bytes, call, exclusive, out, room, shared, text};
use crate::error::{Detail, hedgerow_error, told};
use crate::monitor::hedgerow_monitor;
use crate::status::hedgerow_status::{self, *};
use crate::text::hedgerow_str;
use crate::values::{at, span};

/// The name of each endpoint.
fn named(names: &[hedgerow_str], endpoints: usize) -> Outcome<Vec<&str>> {
    if names.len() != endpoints {
        return Err(HEDGEROW_INVALID_ARGUMENT);
    }
    names
        .iter()
        .map(|name| text!(name.data, name.len))
        .collect()
}

/// Writes down what a monitor knows of its endpoints, for a monitor of another
/// process to take over with `hedgerow_monitor_import`: a worker that starts in
/// the middle of an outage. `names[n]` is what endpoint n is called; endpoints
/// go by their names, so there they may be others, or in another order. No two
/// have the same.
///
/// Writes as many bytes as fit, and the number of all: about 50 for an endpoint,
/// and its name. `document` may be NULL if `capacity` is 0. The bytes are no
/// text: any of them may be 0. Allocates.
///
/// HEDGEROW_INVALID_ARGUMENT: there are not as many names as endpoints.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_export(
    monitor: *const hedgerow_monitor,
    now: u64,
    names: *const hedgerow_str,
    names_count: usize,
    document: *mut c_char,
    capacity: usize,
    document_length: *mut usize,
) -> hedgerow_status {
    call(|| {
        let monitor = shared!(monitor)?;
        let names = named(array!(names, names_count)?, monitor.endpoints())?;
        let document = room!(document.cast::<u8>(), capacity)?;
        let document_length = out!(document_length)?;
        let all = monitor.export(at(now), |endpoint| names[endpoint.index()]);
        document_length.put(all.len());
        document.put(all.into_iter());
        Ok(())
    })
}

/// Takes over what another monitor knew `age_us` ago, as
/// `hedgerow_monitor_export` wrote it down, of those endpoints that this one
/// has, too: ejections, failures in a row, latencies, what probes said.
/// `names[n]` is what endpoint n of this one is called. Poll to see what
/// changed.
///
/// Clocks may differ between the two; what was before the origin of this one's
/// counts as having been then. Nothing is ejected for longer than this
/// monitor's settings allow.
///
/// HEDGEROW_INVALID_ARGUMENT: there are not as many names as endpoints.
/// HEDGEROW_INVALID_CONFIG: the bytes are no export, of a version that this
/// release does not know, or damaged, as `error` tells, which may be NULL;
/// nothing has changed then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_monitor_import(
    monitor: *mut hedgerow_monitor,
    now: u64,
    age_us: u64,
    names: *const hedgerow_str,
    names_count: usize,
    document: *const c_char,
    document_len: usize,
    error: *mut hedgerow_error,
) -> hedgerow_status {
    told!(error, || {
        let mut monitor = exclusive!(monitor)?;
        let names = named(array!(names, names_count)?, monitor.endpoints())?;
        let document = bytes!(document, document_len)?;
        let name = |endpoint: hedgerow::types::EndpointId| names[endpoint.index()];
        let imported = monitor.import(at(now), span(age_us), document, name);
        Ok(imported.map_err(Detail::new)?)
    })
}

//! Where visitors are, told from their address and their request.

use core::ffi::c_char;
use std::net::IpAddr;

use hedgerow::cdn::visitors::Visitors;
use hedgerow::config::edge as document;
use hedgerow::types::RegionId;

use crate::boundary::{Outcome, call, free, new_handle, object, out, shared, text};
use crate::edge::hedgerow_edge;
use crate::status::hedgerow_status::{self, *};
use crate::text::{fields, hedgerow_field};

/// Where visitors are, told from their address and their request, as a proxy's
/// configuration says. Immutable once made; any number of threads may read it.
pub struct hedgerow_visitors(());
object!(hedgerow_visitors, Visitors, b"VISI");

fn address(text: &str) -> Outcome<IpAddr> {
    text.parse().map_err(|_| HEDGEROW_INVALID_ARGUMENT)
}

/// What the configuration says of visitors; if that is nothing, nobody knows
/// where they are. Free it with `hedgerow_visitors_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_edge_visitors(
    edge: *const hedgerow_edge,
    visitors: *mut *mut hedgerow_visitors,
) -> hedgerow_status {
    call(|| {
        let edge = shared!(edge)?;
        let found = edge.visitors.as_ref().map(document::Visitors::compile);
        out!(visitors)?.put(new_handle(found.unwrap_or_default()));
        Ok(())
    })
}

/// Frees it; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_visitors_free(
    visitors: *mut hedgerow_visitors,
) -> hedgerow_status {
    free!(visitors)
}

/// The region of a visitor whose connection comes from `peer`, an address such
/// as `192.0.2.7`, with a request of these fields; 0 if nobody knows, which is
/// the strictest zone. The result goes where functions take a region.
///
/// HEDGEROW_INVALID_ARGUMENT: `peer` is no address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_visitors_region(
    visitors: *const hedgerow_visitors,
    peer: *const c_char,
    peer_len: usize,
    request: *const hedgerow_field,
    request_count: usize,
    region: *mut u32,
) -> hedgerow_status {
    call(|| {
        let visitors = shared!(visitors)?;
        let peer = address(text!(peer, peer_len)?)?;
        let request = fields!(request, request_count)?;
        let region = out!(region)?;
        region.put(visitors.region(peer, request).map_or(0, RegionId::get));
        Ok(())
    })
}

/// Whether what a request says of its visitor is believed if its connection
/// comes from `peer`: 1 or 0.
///
/// HEDGEROW_INVALID_ARGUMENT: `peer` is no address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_visitors_is_trusted(
    visitors: *const hedgerow_visitors,
    peer: *const c_char,
    peer_len: usize,
    trusted: *mut u32,
) -> hedgerow_status {
    call(|| {
        let visitors = shared!(visitors)?;
        let peer = address(text!(peer, peer_len)?)?;
        out!(trusted)?.put(visitors.is_trusted(peer).into());
        Ok(())
    })
}

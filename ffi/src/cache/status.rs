//! `Cache-Status`, the field that tells what a cache has done (RFC 9211).

use core::ffi::c_char;

use hedgerow::cache::{CacheStatus, Forwarded};

use super::hedgerow_decision;
use crate::boundary::{call, exclusive, read, text};
use crate::lines::hedgerow_lines;
use crate::settings::{settings, settings_from};
use crate::status::hedgerow_status;
use crate::values::flag;

/// What `Cache-Status` says beside the decision. Fields that are 0 or NULL are
/// left out, so a program may clear the struct and set `size`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_cache_status {
    /// The size of this struct in bytes.
    pub size: u32,
    /// The status that upstream sent, if it was asked.
    pub forward_status: u16,
    /// 0.
    pub reserved: u16,
    /// 1 if the response was stored.
    pub stored: u32,
    /// 1 if the request waited for another.
    pub collapsed: u32,
    /// The key of the store.
    pub key: *const c_char,
    /// Its length in bytes.
    pub key_len: usize,
    /// What else is to be said, such as a reason's name.
    pub detail: *const c_char,
    /// Its length in bytes.
    pub detail_len: usize,
}
settings!(hedgerow_cache_status, 16 + 4 * size_of::<usize>());

impl Default for hedgerow_cache_status {
    fn default() -> hedgerow_cache_status {
        hedgerow_cache_status {
            size: size_of::<hedgerow_cache_status>() as u32,
            forward_status: 0,
            reserved: 0,
            stored: 0,
            collapsed: 0,
            key: core::ptr::null(),
            key_len: 0,
            detail: core::ptr::null(),
            detail_len: 0,
        }
    }
}

/// Fills `lines` with the one field that tells what the cache of this name has
/// decided and done. `what` may be NULL for nothing beside the decision.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_cache_status_line(
    cache: *const c_char,
    cache_len: usize,
    decision: *const hedgerow_decision,
    what: *const hedgerow_cache_status,
    lines: *mut hedgerow_lines,
) -> hedgerow_status {
    call(|| {
        let cache = text!(cache, cache_len)?;
        let decision = read!(decision)?.plain()?;
        let what = settings_from!(what)?;
        let (key, detail) = (
            text!(what.key, what.key_len)?,
            text!(what.detail, what.detail_len)?,
        );
        let mut status = CacheStatus::of(cache, &decision);
        if what.forward_status != 0 {
            status = status.with_forward_status(what.forward_status);
        }
        if flag(what.stored)? {
            status = status.with_stored();
        }
        if flag(what.collapsed)? {
            status = status.with_collapsed();
        }
        if !key.is_empty() {
            status = status.with_key(key);
        }
        if !detail.is_empty() {
            status = status.with_detail(detail);
        }
        let line = ("cache-status", status.to_string());
        exclusive!(lines)?.fill(core::iter::once(line));
        Ok(())
    })
}

/// Whether and why the decision sends the request upstream, as `Cache-Status`
/// names it, such as `uri-miss`; empty if it does not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_decision_forwarded(
    decision: *const hedgerow_decision,
    name: *mut crate::text::hedgerow_str,
) -> hedgerow_status {
    call(|| {
        let decision = read!(decision)?.plain()?;
        let why = Forwarded::of(&decision).map_or("", Forwarded::as_str);
        crate::boundary::out!(name)?.put(crate::text::hedgerow_str::lasting(why));
        Ok(())
    })
}

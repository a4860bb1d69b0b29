//! What is remembered about a stored response.

use hedgerow::cache::{Policy, Times};
use hedgerow::types::Timestamp;

use super::{hedgerow_cache, hedgerow_request, hedgerow_response, request, response};
use crate::boundary::{Outcome, array, call, exclusive, free, new_handle, object, out, shared};
use crate::lines::hedgerow_lines;
use crate::status::hedgerow_status::{self, *};
use crate::text::{fields, hedgerow_field, hedgerow_str};
use crate::values::HEDGEROW_NEVER;

/// What is remembered about a stored response, kept beside it. Any number of
/// threads may read it, as long as none changes it.
pub struct hedgerow_policy(());
object!(hedgerow_policy, Policy, b"POLI");

/// What a policy says by itself. Its texts live as long as the policy. The
/// struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct hedgerow_policy_facts {
    /// Its `ETag`; empty if it has none.
    pub etag: hedgerow_str,
    /// Its `Last-Modified`; empty if it has none.
    pub last_modified: hedgerow_str,
    /// How old it is, in seconds.
    pub age: u64,
    /// How long it is fresh in all, in seconds.
    pub freshness_lifetime: u64,
    /// For how many more seconds anything can be made of it without its origin.
    pub usable_secs: u64,
    /// When it was made, in seconds since 1970.
    pub date: u64,
    /// How long the body is that belongs to it; HEDGEROW_NEVER if unknown.
    pub body_length: u64,
    /// Of a part its first byte; else 0.
    pub part_first: u64,
    /// Of a part its last byte; else 0.
    pub part_last: u64,
    /// Of a part how long the whole is; HEDGEROW_NEVER if unknown or no part.
    pub complete_length: u64,
    /// The bytes that the policy takes in memory.
    pub memory_bytes: u64,
    /// The status of the stored response.
    pub status: u16,
    /// 1 if it is fresh.
    pub fresh: u16,
    /// 1 if it is a part.
    pub part: u16,
    /// 0.
    pub reserved: [u16; 5],
}

pub(crate) fn times(sent: u64, received: u64) -> Times {
    Times::new(Timestamp::from_secs(sent), Timestamp::from_secs(received))
}

/// Decides whether a response may be stored (RFC 9111 section 3), and if so what
/// is remembered about it. `sent` and `received` are when the request left and
/// the response came, in seconds since 1970. `body_length` is HEDGEROW_NEVER
/// while the body is not known whole; `hedgerow_policy_check_body` then looks at
/// it later. Store the fields that `hedgerow_policy_stored_lines` gives. Free
/// the policy with `hedgerow_policy_free`.
///
/// HEDGEROW_REFUSED: it may not be stored; `reason` says why. Otherwise reason
/// is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_store(
    cache: *const hedgerow_cache,
    request: *const hedgerow_request,
    response: *const hedgerow_response,
    sent: u64,
    received: u64,
    body_length: u64,
    policy: *mut *mut hedgerow_policy,
    reason: *mut u16,
) -> hedgerow_status {
    call(|| {
        let cache = shared!(cache)?;
        let (request, response) = (request!(request)?, response!(response)?);
        let (policy, reason) = (out!(policy)?, out!(reason)?);
        let (request, response) = (request.plain(), response.plain());
        let times = times(sent, received);
        let stored = match body_length {
            HEDGEROW_NEVER => Policy::store(&cache, &request, &response, times),
            length => Policy::store_whole(&cache, &request, &response, times, length),
        };
        match stored {
            Ok(stored) => {
                reason.put(0);
                policy.put(new_handle(stored));
                Ok(())
            }
            Err(why) => {
                reason.put(why.reason().code());
                Err(HEDGEROW_REFUSED)
            }
        }
    })
}

/// Frees a policy; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_free(policy: *mut hedgerow_policy) -> hedgerow_status {
    free!(policy)
}

/// Says how long the body was that came. HEDGEROW_REFUSED: what is stored must
/// be removed, and `reason` says why. Otherwise reason is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_check_body(
    policy: *mut hedgerow_policy,
    cache: *const hedgerow_cache,
    length: u64,
    reason: *mut u16,
) -> hedgerow_status {
    call(|| {
        let (mut policy, cache) = (exclusive!(policy)?, shared!(cache)?);
        let reason = out!(reason)?;
        let checked = policy.check_body(&cache, length);
        reason.put(
            checked
                .as_ref()
                .map_or_else(|why| why.reason().code(), |()| 0),
        );
        checked.map_err(|_| HEDGEROW_REFUSED)
    })
}

/// What the policy says by itself at `now`, in seconds since 1970.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_describe(
    policy: *const hedgerow_policy,
    now: u64,
    facts: *mut hedgerow_policy_facts,
) -> hedgerow_status {
    call(|| {
        let policy = shared!(policy)?;
        let facts = out!(facts)?;
        let now = Timestamp::from_secs(now);
        let part = policy.part();
        facts.put(hedgerow_policy_facts {
            etag: hedgerow_str::of(policy.etag().unwrap_or_default()),
            last_modified: hedgerow_str::of(policy.last_modified().unwrap_or_default()),
            age: policy.age(now),
            freshness_lifetime: policy.freshness_lifetime(),
            usable_secs: policy.usable_secs(now),
            date: policy.date().as_secs(),
            body_length: policy.body_length().unwrap_or(HEDGEROW_NEVER),
            part_first: part.map_or(0, |part| part.range.first),
            part_last: part.map_or(0, |part| part.range.last),
            complete_length: part
                .and_then(|part| part.complete)
                .unwrap_or(HEDGEROW_NEVER),
            memory_bytes: policy.memory_bytes() as u64,
            status: policy.status(),
            fresh: policy.is_fresh(now).into(),
            part: part.is_some().into(),
            reserved: [0; 5],
        });
        Ok(())
    })
}

/// The fields of the response that belong into the store.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_stored_lines(
    policy: *const hedgerow_policy,
    response: *const hedgerow_field,
    response_count: usize,
    lines: *mut hedgerow_lines,
) -> hedgerow_status {
    call(|| {
        let policy = shared!(policy)?;
        let response = fields!(response, response_count)?;
        exclusive!(lines)?.fill(policy.stored_lines(response));
        Ok(())
    })
}

/// The fields of a new response, such as its cookies, that go to the client
/// that asked for it and to no other, where the answer is made of the store.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_unshared_lines(
    policy: *const hedgerow_policy,
    new: *const hedgerow_field,
    new_count: usize,
    lines: *mut hedgerow_lines,
) -> hedgerow_status {
    call(|| {
        let policy = shared!(policy)?;
        let new = fields!(new, new_count)?;
        exclusive!(lines)?.fill(policy.unshared_lines(new));
        Ok(())
    })
}

/// Which of the policies stored for a URI give way to a new one: `removed[n]`
/// becomes 1 if the n-th goes, else 0. It has room for `count`. `now` is in
/// seconds since 1970.
///
/// HEDGEROW_REFUSED: one of them outranks the new one, which is not stored;
/// nothing is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_put(
    policies: *const *const hedgerow_policy,
    count: usize,
    new: *const hedgerow_policy,
    now: u64,
    removed: *mut u8,
) -> hedgerow_status {
    call(|| {
        let policies = array!(policies, count)?.iter();
        let opened: Vec<_> = policies
            .map(|policy| shared!(*policy))
            .collect::<Outcome<_>>()?;
        let new = shared!(new)?;
        let removed = crate::boundary::room!(removed, count)?;
        let now = Timestamp::from_secs(now);
        if opened.iter().any(|old| old.outranks(&new, now)) {
            return Err(HEDGEROW_REFUSED);
        }
        removed.put(opened.iter().map(|old| new.is_same_variant(old).into()));
        Ok(())
    })
}

//! What to do with a request.

use hedgerow::cache::{
    self, Action, ByteRange, Decision, Failure, is_conditional_field, is_hop_by_hop,
};
use hedgerow::types::Timestamp;

use super::{hedgerow_cache, hedgerow_policy, hedgerow_request, request};
use crate::boundary::{Outcome, array, bytes, call, out, shared};
use crate::reason::reason;
use crate::status::hedgerow_status::{self, *};

/// What to do with a request.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_action {
    /// Answer from the store, with `hedgerow_policy_answer`.
    HEDGEROW_ACTION_SERVE = 1,
    /// Answer from the store at once, and revalidate in the background.
    HEDGEROW_ACTION_SERVE_AND_REVALIDATE = 2,
    /// Ask upstream with the fields of `hedgerow_policy_validation`.
    HEDGEROW_ACTION_REVALIDATE = 3,
    /// Ask upstream for the bytes `first` to `last`, with the fields of
    /// `hedgerow_policy_completion`.
    HEDGEROW_ACTION_COMPLETE = 4,
    /// What is stored is no use: send the request upstream as it is.
    HEDGEROW_ACTION_FORWARD = 5,
    /// Answer 504: the request wants nothing but a stored response.
    HEDGEROW_ACTION_GATEWAY_TIMEOUT = 6,
}

/// What to do with a request, and why. The struct never grows.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_decision {
    /// A `hedgerow_action`.
    pub action: u32,
    /// Why.
    pub reason: u16,
    /// 1 if what is served is past its lifetime and was not validated.
    pub stale: u16,
    /// The age of the stored response in seconds; 0 if none is used.
    pub age: u64,
    /// For how many more seconds it is fresh; negative since when it is stale;
    /// 0 if none is used.
    pub ttl: i64,
    /// Of HEDGEROW_ACTION_COMPLETE the first missing byte; else 0.
    pub first: u64,
    /// Of HEDGEROW_ACTION_COMPLETE the last missing byte; else 0.
    pub last: u64,
}

impl hedgerow_decision {
    pub(crate) const NONE: hedgerow_decision = hedgerow_decision {
        action: 0,
        reason: 0,
        stale: 0,
        age: 0,
        ttl: 0,
        first: 0,
        last: 0,
    };

    #[inline]
    pub(crate) fn of(decision: &Decision) -> hedgerow_decision {
        let action = match decision.action {
            Action::Serve => 1,
            Action::ServeAndRevalidate => 2,
            Action::Revalidate => 3,
            Action::Complete(_) => 4,
            Action::Forward => 5,
            Action::GatewayTimeout => 6,
        };
        let (first, last) = match decision.action {
            Action::Complete(missing) => (missing.first, missing.last),
            _ => (0, 0),
        };
        hedgerow_decision {
            action,
            reason: decision.reason.code(),
            stale: (decision.is_served() && decision.is_stale()).into(),
            age: decision.age,
            ttl: decision.ttl,
            first,
            last,
        }
    }

    pub(crate) fn plain(&self) -> Outcome<Decision> {
        let action = match self.action {
            1 => Action::Serve,
            2 => Action::ServeAndRevalidate,
            3 => Action::Revalidate,
            4 => Action::Complete(range(self.first, self.last)?),
            5 => Action::Forward,
            6 => Action::GatewayTimeout,
            _ => return Err(HEDGEROW_INVALID_ARGUMENT),
        };
        Ok(Decision::new(
            action,
            reason(self.reason)?,
            self.age,
            self.ttl,
        ))
    }
}

pub(crate) fn range(first: u64, last: u64) -> Outcome<ByteRange> {
    ByteRange::new(first, last).ok_or(HEDGEROW_INVALID_ARGUMENT)
}

/// What to do with a request at `now`, in seconds since 1970, if this response
/// is stored for its URI. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_decide(
    policy: *const hedgerow_policy,
    cache: *const hedgerow_cache,
    request: *const hedgerow_request,
    now: u64,
    decision: *mut hedgerow_decision,
) -> hedgerow_status {
    call(|| {
        let (policy, cache) = (shared!(policy)?, shared!(cache)?);
        let request = request!(request)?;
        let decision = out!(decision)?;
        let found = policy.decide(&cache, &request.plain(), Timestamp::from_secs(now));
        decision.put(hedgerow_decision::of(&found));
        Ok(())
    })
}

/// What to do with a request for whose URI nothing is stored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_decide_miss(
    request: *const hedgerow_request,
    decision: *mut hedgerow_decision,
) -> hedgerow_status {
    call(|| {
        let request = request!(request)?;
        let decision = out!(decision)?;
        decision.put(hedgerow_decision::of(&cache::decide_miss(&request.plain())));
        Ok(())
    })
}

/// The decision that follows from a validation just made: to serve. `now` is in
/// seconds since 1970.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_validated(
    policy: *const hedgerow_policy,
    now: u64,
    decision: *mut hedgerow_decision,
) -> hedgerow_status {
    call(|| {
        let policy = shared!(policy)?;
        let found = policy.validated(Timestamp::from_secs(now));
        out!(decision)?.put(hedgerow_decision::of(&found));
        Ok(())
    })
}

/// What to do once upstream has failed, with this status or, with 0, without a
/// response: to serve the stored response all the same, or to pass the failure
/// on (HEDGEROW_ACTION_FORWARD). `now` is in seconds since 1970.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_after_failure(
    policy: *const hedgerow_policy,
    cache: *const hedgerow_cache,
    request: *const hedgerow_request,
    now: u64,
    status: u16,
    decision: *mut hedgerow_decision,
) -> hedgerow_status {
    call(|| {
        let (policy, cache) = (shared!(policy)?, shared!(cache)?);
        let request = request!(request)?;
        let decision = out!(decision)?;
        let failure = match status {
            0 => Failure::Unreachable,
            _ => Failure::Status(status),
        };
        let now = Timestamp::from_secs(now);
        let found = policy.after_failure(&cache, &request.plain(), now, failure);
        decision.put(hedgerow_decision::of(&found));
        Ok(())
    })
}

/// Which of the responses stored for a URI answers a request, and what to do
/// with it. `policies` is an array of pointers; `now` is in seconds since 1970.
///
/// HEDGEROW_UNKNOWN: none fits; `hedgerow_decide_miss` decides.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_select(
    cache: *const hedgerow_cache,
    policies: *const *const hedgerow_policy,
    count: usize,
    request: *const hedgerow_request,
    now: u64,
    index: *mut usize,
    decision: *mut hedgerow_decision,
) -> hedgerow_status {
    call(|| {
        let cache = shared!(cache)?;
        let policies = array!(policies, count)?;
        let request = request!(request)?;
        let (index, decision) = (out!(index)?, out!(decision)?);
        for policy in policies {
            shared!(*policy)?;
        }
        // They have just been looked at, and a list of them would be allocated.
        let open = |policy: &*const hedgerow_policy| Some(shared!(*policy).ok()?.lasting());
        let stored = policies.iter().filter_map(open);
        let now = Timestamp::from_secs(now);
        let found = cache::select(&cache, stored, &request.plain(), now);
        let found = found.ok_or(HEDGEROW_UNKNOWN)?;
        index.put(found.index);
        decision.put(hedgerow_decision::of(&found.decision));
        Ok(())
    })
}

/// Whether a field belongs to one connection only (RFC 9110 section 7.6.1), so
/// that a proxy does not pass it on: 1 or 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_is_hop_by_hop(
    name: *const core::ffi::c_char,
    name_len: usize,
    answer: *mut u32,
) -> hedgerow_status {
    call(|| {
        let name = bytes!(name, name_len)?;
        out!(answer)?.put(is_hop_by_hop(name).into());
        Ok(())
    })
}

/// Whether a field makes a request conditional (RFC 9110 section 13.1): 1 or 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_is_conditional_field(
    name: *const core::ffi::c_char,
    name_len: usize,
    answer: *mut u32,
) -> hedgerow_status {
    call(|| {
        let name = bytes!(name, name_len)?;
        out!(answer)?.put(is_conditional_field(name).into());
        Ok(())
    })
}

//! What a later response says of the stored one.

use hedgerow::cache::{Freshened, HeadUpdate, Merged, NotFreshened, NotStored};

use super::policy::times;
use super::{
    hedgerow_cache, hedgerow_policy, hedgerow_request, hedgerow_response, request, response,
};
use crate::boundary::{Out, Outcome, call, exclusive, new_handle, out, room, shared};
use crate::lines::hedgerow_lines;
use crate::status::hedgerow_status::{self, *};
use crate::text::{fields, hedgerow_field};

/// What a response to HEAD says of the stored one.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_head_update {
    /// Nothing.
    HEDGEROW_HEAD_NOTHING = 0,
    /// It is current; its fields and its policy are new.
    HEDGEROW_HEAD_FRESHENED = 1,
    /// It is outdated, and goes.
    HEDGEROW_HEAD_OUTDATED = 2,
}

/// A piece that a completed response is put together of.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_piece {
    /// The position of its first byte in the whole.
    pub first: u64,
    /// The position of its last byte in the whole.
    pub last: u64,
    /// 1 if it is taken from the new body, 0 if from the stored one.
    pub is_new: u32,
    /// 0.
    pub reserved: u32,
}

/// Where what was freshened goes.
struct Outputs {
    policy: Out<*mut hedgerow_policy>,
    reason: Out<u16>,
}

impl Outputs {
    fn put(self, freshened: Freshened) {
        let reason = freshened.kept.err().map(NotStored::reason);
        self.reason.put(crate::reason::number(reason));
        self.policy.put(new_handle(freshened.policy));
    }

    fn refuse(self, why: NotFreshened) -> Outcome {
        self.reason.put(why.reason().code());
        Err(HEDGEROW_REFUSED)
    }
}

/// Freshens a stored response with the 304 that upstream has sent: gives its
/// new policy, and fills `merged` with its new fields. `stored` are the fields
/// that were stored. `reason` is 0; or it says why the response, which may
/// answer this request, must not be stored any longer. Free the policy with
/// `hedgerow_policy_free`; the old one stays as it is. `sent` and `received` are
/// when the request left and the 304 came, in seconds since 1970.
///
/// HEDGEROW_REFUSED: the 304 is about another response, says `reason`; send
/// the request again without the condition. No policy is written then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_freshen(
    policy: *const hedgerow_policy,
    cache: *const hedgerow_cache,
    request: *const hedgerow_request,
    stored: *const hedgerow_field,
    stored_count: usize,
    new: *const hedgerow_response,
    sent: u64,
    received: u64,
    freshened: *mut *mut hedgerow_policy,
    merged: *mut hedgerow_lines,
    reason: *mut u16,
) -> hedgerow_status {
    call(|| {
        let (policy, cache) = (shared!(policy)?, shared!(cache)?);
        let (request, new) = (request!(request)?, response!(new)?);
        let stored = fields!(stored, stored_count)?;
        let mut merged = exclusive!(merged)?;
        let outputs = Outputs {
            policy: out!(freshened)?,
            reason: out!(reason)?,
        };
        let times = times(sent, received);
        match policy.freshen(&cache, &request.plain(), stored, &new.plain(), times) {
            Ok(found) => {
                merged.fill_message(&Merged::new(stored, new.fields));
                outputs.put(found);
                Ok(())
            }
            Err(why) => outputs.refuse(why),
        }
    })
}

/// What a response to HEAD says of the stored response to GET: writes a
/// `hedgerow_head_update` to `update`. Of HEDGEROW_HEAD_FRESHENED the rest is as
/// `hedgerow_policy_freshen` has it; otherwise no policy is written and reason
/// is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_freshen_by_head(
    policy: *const hedgerow_policy,
    cache: *const hedgerow_cache,
    request: *const hedgerow_request,
    stored: *const hedgerow_field,
    stored_count: usize,
    new: *const hedgerow_response,
    sent: u64,
    received: u64,
    update: *mut u32,
    freshened: *mut *mut hedgerow_policy,
    merged: *mut hedgerow_lines,
    reason: *mut u16,
) -> hedgerow_status {
    call(|| {
        let (policy, cache) = (shared!(policy)?, shared!(cache)?);
        let (request, new) = (request!(request)?, response!(new)?);
        let stored = fields!(stored, stored_count)?;
        let mut merged = exclusive!(merged)?;
        let update = out!(update)?;
        let outputs = Outputs {
            policy: out!(freshened)?,
            reason: out!(reason)?,
        };
        let times = times(sent, received);
        let found = policy.freshen_by_head(&cache, &request.plain(), stored, &new.plain(), times);
        match found {
            HeadUpdate::Freshened(found) => {
                merged.fill_message(&Merged::new(stored, new.fields));
                outputs.put(found);
                update.put(1);
            }
            HeadUpdate::Outdated => {
                outputs.reason.put(0);
                update.put(2);
            }
            HeadUpdate::Nothing => {
                outputs.reason.put(0);
                update.put(0);
            }
        }
        Ok(())
    })
}

/// Puts a stored part and the new part that upstream has sent together: gives
/// the policy of what both are, its fields, and the pieces of its body in
/// order. `pieces` has room for `capacity`, of which three are always enough.
/// `sent` and `received` are as `hedgerow_policy_freshen` has them. Free the
/// policy with `hedgerow_policy_free`; the old one stays as it is.
///
/// HEDGEROW_REFUSED: the parts don't fit, says `reason`; send the request again
/// without the condition. HEDGEROW_INVALID_ARGUMENT: there is no room for all
/// pieces.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_policy_extend(
    policy: *const hedgerow_policy,
    cache: *const hedgerow_cache,
    request: *const hedgerow_request,
    stored: *const hedgerow_field,
    stored_count: usize,
    new: *const hedgerow_response,
    sent: u64,
    received: u64,
    extended: *mut *mut hedgerow_policy,
    merged: *mut hedgerow_lines,
    pieces: *mut hedgerow_piece,
    capacity: usize,
    piece_count: *mut usize,
    reason: *mut u16,
) -> hedgerow_status {
    call(|| {
        let (policy, cache) = (shared!(policy)?, shared!(cache)?);
        let (request, new) = (request!(request)?, response!(new)?);
        let stored = fields!(stored, stored_count)?;
        let mut merged = exclusive!(merged)?;
        let (pieces, piece_count) = (room!(pieces, capacity)?, out!(piece_count)?);
        let outputs = Outputs {
            policy: out!(extended)?,
            reason: out!(reason)?,
        };
        let times = times(sent, received);
        match policy.extend(&cache, &request.plain(), stored, &new.plain(), times) {
            Ok(found) => {
                if pieces.len() < found.pieces.len() {
                    return Err(HEDGEROW_INVALID_ARGUMENT);
                }
                pieces.put(found.pieces.iter().map(|piece| hedgerow_piece {
                    first: piece.range.first,
                    last: piece.range.last,
                    is_new: piece.is_new.into(),
                    reserved: 0,
                }));
                piece_count.put(found.pieces.len());
                merged.fill_message(&Merged::new(stored, new.fields));
                outputs.put(found.freshened);
                Ok(())
            }
            Err(why) => outputs.refuse(why),
        }
    })
}

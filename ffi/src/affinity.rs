//! Stickiness: the requests of one session go to the endpoint that has it.

use core::ffi::c_char;

use hedgerow::cdn::affinity::{Affinity, Course, Node, Stickiness};

use crate::boundary::{Outcome, call, exclusive, free, new_handle, object, out, shared, text};
use crate::reason::optional_reason;
use crate::status::hedgerow_status::{self, *};
use crate::text::{fields, hedgerow_field};
use crate::values::{HEDGEROW_NO_ENDPOINT, endpoint};

/// Where requests say which node they belong to, and which nodes there are. One
/// thread at a time while it is set up; from then on any number may read it.
pub struct hedgerow_affinity(());
object!(hedgerow_affinity, Affinity, b"AFFI");

/// How firmly a request belongs to its endpoint.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_stickiness {
    /// It is better off there, but any other will do.
    HEDGEROW_STICKY_PREFER = 0,
    /// The endpoint has the session: never hedged, and moved only where the
    /// endpoint is gone. The session is then lost.
    HEDGEROW_STICKY_OWNER = 1,
    /// It goes there or nowhere.
    HEDGEROW_STICKY_STRICT = 2,
}

/// Which node a request belongs to.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_node {
    /// It says nothing of one.
    HEDGEROW_NODE_UNSAID = 0,
    /// It names none that is configured.
    HEDGEROW_NODE_UNKNOWN = 1,
    /// It names the node of an endpoint.
    HEDGEROW_NODE_OF = 2,
}

/// Where a request goes that belongs to an endpoint.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum hedgerow_course_kind {
    /// To its endpoint.
    HEDGEROW_COURSE_STAY = 0,
    /// To another, as if it belonged to none.
    HEDGEROW_COURSE_LEAVE = 1,
    /// Nowhere.
    HEDGEROW_COURSE_REFUSE = 2,
}

/// Where a request goes that belongs to an endpoint.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct hedgerow_course {
    /// A `hedgerow_course_kind`.
    pub kind: u32,
    /// Why it does not stay, or 0.
    pub reason: u16,
    /// 1 if its client must be told that the session is lost.
    pub session_lost: u8,
    /// Of one that stays: 1 if another may be asked beside it while it is
    /// silent.
    pub hedge: u8,
    /// Of one that stays: 1 if another may be asked after it has failed.
    pub fail_over: u8,
    /// 0.
    pub reserved: [u8; 7],
}

fn stickiness(number: u32) -> Outcome<Stickiness> {
    match number {
        0 => Ok(Stickiness::Prefer),
        1 => Ok(Stickiness::Owner),
        2 => Ok(Stickiness::Strict),
        _ => Err(HEDGEROW_INVALID_ARGUMENT),
    }
}

/// Changes an affinity by one of its builders.
fn build(affinity: &mut Affinity, step: impl FnOnce(Affinity) -> Affinity) {
    let empty = Affinity::new(affinity.stickiness());
    *affinity = step(core::mem::replace(affinity, empty));
}

/// An affinity that reads nothing yet and knows no node. Free it with
/// `hedgerow_affinity_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_affinity_new(
    stickiness_number: u32,
    affinity: *mut *mut hedgerow_affinity,
) -> hedgerow_status {
    call(|| {
        let stickiness = stickiness(stickiness_number)?;
        out!(affinity)?.put(new_handle(Affinity::new(stickiness)));
        Ok(())
    })
}

/// Frees an affinity; NULL is nothing to free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_affinity_free(
    affinity: *mut hedgerow_affinity,
) -> hedgerow_status {
    free!(affinity)
}

/// Reads the cookie of this name, after what was added before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_affinity_add_cookie(
    affinity: *mut hedgerow_affinity,
    name: *const c_char,
    name_len: usize,
) -> hedgerow_status {
    call(|| {
        let mut affinity = exclusive!(affinity)?;
        let name = text!(name, name_len)?;
        build(&mut affinity, |affinity| affinity.with_cookie(name));
        Ok(())
    })
}

/// Reads the query parameter of this name, after what was added before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_affinity_add_query(
    affinity: *mut hedgerow_affinity,
    name: *const c_char,
    name_len: usize,
) -> hedgerow_status {
    call(|| {
        let mut affinity = exclusive!(affinity)?;
        let name = text!(name, name_len)?;
        build(&mut affinity, |affinity| affinity.with_query(name));
        Ok(())
    })
}

/// Reads the header field of this name, after what was added before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_affinity_add_field(
    affinity: *mut hedgerow_affinity,
    name: *const c_char,
    name_len: usize,
) -> hedgerow_status {
    call(|| {
        let mut affinity = exclusive!(affinity)?;
        let name = text!(name, name_len)?;
        build(&mut affinity, |affinity| affinity.with_field(name));
        Ok(())
    })
}

/// Adds a node. The first of two with the same name counts, and none is without
/// a name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_affinity_add_node(
    affinity: *mut hedgerow_affinity,
    name: *const c_char,
    name_len: usize,
    endpoint_id: u16,
) -> hedgerow_status {
    call(|| {
        let mut affinity = exclusive!(affinity)?;
        let name = text!(name, name_len)?;
        build(&mut affinity, |affinity| {
            affinity.with_node(name, endpoint(endpoint_id))
        });
        Ok(())
    })
}

/// Which node a request with these fields and this query (without its `?`)
/// belongs to: a `hedgerow_node`, and of HEDGEROW_NODE_OF whose it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_affinity_node(
    affinity: *const hedgerow_affinity,
    request: *const hedgerow_field,
    request_count: usize,
    query: *const c_char,
    query_len: usize,
    node: *mut u32,
    endpoint: *mut u16,
) -> hedgerow_status {
    call(|| {
        let affinity = shared!(affinity)?;
        let (request, query) = (fields!(request, request_count)?, text!(query, query_len)?);
        let (node, endpoint) = (out!(node)?, out!(endpoint)?);
        let (kind, id) = match affinity.node(request, Some(query)) {
            Node::Unsaid => (0, HEDGEROW_NO_ENDPOINT),
            Node::Of(id) => (2, id.get()),
            _ => (1, HEDGEROW_NO_ENDPOINT),
        };
        node.put(kind);
        endpoint.put(id);
        Ok(())
    })
}

/// Where a request goes whose endpoint is left out for this reason, or for none
/// (0), such as `hedgerow_snapshot_exclusion` gives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_affinity_course(
    affinity: *const hedgerow_affinity,
    exclusion: u16,
    course: *mut hedgerow_course,
) -> hedgerow_status {
    call(|| {
        let affinity = shared!(affinity)?;
        let exclusion = optional_reason(exclusion)?;
        let course = out!(course)?;
        let none = hedgerow_course {
            kind: 0,
            reason: 0,
            session_lost: 0,
            hedge: 0,
            fail_over: 0,
            reserved: [0; 7],
        };
        course.put(match affinity.stickiness().course(exclusion) {
            Course::Stay { hedge, fail_over } => hedgerow_course {
                hedge: hedge.into(),
                fail_over: fail_over.into(),
                ..none
            },
            Course::Leave {
                reason,
                session_lost,
            } => hedgerow_course {
                kind: 1,
                reason: reason.code(),
                session_lost: session_lost.into(),
                ..none
            },
            Course::Refuse { reason } => hedgerow_course {
                kind: 2,
                reason: reason.code(),
                ..none
            },
            _ => return Err(HEDGEROW_UNKNOWN),
        });
        Ok(())
    })
}

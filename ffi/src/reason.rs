//! Reasons: one table of stable numbers and names in all of Hedgerow's faces.

use hedgerow::types::Reason;

use crate::boundary::{Outcome, call, out, text};
use crate::status::hedgerow_status::{self, *};
use crate::text::hedgerow_str;

/// The reason with a number of C's.
pub(crate) fn reason(number: u16) -> Outcome<Reason> {
    Reason::from_code(number).ok_or(HEDGEROW_INVALID_ARGUMENT)
}

/// As [`reason`], where 0 is none.
pub(crate) fn optional_reason(number: u16) -> Outcome<Option<Reason>> {
    match number {
        0 => Ok(None),
        _ => reason(number).map(Some),
    }
}

/// The number of a reason for C, where 0 is none.
pub(crate) fn number(reason: Option<Reason>) -> u16 {
    reason.map_or(0, Reason::code)
}

/// The stable name of a reason, such as `hedge_lost`.
///
/// The text lives as long as the program. HEDGEROW_INVALID_ARGUMENT: no such
/// reason.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_reason_name(
    number: u16,
    name: *mut hedgerow_str,
) -> hedgerow_status {
    call(|| {
        let name = out!(name)?;
        name.put(hedgerow_str::lasting(reason(number)?.as_str()));
        Ok(())
    })
}

/// One sentence about a reason for people.
///
/// The text lives as long as the program. HEDGEROW_INVALID_ARGUMENT: no such
/// reason.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_reason_description(
    number: u16,
    description: *mut hedgerow_str,
) -> hedgerow_status {
    call(|| {
        let description = out!(description)?;
        description.put(hedgerow_str::lasting(reason(number)?.description()));
        Ok(())
    })
}

/// The number of the reason with this name.
///
/// HEDGEROW_UNKNOWN: no such reason.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_reason_find(
    name: *const core::ffi::c_char,
    name_len: usize,
    number: *mut u16,
) -> hedgerow_status {
    call(|| {
        let name = text!(name, name_len)?;
        let number = out!(number)?;
        let found = Reason::ALL.iter().find(|reason| reason.as_str() == name);
        number.put(found.ok_or(HEDGEROW_UNKNOWN)?.code());
        Ok(())
    })
}

/// The number at a position in the list of all reasons, which is in the order
/// of the numbers, for programs that make a table of their own.
///
/// HEDGEROW_UNKNOWN: the list is shorter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hedgerow_reason_at(position: usize, number: *mut u16) -> hedgerow_status {
    call(|| {
        let number = out!(number)?;
        number.put(Reason::ALL.get(position).ok_or(HEDGEROW_UNKNOWN)?.code());
        Ok(())
    })
}

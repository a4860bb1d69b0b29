//! Byte ranges (RFC 9110 §14).

use super::{list, name};

/// A range of bytes, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ByteRange {
    /// The first byte's position.
    pub first: u64,
    /// The last byte's position; never before the first.
    pub last: u64,
}

impl ByteRange {
    /// The range, or `None` if the last byte stands before the first.
    #[must_use]
    pub const fn new(first: u64, last: u64) -> Option<ByteRange> {
        if first <= last {
            Some(ByteRange { first, last })
        } else {
            None
        }
    }

    /// How many bytes there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a range is never empty")]
    pub const fn len(self) -> u64 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    /// Whether every byte of `other` is in it.
    #[must_use]
    pub const fn contains(self, other: ByteRange) -> bool {
        self.first <= other.first && other.last <= self.last
    }
}

/// One range as a request gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// From here to there, or to the end.
    From(u64, Option<u64>),
    /// So many bytes at the end.
    Suffix(u64),
}

impl Asked {
    /// The single byte range that the field asks for. Anything else (several
    /// ranges, another unit, a malformed field) is answered as if it were not
    /// there, which RFC 9110 §14.2 allows.
    pub(super) fn parse(field: &[u8]) -> Option<Asked> {
        let equals = field.iter().position(|&byte| byte == b'=')?;
        let (unit, set) = field.split_at(equals);
        if !name::is(list::trim(unit), "bytes") {
            return None;
        }
        let mut members = list::members(&set[1..]);
        let (only, None) = (members.next()?, members.next()) else {
            return None;
        };
        let dash = only.iter().position(|&byte| byte == b'-')?;
        let (first, last) = (&only[..dash], &only[dash + 1..]);
        if first.is_empty() {
            return position(last).map(Asked::Suffix);
        }
        let first = position(first)?;
        if last.is_empty() {
            return Some(Asked::From(first, None));
        }
        let last = position(last)?;
        (first <= last).then_some(Asked::From(first, Some(last)))
    }

    /// The bytes of a representation of `complete` bytes; `None` if there are
    /// none, so the range can't be satisfied.
    pub(super) fn of(self, complete: u64) -> Option<ByteRange> {
        let end = complete.checked_sub(1)?;
        match self {
            Asked::From(first, last) => ByteRange::new(first, last.unwrap_or(end).min(end)),
            Asked::Suffix(count) => ByteRange::new(complete.saturating_sub(count), end),
        }
    }

    /// The bytes, if that can be told without knowing the complete length.
    pub(super) const fn of_unknown(self) -> Option<ByteRange> {
        match self {
            Asked::From(first, Some(last)) => ByteRange::new(first, last),
            Asked::From(_, None) | Asked::Suffix(_) => None,
        }
    }
}

/// Which part of a representation a 206 carries (RFC 9110 §14.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Part {
    /// The bytes.
    pub range: ByteRange,
    /// The length of the whole, if it is known.
    pub complete: Option<u64>,
}

impl Part {
    /// Reads `Content-Range`; `None` if it names no valid part in bytes.
    pub(super) fn parse(field: &[u8]) -> Option<Part> {
        let field = list::trim(field);
        let space = field.iter().position(|&byte| byte == b' ')?;
        let (unit, rest) = (&field[..space], &field[space + 1..]);
        let slash = rest.iter().position(|&byte| byte == b'/')?;
        let (range, complete) = (&rest[..slash], &rest[slash + 1..]);
        let dash = range.iter().position(|&byte| byte == b'-')?;
        let range = ByteRange::new(position(&range[..dash])?, position(&range[dash + 1..])?)?;
        let complete = match complete {
            b"*" => None,
            digits => Some(position(digits)?),
        };
        let fits = complete.is_none_or(|complete| range.last < complete);
        (name::is(unit, "bytes") && fits).then_some(Part { range, complete })
    }

    /// All of a representation of `length` bytes, if there are any.
    pub(super) fn whole(length: u64) -> Option<Part> {
        let range = ByteRange::new(0, length.checked_sub(1)?)?;
        let complete = Some(length);
        Some(Part { range, complete })
    }

    /// Where in a body of `held` bytes that carries this part `wanted` stands,
    /// or the part itself if nothing is wanted. Whatever the part claims, the
    /// answer is within those bytes; `None` if it would be empty. What is
    /// counted from the end is cut from the end of the body.
    pub(super) fn cut(self, wanted: Option<Asked>, held: u64) -> Option<ByteRange> {
        let held = held.min(self.range.len());
        let end = held.checked_sub(1)?;
        let reaches_end = self.complete == self.range.last.checked_add(1);
        match wanted {
            None => ByteRange::new(0, end),
            Some(Asked::Suffix(count)) if reaches_end => {
                ByteRange::new(held.saturating_sub(count), end)
            }
            Some(Asked::From(first, None)) if reaches_end => {
                ByteRange::new(first.checked_sub(self.range.first)?, end)
            }
            Some(Asked::From(first, Some(last))) => ByteRange::new(
                first.checked_sub(self.range.first)?,
                last.checked_sub(self.range.first)?.min(end),
            ),
            Some(Asked::Suffix(_) | Asked::From(_, None)) => None,
        }
    }

    /// Whether the part is the whole.
    pub(super) fn is_whole(self) -> bool {
        self.range.first == 0 && self.complete == Some(self.range.len())
    }

    /// What lacks for the whole, if that is one range.
    pub(super) fn missing(self) -> Option<ByteRange> {
        let end = self.complete?.checked_sub(1)?;
        match (self.range.first, self.range.last) {
            (0, last) => ByteRange::new(last.checked_add(1)?, end),
            (first, last) if last == end => ByteRange::new(0, first - 1),
            _ => None,
        }
    }
}

/// The number that `digits` are, saturating.
pub(super) fn position(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| value.saturating_mul(10).saturating_add(digit.into()))
    })
}

//! The language that a request likes best.

use super::weight::weighted;

/// The one language range with the highest weight, if there is one.
///
/// `members` are those of `Accept-Language` (RFC 9110 §12.5.4). A tie, a
/// wildcard on top or a weight that can't be read gives no answer.
pub(super) fn favourite<'a>(members: impl Iterator<Item = &'a [u8]>) -> Option<&'a [u8]> {
    let mut best: Option<(&[u8], u16)> = None;
    let mut tie = false;
    for member in members {
        let (range, weight) = weighted(member)?;
        match best {
            Some((_, top)) if weight < top => {}
            Some((_, top)) if weight == top => tie = true,
            _ => (best, tie) = (Some((range, weight)), false),
        }
    }
    best.filter(|&(range, weight)| !tie && weight > 0 && range != b"*")
        .map(|(range, _)| range)
}

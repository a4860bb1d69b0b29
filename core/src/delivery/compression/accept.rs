//! Which coding a client takes (RFC 9110 §12.5.3).

use crate::cache::{list, weight};
use crate::types::Headers;

use super::Coding;

/// The coding of `offered` that the request likes best; among equals the
/// first. `None` if it takes none of them, or names none.
pub(super) fn best<Q: Headers + ?Sized>(request: &Q, offered: &[Coding]) -> Option<Coding> {
    let mut best: Option<(Coding, u16)> = None;
    for &coding in offered {
        let weight = weight_of(request, coding);
        if weight > best.map_or(0, |(_, top)| top) {
            best = Some((coding, weight));
        }
    }
    let (coding, weight) = best?;
    // What is worth less than the plain bytes is not wanted.
    (identity_weight(request) <= weight).then_some(coding)
}

/// The weight of a coding in thousandths; 0 if it is not taken.
fn weight_of<Q: Headers + ?Sized>(request: &Q, coding: Coding) -> u16 {
    let mut any = 0;
    let mut own = None;
    for member in members(request) {
        let Some((name, weight)) = weight::weighted(member) else {
            continue;
        };
        if coding.is_called(name) {
            // The same name twice: the lower weight is safe.
            own = Some(own.map_or(weight, |seen: u16| seen.min(weight)));
        } else if name == b"*" {
            any = weight;
        }
    }
    own.unwrap_or(any)
}

/// The weight that the plain bytes are given by name; 0 if they are not named.
fn identity_weight<Q: Headers + ?Sized>(request: &Q) -> u16 {
    members(request)
        .filter_map(weight::weighted)
        .filter(|(name, _)| name.eq_ignore_ascii_case(b"identity"))
        .map(|(_, weight)| weight)
        .max()
        .unwrap_or(0)
}

fn members<Q: Headers + ?Sized>(request: &Q) -> impl Iterator<Item = &[u8]> {
    request
        .field_values("accept-encoding")
        .flat_map(list::members)
}

//! Weighted draws in constant time.

use super::draws::Draws;
use crate::types::EndpointId;

/// An alias table (Walker 1977, built as Vose 1991): a column per endpoint,
/// each shared by at most two, so that one draw costs one multiplication, one
/// load and one comparison whatever the number of endpoints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Alias(Box<[Column]>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Column {
    /// The column's own endpoint takes this share of it, of 2³².
    share: u32,
    own: EndpointId,
    other: EndpointId,
}

impl Alias {
    /// The table of these endpoints and weights; those of weight 0 are drawn
    /// only if all are.
    pub(super) fn new(endpoints: &[(EndpointId, u32)]) -> Alias {
        let all_zero = endpoints.iter().all(|(_, weight)| *weight == 0);
        let weights = endpoints
            .iter()
            .map(|(id, weight)| (*id, if all_zero { 1 } else { u64::from(*weight) }));
        let drawn: Vec<(EndpointId, u64)> = weights.filter(|(_, weight)| *weight > 0).collect();
        let total: u64 = drawn.iter().map(|(_, weight)| weight).sum();
        let count = drawn.len() as u64;
        // In units in which a column holds `total`, so that whole numbers
        // divide without remainder and no share is lost.
        let mut rest: Vec<u64> = drawn.iter().map(|(_, weight)| weight * count).collect();
        let mut columns: Vec<Column> = drawn
            .iter()
            .map(|(id, _)| Column {
                share: u32::MAX,
                own: *id,
                other: *id,
            })
            .collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..rest.len()).partition(|column| rest[*column] < total);
        while let (Some(low), Some(high)) = (small.pop(), large.pop()) {
            let scaled = (u128::from(rest[low]) << 32) / u128::from(total);
            columns[low].share = u32::try_from(scaled).unwrap_or(u32::MAX);
            columns[low].other = columns[high].own;
            rest[high] -= total - rest[low];
            if rest[high] < total {
                small.push(high);
            } else {
                large.push(high);
            }
        }
        Alias(columns.into())
    }

    /// One endpoint by weight; `None` of an empty table.
    #[inline]
    pub(super) fn draw(&self, draws: &mut Draws) -> Option<EndpointId> {
        let bits = draws.next_u64();
        // The high half chooses the column, the low half who gets it.
        let index = ((bits >> 32) * self.0.len() as u64) >> 32;
        let column = self.0.get(index as usize)?;
        let own = (bits as u32) < column.share;
        Some(core::hint::select_unpredictable(
            own,
            column.own,
            column.other,
        ))
    }
}

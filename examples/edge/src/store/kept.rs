//! A whole body, and the room it takes.

use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;

use super::Room;

/// A body that is kept in one piece. Its room is given back with its last byte,
/// whoever has that.
#[derive(Clone, Debug)]
pub(crate) struct Kept(Arc<Counted>);

#[derive(Debug)]
struct Counted {
    bytes: Bytes,
    _room: Room,
}

/// What is handed out; apart from `Kept`, since bytes own a reference.
struct Loan(Arc<Counted>);

impl AsRef<[u8]> for Loan {
    fn as_ref(&self) -> &[u8] {
        &self.0.bytes
    }
}

impl Kept {
    /// `room` is what the bytes take.
    pub(crate) fn new(bytes: Bytes, mut room: Room) -> Kept {
        room.shrink_to(bytes.len() as u64);
        Kept(Arc::new(Counted { bytes, _room: room }))
    }

    /// The bytes, for somebody to be sent.
    pub(crate) fn lend(&self) -> Bytes {
        if self.is_empty() {
            return Bytes::new();
        }
        Bytes::from_owner(Loan(Arc::clone(&self.0)))
    }

    /// Whether somebody has some of it, so that to drop it frees nothing. May
    /// be true for a moment when nobody has.
    pub(super) fn is_lent(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}

impl Deref for Kept {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::super::room::Budget;
    use super::*;

    #[test]
    fn its_room_is_taken_until_the_last_byte_is_let_go_of() {
        let budget = Budget::new(100);
        let mut room = budget.room();
        assert!(room.add(8));
        let kept = Kept::new(Bytes::from_static(b"abcdef"), room);
        assert_eq!((budget.taken(), kept.is_lent()), (6, false));
        let last = kept.lend().slice(5..);
        assert!(kept.is_lent());
        drop(kept);
        assert_eq!(budget.taken(), 6);
        assert_eq!(last, &b"f"[..]);
        drop(last);
        assert_eq!(budget.taken(), 0);
    }
}

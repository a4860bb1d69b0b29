//! The coded forms of a stored body: each is made once, for all who take it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hedgerow::delivery::Coding;

use super::{Kept, Reader, Room, Spool};

/// So often a form has been asked for when it is worth to be made again, as
/// small as it gets.
pub(crate) const WORTH: u32 = 4;

/// What there is of a body in each coding. Shared by all that is stored with
/// the same bytes, however often it is freshened.
#[derive(Debug, Default)]
pub(crate) struct Codings {
    slots: Mutex<[Slot; 3]>,
}

#[derive(Debug, Default)]
enum Slot {
    #[default]
    Vacant,
    /// It is being made; who comes reads along.
    UnderWay(Arc<Spool>),
    Kept {
        body: Kept,
        /// How often it was asked for; `None` once it is not to be made again.
        asked: Option<u32>,
    },
    /// It is not smaller, or there is no room for it beside the rest.
    InVain,
}

/// What somebody gets who asks for a coded form.
#[derive(Debug)]
pub(crate) enum Coded {
    /// All of it; the flag says that it is worth to be made again, better.
    Kept(Kept, bool),
    /// It is being made.
    Coming(Reader),
    /// Nobody has begun it: see [`Codings::begin`].
    Vacant,
    /// Whoever wants it makes it for himself.
    Own,
}

const fn index(coding: Coding) -> Option<usize> {
    match coding {
        Coding::Brotli => Some(0),
        Coding::Zstd => Some(1),
        Coding::Gzip => Some(2),
        _ => None,
    }
}

impl Codings {
    /// Asks for the form in `coding`.
    pub(crate) fn ask(&self, coding: Coding) -> Coded {
        let mut slots = self.lock();
        let Some(slot) = index(coding).and_then(|index| slots.get_mut(index)) else {
            return Coded::Own;
        };
        match slot {
            Slot::InVain => Coded::Own,
            Slot::Kept { body, asked } => {
                let again = match asked {
                    Some(count) => {
                        *count += 1;
                        *count >= WORTH
                    }
                    None => false,
                };
                if again {
                    *asked = None;
                }
                Coded::Kept(body.clone(), again)
            }
            Slot::UnderWay(spool) => spool.reader().map_or(Coded::Own, Coded::Coming),
            Slot::Vacant => Coded::Vacant,
        }
    }

    /// Begins to make the form, in `room`; `None` if somebody has, meanwhile.
    pub(crate) fn begin(&self, coding: Coding, room: Room) -> Option<(Arc<Spool>, Reader)> {
        let mut slots = self.lock();
        let slot = slots.get_mut(index(coding)?)?;
        if !matches!(slot, Slot::Vacant) {
            return None;
        }
        let spool = Spool::new(Some(room));
        let reader = spool.reader()?;
        *slot = Slot::UnderWay(Arc::clone(&spool));
        Some((spool, reader))
    }

    /// The length of what is kept in `coding`, in bytes.
    pub(crate) fn length(&self, coding: Coding) -> Option<u64> {
        match &self.lock()[index(coding)?] {
            Slot::Kept { body, .. } => Some(body.len() as u64),
            _ => None,
        }
    }

    /// Ends what [`Codings::begin`] began: with the form, or in vain.
    pub(super) fn end(&self, coding: Coding, made: Option<Kept>) {
        if let Some(index) = index(coding) {
            self.lock()[index] = match made {
                Some(body) => Slot::Kept {
                    body,
                    asked: Some(0),
                },
                None => Slot::InVain,
            };
        }
    }

    /// Nobody makes the form any more that [`Codings::begin`] began.
    pub(crate) fn give_up(&self, coding: Coding) {
        if let Some(index) = index(coding)
            && let slot @ Slot::UnderWay(_) = &mut self.lock()[index]
        {
            *slot = Slot::Vacant;
        }
    }

    /// Puts a better form in the place of the one that is kept. What was
    /// compressed as well as it goes is not made again.
    pub(super) fn improve(&self, coding: Coding, better: Kept) {
        if let Some(index) = index(coding)
            && let Slot::Kept { body, .. } = &mut self.lock()[index]
            && better.len() < body.len()
        {
            *body = better;
        }
    }

    /// A form that could not be made again now may be later.
    pub(crate) fn put_off(&self, coding: Coding) {
        if let Some(index) = index(coding)
            && let Slot::Kept { asked, .. } = &mut self.lock()[index]
        {
            *asked = Some(0);
        }
    }

    /// What is kept, in bytes.
    pub(super) fn weight(&self) -> usize {
        let weight = |slot: &Slot| match slot {
            Slot::Kept { body, .. } => body.len(),
            _ => 0,
        };
        self.lock().iter().map(weight).sum()
    }

    /// Whether somebody is being sent any of it.
    pub(super) fn is_lent(&self) -> bool {
        let lent = |slot: &Slot| match slot {
            Slot::Kept { body, .. } => body.is_lent(),
            _ => false,
        };
        self.lock().iter().any(lent)
    }

    fn lock(&self) -> MutexGuard<'_, [Slot; 3]> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::room::Budget;
    use super::*;
    use bytes::Bytes;

    fn kept(bytes: &'static [u8]) -> Kept {
        Kept::new(Bytes::from_static(bytes), Budget::new(0).room())
    }

    #[test]
    fn one_begins_and_the_others_read_along() {
        let codings = Codings::default();
        let room = || Budget::new(0).room();
        assert!(matches!(codings.ask(Coding::Gzip), Coded::Vacant));
        assert!(codings.begin(Coding::Gzip, room()).is_some());
        assert!(codings.begin(Coding::Gzip, room()).is_none());
        assert!(matches!(codings.ask(Coding::Gzip), Coded::Coming(_)));
        // Codings are apart.
        assert!(codings.begin(Coding::Zstd, room()).is_some());
        codings.end(Coding::Zstd, None);
        codings.end(Coding::Gzip, Some(kept(b"coded")));
        assert_eq!(
            (codings.length(Coding::Gzip), codings.weight()),
            (Some(5), 5)
        );
        let kept = codings.ask(Coding::Gzip);
        assert!(matches!(kept, Coded::Kept(body, false) if &*body == b"coded"));
        assert!(matches!(codings.ask(Coding::Zstd), Coded::Own), "in vain");
    }

    #[test]
    fn what_was_given_up_may_be_begun_again() {
        let codings = Codings::default();
        let begin = || codings.begin(Coding::Brotli, Budget::new(0).room());
        assert!(begin().is_some());
        codings.give_up(Coding::Brotli);
        assert!(matches!(codings.ask(Coding::Brotli), Coded::Vacant));
        assert!(begin().is_some());
        codings.end(Coding::Brotli, Some(kept(b"coded")));
        codings.give_up(Coding::Brotli);
        assert_eq!(codings.length(Coding::Brotli), Some(5), "it was made");
    }

    #[test]
    fn what_is_asked_for_often_is_made_again_once() {
        let codings = Codings::default();
        let again = || match codings.ask(Coding::Brotli) {
            Coded::Kept(_, again) => again,
            other => panic!("{other:?}"),
        };
        codings.end(Coding::Brotli, Some(kept(b"coded")));
        assert_eq!((0..WORTH).filter(|_| again()).count(), 1);
        assert!(!again(), "it is being made");
        codings.put_off(Coding::Brotli);
        assert_eq!((0..WORTH).filter(|_| again()).count(), 1);
        codings.improve(Coding::Brotli, kept(b"longer than it was"));
        assert_eq!(codings.length(Coding::Brotli), Some(5));
        codings.improve(Coding::Brotli, kept(b"less"));
        assert_eq!(codings.length(Coding::Brotli), Some(4));
        assert!((0..=WORTH).all(|_| !again()));
    }
}

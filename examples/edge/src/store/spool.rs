//! A body on its way from one upstream to any number of readers.
//!
//! As long as it is *kept*, every piece stays, so that it can be stored in the
//! end and late readers can begin at its beginning. If it is not (it must not
//! be stored, or is longer than the store takes), it is a window: pieces go
//! when the slowest reader has them, and the upstream waits for that reader.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::Frame;

use crate::proxy::BodyError;

/// Bytes that may be ahead of the slowest reader: enough for a long fat pipe,
/// small enough for thousands of them.
const WINDOW: usize = 256 * 1024;

/// A body that is being received.
#[derive(Debug)]
pub(crate) struct Spool {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    pieces: VecDeque<Bytes>,
    /// The number of the first piece that is still there.
    first: u64,
    held: usize,
    keep: bool,
    end: Option<End>,
    /// All of it, for those who come when it is whole.
    whole: Option<Bytes>,
    readers: Vec<Place>,
    next_id: u64,
    filler: Option<Waker>,
}

#[derive(Clone, Debug)]
enum End {
    Whole(Option<HeaderMap>),
    Cut(BodyError),
}

/// Where a reader stands.
#[derive(Debug)]
struct Place {
    id: u64,
    next: u64,
    waker: Option<Waker>,
}

/// Every reader has gone, and nothing is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NobodyReads;

impl Spool {
    pub(crate) fn new(keep: bool) -> Arc<Spool> {
        Arc::new(Spool {
            inner: Mutex::new(Inner {
                pieces: VecDeque::new(),
                first: 0,
                held: 0,
                keep,
                end: None,
                whole: None,
                readers: Vec::new(),
                next_id: 0,
                filler: None,
            }),
        })
    }

    /// A reader from the beginning, unless that has gone.
    pub(crate) fn reader(self: &Arc<Spool>) -> Option<Reader> {
        let mut inner = self.lock();
        if inner.first > 0 && inner.whole.is_none() {
            return None;
        }
        let id = inner.next_id;
        inner.next_id += 1;
        let whole = inner.whole.clone();
        // One that has all of it at once stands at the end.
        let next = match whole {
            Some(_) => inner.first + inner.pieces.len() as u64,
            None => 0,
        };
        inner.readers.push(Place {
            id,
            next,
            waker: None,
        });
        Some(Reader {
            spool: Arc::clone(self),
            id,
            whole,
            trailed: false,
        })
    }

    /// Adds a piece.
    pub(crate) fn push(&self, piece: Bytes) {
        let mut inner = self.lock();
        inner.held += piece.len();
        inner.pieces.push_back(piece);
        inner.wake_readers();
        inner.trim();
    }

    /// Waits until more may be pushed.
    pub(crate) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<Result<(), NobodyReads>> {
        let mut inner = self.lock();
        if inner.keep {
            return Poll::Ready(Ok(()));
        }
        if inner.readers.is_empty() {
            return Poll::Ready(Err(NobodyReads));
        }
        if inner.held < WINDOW {
            return Poll::Ready(Ok(()));
        }
        inner.filler = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Waits until nobody is left for whom the body is received.
    pub(crate) fn poll_abandoned(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut inner = self.lock();
        if !inner.keep && inner.readers.is_empty() {
            return Poll::Ready(());
        }
        inner.filler = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Cuts off the readers for whom the others wait.
    pub(crate) fn drop_slowest(&self) {
        let mut inner = self.lock();
        let first = inner.first;
        inner.readers.retain_mut(|place| {
            if place.next > first {
                return true;
            }
            if let Some(waker) = place.waker.take() {
                waker.wake();
            }
            false
        });
        inner.trim();
    }

    /// From here on it is a window.
    pub(crate) fn stop_keeping(&self) {
        let mut inner = self.lock();
        inner.keep = false;
        inner.trim();
    }

    /// The body is whole. Returns it in one piece if it was kept.
    pub(crate) fn finish(&self, trailers: Option<HeaderMap>) -> Option<Bytes> {
        let mut inner = self.lock();
        inner.end = Some(End::Whole(trailers));
        inner.wake_readers();
        if !inner.keep {
            return None;
        }
        // A copy even of a single piece: it may be a sliver of a large read
        // buffer, which would stay with it.
        let mut whole = BytesMut::with_capacity(inner.held);
        for piece in &inner.pieces {
            whole.extend_from_slice(piece);
        }
        let whole = whole.freeze();
        inner.whole = Some(whole.clone());
        inner.keep = false;
        inner.trim();
        Some(whole)
    }

    /// The body was cut: readers see it as truncated.
    pub(crate) fn cut(&self, error: BodyError) {
        let mut inner = self.lock();
        if inner.end.is_none() {
            inner.end = Some(End::Cut(error));
        }
        inner.wake_readers();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn wake_readers(&mut self) {
        for place in &mut self.readers {
            if let Some(waker) = place.waker.take() {
                waker.wake();
            }
        }
    }

    /// Lets go of what every reader has, and of the filler if there is room.
    fn trim(&mut self) {
        if self.keep {
            return;
        }
        let end = self.first + self.pieces.len() as u64;
        let needed = self.readers.iter().map(|place| place.next).min();
        while self.first < needed.unwrap_or(end) {
            let Some(piece) = self.pieces.pop_front() else {
                break;
            };
            self.held -= piece.len();
            self.first += 1;
        }
        if (self.held < WINDOW || self.readers.is_empty())
            && let Some(waker) = self.filler.take()
        {
            waker.wake();
        }
    }
}

/// One reader of a spool.
#[derive(Debug)]
pub(crate) struct Reader {
    spool: Arc<Spool>,
    id: u64,
    whole: Option<Bytes>,
    trailed: bool,
}

impl Reader {
    pub(crate) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if let Some(whole) = self.whole.take() {
            return Poll::Ready(Some(Ok(Frame::data(whole))));
        }
        let mut inner = self.spool.lock();
        let inner = &mut *inner;
        let Some(place) = inner.readers.iter_mut().find(|place| place.id == self.id) else {
            return Poll::Ready(Some(Err(BodyError::TooSlow)));
        };
        if let Some(piece) = inner.pieces.get((place.next - inner.first) as usize) {
            let piece = piece.clone();
            place.next += 1;
            inner.trim();
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        match &inner.end {
            None => {
                place.waker = Some(cx.waker().clone());
                Poll::Pending
            }
            Some(End::Cut(error)) => Poll::Ready(Some(Err(error.clone()))),
            Some(End::Whole(Some(trailers))) if !self.trailed => {
                self.trailed = true;
                Poll::Ready(Some(Ok(Frame::trailers(trailers.clone()))))
            }
            Some(End::Whole(_)) => Poll::Ready(None),
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut inner = self.spool.lock();
        inner.readers.retain(|place| place.id != self.id);
        inner.trim();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(reader: &mut Reader) -> Option<Bytes> {
        let mut cx = Context::from_waker(Waker::noop());
        match reader.poll_frame(&mut cx) {
            Poll::Ready(Some(Ok(frame))) => frame.into_data().ok(),
            _ => None,
        }
    }

    fn room(spool: &Spool) -> Poll<Result<(), NobodyReads>> {
        spool.poll_room(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_window_waits_for_its_slowest_reader() {
        let spool = Spool::new(false);
        let (mut fast, mut slow) = (spool.reader().unwrap(), spool.reader().unwrap());
        spool.push(Bytes::from(vec![1; WINDOW]));
        assert!(data(&mut fast).is_some());
        assert!(room(&spool).is_pending());
        assert!(data(&mut slow).is_some());
        assert_eq!(room(&spool), Poll::Ready(Ok(())));
        assert!(spool.reader().is_none(), "the beginning has gone");
    }

    #[test]
    fn the_slowest_can_be_cut_off_without_harm_to_others() {
        let spool = Spool::new(false);
        let (mut fast, mut slow) = (spool.reader().unwrap(), spool.reader().unwrap());
        spool.push(Bytes::from(vec![1; WINDOW]));
        assert!(data(&mut fast).is_some());
        spool.drop_slowest();
        assert_eq!(room(&spool), Poll::Ready(Ok(())));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(matches!(
            slow.poll_frame(&mut cx),
            Poll::Ready(Some(Err(BodyError::TooSlow)))
        ));
        spool.push(Bytes::from_static(b"more"));
        assert_eq!(data(&mut fast).as_deref(), Some(&b"more"[..]));
    }

    #[test]
    fn what_nobody_reads_is_not_received() {
        let spool = Spool::new(false);
        drop(spool.reader());
        assert_eq!(room(&spool), Poll::Ready(Err(NobodyReads)));
        let kept = Spool::new(true);
        drop(kept.reader());
        assert_eq!(room(&kept), Poll::Ready(Ok(())));
    }

    #[test]
    fn what_was_kept_comes_out_whole_and_late_readers_get_all() {
        let spool = Spool::new(true);
        spool.push(Bytes::from_static(b"ab"));
        let mut early = spool.reader().unwrap();
        assert_eq!(data(&mut early).as_deref(), Some(&b"ab"[..]));
        spool.push(Bytes::from_static(b"cd"));
        let mut late = spool.reader().unwrap();
        assert_eq!(spool.finish(None).as_deref(), Some(&b"abcd"[..]));
        assert_eq!(data(&mut late).as_deref(), Some(&b"ab"[..]));
        assert_eq!(data(&mut late).as_deref(), Some(&b"cd"[..]));
        assert_eq!(data(&mut late), None);
    }

    #[test]
    fn who_comes_when_all_have_gone_still_gets_it() {
        let spool = Spool::new(true);
        spool.push(Bytes::from_static(b"ab"));
        spool.push(Bytes::from_static(b"cd"));
        spool.finish(None);
        let mut late = spool.reader().unwrap();
        assert_eq!(data(&mut late).as_deref(), Some(&b"abcd"[..]));
        assert_eq!(data(&mut late), None);
    }

    #[test]
    fn a_cut_is_seen_by_all() {
        let spool = Spool::new(true);
        let mut reader = spool.reader().unwrap();
        spool.push(Bytes::from_static(b"ab"));
        spool.cut(BodyError::Truncated);
        assert!(data(&mut reader).is_some());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(matches!(
            reader.poll_frame(&mut cx),
            Poll::Ready(Some(Err(BodyError::Truncated)))
        ));
    }
}

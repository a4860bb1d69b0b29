//! A body on its way from one upstream to any number of readers.
//!
//! As long as it is *kept*, every piece stays, so that it can be stored in the
//! end and late readers can begin at its beginning. If it is not (it must not
//! be stored, or is longer than the store takes), it is a window: pieces go
//! when the slowest reader has them, and the upstream waits for that reader,
//! though not for long while other readers wait for it.
//! Small pieces are put together, as each costs more than its bytes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::Frame;
use tokio::time::Instant;

use super::{Kept, Room};
use crate::proxy::BodyError;

/// Bytes that may be ahead of the slowest reader: enough for a long fat pipe,
/// small enough for thousands of them.
const WINDOW: usize = 256 * 1024;

/// For so long readers wait for one that stands still.
const OTHERS_WAIT: Duration = Duration::from_secs(2);

/// What is shorter is copied behind what came before it.
const SMALL: usize = 1024;
/// So much of it is put together.
const TOGETHER: usize = 4 * SMALL;

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
    /// Small pieces that came after the others.
    tail: BytesMut,
    held: usize,
    keep: bool,
    /// What the pieces take, where they were to be kept.
    room: Option<Room>,
    end: Option<End>,
    /// All of it, in place of the pieces, once it is whole.
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
    /// The piece that it reads next; the tail stands behind the last.
    next: u64,
    /// What it has of that, or of the whole.
    skip: usize,
    waker: Option<Waker>,
}

/// Every reader has gone, and nothing is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NobodyReads;

impl Spool {
    /// A body that is kept, if there is room to grow; else a window.
    pub(crate) fn new(room: Option<Room>) -> Arc<Spool> {
        Arc::new(Spool {
            inner: Mutex::new(Inner {
                pieces: VecDeque::new(),
                first: 0,
                tail: BytesMut::new(),
                held: 0,
                keep: room.is_some(),
                room,
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
        if inner.first > 0 {
            return None;
        }
        let id = inner.next_id;
        inner.next_id += 1;
        inner.readers.push(Place {
            id,
            next: 0,
            skip: 0,
            waker: None,
        });
        Some(Reader {
            spool: Arc::clone(self),
            id,
            trailed: false,
        })
    }

    /// Adds a piece, with the room that it takes where it is kept and that was
    /// not given before.
    pub(crate) fn push(&self, piece: Bytes, room: Option<Room>) {
        let mut inner = self.lock();
        if let (Some(all), Some(more)) = (&mut inner.room, room) {
            all.join(more);
        }
        inner.held += piece.len();
        let small = piece.len() < SMALL;
        if !small || inner.tail.len() + piece.len() > TOGETHER {
            inner.end_tail();
        }
        if !small {
            inner.pieces.push_back(piece);
        } else {
            if inner.tail.capacity() - inner.tail.len() < piece.len() {
                inner.tail.reserve(TOGETHER);
            }
            inner.tail.extend_from_slice(&piece);
        }
        inner.wake_readers();
        inner.trim();
    }

    /// Waits until more may be pushed. A reader that stands still for `most`, or
    /// for whom others wait, is cut off.
    pub(crate) async fn wait_for_room(&self, most: Duration) -> Result<(), NobodyReads> {
        let mut began = Instant::now();
        loop {
            let left = most.saturating_sub(began.elapsed());
            let room = std::future::poll_fn(|cx| self.poll_room(cx));
            if let Ok(room) = tokio::time::timeout(left.min(OTHERS_WAIT), room).await {
                return room;
            }
            if self.others_wait() || began.elapsed() >= most {
                self.drop_slowest();
                began = Instant::now();
            }
        }
    }

    /// Whether a reader has what another has yet to take.
    fn others_wait(&self) -> bool {
        let inner = self.lock();
        inner.readers.iter().any(|place| place.next > inner.first)
    }

    fn poll_room(&self, cx: &mut Context<'_>) -> Poll<Result<(), NobodyReads>> {
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
    fn drop_slowest(&self) {
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

    /// From here on it is a window. What is in it takes its room until it is
    /// read.
    pub(crate) fn stop_keeping(&self) {
        let mut inner = self.lock();
        inner.keep = false;
        inner.trim();
    }

    /// The body is whole.
    pub(crate) fn finish(&self, trailers: Option<HeaderMap>) {
        self.lock().finish(trailers);
    }

    /// The body is whole. Returns it in one piece if it was kept.
    pub(crate) fn keep(&self, trailers: Option<HeaderMap>) -> Option<Kept> {
        let mut inner = self.lock();
        inner.finish(trailers);
        if !inner.keep {
            return None;
        }
        let room = inner.room.take()?;
        inner.end_tail();
        // A copy even of a single piece: it may be a sliver of a large read
        // buffer, which would stay with it.
        let mut whole = BytesMut::with_capacity(inner.held);
        let mut begins = Vec::with_capacity(inner.pieces.len() + 1);
        begins.push(0);
        // Each goes when it is copied, so that there is never all of it twice.
        while let Some(piece) = inner.pieces.pop_front() {
            whole.extend_from_slice(&piece);
            begins.push(whole.len());
        }
        let whole = Kept::new(whole.freeze(), room);
        // From here on all read the copy, so that no reader, be it ever so
        // slow, keeps another.
        for place in &mut inner.readers {
            place.skip += begins[place.next as usize];
            place.next = 0;
        }
        inner.held = 0;
        inner.whole = Some(whole.lend());
        inner.keep = false;
        Some(whole)
    }

    /// The length of what was kept, in bytes.
    pub(super) fn length(&self) -> Option<usize> {
        self.lock().whole.as_ref().map(Bytes::len)
    }

    /// The body was cut: readers see it as truncated. It is not kept.
    pub(crate) fn cut(&self, error: BodyError) {
        let mut inner = self.lock();
        if inner.end.is_none() {
            inner.end = Some(End::Cut(error));
            inner.keep = false;
            inner.trim();
        }
        inner.wake_readers();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn finish(&mut self, trailers: Option<HeaderMap>) {
        self.end = Some(End::Whole(trailers));
        self.wake_readers();
    }

    /// Makes a piece of the small ones; who reads them stands in it as before.
    fn end_tail(&mut self) {
        if !self.tail.is_empty() {
            let piece = self.tail.split().freeze();
            self.pieces.push_back(piece);
        }
    }

    /// What the reader at `index` gets next.
    fn next_data(&mut self, index: usize) -> Option<Bytes> {
        let place = &mut self.readers[index];
        if let Some(whole) = &self.whole {
            // Not all at once, by which it would be out of sight who still
            // reads.
            let end = whole.len().min(place.skip + WINDOW);
            let data = whole.slice(place.skip..end);
            place.skip = end;
            return (!data.is_empty()).then_some(data);
        }
        while let Some(piece) = self.pieces.get((place.next - self.first) as usize) {
            let data = piece.slice(place.skip..);
            place.next += 1;
            place.skip = 0;
            if !data.is_empty() {
                self.trim();
                return Some(data);
            }
        }
        let data = Bytes::copy_from_slice(&self.tail[place.skip..]);
        place.skip = self.tail.len();
        self.trim();
        (!data.is_empty()).then_some(data)
    }

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
        if let Some(room) = &mut self.room {
            room.shrink_to(self.held as u64);
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
    trailed: bool,
}

impl Reader {
    pub(crate) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let mut inner = self.spool.lock();
        let inner = &mut *inner;
        let Some(index) = inner.readers.iter().position(|place| place.id == self.id) else {
            return Poll::Ready(Some(Err(BodyError::TooSlow)));
        };
        if let Some(data) = inner.next_data(index) {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        match &inner.end {
            None => {
                inner.readers[index].waker = Some(cx.waker().clone());
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
    use super::super::room::Budget;
    use super::*;

    fn room() -> Room {
        Budget::new(0).room()
    }

    fn data(reader: &mut Reader) -> Option<Bytes> {
        let mut cx = Context::from_waker(Waker::noop());
        match reader.poll_frame(&mut cx) {
            Poll::Ready(Some(Ok(frame))) => frame.into_data().ok(),
            _ => None,
        }
    }

    fn push(spool: &Spool, budget: &Arc<Budget>, bytes: usize) {
        let mut room = budget.room();
        assert!(room.add(bytes as u64));
        spool.push(vec![7; bytes].into(), Some(room));
    }

    fn ready(spool: &Spool) -> Poll<Result<(), NobodyReads>> {
        spool.poll_room(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_window_waits_for_its_slowest_reader() {
        let spool = Spool::new(None);
        let (mut fast, mut slow) = (spool.reader().unwrap(), spool.reader().unwrap());
        spool.push(Bytes::from(vec![1; WINDOW]), None);
        assert!(data(&mut fast).is_some());
        assert!(ready(&spool).is_pending());
        assert!(data(&mut slow).is_some());
        assert_eq!(ready(&spool), Poll::Ready(Ok(())));
        assert!(spool.reader().is_none(), "the beginning has gone");
    }

    #[test]
    fn the_slowest_can_be_cut_off_without_harm_to_others() {
        let spool = Spool::new(None);
        let (mut fast, mut slow) = (spool.reader().unwrap(), spool.reader().unwrap());
        spool.push(Bytes::from(vec![1; WINDOW]), None);
        assert!(data(&mut fast).is_some());
        spool.drop_slowest();
        assert_eq!(ready(&spool), Poll::Ready(Ok(())));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(matches!(
            slow.poll_frame(&mut cx),
            Poll::Ready(Some(Err(BodyError::TooSlow)))
        ));
        spool.push(Bytes::from_static(b"more"), None);
        assert_eq!(data(&mut fast).as_deref(), Some(&b"more"[..]));
    }

    #[test]
    fn what_nobody_reads_is_not_received() {
        let spool = Spool::new(None);
        drop(spool.reader());
        assert_eq!(ready(&spool), Poll::Ready(Err(NobodyReads)));
        let kept = Spool::new(Some(room()));
        drop(kept.reader());
        assert_eq!(ready(&kept), Poll::Ready(Ok(())));
    }

    #[test]
    fn what_was_kept_comes_out_whole_and_late_readers_get_all() {
        let spool = Spool::new(Some(room()));
        spool.push(Bytes::from_static(b"ab"), None);
        let mut early = spool.reader().unwrap();
        assert_eq!(data(&mut early).as_deref(), Some(&b"ab"[..]));
        spool.push(Bytes::from_static(b"cd"), None);
        let mut late = spool.reader().unwrap();
        assert_eq!(spool.keep(None).as_deref(), Some(&b"abcd"[..]));
        assert_eq!(data(&mut early).as_deref(), Some(&b"cd"[..]));
        assert_eq!(data(&mut late).as_deref(), Some(&b"abcd"[..]));
        assert_eq!(data(&mut late), None);
    }

    #[test]
    fn small_pieces_are_put_together_wherever_readers_stand() {
        for keep in [true, false] {
            let spool = Spool::new(keep.then(room));
            let (mut fast, mut slow) = (spool.reader().unwrap(), spool.reader().unwrap());
            let (mut sent, mut got) = (Vec::new(), Vec::new());
            for round in 0..20_000_u32 {
                // Now and then one that is not small.
                let length = if round % 5_000 == 4_999 { SMALL } else { 1 };
                let piece = vec![round as u8; length];
                sent.extend_from_slice(&piece);
                spool.push(piece.into(), None);
                if round % 7 == 0 {
                    got.extend(data(&mut fast).unwrap());
                }
            }
            assert!(spool.lock().pieces.len() < 20);
            spool.keep(None);
            got.extend(std::iter::from_fn(|| data(&mut fast)).flatten());
            assert!(got == sent, "{keep}");
            let all: Vec<u8> = std::iter::from_fn(|| data(&mut slow)).flatten().collect();
            assert!(all == sent, "{keep}");
        }
    }

    #[test]
    fn there_is_one_copy_and_its_room_is_taken_until_the_last_has_read_it() {
        let budget = Budget::new(u64::MAX);
        let spool = Spool::new(Some(budget.room()));
        let (mut first, last) = (spool.reader().unwrap(), spool.reader().unwrap());
        push(&spool, &budget, 2 * WINDOW);
        drop(spool.keep(None));
        assert!(spool.lock().pieces.is_empty());
        drop(spool);
        let piece = data(&mut first).unwrap();
        drop((first, last));
        assert_eq!(budget.taken(), 2 * WINDOW as u64);
        drop(piece);
        assert_eq!(budget.taken(), 0);
    }

    #[test]
    fn what_is_kept_no_more_takes_room_until_it_is_read() {
        for cut in [false, true] {
            let budget = Budget::new(u64::MAX);
            let spool = Spool::new(Some(budget.room()));
            let (mut fast, mut slow) = (spool.reader().unwrap(), spool.reader().unwrap());
            push(&spool, &budget, 3 * WINDOW);
            push(&spool, &budget, 10);
            if cut {
                spool.cut(BodyError::Truncated);
            } else {
                spool.stop_keeping();
            }
            while data(&mut fast).is_some() {}
            assert_eq!(budget.taken(), 3 * WINDOW as u64 + 10);
            assert!(data(&mut slow).is_some());
            assert_eq!(budget.taken(), 10);
            drop((fast, slow, spool));
            assert_eq!(budget.taken(), 0);
        }
    }

    #[test]
    fn who_comes_when_all_have_gone_still_gets_it() {
        let spool = Spool::new(Some(room()));
        spool.push(Bytes::from_static(b"ab"), None);
        spool.push(Bytes::from_static(b"cd"), None);
        spool.keep(None);
        let mut late = spool.reader().unwrap();
        assert_eq!(data(&mut late).as_deref(), Some(&b"abcd"[..]));
        assert_eq!(data(&mut late), None);
    }

    #[test]
    fn a_cut_is_seen_by_all() {
        let spool = Spool::new(Some(room()));
        let mut reader = spool.reader().unwrap();
        spool.push(Bytes::from_static(b"ab"), None);
        spool.cut(BodyError::Truncated);
        assert!(data(&mut reader).is_some());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(matches!(
            reader.poll_frame(&mut cx),
            Poll::Ready(Some(Err(BodyError::Truncated)))
        ));
    }
}

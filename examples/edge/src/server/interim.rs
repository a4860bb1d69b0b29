//! Interim responses (RFC 9110 §15.2) on their way to an HTTP/1.1 client.
//!
//! hyper's server sends none but its own 100. Between two final responses it
//! writes nothing, so an interim one can be put on the wire beneath it: the
//! request's handler leaves it here, and the connection's [`io`](super::io)
//! writes it once hyper has flushed all it had.

use std::io::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::{Buf as _, Bytes};
use futures_util::task::AtomicWaker;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};

/// The place where they wait.
#[derive(Debug, Default)]
pub(crate) struct Interim {
    /// Whether anything waits, to be asked without the lock.
    waiting: AtomicBool,
    queue: Mutex<Queue>,
    connection: AtomicWaker,
}

#[derive(Debug, Default)]
struct Queue {
    open: bool,
    /// Which of the connection's requests it is open for.
    request: u64,
    /// How many that request was sent.
    count: u32,
    /// Some of the bytes are on the wire, so the rest must follow.
    begun: bool,
    bytes: Bytes,
}

impl Interim {
    /// The most that may wait; what is more is dropped, as a client that reads
    /// nothing has no use for a hint.
    const MOST: usize = 16 * 1024;

    /// The most that one request gets: an origin that says nothing else does
    /// not keep its client busy.
    const MOST_OF_ONE: u32 = 64;

    /// A request came that may get interim responses.
    pub(crate) fn open(&self) {
        let mut queue = self.lock();
        queue.open = true;
        queue.request += 1;
        queue.count = 0;
    }

    /// Which request it was last opened for, for [`Interim::send`].
    pub(crate) fn request(&self) -> u64 {
        self.lock().request
    }

    /// The final response begins: what has not begun by now comes too late.
    pub(crate) fn close(&self) {
        let mut queue = self.lock();
        queue.open = false;
        if !queue.begun {
            queue.bytes = Bytes::new();
            self.waiting.store(false, Ordering::Release);
        }
    }

    /// Sends an interim response to this request, if one may still be sent. An
    /// attempt can outlive its request: what it brings is not for the next.
    pub(crate) fn send(&self, request: u64, status: StatusCode, headers: &HeaderMap) {
        let mut queue = self.lock();
        if !queue.open || queue.request != request || queue.count >= Interim::MOST_OF_ONE {
            return;
        }
        let mut bytes = Vec::from(&queue.bytes[..]);
        let reason = status.canonical_reason().unwrap_or_default();
        // Writing to a vector can't fail.
        let _ = write!(bytes, "HTTP/1.1 {} {reason}\r\n", status.as_u16());
        for (name, value) in headers {
            if *name == CONTENT_LENGTH {
                // RFC 9110 §8.6: some would frame by it.
                continue;
            }
            bytes.extend_from_slice(name.as_str().as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        if bytes.len() > Interim::MOST {
            return;
        }
        queue.bytes = bytes.into();
        queue.count += 1;
        self.waiting.store(true, Ordering::Release);
        drop(queue);
        self.connection.wake();
    }

    /// The connection's last word, where no request came to be answered.
    pub(super) fn refuse(&self, response: &'static [u8]) {
        let mut queue = self.lock();
        queue.bytes = Bytes::from_static(response);
        self.waiting.store(true, Ordering::Release);
        drop(queue);
        self.connection.wake();
    }

    /// The connection waits, and wants to be woken for what comes.
    pub(super) fn register(&self, waker: &std::task::Waker) {
        self.connection.register(waker);
    }

    /// What to put on the wire next. `begun_only`: hyper has unwritten bytes of
    /// its own, so nothing new may begin.
    pub(super) fn next(&self, begun_only: bool) -> Option<Bytes> {
        if !self.waiting.load(Ordering::Acquire) {
            return None;
        }
        let queue = self.lock();
        (!queue.bytes.is_empty() && (queue.begun || !begun_only)).then(|| queue.bytes.clone())
    }

    /// So many of the bytes are on the wire.
    pub(super) fn written(&self, count: usize) {
        let mut queue = self.lock();
        let count = count.min(queue.bytes.len());
        queue.bytes.advance(count);
        queue.begun = !queue.bytes.is_empty();
        self.waiting
            .store(!queue.bytes.is_empty(), Ordering::Release);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints() -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("link", "</a.css>; rel=preload".parse().unwrap());
        headers
    }

    #[test]
    fn nothing_begins_before_the_request_or_after_the_head() {
        let interim = Interim::default();
        interim.send(interim.request(), StatusCode::EARLY_HINTS, &hints());
        assert_eq!(interim.next(false), None);
        interim.open();
        interim.send(interim.request(), StatusCode::EARLY_HINTS, &hints());
        let bytes = interim.next(false).unwrap();
        assert_eq!(
            &bytes[..],
            b"HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n"
        );
        assert_eq!(interim.next(true), None);
        interim.close();
        assert_eq!(interim.next(false), None);
    }

    #[test]
    fn what_one_request_is_told_is_not_for_the_next() {
        let interim = Interim::default();
        interim.open();
        let first = interim.request();
        interim.close();
        interim.open();
        interim.send(first, StatusCode::EARLY_HINTS, &hints());
        assert_eq!(interim.next(false), None);
        interim.send(interim.request(), StatusCode::EARLY_HINTS, &hints());
        assert!(interim.next(false).is_some());
    }

    #[test]
    fn there_is_an_end_of_them() {
        let interim = Interim::default();
        for _ in 0..2 {
            interim.open();
            for count in 0..100 {
                interim.send(interim.request(), StatusCode::EARLY_HINTS, &hints());
                let sent = interim
                    .next(false)
                    .map(|bytes| interim.written(bytes.len()));
                assert_eq!(sent.is_some(), count < Interim::MOST_OF_ONE);
            }
        }
    }

    #[test]
    fn what_has_begun_is_ended() {
        let interim = Interim::default();
        interim.open();
        interim.send(interim.request(), StatusCode::EARLY_HINTS, &hints());
        let all = interim.next(false).unwrap();
        interim.written(10);
        interim.close();
        assert_eq!(interim.next(true).unwrap(), all.slice(10..));
        interim.written(all.len() - 10);
        assert_eq!(interim.next(true), None);
    }
}

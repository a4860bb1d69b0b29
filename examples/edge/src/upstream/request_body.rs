//! A request's body on its way to an endpoint. It is streamed, not kept, so
//! only one attempt can have it.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

use crate::proxy::{BodyError, passed_on};

/// The client's body, until an attempt begins to send it.
#[derive(Clone, Debug)]
pub(crate) struct ClientBody {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    body: Mutex<Option<Incoming>>,
    hint: SizeHint,
    /// Between two pieces.
    patience: Duration,
    taken: AtomicBool,
    /// What the client made of it.
    failed: OnceLock<StatusCode>,
}

impl ClientBody {
    pub(crate) fn new(body: Incoming, patience: Duration) -> ClientBody {
        ClientBody {
            shared: Arc::new(Shared {
                hint: body.size_hint(),
                body: Mutex::new(Some(body)),
                patience,
                taken: AtomicBool::new(false),
                failed: OnceLock::new(),
            }),
        }
    }

    /// If the client is to blame, the status for it: it was too slow, or broke
    /// the body off, or sent none that can be read.
    pub(crate) fn failure(&self) -> Option<StatusCode> {
        self.shared.failed.get().copied()
    }

    /// Whether an attempt has begun to send it.
    pub(crate) fn is_taken(&self) -> bool {
        self.shared.taken.load(Ordering::Acquire)
    }
}

/// The frame, with no trailers but those that are passed on.
fn without_refused(frame: Frame<Bytes>) -> Frame<Bytes> {
    match frame.into_trailers() {
        Ok(trailers) => Frame::trailers(passed_on(trailers)),
        Err(frame) => frame,
    }
}

/// What one attempt sends.
#[derive(Debug)]
pub(crate) struct AttemptBody {
    source: Option<ClientBody>,
    body: Option<Incoming>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl AttemptBody {
    pub(crate) fn new(source: Option<ClientBody>) -> AttemptBody {
        AttemptBody {
            source,
            body: None,
            timer: None,
        }
    }
}

impl Body for AttemptBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        let Some(source) = &this.source else {
            return Poll::Ready(None);
        };
        if this.body.is_none() {
            let mut place = source
                .shared
                .body
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            source.shared.taken.store(true, Ordering::Release);
            this.body = place.take();
        }
        let Some(body) = this.body.as_mut() else {
            return Poll::Ready(Some(Err(BodyError::Taken)));
        };
        let failed = |error, status| {
            // The first to fail tells why.
            let _ = source.shared.failed.set(status);
            Poll::Ready(Some(Err(error)))
        };
        match Pin::new(body).poll_frame(cx) {
            Poll::Ready(Some(Err(_))) => failed(BodyError::Client, StatusCode::BAD_REQUEST),
            Poll::Ready(frame) => {
                this.timer = None;
                let frame = frame.map(|frame| frame.map_err(|_| BodyError::Client));
                Poll::Ready(frame.map(|frame| frame.map(without_refused)))
            }
            Poll::Pending => {
                let patience = source.shared.patience;
                let timer = this.timer.get_or_insert_with(|| {
                    Box::pin(tokio::time::sleep_until(Instant::now() + patience))
                });
                match timer.as_mut().poll(cx) {
                    Poll::Ready(()) => failed(BodyError::TooSlow, StatusCode::REQUEST_TIMEOUT),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match (&self.source, &self.body) {
            (None, _) => true,
            (Some(_), Some(body)) => body.is_end_stream(),
            (Some(_), None) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.source, &self.body) {
            (None, _) => SizeHint::with_exact(0),
            (Some(_), Some(body)) => body.size_hint(),
            (Some(source), None) => source.shared.hint,
        }
    }
}

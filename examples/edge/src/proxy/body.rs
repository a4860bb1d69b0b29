//! What a client is sent, and the record of it.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::encode::Encoded;
use super::served::Served;
use crate::store::Reader;

/// Why a body ended before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// The client broke it off.
    Client,
    /// The client was too slow.
    TooSlow,
    /// Another attempt has sent it.
    Taken,
    /// The upstream broke it off, and nothing could go on from there.
    Truncated,
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BodyError::Client => "the client broke the body off",
            BodyError::TooSlow => "the client was too slow",
            BodyError::Taken => "the body has been sent already",
            BodyError::Truncated => "the upstream broke the body off",
        })
    }
}

impl std::error::Error for BodyError {}

/// Where a response's body comes from.
#[derive(Debug)]
pub(crate) enum Source {
    Empty,
    Whole(Bytes),
    /// So many bytes are left out, and so many given.
    Part(Reader, u64, u64),
    Stream(Reader),
    Encoded(Box<Encoded>),
}

impl Source {
    /// The next piece; at `most` so many bytes of what is there as a whole.
    pub(super) fn poll_frame(
        &mut self,
        most: usize,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self {
            Source::Empty => Poll::Ready(None),
            Source::Whole(bytes) => {
                let piece = bytes.split_to(most.min(bytes.len()));
                Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
            }
            Source::Stream(reader) => reader.poll_frame(cx),
            Source::Part(reader, skip, left) => poll_part(reader, skip, left, cx),
            Source::Encoded(encoded) => encoded.poll_frame(cx),
        }
    }
}

/// Of HTTP/2 the most that is handed over at once. It would be out of sight
/// from there on, and a client that is merely slow would seem to be idle.
const PIECE: usize = 64 * 1024;

/// A response's body.
#[derive(Debug)]
pub(crate) struct Body {
    source: Source,
    /// `None` where the request outlives its response.
    served: Option<Served>,
}

impl Body {
    pub(super) fn new(source: Source, mut served: Served) -> Body {
        served.turn(true);
        Body {
            source,
            served: Some(served),
        }
    }

    /// The body that a 101 does not have.
    pub(super) const fn empty() -> Body {
        Body {
            source: Source::Empty,
            served: None,
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        let Some(served) = &mut this.served else {
            return Poll::Ready(None);
        };
        served.turn(false);
        let most = if served.is_multiplexed() {
            PIECE
        } else {
            usize::MAX
        };
        let frame = this.source.poll_frame(most, cx);
        match &frame {
            Poll::Ready(Some(Ok(frame))) => {
                let count = frame.data_ref().map_or(0, Bytes::len);
                served.sent(count as u64);
            }
            Poll::Ready(Some(Err(_))) => served.cut(),
            _ => {}
        }
        served.turn(frame.is_ready());
        frame
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Empty => true,
            Source::Whole(bytes) => bytes.is_empty(),
            Source::Part(_, _, left) => *left == 0,
            Source::Stream(_) | Source::Encoded(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Empty => SizeHint::with_exact(0),
            Source::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Source::Part(_, _, left) => SizeHint::with_exact(*left),
            // What the response's own Content-Length says holds.
            Source::Stream(_) | Source::Encoded(_) => SizeHint::default(),
        }
    }
}

fn poll_part(
    reader: &mut Reader,
    skip: &mut u64,
    left: &mut u64,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
    while *left > 0 {
        let data = match reader.poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            Poll::Ready(None) => return Poll::Ready(Some(Err(BodyError::Truncated))),
            other => return other,
        };
        let skipped = (*skip).min(data.len() as u64) as usize;
        *skip -= skipped as u64;
        let end = (data.len() as u64).min(skipped as u64 + *left) as usize;
        if end > skipped {
            *left -= (end - skipped) as u64;
            return Poll::Ready(Some(Ok(Frame::data(data.slice(skipped..end)))));
        }
    }
    Poll::Ready(None)
}

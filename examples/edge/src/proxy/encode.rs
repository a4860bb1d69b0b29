//! A body that is compressed while it is sent.

use std::fmt;
use std::io::{self, Write};
use std::task::{Context, Poll};

use brotli::CompressorWriter;
use bytes::Bytes;
use flate2::write::GzEncoder;
use hedgerow::delivery::Coding;
use http_body::Frame;

use super::body::{BodyError, Source};

/// The most bytes that are compressed at one go: other requests wait for the
/// thread meanwhile.
pub(super) const PIECE: usize = 32 * 1024;
const BROTLI_BUFFER: usize = 4096;
/// Half a megabyte: what a request holds while it is sent.
const BROTLI_WINDOW: u32 = 19;
/// Four megabytes, which any browser has.
const BROTLI_WINDOW_BEST: u32 = 22;

/// How much time is spent on getting a body smaller. What each costs and gains
/// stands with what is kept (`coded`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// While a client waits for it.
    Quick,
    /// For all who ask later.
    Best,
}

impl Level {
    const fn brotli(self) -> (u32, u32) {
        match self {
            Level::Quick => (5, BROTLI_WINDOW),
            Level::Best => (11, BROTLI_WINDOW_BEST),
        }
    }

    const fn zstd(self) -> i32 {
        match self {
            Level::Quick => 3,
            Level::Best => 19,
        }
    }

    /// Whether it makes of this coding less than [`Level::Quick`] does.
    pub(super) fn is_better(self, coding: Coding) -> bool {
        self != Level::Quick && coding != Coding::Gzip
    }
}

/// Writes into memory that is taken away again and again.
pub(super) enum Encoder {
    Brotli(Box<CompressorWriter<Vec<u8>>>),
    Zstd(Box<zstd::stream::write::Encoder<'static, Vec<u8>>>),
    Gzip(Box<GzEncoder<Vec<u8>>>),
    Finished(Vec<u8>),
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Encoder::Brotli(_) => "Brotli",
            Encoder::Zstd(_) => "Zstd",
            Encoder::Gzip(_) => "Gzip",
            Encoder::Finished(_) => "Finished",
        })
    }
}

impl Encoder {
    /// `length` is that of all that will be written, where it is known.
    pub(super) fn new(
        coding: Coding,
        level: Level,
        length: Option<u64>,
    ) -> io::Result<Option<Encoder>> {
        let out = Vec::new();
        Ok(Some(match coding {
            Coding::Brotli => {
                let (quality, window) = level.brotli();
                let encoder = CompressorWriter::new(out, BROTLI_BUFFER, quality, window);
                Encoder::Brotli(Box::new(encoder))
            }
            Coding::Zstd => {
                let mut encoder = zstd::stream::write::Encoder::new(out, level.zstd())?;
                // Its tables get no larger than they need be.
                encoder.set_pledged_src_size(length)?;
                Encoder::Zstd(Box::new(encoder))
            }
            Coding::Gzip => Encoder::Gzip(Box::new(GzEncoder::new(
                out,
                flate2::Compression::default(),
            ))),
            _ => return Ok(None),
        }))
    }

    pub(super) fn write(&mut self, data: &[u8]) -> io::Result<()> {
        match self {
            Encoder::Brotli(encoder) => encoder.write_all(data),
            Encoder::Zstd(encoder) => encoder.write_all(data),
            Encoder::Gzip(encoder) => encoder.write_all(data),
            Encoder::Finished(_) => Ok(()),
        }
    }

    /// Brings out what was written so far, at the cost of a few bytes.
    fn flush(&mut self) -> io::Result<()> {
        match self {
            Encoder::Brotli(encoder) => encoder.flush(),
            Encoder::Zstd(encoder) => encoder.flush(),
            Encoder::Gzip(encoder) => encoder.flush(),
            Encoder::Finished(_) => Ok(()),
        }
    }

    pub(super) fn finish(&mut self) -> io::Result<()> {
        let out = match std::mem::replace(self, Encoder::Finished(Vec::new())) {
            Encoder::Brotli(encoder) => encoder.into_inner(),
            Encoder::Zstd(encoder) => encoder.finish()?,
            Encoder::Gzip(encoder) => encoder.finish()?,
            Encoder::Finished(out) => out,
        };
        *self = Encoder::Finished(out);
        Ok(())
    }

    /// What has come out since it was last asked.
    pub(super) fn take(&mut self) -> Bytes {
        let out = match self {
            Encoder::Brotli(encoder) => encoder.get_mut(),
            Encoder::Zstd(encoder) => encoder.get_mut(),
            Encoder::Gzip(encoder) => encoder.get_mut(),
            Encoder::Finished(out) => out,
        };
        Bytes::from(std::mem::take(out))
    }

    const fn is_finished(&self) -> bool {
        matches!(self, Encoder::Finished(_))
    }
}

/// A body, compressed piece by piece as it is asked for.
#[derive(Debug)]
pub(crate) struct Encoded {
    plain: Source,
    encoder: Encoder,
    /// What has come and is not compressed yet.
    waiting: Bytes,
    /// Something was compressed that has not come out yet.
    held: bool,
    /// What follows the content.
    trailers: Option<Frame<Bytes>>,
}

impl Encoded {
    /// The body, compressed. What has none stays as it is: the answer to HEAD
    /// has the fields alone.
    pub(super) fn source(plain: Source, coding: Coding) -> Source {
        if matches!(plain, Source::Empty) {
            return plain;
        }
        match Encoder::new(coding, Level::Quick, None) {
            Ok(Some(encoder)) => Source::Encoded(Box::new(Encoded {
                plain,
                encoder,
                waiting: Bytes::new(),
                held: false,
                trailers: None,
            })),
            _ => Source::Empty,
        }
    }

    pub(super) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        loop {
            let out = self.encoder.take();
            if !out.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(out))));
            }
            if self.encoder.is_finished() {
                return Poll::Ready(self.trailers.take().map(Ok));
            }
            let done = if self.waiting.is_empty() {
                match self.plain.poll_frame(usize::MAX, cx) {
                    Poll::Ready(Some(Ok(frame))) => self.accept(frame),
                    Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                    Poll::Ready(None) => self.encoder.finish(),
                    // What has come is not held back for what may come late.
                    Poll::Pending if self.held => {
                        self.held = false;
                        let flushed = self.encoder.flush();
                        let out = self.encoder.take();
                        if !out.is_empty() {
                            return Poll::Ready(Some(Ok(Frame::data(out))));
                        }
                        if flushed.is_err() {
                            return Poll::Ready(Some(Err(BodyError::Truncated)));
                        }
                        return Poll::Pending;
                    }
                    Poll::Pending => return Poll::Pending,
                }
            } else {
                let piece = self.waiting.split_to(self.waiting.len().min(PIECE));
                self.held = true;
                self.encoder.write(&piece)
            };
            // It writes into memory, which does not fail.
            if done.is_err() {
                return Poll::Ready(Some(Err(BodyError::Truncated)));
            }
        }
    }

    fn accept(&mut self, frame: Frame<Bytes>) -> io::Result<()> {
        match frame.into_data() {
            Ok(data) => {
                self.waiting = data;
                Ok(())
            }
            Err(frame) => {
                self.trailers = Some(frame);
                self.encoder.finish()
            }
        }
    }
}

//! A client's connection, beneath hyper: it notes what goes on, and writes
//! interim responses.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::ConnectionState;

/// A stream and what is known of its connection.
#[derive(Debug)]
pub(super) struct ClientIo<S> {
    stream: S,
    state: Arc<ConnectionState>,
    preface: Preface,
    /// hyper has written since its last flush, so more of the same response
    /// may follow.
    unflushed: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> ClientIo<S> {
    pub(super) fn new(stream: S, state: Arc<ConnectionState>) -> ClientIo<S> {
        ClientIo {
            stream,
            state,
            preface: Preface::default(),
            unflushed: false,
        }
    }

    /// Writes what waits of interim responses. Ready when nothing has begun
    /// that must be ended first.
    fn poll_interim(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(bytes) = self.state.interim.next(self.unflushed) {
            let count = ready!(Pin::new(&mut self.stream).poll_write(cx, &bytes))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.state.interim.written(count);
        }
        Poll::Ready(Ok(()))
    }

    fn note<T>(&self, written: &Poll<io::Result<T>>) {
        match written {
            Poll::Ready(_) => self.state.wrote(),
            Poll::Pending => self.state.write_waits(),
        }
    }
}

/// What is still to come before this is HTTP/2 (RFC 9113 §3.4); empty once
/// either is certain.
#[derive(Debug)]
struct Preface(&'static [u8]);

impl Default for Preface {
    fn default() -> Preface {
        Preface(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    }
}

impl Preface {
    /// Whether these bytes, the next ones, are the end of it.
    fn follow(&mut self, bytes: &[u8]) -> bool {
        let count = bytes.len().min(self.0.len());
        let (expected, rest) = self.0.split_at(count);
        let goes_on = expected == &bytes[..count];
        self.0 = if goes_on { rest } else { &[] };
        count > 0 && goes_on && rest.is_empty()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for ClientIo<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // hyper reads whenever its task is woken, also while it waits for a
        // response: this is where an interim one gets out.
        this.state.interim.register(cx.waker());
        if this.state.interim.next(this.unflushed).is_some() {
            match this.poll_interim(cx) {
                Poll::Ready(Ok(())) => {
                    let flushed = Pin::new(&mut this.stream).poll_flush(cx);
                    if let Poll::Ready(Err(error)) = flushed {
                        return Poll::Ready(Err(error));
                    }
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                // Reading goes on meanwhile.
                Poll::Pending => {}
            }
        }
        let before = buf.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buf);
        let came = &buf.filled()[before..];
        if !came.is_empty() {
            if this.preface.follow(came) {
                this.state.multiplex();
            }
            this.state.read();
        }
        read
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for ClientIo<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.unflushed = true;
        ready!(this.poll_interim(cx))?;
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.note(&written);
        written
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.unflushed = true;
        ready!(this.poll_interim(cx))?;
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, slices);
        this.note(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = Pin::new(&mut this.stream).poll_flush(cx);
        this.note(&flushed);
        if flushed.is_ready() {
            this.unflushed = false;
        }
        flushed
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preface_is_known_however_it_comes() {
        let whole = Preface::default().0;
        for at in 1..whole.len() {
            let mut preface = Preface::default();
            assert!(!preface.follow(&whole[..at]), "{at}");
            assert!(preface.follow(&[&whole[at..], b"\0"].concat()), "{at}");
            assert!(!preface.follow(whole), "it comes once");
        }
    }

    #[test]
    fn what_only_begins_like_it_is_none() {
        let mut preface = Preface::default();
        assert!(!preface.follow(b"P"));
        assert!(!preface.follow(b"UT / HTTP/1.1\r\n"));
        assert!(!preface.follow(Preface::default().0));
    }
}

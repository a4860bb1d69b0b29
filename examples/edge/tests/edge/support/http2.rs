//! A client of HTTP/2.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Collected};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};

use super::within;

/// Begins a connection on this stream.
#[track_caller]
pub(crate) fn speak<S, B>(stream: S) -> impl Future<Output = SendRequest<B>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
        + Send
        + Unpin
        + 'static,
{
    within("the beginning of HTTP/2", async move {
        let stream = TokioIo::new(stream);
        let (sender, connection) = http2::handshake(TokioExecutor::new(), stream)
            .await
            .unwrap();
        tokio::spawn(connection);
        sender
    })
}

/// Sends a request; the head that comes back.
#[track_caller]
pub(crate) fn ask<B: Body + 'static>(
    sender: &mut SendRequest<B>,
    request: Request<B>,
) -> impl Future<Output = hyper::Result<Response<Incoming>>> + use<B> {
    let what = format!("the response to {} {}", request.method(), request.uri());
    within(what, sender.send_request(request))
}

/// All of a body, with its trailers.
#[track_caller]
pub(crate) fn collect(
    response: Response<Incoming>,
) -> impl Future<Output = hyper::Result<Collected<Bytes>>> {
    within("the end of a body", response.into_body().collect())
}

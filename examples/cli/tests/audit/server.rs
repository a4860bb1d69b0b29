//! A CDN on the loopback, which replies as a world says.

use crate::authority::{Authority, Identity};
use crate::world::{Ask, Reply};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

type Answer = Arc<dyn Fn(&Ask<'_>) -> Reply + Send + Sync>;
type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Two CDNs, `cdn1.example.com` and `cdn2.example.com`, over TLS and without.
/// They end with it.
pub(crate) struct Row {
    runtime: Runtime,
    answer: Arc<Mutex<Answer>>,
    pub(crate) authority: Authority,
    /// What `--resolve` is given.
    pub(crate) resolve: Vec<String>,
}

impl Row {
    pub(crate) fn healthy() -> Row {
        Row::new(|authority, _| Identity::new().acceptor(Some(&authority.issuer)))
    }

    /// With this identity for each of the CDNs.
    pub(crate) fn new(identity: impl Fn(&Authority, usize) -> TlsAcceptor) -> Row {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let answer: Answer = Arc::new(crate::world::answer);
        let mut row = Row {
            runtime,
            answer: Arc::new(Mutex::new(answer)),
            authority: Authority::new(),
            resolve: Vec::new(),
        };
        for at in 0..2 {
            let acceptor = identity(&row.authority, at);
            let secure = row.listen(at, Some(acceptor));
            let plain = row.listen(at, None);
            let host = format!("cdn{}.example.com", at + 1);
            row.resolve.push(format!("{host}:443={secure}"));
            row.resolve.push(format!("{host}:80={plain}"));
            if at == 0 {
                for (name, address) in [("cdn", secure), ("other", secure)] {
                    row.resolve
                        .push(format!("{name}.example.com:443={address}"));
                }
                row.resolve.push(format!("cdn.example.com:80={plain}"));
            }
        }
        row
    }

    /// Another address of the first CDN.
    pub(crate) fn add_address(&mut self, identity: Identity) {
        let acceptor = identity.acceptor(Some(&self.authority.issuer));
        let address = self.listen(0, Some(acceptor));
        self.resolve.push(format!("cdn1.example.com:443={address}"));
    }

    pub(crate) fn answer(&self, answer: impl Fn(&Ask<'_>) -> Reply + Send + Sync + 'static) {
        *self.answer.lock().unwrap() = Arc::new(answer);
    }

    fn listen(&self, at: usize, acceptor: Option<TlsAcceptor>) -> SocketAddr {
        let listener = self
            .runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let address = listener.local_addr().unwrap();
        let answer = self.answer.clone();
        self.runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = answer.clone();
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(stream, at, false, answer).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                serve(stream, at, true, answer).await;
                            }
                        }
                    }
                });
            }
        });
        address
    }
}

async fn serve<S>(stream: S, at: usize, is_tls: bool, answer: Arc<Mutex<Answer>>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let answer = answer.lock().unwrap().clone();
        async move { Ok::<_, io::Error>(reply(&request, at, is_tls, &answer)) }
    });
    // A client that goes away is none of the server's business.
    let _ = auto::Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

fn reply(request: &Request<Incoming>, at: usize, is_tls: bool, answer: &Answer) -> Response<Body> {
    let fields: Vec<(String, String)> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let path = request.uri().path_and_query().unwrap().as_str();
    let reply = answer(&Ask {
        endpoint: at,
        is_tls,
        method: request.method().as_str(),
        path,
        now: now(),
        fields: &fields,
    });
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.fields {
        response = response.header(name, value);
    }
    let mut body = reply.body;
    for coding in &reply.codings {
        body = encoded(coding, &body);
    }
    let body = if reply.is_cut {
        let half = Bytes::from(body[..body.len() / 2].to_vec());
        let cut = async {
            // A reset overtakes what has not left yet.
            tokio::time::sleep(Duration::from_millis(200)).await;
            Err(io::Error::from(io::ErrorKind::BrokenPipe))
        };
        let frames = stream::once(async { Ok(Frame::data(half)) }).chain(stream::once(cut));
        StreamBody::new(frames).boxed_unsync()
    } else {
        Full::new(Bytes::from(body))
            .map_err(|never| match never {})
            .boxed_unsync()
    };
    response.body(body).unwrap()
}

fn encoded(coding: &str, bytes: &[u8]) -> Vec<u8> {
    match coding {
        "gzip" => {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            out.write_all(bytes).unwrap();
            out.finish().unwrap()
        }
        "br" => {
            let mut out = Vec::new();
            let mut writer = brotli::CompressorWriter::new(&mut out, 4096, 5, 22);
            writer.write_all(bytes).unwrap();
            drop(writer);
            out
        }
        other => panic!("no coding {other}"),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "certificates and dates are of now"
)]
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

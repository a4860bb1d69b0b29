//! An origin that does what its script says, byte by byte.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::within;

/// What the origin does next.
#[derive(Clone)]
pub(crate) enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Waits until the test opens the gate.
    Gate(Arc<Semaphore>),
    /// Sends back all that comes, and at its end `bye`.
    Echo,
    /// Waits for ever.
    Stall,
    /// Ends the connection properly.
    Close,
    /// Ends it with a reset.
    Reset,
}

/// A request as the origin got it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// How many came before, on this origin.
    pub(crate) before: usize,
}

impl Asked {
    pub(crate) fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// The value of a field, if it is there.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        super::client::field(&self.head, name)
    }
}

type Script = Arc<dyn Fn(&Asked) -> Vec<Step> + Send + Sync>;

/// A scripted origin; it ends when it is dropped.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    news: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Origin {
    pub(crate) async fn new(
        script: impl Fn(&Asked) -> Vec<Step> + Send + Sync + 'static,
    ) -> Origin {
        Origin::with_tls(None, script).await
    }

    pub(crate) async fn with_tls(
        tls: Option<TlsAcceptor>,
        script: impl Fn(&Asked) -> Vec<Step> + Send + Sync + 'static,
    ) -> Origin {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let news = Arc::new(Notify::new());
        let shared = Shared {
            script: Arc::new(script),
            asked: Arc::clone(&asked),
            news: Arc::clone(&news),
        };
        let task = tokio::spawn(async move {
            // Connections end with the origin.
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(connection(stream, tls.clone(), shared.clone()));
            }
        });
        Origin {
            address,
            asked,
            news,
            task,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Waits until so many requests have come.
    #[track_caller]
    pub(crate) fn wait_for(&self, count: usize) -> impl Future<Output = ()> {
        within(format!("{count} requests at an origin"), async move {
            loop {
                let news = self.news.notified();
                if self.asked.lock().unwrap().len() >= count {
                    return;
                }
                news.await;
            }
        })
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Clone)]
struct Shared {
    script: Script,
    asked: Arc<Mutex<Vec<Asked>>>,
    news: Arc<Notify>,
}

async fn connection(stream: TcpStream, tls: Option<TlsAcceptor>, shared: Shared) {
    match tls {
        None => serve(stream, shared).await,
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                serve(stream, shared).await;
            }
        }
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin + AsSocket, shared: Shared) {
    let mut buffer = Vec::new();
    while let Some((head, body)) = read_request(&mut stream, &mut buffer).await {
        let asked = {
            let mut all = shared.asked.lock().unwrap();
            let asked = Asked {
                head,
                body,
                before: all.len(),
            };
            all.push(asked.clone());
            asked
        };
        shared.news.notify_waiters();
        for step in (shared.script)(&asked) {
            match step {
                Step::Send(bytes) => {
                    if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() {
                        return;
                    }
                }
                Step::Gate(gate) => gate.acquire().await.unwrap().forget(),
                Step::Echo => {
                    if echo(&mut stream, &mut buffer).await.is_err() {
                        return;
                    }
                }
                Step::Stall => std::future::pending().await,
                Step::Close => {
                    arrive().await;
                    let _ = stream.shutdown().await;
                    return;
                }
                Step::Reset => {
                    arrive().await;
                    stream.reset_on_close();
                    return;
                }
            }
        }
    }
}

async fn echo(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    buffer: &mut Vec<u8>,
) -> std::io::Result<()> {
    loop {
        stream.write_all(buffer).await?;
        stream.flush().await?;
        buffer.clear();
        if stream.read_buf(buffer).await? == 0 {
            break;
        }
    }
    stream.write_all(b"bye").await?;
    stream.shutdown().await
}

/// Gives the proxy time to see what was sent before the end comes.
async fn arrive() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}

async fn read_request(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut Vec<u8>,
) -> Option<(String, Vec<u8>)> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    buffer.drain(..end);
    let chunked = super::client::field(&head, "transfer-encoding").is_some();
    let length = super::client::field(&head, "content-length");
    let length: usize = length.map_or(0, |length| length.parse().unwrap());
    if chunked {
        // Up to the last chunk and its trailers, undecoded.
        let ends = |bytes: &[u8]| bytes.ends_with(b"\r\n\r\n") && find(bytes, b"0\r\n").is_some();
        while !ends(buffer) {
            if stream.read_buf(buffer).await.ok()? == 0 {
                return None;
            }
        }
        return Some((head, std::mem::take(buffer)));
    }
    while buffer.len() < length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    Some((head, buffer.drain(..length).collect()))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// A stream that can be ended with a reset.
trait AsSocket {
    fn reset_on_close(&self);
}

impl AsSocket for TcpStream {
    fn reset_on_close(&self) {
        let _ = self.set_zero_linger();
    }
}

impl AsSocket for tokio_rustls::server::TlsStream<TcpStream> {
    fn reset_on_close(&self) {
        self.get_ref().0.reset_on_close();
    }
}

/// A whole response with this head, the status line and length filled in.
pub(crate) fn respond(status: u16, fields: &str, body: &str) -> Vec<Step> {
    let length = body.len();
    let text =
        format!("HTTP/1.1 {status} Status\r\nContent-Length: {length}\r\n{fields}\r\n{body}");
    vec![Step::Send(text.into_bytes())]
}

/// A 200 with these fields (each with its line end) and body.
pub(crate) fn ok(fields: &str, body: &str) -> Vec<Step> {
    respond(200, fields, body)
}

/// Never answers.
pub(crate) fn stall() -> Vec<Step> {
    vec![Step::Stall]
}

/// Closes without an answer.
pub(crate) fn close() -> Vec<Step> {
    vec![Step::Close]
}

/// Switches to WebSocket, then does this.
pub(crate) fn switch(then: Step) -> Vec<Step> {
    let head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    vec![Step::Send(head.into()), then]
}

//! A client that sends and sees bytes.

use std::io::Read as _;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::within;

/// A response, as far as it came.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// Fields behind a chunked body.
    pub(crate) trailers: String,
    /// Whether the body came to the end that its framing gives it.
    pub(crate) whole: bool,
}

impl Response {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        field(&self.head, name)
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    /// What the proxy says of its cache.
    pub(crate) fn cache(&self) -> &str {
        self.field("cache-status").unwrap_or_default()
    }
}

/// The value of a field of a head; the first one.
pub(crate) fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split("\r\n").skip(1).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

/// The fields of a WebSocket handshake (RFC 6455 §1.2).
pub(crate) const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\n\
     Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// A connection to the proxy.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    #[track_caller]
    pub(crate) fn connect(address: SocketAddr) -> impl Future<Output = Client> {
        let stream = connect(address);
        async move { Client::over(stream.await) }
    }

    /// As [`Client::connect`], for a wait that is part of a longer one.
    async fn open(address: SocketAddr) -> Client {
        Client::over(TcpStream::connect(address).await.unwrap())
    }

    /// From the address that the socket is bound to.
    #[track_caller]
    pub(crate) fn connect_by(
        socket: TcpSocket,
        address: SocketAddr,
    ) -> impl Future<Output = Client> {
        within(format!("a connection to {address}"), async move {
            Client::over(socket.connect(address).await.unwrap())
        })
    }

    fn over(stream: TcpStream) -> Client {
        Client {
            stream,
            buffer: Vec::new(),
        }
    }

    #[track_caller]
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> impl Future<Output = ()> {
        let sent = self.try_send(bytes);
        async move { sent.await.unwrap() }
    }

    /// Sends to a proxy that may refuse before it has read all.
    #[track_caller]
    pub(crate) fn try_send(
        &mut self,
        bytes: impl AsRef<[u8]>,
    ) -> impl Future<Output = std::io::Result<()>> {
        within("the proxy to take what is sent", async move {
            self.stream.write_all(bytes.as_ref()).await
        })
    }

    /// A GET with these fields, each with its line end.
    #[track_caller]
    pub(crate) fn get(&mut self, path: &str, fields: &str) -> impl Future<Output = Response> {
        let head = get(path, fields);
        within(format!("the response to GET {path}"), self.ask(head))
    }

    async fn ask(&mut self, head: String) -> Response {
        self.stream.write_all(head.as_bytes()).await.unwrap();
        self.next_response(false).await.expect("a response")
    }

    /// Asks to speak WebSocket, with these fields more, each with its line end;
    /// the head that comes back.
    #[track_caller]
    pub(crate) fn upgrade(&mut self, path: &str, fields: &str) -> impl Future<Output = String> {
        let head = format!("GET {path} HTTP/1.1\r\nHost: test.example\r\n{UPGRADE}{fields}\r\n");
        within(format!("the answer to an upgrade of {path}"), async move {
            self.stream.write_all(head.as_bytes()).await.unwrap();
            self.next_head().await.expect("a response")
        })
    }

    /// The next head, interim ones too; `None`: the connection ended.
    #[track_caller]
    pub(crate) fn head(&mut self) -> impl Future<Output = Option<String>> {
        within("a head", self.next_head())
    }

    async fn next_head(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = self.buffer.drain(..at + 4).collect();
                return Some(String::from_utf8(head).unwrap());
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// The next final response; `None`: the connection ended before it.
    #[track_caller]
    pub(crate) fn response(&mut self, to_head: bool) -> impl Future<Output = Option<Response>> {
        within("a response", self.next_response(to_head))
    }

    async fn next_response(&mut self, to_head: bool) -> Option<Response> {
        loop {
            let head = self.next_head().await?;
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            if (100..200).contains(&status) {
                continue;
            }
            let mut response = Response {
                status,
                body: Vec::new(),
                trailers: String::new(),
                whole: true,
                head,
            };
            if !to_head && !matches!(status, 204 | 304) {
                self.body(&mut response).await;
            }
            return Some(response);
        }
    }

    async fn body(&mut self, response: &mut Response) {
        if response.field("transfer-encoding") == Some("chunked") {
            response.whole = self.chunks(response).await.is_some();
        } else if let Some(length) = response.field("content-length") {
            let length: usize = length.parse().unwrap();
            while self.buffer.len() < length && self.more().await {}
            let came = length.min(self.buffer.len());
            response.body = self.buffer.drain(..came).collect();
            response.whole = came == length;
        } else {
            while self.more().await {}
            response.body = std::mem::take(&mut self.buffer);
        }
    }

    async fn chunks(&mut self, response: &mut Response) -> Option<()> {
        loop {
            let size = self.line().await?;
            let size = usize::from_str_radix(&size, 16).unwrap();
            if size == 0 {
                break;
            }
            while self.buffer.len() < size + 2 {
                if !self.more().await {
                    response.body.append(&mut self.buffer);
                    return None;
                }
            }
            response.body.extend(self.buffer.drain(..size));
            self.buffer.drain(..2);
        }
        loop {
            let line = self.line().await?;
            if line.is_empty() {
                return Some(());
            }
            response.trailers.push_str(&line);
            response.trailers.push('\n');
        }
    }

    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.buffer.windows(2).position(|two| two == b"\r\n") {
                let line = self.buffer.drain(..at + 2).take(at).collect();
                return Some(String::from_utf8(line).unwrap());
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// Bytes that came with the head.
    pub(crate) fn buffered(&self) -> usize {
        self.buffer.len()
    }

    /// Fills `place` with what comes next.
    #[track_caller]
    pub(crate) fn read_exact(&mut self, place: &mut [u8]) -> impl Future<Output = ()> {
        within(format!("{} bytes more", place.len()), async move {
            while self.buffer.len() < place.len() {
                assert!(self.more().await, "the connection ended");
            }
            let rest = self.buffer.split_off(place.len());
            place.copy_from_slice(&self.buffer);
            self.buffer = rest;
        })
    }

    /// Waits until something has come, and does not read it.
    #[track_caller]
    pub(crate) fn readable(&self) -> impl Future<Output = ()> {
        within("anything to read", async {
            self.stream.readable().await.unwrap();
        })
    }

    /// Whether more came.
    async fn more(&mut self) -> bool {
        matches!(self.stream.read_buf(&mut self.buffer).await, Ok(count) if count > 0)
    }

    /// All that comes, to the end of the connection.
    #[track_caller]
    pub(crate) fn rest(&mut self) -> impl Future<Output = Vec<u8>> {
        within("the end of a connection", async {
            while self.more().await {}
            std::mem::take(&mut self.buffer)
        })
    }

    /// The code of a WebSocket close frame, which is the last thing that comes;
    /// `None` if nothing comes before the end.
    #[track_caller]
    pub(crate) fn close_code(&mut self) -> impl Future<Output = Option<u16>> {
        within("a close frame and the end", async {
            while self.more().await {}
            match self.buffer[..] {
                [] => None,
                [0x88, 2, high, low] => Some(u16::from_be_bytes([high, low])),
                ref other => panic!("no close frame: {other:?}"),
            }
        })
    }

    /// Whether the proxy has ended the connection, with nothing left to read.
    #[track_caller]
    pub(crate) fn is_ended(&mut self) -> impl Future<Output = bool> {
        within("the end of a connection", async { !self.more().await })
    }
}

/// A connection as it is.
#[track_caller]
pub(crate) fn connect(address: SocketAddr) -> impl Future<Output = TcpStream> {
    within(format!("a connection to {address}"), async move {
        TcpStream::connect(address).await.unwrap()
    })
}

/// Sends these bytes on a connection of their own, and returns what comes back.
#[track_caller]
pub(crate) fn exchange(
    address: SocketAddr,
    bytes: impl AsRef<[u8]>,
) -> impl Future<Output = Option<Response>> {
    let sent = bytes.as_ref();
    let line = sent.split(|&byte| byte == b'\r').next();
    let line = String::from_utf8_lossy(line.unwrap_or(sent)).into_owned();
    within(format!("the answer of {address} to {line:?}"), async move {
        answer(address, bytes.as_ref()).await
    })
}

/// As [`exchange`], for a wait that is part of a longer one.
pub(super) async fn answer(address: SocketAddr, bytes: &[u8]) -> Option<Response> {
    let mut client = Client::open(address).await;
    // The proxy may refuse before it has read all.
    let _ = client.stream.write_all(bytes).await;
    client.next_response(false).await
}

/// The head of a GET with these fields, each with its line end.
pub(super) fn get(path: &str, fields: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: test.example\r\n{fields}\r\n")
}

/// The text of a coded response.
pub(crate) fn decoded(response: &Response) -> String {
    let mut text = String::new();
    let body = response.body.as_slice();
    let read = match response.field("content-encoding") {
        Some("gzip") => flate2::read::GzDecoder::new(body).read_to_string(&mut text),
        Some("br") => brotli::Decompressor::new(body, 4096).read_to_string(&mut text),
        Some("zstd") => zstd::stream::read::Decoder::new(body)
            .unwrap()
            .read_to_string(&mut text),
        other => panic!("coded as {other:?}"),
    };
    read.unwrap();
    text
}

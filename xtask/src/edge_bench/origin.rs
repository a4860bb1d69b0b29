//! An origin server that counts: a cache that hits does not ask it.

use anyhow::Result;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Answers `GET /SIZE` with that many bytes, fresh for an hour.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) address: SocketAddr,
    asked: Arc<AtomicU64>,
}

impl Origin {
    pub(super) fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let asked = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counter = Arc::clone(&counter);
                thread::spawn(move || answer(&stream, &counter));
            }
        });
        Ok(Self { address, asked })
    }

    /// The requests so far.
    pub(super) fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }
}

/// One request to a connection. What goes wrong on it, the proxy reports.
fn answer(stream: &TcpStream, asked: &AtomicU64) -> Option<()> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let size: usize = first.split(' ').nth(1)?.strip_prefix('/')?.parse().ok()?;
    let mut rest = lines.map_while(Result::ok);
    rest.find(String::is_empty)?;
    asked.fetch_add(1, Ordering::SeqCst);
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {size}\r\nContent-Type: text/javascript\r\n\
         Cache-Control: public, max-age=3600\r\nETag: \"{size}\"\r\nConnection: close\r\n\r\n"
    );
    let mut stream = stream;
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&vec![b'x'; size]).ok()
}

//! What the proxy says on standard output, and the thread that writes it.
//!
//! Whoever reads it may be slow, or read nothing at all. No request may wait for
//! that: lines are put into a queue, and where it is full they are counted and
//! dropped.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes that may wait, some thousand lines.
const MOST: usize = 1 << 20;
/// In which lines gather: to wake up and write for each of them would cost a busy
/// proxy more than they are worth.
const GATHER: Duration = Duration::from_millis(1);
/// For the last lines, at the end of the process.
const FAREWELL: Duration = Duration::from_secs(2);

static QUEUE: Queue = Queue::new();

/// Whole lines, on their way to a writer.
#[derive(Debug)]
struct Queue {
    lines: Mutex<Lines>,
    news: Condvar,
    dropped: AtomicU64,
}

#[derive(Debug)]
struct Lines {
    waiting: Vec<u8>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// What waits is the last.
    Closing,
    /// All that could be written was.
    Closed,
}

/// Writes a line, which ends with its line end.
pub(crate) fn write(line: &[u8]) {
    QUEUE.push(line);
}

/// Lines that nobody will ever read.
pub(crate) fn dropped() -> u64 {
    QUEUE.dropped.load(Ordering::Relaxed)
}

/// Begins to write. What is returned waits at its end for what is still in the
/// queue, if somebody reads it.
pub(crate) fn start() -> io::Result<Writing> {
    std::thread::Builder::new()
        .name("log".to_owned())
        .spawn(|| QUEUE.drain(io::stdout()))?;
    Ok(Writing(()))
}

/// As long as it is held, lines are written.
#[derive(Debug)]
pub(crate) struct Writing(());

impl Drop for Writing {
    fn drop(&mut self) {
        QUEUE.close(FAREWELL);
    }
}

/// A writer of one line at a time, as the log's formatter writes them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line;

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        write(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Queue {
    const fn new() -> Queue {
        Queue {
            lines: Mutex::new(Lines {
                waiting: Vec::new(),
                state: State::Open,
            }),
            news: Condvar::new(),
            dropped: AtomicU64::new(0),
        }
    }

    fn push(&self, line: &[u8]) {
        let mut lines = self.lock();
        if lines.state != State::Open || lines.waiting.len() + line.len() > MOST {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let was_empty = lines.waiting.is_empty();
        lines.waiting.extend_from_slice(line);
        drop(lines);
        if was_empty {
            self.news.notify_all();
        }
    }

    /// Writes until the queue is closed.
    fn drain(&self, mut out: impl Write) {
        let mut writing = Vec::new();
        let mut told = 0;
        loop {
            writing.clear();
            let mut lines = self.lock();
            while lines.waiting.is_empty() && lines.state == State::Open {
                lines = self
                    .news
                    .wait(lines)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            let (mut lines, _) = self
                .news
                .wait_timeout_while(lines, GATHER, |lines| lines.state == State::Open)
                .unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut lines.waiting, &mut writing);
            let is_last = lines.state != State::Open;
            drop(lines);
            let dropped = self.dropped.load(Ordering::Relaxed);
            let count = writing.iter().filter(|byte| **byte == b'\n').count();
            if out.write_all(&writing).is_err() {
                self.dropped.fetch_add(count as u64, Ordering::Relaxed);
            } else if dropped > told && out.write_all(&gap(dropped - told)).is_ok() {
                told = dropped;
            }
            // The next lines tell if nobody reads any more.
            let _ = out.flush();
            if is_last {
                break;
            }
        }
        self.lock().state = State::Closed;
        self.news.notify_all();
    }

    /// Lets no more in, and waits until all is written, for `patience` at most.
    fn close(&self, patience: Duration) {
        let mut lines = self.lock();
        if lines.state == State::Open {
            lines.state = State::Closing;
        }
        self.news.notify_all();
        let open = |lines: &mut Lines| lines.state != State::Closed;
        // Without somebody who reads, waiting longer brings nothing.
        drop(self.news.wait_timeout_while(lines, patience, open));
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says how many lines are missing behind those before.
fn gap(dropped: u64) -> Vec<u8> {
    let now = crate::clock::rfc3339(crate::clock::Clock::wall());
    format!(
        "{{\"timestamp\":\"{now}\",\"level\":\"WARN\",\"message\":\"log lines dropped\",\
         \"lines\":{dropped},\"target\":\"hedgerow_edge::log\"}}\n"
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_dropped_and_told() {
        let queue = Queue::new();
        let line = [&[b'x'; 999][..], b"\n"].concat();
        for _ in 0..MOST / line.len() + 3 {
            queue.push(&line);
        }
        assert_eq!(queue.dropped.load(Ordering::Relaxed), 3);
        queue.lock().state = State::Closing;
        let mut out = Vec::new();
        queue.drain(&mut out);
        let last = out.split(|byte| *byte == b'\n').rev().nth(1).unwrap();
        let last: serde_json::Value = serde_json::from_slice(last).unwrap();
        assert_eq!(last["lines"], 3);
        assert_eq!(out.iter().filter(|byte| **byte == b'x').count() % 999, 0);
    }

    #[test]
    fn what_nobody_can_be_told_is_counted() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
        let queue = Queue::new();
        queue.push(b"one\n");
        queue.push(b"two\n");
        queue.lock().state = State::Closing;
        queue.drain(Closed);
        assert_eq!(queue.dropped.load(Ordering::Relaxed), 2);
    }
}

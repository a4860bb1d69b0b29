//! The access log: one JSON object a line and request. It is written here, not
//! by the log's own formatter, since that has no lists.

use std::cell::RefCell;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hedgerow::types::{Instant, Reason};
use serde::Serialize;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};

use super::Inbound;
use super::trail::{Step, Told};
use crate::clock::Clock;
use crate::log;
use crate::upstream::Upstream;

/// Whether requests are logged.
pub(super) fn is_on() -> bool {
    tracing::enabled!(target: "access", tracing::Level::INFO)
}

/// A request, as its record knows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry<'a> {
    pub(super) peer: IpAddr,
    pub(super) method: &'a str,
    pub(super) version: &'a str,
    pub(super) path: &'a str,
    pub(super) status: u16,
    pub(super) cache: &'a str,
    pub(super) cache_status: Option<&'a str>,
    pub(super) endpoint: Option<&'a str>,
    pub(super) bytes: u64,
    pub(super) received: u64,
    pub(super) cut: bool,
    /// To the answer's head, and to its end; microseconds.
    pub(super) head_us: Option<u64>,
    pub(super) us: u64,
}

#[derive(Serialize)]
struct Line<'a, E> {
    timestamp: &'a str,
    level: &'static str,
    target: &'static str,
    #[serde(flatten)]
    entry: &'a E,
    #[serde(flatten)]
    forwarded: Option<Forwarded<'a>>,
}

/// What is known of a request that fits a route.
#[derive(Serialize)]
struct Forwarded<'a> {
    host: &'a str,
    upstream: &'a str,
    pick: Option<&'static str>,
    attempts: Vec<Attempt<'a>>,
}

impl<'a> Forwarded<'a> {
    fn of(host: &'a str, upstream: &'a Upstream, told: &'a Told, began: Instant) -> Forwarded<'a> {
        let Told { picked, steps } = told;
        let steps = steps.iter();
        Forwarded {
            host,
            upstream: upstream.settings.id.as_str(),
            pick: picked.map(Reason::as_str),
            attempts: steps
                .map(|step| Attempt::of(step, upstream, began))
                .collect(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Attempt<'a> {
    endpoint: Option<&'a str>,
    why: &'static str,
    outcome: Option<&'static str>,
    status: Option<u16>,
    /// All since the request's beginning; microseconds.
    start_us: u64,
    /// For the connection, if it was opened for it: the name and TCP, then TLS.
    dial_us: Option<u64>,
    tls_us: Option<u64>,
    head_us: Option<u64>,
    end_us: Option<u64>,
    bytes: u64,
    body: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

impl<'a> Attempt<'a> {
    fn of(step: &'a Step, upstream: &'a Upstream, began: Instant) -> Attempt<'a> {
        let since = |at: Instant| at.since(began).as_micros();
        let raced = step.ended.map(|(at, _)| at);
        Attempt {
            endpoint: upstream.endpoint(step.endpoint).map(|known| &*known.id),
            why: step.why.as_str(),
            outcome: step.ended.map(|(_, reason)| reason.as_str()),
            status: step.head.map(|(_, status)| status),
            start_us: since(step.started),
            dial_us: step.opened.map(|opened| micros(opened.dial)),
            tls_us: step.opened.and_then(|opened| opened.tls).map(micros),
            head_us: step.head.map(|(at, _)| since(at)),
            end_us: step.body.map(|(at, _)| at).or(raced).map(since),
            bytes: step.bytes,
            body: step.body.map(|(_, how)| how),
            error: step.error.as_deref(),
        }
    }
}

/// Writes a line; `began` is when the request did.
pub(super) fn write(entry: &Entry<'_>, inbound: Option<&Inbound>, began: Instant) {
    let told = inbound.map(|inbound| inbound.trail.told());
    let forwarded = inbound.zip(told.as_deref()).map(|(inbound, told)| {
        let upstream = &inbound.route.upstream;
        Forwarded::of(inbound.host(), upstream, told, began)
    });
    write_line(&Line {
        timestamp: &timestamp(),
        level: "INFO",
        target: "access",
        entry,
        forwarded,
    });
}

/// A request in the background, which is nobody's.
#[derive(Debug)]
pub(crate) struct Refresh {
    clock: Clock,
    began: Instant,
    host: Box<str>,
    path: Box<str>,
    upstream: Arc<Upstream>,
}

/// What its line has where others have what they were answered.
#[derive(Serialize)]
struct Refreshed<'a> {
    method: &'static str,
    path: &'a str,
    us: u64,
}

impl Refresh {
    /// One that begins now for what `inbound` has asked for, where it is logged.
    pub(super) fn of(inbound: &Inbound, clock: Clock) -> Option<Refresh> {
        let is_on = tracing::enabled!(target: "refresh", tracing::Level::INFO);
        is_on.then(|| Refresh {
            clock,
            began: clock.now(),
            host: inbound.host().into(),
            path: without_query(&inbound.path).into(),
            upstream: Arc::clone(&inbound.route.upstream),
        })
    }

    /// Writes its line, if anybody was asked.
    pub(super) fn write(&self, told: &Told) {
        if told.steps.is_empty() {
            return;
        }
        let entry = &Refreshed {
            method: "GET",
            path: &self.path,
            us: self.clock.now().since(self.began).as_micros(),
        };
        let forwarded = Forwarded::of(&self.host, &self.upstream, told, self.began);
        write_line(&Line {
            timestamp: &timestamp(),
            level: "INFO",
            target: "refresh",
            entry,
            forwarded: Some(forwarded),
        });
    }
}

fn write_line(line: &Line<'_, impl Serialize>) {
    thread_local! {
        static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    LINE.with_borrow_mut(|bytes| {
        bytes.clear();
        if serde_json::to_writer(&mut *bytes, line).is_ok() {
            bytes.push(b'\n');
            log::write(bytes);
        }
    });
}

fn timestamp() -> String {
    let mut timestamp = String::with_capacity(32);
    // It can't fail, as the string takes all.
    let _ = SystemTime.format_time(&mut Writer::new(&mut timestamp));
    timestamp
}

fn without_query(path: &str) -> &str {
    path.split_once('?').map_or(path, |(path, _)| path)
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

//! Sends probes to an upstream's endpoints, when its monitor asks for them.

use std::sync::{Arc, Weak};

use hedgerow::cdn::monitor::Check;
use hedgerow::types::{Duration, Reason};
use http::header::{HOST, USER_AGENT};
use http::{HeaderValue, Request};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tracing::debug;

use super::watch::Probe;
use super::{AttemptBody, Upstream};
use crate::clock::Clock;

/// Goes on as long as there is the upstream.
pub(super) async fn watch(upstream: Weak<Upstream>, clock: Clock) {
    loop {
        let Some(running) = upstream.upgrade() else {
            return;
        };
        let (probes, next) = running.watch.turn(clock.now());
        for probe in probes {
            tokio::spawn(run(Arc::clone(&running), probe, clock));
        }
        let watch = Arc::clone(&running.watch);
        drop(running);
        tokio::select! {
            () = tokio::time::sleep_until(clock.deadline(next)) => {}
            () = watch.sooner() => {}
        }
    }
}

async fn run(upstream: Arc<Upstream>, probe: Probe, clock: Clock) {
    let started = clock.now();
    let outcome = tokio::time::timeout_at(clock.deadline(probe.until), ask(&upstream, probe)).await;
    let now = clock.now();
    let outcome: Result<Duration, Reason> = match outcome {
        Ok(answered) => answered.map(|()| now.since(started)),
        Err(_) => Err(Reason::Timeout),
    };
    if let Some(endpoint) = upstream.endpoint(probe.endpoint) {
        match outcome {
            Ok(_) => endpoint.stats.probes_passed.add(1),
            Err(reason) => endpoint.stats.probes_failed.add(reason),
        }
    }
    upstream.watch.probed(now, probe, outcome);
}

async fn ask(upstream: &Upstream, probe: Probe) -> Result<(), Reason> {
    let (Some(endpoint), Some(health)) =
        (upstream.endpoint(probe.endpoint), &upstream.settings.health)
    else {
        return Err(Reason::UnknownEndpoint);
    };
    let check = &health.check;
    let request = Request::get(check.path())
        .header(HOST, &endpoint.host)
        .header(USER_AGENT, HeaderValue::from_static("hedgerow-edge"))
        .body(AttemptBody::new(None))
        .map_err(|_| Reason::NetworkError)?;
    let response = endpoint.send(request).await.map_err(|error| {
        let (upstream, endpoint) = (upstream.settings.id.as_str(), &*endpoint.id);
        let (reason, error) = (error.reason, &*error.text);
        debug!(upstream, endpoint, %reason, error, "probe failed");
        reason
    })?;
    let status = response.status().as_u16();
    let body = beginning(response.into_body()).await?;
    check.judge(status, &body)
}

/// As much of a body as a check looks at. It is read although the check may
/// not ask for it, so that the connection can be kept.
async fn beginning(mut body: Incoming) -> Result<Vec<u8>, Reason> {
    let mut read = Vec::new();
    while read.len() < Check::MOST_BODY {
        match body.frame().await {
            None => break,
            Some(frame) => {
                let frame = frame.map_err(|_| Reason::NetworkError)?;
                if let Some(data) = frame.data_ref() {
                    read.extend_from_slice(data);
                }
            }
        }
    }
    Ok(read)
}

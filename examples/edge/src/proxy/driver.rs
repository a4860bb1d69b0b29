//! Carries out what a fetch asks of the endpoints.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use hedgerow::cache::{self, Failure, Times};
use hedgerow::cdn::Observation;
use hedgerow::fetch::{Answer, Fetch, Head, Output, retry_after};
use hedgerow::types::{AttemptId, EndpointId, Instant, Reason, Timestamp};
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use tokio::sync::broadcast;
use tracing::debug;

use super::{Inbound, delivery, outbound};
use crate::app::App;
use crate::clock::Clock;
use crate::store::Object;
use crate::upstream::{AttemptBody, AttemptError, ClientBody, InFlight, Opened, Stats, Upstream};

/// What a fetch asks that is not the endpoints'.
#[derive(Debug)]
pub(super) enum Asked {
    Lookup,
    Join,
    Follow,
    FallBack(Failure),
    Answer(Answer),
}

/// A response head, and where its body comes from.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) endpoint: EndpointId,
    pub(super) times: Times,
    /// What there is to observe of the endpoint once the body is whole.
    pub(super) success: Option<Observation>,
    pub(super) response: Response<Incoming>,
    /// As long as it is held, the request counts as under way.
    pub(super) in_flight: Option<InFlight>,
}

impl Received {
    /// Tells that the endpoint has served.
    pub(super) fn observe(&self, app: &App, upstream: &Upstream) {
        if let Some(success) = self.success {
            upstream.observe(app.clock.now(), self.endpoint, success);
        }
    }
}

type Sending = Pin<Box<dyn Future<Output = Result<Response<Incoming>, AttemptError>> + Send>>;

/// An attempt that runs.
struct Running {
    attempt: AttemptId,
    endpoint: EndpointId,
    sent: Timestamp,
    started: Instant,
    sending: Sending,
    in_flight: Option<InFlight>,
}

/// The attempts of one request.
pub(super) struct Driver {
    app: Arc<App>,
    inbound: Arc<Inbound>,
    body: Option<ClientBody>,
    running: Vec<Running>,
    received: Vec<(AttemptId, Received)>,
    ejected: Option<broadcast::Receiver<EndpointId>>,
    /// Why the first candidate is.
    picked: Option<Reason>,
    /// How the connection was opened that the winner's response came by, if
    /// that was done for it.
    opened: Option<Opened>,
    /// No client waits, so nobody is told of interim responses.
    background: bool,
    /// Which of the connection's requests interim responses are for.
    request: u64,
    /// What the race saw of the winner, as long as its body has not shown
    /// whether it holds.
    success: Option<Observation>,
}

enum Event {
    Ended(usize, Result<Response<Incoming>, AttemptError>),
    Ejected(EndpointId),
    Time,
}

impl Driver {
    pub(super) fn new(app: &Arc<App>, inbound: &Arc<Inbound>, body: Option<ClientBody>) -> Driver {
        Driver {
            app: Arc::clone(app),
            request: inbound.connection.interim.request(),
            inbound: Arc::clone(inbound),
            body,
            running: Vec::new(),
            received: Vec::new(),
            ejected: None,
            picked: None,
            opened: None,
            background: false,
            success: None,
        }
    }

    /// Says that no client waits.
    pub(super) const fn in_background(&mut self) {
        self.background = true;
    }

    /// Takes out the response of an attempt.
    pub(super) fn take(&mut self, attempt: AttemptId) -> Option<Received> {
        let at = self.received.iter().position(|(id, _)| *id == attempt)?;
        let mut received = self.received.swap_remove(at).1;
        received.success = self.success.take();
        self.opened = received.response.extensions().get().copied();
        Some(received)
    }

    /// The status for a client whose own body is why nothing came back.
    pub(super) fn client_failure(&self) -> Option<StatusCode> {
        self.body.as_ref()?.failure()
    }

    fn client_failed(&self) -> bool {
        self.client_failure().is_some()
    }

    /// Why the first endpoint is the first.
    pub(super) const fn picked(&self) -> Option<Reason> {
        self.picked
    }

    /// How the winner's connection was opened, if that was done for it.
    pub(super) const fn opened(&self) -> Option<Opened> {
        self.opened
    }

    /// Goes on until the fetch asks what the endpoints can't answer.
    pub(super) async fn run(&mut self, fetch: &mut Fetch, stored: Option<&Arc<Object>>) -> Asked {
        let upstream = Arc::clone(&self.inbound.route.upstream);
        loop {
            let now = self.app.clock.now();
            let output = fetch.poll(now, &mut *upstream.budget());
            match output {
                Output::Lookup => return Asked::Lookup,
                Output::Join => return Asked::Join,
                Output::Follow => return Asked::Follow,
                Output::FallBack(failure) => return Asked::FallBack(failure),
                Output::Answer(answer) => {
                    // What still runs has lost.
                    self.running.clear();
                    if let Some(race) = fetch.race() {
                        upstream.decided(now, self.inbound.who.node, race);
                    }
                    return Asked::Answer(answer);
                }
                Output::Select => {
                    upstream.count_request(now);
                    self.running.clear();
                    self.received.clear();
                    self.ejected = Some(upstream.gone());
                    let repeatable = self.inbound.facts().is_repeatable();
                    let choice = upstream.choose(now, self.inbound.who, repeatable);
                    let race = self.inbound.route.race();
                    let taken =
                        fetch.handle_candidates(now, race, &choice.candidates, choice.resting);
                    self.picked = Some(choice.why);
                    self.inbound.trail.picked(choice.why);
                    debug_assert!(taken.is_ok(), "{taken:?}");
                }
                Output::Start {
                    attempt,
                    endpoint,
                    why,
                    condition,
                    ..
                } => {
                    let sending = self.start(endpoint, condition, stored);
                    let stats = upstream.endpoint(endpoint).map(|known| &known.stats);
                    if let Some(stats) = stats {
                        stats.started.add(why);
                    }
                    self.inbound.trail.begin(now, endpoint, why);
                    match sending {
                        Some(sending) => self.running.push(Running {
                            attempt,
                            endpoint,
                            sent: Clock::wall(),
                            started: now,
                            sending,
                            in_flight: stats.map(Stats::begin),
                        }),
                        None => {
                            let reason = Reason::NetworkError;
                            let told = fetch.handle_failure(now, attempt, reason, false);
                            debug_assert!(told.is_ok(), "{told:?}");
                        }
                    }
                }
                Output::Cancel { attempt, .. } => {
                    self.running.retain(|running| running.attempt != attempt);
                }
                Output::Ended {
                    attempt, reason, ..
                } => {
                    let ended = fetch
                        .race()
                        .and_then(|race| race.attempts().get(attempt.index()));
                    if let Some(ended) = ended
                        && let Some(endpoint) = upstream.endpoint(ended.endpoint())
                    {
                        endpoint.stats.ended(ended.why(), reason);
                        self.inbound.trail.ended(now, ended.endpoint(), reason);
                    }
                }
                // No endpoint is to blame for the client.
                Output::Observe { .. } if self.client_failed() => {}
                // A head is but a promise: an endpoint that cuts every body must
                // not pass for well.
                Output::Observe {
                    what: what @ Observation::Success { .. },
                    ..
                } => self.success = Some(what),
                Output::Observe { endpoint, what } => upstream.observe(now, endpoint, what),
                Output::Rest { endpoint, span } => upstream.rest(now, endpoint, span),
                Output::Wait(until) => {
                    let event = self.event(until).await;
                    self.tell(fetch, event);
                }
                _ => {}
            }
        }
    }

    fn start(
        &self,
        endpoint: EndpointId,
        condition: hedgerow::fetch::Condition,
        stored: Option<&Arc<Object>>,
    ) -> Option<Sending> {
        let endpoint = Arc::clone(self.inbound.route.upstream.endpoint(endpoint)?);
        let body = AttemptBody::new(self.body.clone());
        let stored = stored.map(|stored| &**stored);
        let mut request = outbound::request(&self.inbound, &endpoint, condition, stored, body)?;
        self.relay_interim(&mut request);
        Some(Box::pin(async move { endpoint.send(request).await }))
    }

    /// Interim responses go to the client as they come (RFC 9110 §15.2), but
    /// for 100, which the proxy has sent itself, and 101, which it never asks
    /// for.
    fn relay_interim(&self, request: &mut Request<AttemptBody>) {
        if self.background || !self.inbound.takes_interim() {
            return;
        }
        let connection = Arc::clone(&self.inbound.connection);
        let number = self.request;
        hyper::ext::on_informational(request, move |interim| {
            let status = interim.status();
            if status != StatusCode::CONTINUE && status != StatusCode::SWITCHING_PROTOCOLS {
                let mut headers = interim.headers().clone();
                cache::remove_hop_by_hop(&mut headers);
                connection.interim.send(number, status, &headers);
            }
        });
    }

    /// Waits for what happens first.
    async fn event(&mut self, until: Instant) -> Event {
        let timer = tokio::time::sleep_until(self.app.clock.deadline(until));
        let running = &mut self.running;
        let attempts = std::future::poll_fn(move |cx| {
            for (index, running) in running.iter_mut().enumerate() {
                if let Poll::Ready(result) = running.sending.as_mut().poll(cx) {
                    return Poll::Ready(Event::Ended(index, result));
                }
            }
            Poll::Pending
        });
        let ejected = &mut self.ejected;
        let ejections = async move {
            match ejected {
                Some(ejected) => loop {
                    match ejected.recv().await {
                        Ok(endpoint) => return Event::Ejected(endpoint),
                        Err(broadcast::error::RecvError::Lagged(_)) => {}
                        Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
                    }
                },
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            event = attempts => event,
            event = ejections => event,
            () = timer => Event::Time,
        }
    }

    fn tell(&mut self, fetch: &mut Fetch, event: Event) {
        let now = self.app.clock.now();
        let told = match event {
            Event::Time => Ok(()),
            Event::Ejected(endpoint) => {
                let upstream = &self.inbound.route.upstream;
                if !upstream.waits_for(self.inbound.who, endpoint) {
                    fetch.handle_ejected(now, endpoint);
                }
                Ok(())
            }
            Event::Ended(index, result) => {
                let running = self.running.swap_remove(index);
                let attempt = running.attempt;
                match result {
                    Ok(mut response) => {
                        if let Some(endpoint) =
                            self.inbound.route.upstream.endpoint(running.endpoint)
                        {
                            endpoint.stats.head.add(now.since(running.started));
                        }
                        self.inbound.trail.head(now, running.endpoint, &response);
                        delivery::write_shared(&self.inbound, &mut response);
                        let received = Clock::wall();
                        let head = Head::new(response.status().as_u16())
                            .with_retry_after(retry_after(response.headers(), received));
                        let times = Times::new(running.sent, received);
                        self.received.push((
                            attempt,
                            Received {
                                endpoint: running.endpoint,
                                times,
                                success: None,
                                response,
                                in_flight: running.in_flight,
                            },
                        ));
                        fetch.handle_head(now, attempt, head)
                    }
                    Err(error) => {
                        debug!(
                            upstream = self.inbound.route.upstream.settings.id.as_str(),
                            reason = error.reason.as_str(),
                            sent = error.sent,
                            error = &*error.text,
                            "attempt failed"
                        );
                        self.inbound.trail.failed(running.endpoint, error.text);
                        let sent =
                            error.sent || self.body.as_ref().is_some_and(ClientBody::is_taken);
                        if self.client_failed() {
                            fetch.handle_cancel(now, Reason::Cancelled);
                            Ok(())
                        } else {
                            fetch.handle_failure(now, attempt, error.reason, sent)
                        }
                    }
                }
            }
        };
        // The fetch asked for each of these attempts.
        debug_assert!(told.is_ok(), "{told:?}");
    }
}

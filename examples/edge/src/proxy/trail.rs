//! What became of each attempt of one request, for the access log.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hedgerow::types::{EndpointId, Instant, Reason};
use http::Response;

use super::access::Refresh;
use crate::upstream::Opened;

/// One attempt.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) endpoint: EndpointId,
    pub(super) why: Reason,
    pub(super) started: Instant,
    /// When the response's head came, and its status.
    pub(super) head: Option<(Instant, u16)>,
    /// How the connection was opened on which it came, if that was done for it.
    pub(super) opened: Option<Opened>,
    /// When and how it ended, as far as the race is concerned.
    pub(super) ended: Option<(Instant, Reason)>,
    /// Body bytes received.
    pub(super) bytes: u64,
    /// When and how its body ended.
    pub(super) body: Option<(Instant, &'static str)>,
    /// Why no head came, in the words of whoever noticed.
    pub(super) error: Option<Box<str>>,
}

/// More are not written down. A race has far fewer; only a body that is cut
/// again and again has as many, and what they bring counts as the last one's.
const MOST: usize = 64;

/// The attempts of one request, in their order, where they are logged.
#[derive(Debug)]
pub(crate) struct Trail {
    is_logged: bool,
    told: Mutex<Told>,
    /// A line of its own, where the request is nobody's.
    refresh: Option<Refresh>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// Why the first endpoint was the first.
    pub(super) picked: Option<Reason>,
    pub(super) steps: Vec<Step>,
}

impl Trail {
    pub(super) fn new(is_logged: bool) -> Trail {
        Trail {
            is_logged,
            told: Mutex::default(),
            refresh: None,
        }
    }

    /// Of a request in the background, which has no answer that ends: its line
    /// is written once nothing of it is left.
    pub(super) fn of_refresh(refresh: Refresh) -> Trail {
        let mut trail = Trail::new(true);
        trail.refresh = Some(refresh);
        trail
    }

    pub(super) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn picked(&self, why: Reason) {
        if self.is_logged {
            self.told().picked = Some(why);
        }
    }

    pub(super) fn begin(&self, now: Instant, endpoint: EndpointId, why: Reason) {
        if self.is_logged && self.told().steps.len() < MOST {
            self.told().steps.push(Step {
                endpoint,
                why,
                started: now,
                head: None,
                opened: None,
                ended: None,
                bytes: 0,
                body: None,
                error: None,
            });
        }
    }

    pub(super) fn head<B>(&self, now: Instant, endpoint: EndpointId, response: &Response<B>) {
        self.note(endpoint, |step| {
            step.head = Some((now, response.status().as_u16()));
            step.opened = response.extensions().get().copied();
        });
    }

    pub(super) fn ended(&self, now: Instant, endpoint: EndpointId, reason: Reason) {
        self.note(endpoint, |step| step.ended = Some((now, reason)));
    }

    pub(super) fn failed(&self, endpoint: EndpointId, error: Box<str>) {
        self.note(endpoint, |step| step.error = Some(error));
    }

    pub(super) fn received(&self, endpoint: EndpointId, bytes: u64) {
        self.note(endpoint, |step| step.bytes += bytes);
    }

    pub(super) fn body(&self, now: Instant, endpoint: EndpointId, how: &'static str) {
        self.note(endpoint, |step| step.body = Some((now, how)));
    }

    /// Notes something of the last attempt at an endpoint.
    fn note(&self, endpoint: EndpointId, note: impl FnOnce(&mut Step)) {
        if self.is_logged {
            let mut told = self.told();
            let mut steps = told.steps.iter_mut().rev();
            if let Some(step) = steps.find(|step| step.endpoint == endpoint) {
                note(step);
            }
        }
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        if let Some(refresh) = self.refresh.take() {
            refresh.write(&self.told());
        }
    }
}

/// Another request's attempts are its own.
impl Clone for Trail {
    fn clone(&self) -> Trail {
        Trail::new(self.is_logged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_is_cut_for_ever_fills_no_memory() {
        let trail = Trail::new(true);
        let endpoint = EndpointId::new(0);
        for _ in 0..MOST * 2 {
            trail.begin(Instant::default(), endpoint, Reason::Resume);
            trail.received(endpoint, 1);
        }
        let told = trail.told();
        assert_eq!(told.steps.len(), MOST);
        let bytes: u64 = told.steps.iter().map(|step| step.bytes).sum();
        assert_eq!(bytes, 2 * MOST as u64);
    }
}

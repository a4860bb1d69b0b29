//! Which of several stored responses answers a request (RFC 9111 §4.1).

use crate::types::{Headers, Timestamp};

use super::decide::{Action, Decision};
use super::fields::RequestFields;
use super::message::Request;
use super::policy::Policy;
use super::settings::Settings;
use super::vary::Match;

/// The stored response that a request selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Selected {
    /// Its position among those given.
    pub index: usize,
    /// What to do with the request.
    pub decision: Decision,
}

/// Selects among the responses stored under one key, in whatever order they
/// come; `None` if none was selected by fields like the request's, and
/// [`decide_miss`](super::decide_miss) says what to do then.
///
/// Of several that fit, one that can be served comes first, then one with a
/// `Vary` (RFC 9111 §4.1), and then the one made last (§4); of two alike, the
/// later one given.
///
/// # Example
///
/// ```
/// use hedgerow::cache::{Policy, Request, Response, Settings, Times, select};
/// use hedgerow::types::Timestamp;
///
/// let at = Timestamp::from_secs;
/// let settings = Settings::shared();
/// let stored: Vec<Policy> = ["br", "gzip"]
///     .iter()
///     .filter_map(|coding| {
///         let asked = [("Accept-Encoding", *coding)];
///         let fields = [("Cache-Control", "max-age=60"), ("Vary", "Accept-Encoding")];
///         let (request, response) = (Request::new("GET", &asked), Response::new(200, &fields));
///         Policy::store(&settings, &request, &response, Times::new(at(9), at(9))).ok()
///     })
///     .collect();
///
/// let asked = [("Accept-Encoding", "gzip")];
/// let selected = select(&settings, &stored, &Request::new("GET", &asked), at(10));
/// assert_eq!(selected.map(|selected| selected.index), Some(1));
/// ```
#[must_use]
pub fn select<'p, H: Headers + ?Sized>(
    settings: &Settings,
    stored: impl IntoIterator<Item = &'p Policy>,
    request: &Request<'_, H>,
    now: Timestamp,
) -> Option<Selected> {
    let asked = RequestFields::read(request);
    let mut best: Option<(Rank, Selected)> = None;
    for (index, policy) in stored.into_iter().enumerate() {
        let (decision, fit) = policy.decide_read(settings, request, &asked, now);
        if fit == Match::No {
            continue;
        }
        let rank = (
            fit,
            usefulness(decision.action),
            !policy.vary.is_empty(),
            policy.dated,
            policy.received,
        );
        if best.is_none_or(|(top, _)| rank >= top) {
            best = Some((rank, Selected { index, decision }));
        }
    }
    best.map(|(_, selected)| selected)
}

type Rank = (Match, u8, bool, u64, u64);

const fn usefulness(action: Action) -> u8 {
    match action {
        Action::Serve => 4,
        Action::ServeAndRevalidate => 3,
        Action::Complete(_) => 2,
        Action::Revalidate => 1,
        Action::Forward | Action::GatewayTimeout => 0,
    }
}

//! Which endpoints a request may go to, in which order, and why.

use hedgerow::cdn::affinity::{Course, Node, Stickiness};
use hedgerow::cdn::pool::{Draws, Key, Pick, Refused, View};
use hedgerow::config::edge::Pick as By;
use hedgerow::config::{Hedge, MAX_ENDPOINTS};
use hedgerow::failover::Candidate;
use hedgerow::fetch;
use hedgerow::types::{Duration, EndpointId, Instant, Reason, RegionId};

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue, Uri};

use super::Upstream;

/// What of a request decides where it may go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requester {
    /// Where the visitor is, if that is known.
    pub(crate) region: Option<RegionId>,
    /// Which of the upstream's nodes has the session.
    pub(crate) node: Node,
    /// What an endpoint is picked by, where it is by a key.
    pub(crate) key: Option<Key>,
}

/// The endpoints for one request.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// In the order in which they are asked.
    pub(crate) candidates: Vec<Candidate>,
    /// How many at the end of it asked for rest.
    pub(crate) resting: usize,
    /// Why the first one is.
    pub(crate) why: Reason,
}

impl Upstream {
    /// Who asks with these fields for this path and query, from this region.
    pub(crate) fn requester(
        &self,
        headers: &HeaderMap,
        uri: &Uri,
        region: Option<RegionId>,
    ) -> Requester {
        let node = match &self.affinity {
            Some(affinity) => affinity.node(headers, uri.query()),
            None => Node::Unsaid,
        };
        let key = match &self.settings.pick {
            By::Path => uri.path_and_query().map(|path| path.as_str().as_bytes()),
            By::Cookie(name) => cookie(headers, name),
            By::Header(name) => headers.get(&**name).map(HeaderValue::as_bytes),
            _ => None,
        };
        Requester {
            region,
            node,
            key: key.map(Key::of),
        }
    }

    /// The endpoint that alone can go on with the session of a request.
    pub(crate) fn owner(&self, node: Node) -> Option<EndpointId> {
        match (node, &self.affinity) {
            (Node::Of(owner), Some(affinity)) => {
                (affinity.stickiness() != Stickiness::Prefer).then_some(owner)
            }
            _ => None,
        }
    }

    /// Whether a request of `who` goes on waiting for `endpoint` although others are not sent there any more.
    pub(crate) fn waits_for(&self, who: Requester, endpoint: EndpointId) -> bool {
        let (Some(owner), Some(affinity)) = (self.owner(who.node), &self.affinity) else {
            return false;
        };
        let exclusion = self.watch.snapshot().exclusion(endpoint, who.region);
        let course = affinity.stickiness().course(exclusion);
        owner == endpoint && matches!(course, Course::Stay { .. })
    }

    /// Chooses for a request of `who`; `repeatable` says whether it can be asked
    /// twice.
    pub(crate) fn choose(&self, now: Instant, who: Requester, repeatable: bool) -> Choice {
        let snapshot = self.watch.snapshot();
        let view = snapshot.view(who.region);
        let mut draws = self.draws();
        let course = match (who.node, &self.affinity) {
            (Node::Of(endpoint), Some(affinity)) => {
                let exclusion = snapshot.exclusion(endpoint, who.region);
                Some((endpoint, affinity.stickiness().course(exclusion)))
            }
            _ => None,
        };
        let (first, why, course) = match course {
            Some((endpoint, course @ Course::Stay { .. })) => {
                (Some(endpoint), Reason::Sticky, course)
            }
            Some((_, Course::Refuse { reason })) => return Choice::refused(reason),
            other => {
                let picked = match self.pick(view, who, &mut draws) {
                    Ok(pick) => pick,
                    Err(refused) => return Choice::refused(refused.reason),
                };
                let tried = repeatable
                    .then(|| self.watch.take_trial(now, picked.endpoint, who.region))
                    .flatten();
                let why = match (other, who.node) {
                    (Some((_, Course::Leave { reason, .. })), _) => reason,
                    (_, Node::Unknown) => Reason::UnknownNode,
                    _ => picked.reason,
                };
                let free = Course::Stay {
                    hedge: true,
                    fail_over: true,
                };
                (tried.or(Some(picked.endpoint)), why, free)
            }
        };
        let (hedge, fail_over) = match course {
            Course::Stay { hedge, fail_over } => (hedge, fail_over),
            _ => (false, false),
        };
        let mut order: Vec<EndpointId> = first.into_iter().collect();
        if fail_over {
            let mut others = [EndpointId::new(0); MAX_ENDPOINTS];
            let count = view.others(first, &mut draws, &mut others);
            order.extend_from_slice(&others[..count]);
        }
        // Who has the session is asked, rest or not: nobody else can answer.
        let resting = if hedge {
            self.put_last(now, &mut order)
        } else {
            0
        };
        let candidates = order.iter().map(|id| self.candidate(*id, hedge)).collect();
        Choice {
            candidates,
            resting,
            why,
        }
    }

    /// One of the endpoints in use, as the upstream wants it picked.
    fn pick(&self, view: &View, who: Requester, draws: &mut Draws) -> Result<Pick, Refused> {
        match (&self.settings.pick, who.key) {
            (_, Some(key)) => view.keyed(key),
            (By::RoundRobin, None) => view.turn(&mut self.turns(who.region), draws),
            (By::LeastLoaded, None) => view.better_of_two(draws, |id| self.cost(id)),
            _ => view.draw(draws),
        }
    }

    /// What one more request to an endpoint costs: its latency, once for each
    /// that is under way there. Of whom nothing is known costs as much as the
    /// quickest, so that it gets its first requests.
    fn cost(&self, id: EndpointId) -> u64 {
        let latency = u64::from(self.watch.latency(id).mean_ms()).max(1);
        let waiting = self
            .endpoint(id)
            .map_or(0, |known| known.stats.in_flight.get());
        latency.saturating_mul(waiting.saturating_add(1))
    }

    fn candidate(&self, id: EndpointId, hedge: bool) -> Candidate {
        let delay = match self.settings.hedge_ms {
            Hedge::AfterMs(ms) if hedge => Some(Duration::from_millis(ms.get().into())),
            Hedge::Auto if hedge => Some(fetch::hedge_delay(self.watch.latency(id))),
            _ => None,
        };
        Candidate::new(id)
            .with_hedge_delay(delay)
            .with_attempt_timeout(Duration::from_millis(self.settings.timeout_ms.into()))
    }
}

impl Choice {
    fn refused(why: Reason) -> Choice {
        Choice {
            candidates: Vec::new(),
            resting: 0,
            why,
        }
    }
}

/// The value of a cookie; of several, the first.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a [u8]> {
    let lines = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    lines
        .flat_map(|line| line.split(|byte| *byte == b';'))
        .find_map(|pair| {
            let value = pair.trim_ascii().strip_prefix(name.as_bytes())?;
            value.strip_prefix(b"=")
        })
}

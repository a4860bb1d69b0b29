//! Which endpoints a request may go to, in which order, and why.

use hedgerow::cdn::affinity::{Course, Node, Stickiness};
use hedgerow::cdn::pool::{Health, Snapshot};
use hedgerow::config::{Hedge, MAX_ENDPOINTS};
use hedgerow::failover::Candidate;
use hedgerow::fetch;
use hedgerow::types::{Duration, EndpointId, Instant, Reason};

use super::Upstream;

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
    /// Which node a request with these fields and this query belongs to.
    pub(crate) fn node(&self, headers: &http::HeaderMap, query: Option<&str>) -> Node {
        match &self.affinity {
            Some(affinity) => affinity.node(headers, query),
            None => Node::Unsaid,
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

    /// Whether a request that belongs to `node` goes on waiting for `endpoint`
    /// although others are not sent there any more.
    pub(crate) fn waits_for(&self, node: Node, endpoint: EndpointId) -> bool {
        let (Some(owner), Some(affinity)) = (self.owner(node), &self.affinity) else {
            return false;
        };
        let exclusion = exclusion(&self.watch.snapshot(), endpoint);
        let course = affinity.stickiness().course(exclusion);
        owner == endpoint && matches!(course, Course::Stay { .. })
    }

    /// Chooses for a request that belongs to `node`; `repeatable` says whether
    /// it can be asked twice.
    pub(crate) fn choose(&self, now: Instant, node: Node, repeatable: bool) -> Choice {
        let snapshot = self.watch.snapshot();
        let view = snapshot.view(None);
        let mut draws = self.draws();
        let course = match (node, &self.affinity) {
            (Node::Of(endpoint), Some(affinity)) => {
                let exclusion = exclusion(&snapshot, endpoint);
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
                let drawn = match view.draw(&mut draws) {
                    Ok(pick) => pick,
                    Err(refused) => return Choice::refused(refused.reason),
                };
                let tried = repeatable
                    .then(|| self.watch.take_trial(now, drawn.endpoint))
                    .flatten();
                let why = match (other, node) {
                    (Some((_, Course::Leave { reason, .. })), _) => reason,
                    (_, Node::Unknown) => Reason::UnknownNode,
                    _ => drawn.reason,
                };
                let free = Course::Stay {
                    hedge: true,
                    fail_over: true,
                };
                (tried.or(Some(drawn.endpoint)), why, free)
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

/// Why those who belong to an endpoint would not stay there. That it is
/// draining is no reason, unless it is not well either.
fn exclusion(snapshot: &Snapshot, endpoint: EndpointId) -> Option<Reason> {
    let exclusion = snapshot.exclusion(endpoint, None);
    if exclusion != Some(Reason::Draining) {
        return exclusion;
    }
    snapshot.health(endpoint).and_then(Health::exclusion)
}

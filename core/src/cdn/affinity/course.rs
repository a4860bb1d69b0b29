//! What becomes of a request whose endpoint can't serve it.

use crate::types::Reason;

/// How firmly a request belongs to its endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stickiness {
    /// It is better off there, but any other will do: others are hedged with
    /// and take over as they do for everybody.
    Prefer,
    /// The endpoint has the session. Another would end it, so it is never
    /// hedged, and moves only where the endpoint is gone: on a connect error, a
    /// timeout, 502 or 504, or when it is down. Whoever serves it then tells
    /// the client that the session is lost. Envoy's issue 30475 is about
    /// proxies that can't say so.
    #[default]
    Owner,
    /// It goes there or nowhere.
    Strict,
}

/// Where a request goes that belongs to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Course {
    /// To its endpoint.
    Stay {
        /// Whether another may be asked beside it while it is silent.
        hedge: bool,
        /// Whether another may be asked after it has failed.
        fail_over: bool,
    },
    /// To another, as if it belonged to none.
    Leave {
        /// Why not to its own.
        reason: Reason,
        /// Whether its client must be told that the session is lost.
        session_lost: bool,
    },
    /// Nowhere.
    Refuse {
        /// Why.
        reason: Reason,
    },
}

impl Stickiness {
    /// Where a request goes whose endpoint is left out for this reason, or for
    /// none.
    ///
    /// A draining endpoint keeps those who belong to it, and one that was
    /// ejected for the failures of single requests keeps its sessions: only
    /// the request itself can find out that it is gone.
    #[must_use]
    pub const fn course(self, exclusion: Option<Reason>) -> Course {
        let stay = match self {
            Stickiness::Prefer => Course::Stay {
                hedge: true,
                fail_over: true,
            },
            Stickiness::Owner => Course::Stay {
                hedge: false,
                fail_over: true,
            },
            Stickiness::Strict => Course::Stay {
                hedge: false,
                fail_over: false,
            },
        };
        match (exclusion, self) {
            (None | Some(Reason::Draining), _) => stay,
            (
                Some(Reason::Ejected | Reason::EndpointEjected),
                Stickiness::Owner | Stickiness::Strict,
            ) => stay,
            (Some(reason), Stickiness::Strict) => Course::Refuse { reason },
            (Some(reason), _) => Course::Leave {
                reason,
                session_lost: matches!(self, Stickiness::Owner),
            },
        }
    }
}

//! What goes into a load and what comes out.

use super::{Refresh, Tier, Verdict};
use crate::failover::Ending;
use crate::types::{AssetId, AttemptId, EndpointId, Instant, Reason};

/// What happened on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadInput {
    /// A good response head arrived.
    Head(AttemptId),
    /// So many body bytes have arrived in all.
    Progress(AttemptId, u64),
    /// The download is complete. Its size in bytes, or 0 if that is not known.
    Downloaded(AttemptId, u32),
    /// The download failed.
    Failed(AttemptId, Reason),
    /// The committed asset was executed and is ready.
    Executed(AttemptId),
    /// The committed asset was not executed.
    CommitFailed(AttemptId, Reason),
    /// The committed asset was executed, but threw or is not ready.
    RanNotReady(AttemptId, Reason),
    /// The device went offline (`true`) or came back.
    Offline(bool),
    /// The visitor is leaving the page (`true`) or came back to it.
    Leaving(bool),
    /// The tab was hidden (`true`) or shown.
    Hidden(bool),
    /// What a probe or a diagnosis found.
    Probed(EndpointId, Verdict),
    /// The remote configuration arrived.
    Refreshed(Refresh),
    /// The remote configuration could not be fetched.
    RefreshFailed,
}

/// What the page must do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadOutput {
    /// Download without executing.
    Start {
        /// The attempt's id in this load.
        attempt: AttemptId,
        /// What.
        asset: AssetId,
        /// From where.
        endpoint: EndpointId,
        /// Why.
        why: Reason,
        /// The attempt that it stands in for.
        after: Option<AttemptId>,
    },
    /// Stop this download.
    Cancel {
        /// The attempt.
        attempt: AttemptId,
        /// Why.
        reason: Reason,
    },
    /// Execute this download.
    Commit {
        /// The attempt.
        attempt: AttemptId,
    },
    /// The attempt has ended, for the record.
    Ended {
        /// The attempt.
        attempt: AttemptId,
        /// How.
        ending: Ending,
        /// Why.
        reason: Reason,
    },
    /// Put stubs where the widget would be and show the fallback.
    Suppress {
        /// At which tier.
        tier: Tier,
        /// Why.
        reason: Reason,
    },
    /// Tell whoever operates the page.
    Warn {
        /// What.
        reason: Reason,
        /// Of which endpoint, if of one.
        endpoint: Option<EndpointId>,
    },
    /// The load is decided.
    Done {
        /// Whether the widget runs.
        ok: bool,
        /// Why it does or doesn't.
        reason: Reason,
        /// Where it came from.
        endpoint: Option<EndpointId>,
    },
    /// When the page is idle, find out what is wrong with this endpoint.
    Diagnose {
        /// The endpoint.
        endpoint: EndpointId,
    },
    /// When the page is idle, find out whether this endpoint is back.
    Probe {
        /// The endpoint.
        endpoint: EndpointId,
    },
    /// When the page is idle, fetch the remote configuration.
    Refresh,
    /// Store [`Load::memory`](super::Load::memory).
    Save,
    /// Nothing to do before this moment; call `poll` again then.
    Wait(Instant),
    /// Nothing to do before the next input.
    Idle,
}

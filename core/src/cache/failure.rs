//! What to do when the origin fails (RFC 9111 §4.2.4, RFC 5861 §4).

use crate::types::{Headers, Reason, Timestamp};

use super::decide::{Action, Decision};
use super::fields::RequestFields;
use super::message::Request;
use super::policy::{NEVER_STALE, Policy};
use super::settings::Settings;
use super::vary::Match;

/// How the origin failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No response came: refused, reset, timed out.
    Unreachable,
    /// This status came.
    Status(u16),
}

impl Failure {
    /// RFC 5861 §4 names the statuses that count as errors.
    const fn is_error(self) -> bool {
        match self {
            Failure::Unreachable => true,
            Failure::Status(status) => matches!(status, 500 | 502 | 503 | 504),
        }
    }
}

impl Policy {
    /// What to do once upstream has failed for `request`, for which
    /// [`Policy::decide`] gave [`Action::Revalidate`]: to serve the stored
    /// response all the same, or to pass the failure on
    /// ([`Action::Forward`]).
    #[must_use]
    pub fn after_failure<H: Headers + ?Sized>(
        &self,
        settings: &Settings,
        request: &Request<'_, H>,
        now: Timestamp,
        failure: Failure,
    ) -> Decision {
        let asked = RequestFields::read(request);
        let (decided, fit) = self.decide_read(settings, request, &asked, now);
        let usable = fit != Match::No && decided.action == Action::Revalidate;
        let allowed = usable
            && failure.is_error()
            && !self.has(NEVER_STALE)
            && decided.ttl.saturating_neg() <= self.error_window(settings, &asked);
        if allowed {
            self.decision(Action::Serve, Reason::StaleIfError, now)
        } else {
            self.decision(Action::Forward, Reason::StaleForbidden, now)
        }
    }

    /// For how many seconds past its lifetime an error may be answered with
    /// the stored response; less than none if there is no permission at all.
    /// The request may extend it (RFC 5861 §4), the settings cap it.
    fn error_window(&self, settings: &Settings, asked: &RequestFields<'_>) -> i64 {
        let given = if settings.request_directives {
            asked.directives.stale_if_error.secs().unwrap_or(0)
        } else {
            0
        };
        match self.stale_if_error.max(given).min(settings.max_stale) {
            0 => i64::MIN,
            window => window.into(),
        }
    }
}

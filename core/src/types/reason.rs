//! The one table of reasons.
//!
//! A reason is why a decision was taken. Its name and number are stable: they
//! reach Rust, JavaScript and C unchanged, stand in logs and reports, and are
//! never used again for something else. New reasons get new numbers.

/// Where a reason can turn up, so that a face carries only the names it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// In what a page is told, and everywhere else.
    Browser,
    /// In servers and proxies, and inside the engine.
    Server,
}

macro_rules! reasons {
    ($($code:literal $name:ident $text:literal $scope:ident $doc:literal;)+) => {
        /// Why a decision was taken.
        ///
        /// # Example
        ///
        /// ```
        /// use hedgerow::types::Reason;
        ///
        /// assert_eq!(Reason::ReadyMissing.as_str(), "ready_missing");
        /// assert_eq!(Reason::from_code(Reason::Hedge.code()), Some(Reason::Hedge));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[repr(u16)]
        pub enum Reason {
            $(#[doc = $doc] $name = $code,)+
        }

        impl Reason {
            /// Every reason, in the order of the numbers.
            pub const ALL: &'static [Reason] = &[$(Reason::$name),+];

            /// The stable number.
            #[must_use]
            pub const fn code(self) -> u16 {
                self as u16
            }

            /// The reason with this number, if there is one.
            #[must_use]
            pub const fn from_code(code: u16) -> Option<Reason> {
                match code {
                    $($code => Some(Reason::$name),)+
                    _ => None,
                }
            }

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Reason::$name => $text,)+
                }
            }

            /// One sentence for people.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self {
                    $(Reason::$name => $doc,)+
                }
            }

            /// Where this reason can turn up.
            #[must_use]
            pub const fn scope(self) -> Scope {
                match self {
                    $(Reason::$name => Scope::$scope,)+
                }
            }
        }
    };
}

reasons! {
    // Why an attempt was started.
    1 FirstChoice "first_choice" Browser "The endpoint came first in the order.";
    2 Failover "failover" Browser "The attempt before it failed.";
    3 Hedge "hedge" Browser "The attempt before it made no progress for the hedge delay.";
    4 Resume "resume" Browser "The winner turned out unusable when it was committed.";
    5 AttemptDeadline "attempt_deadline" Browser "The attempt before it passed its own deadline.";
    6 EndpointEjected "endpoint_ejected" Browser "The endpoint of the attempt before it was ejected meanwhile.";
    7 Probe "probe" Server "The endpoint is probed to see whether it is back.";

    // How an attempt ended.
    20 Won "won" Browser "The attempt delivered what was used.";
    21 NetworkError "network_error" Browser "No usable response: refused, reset, DNS, TLS or blocked on the way.";
    22 HttpStatus "http_status" Browser "The response status says failure.";
    23 Timeout "timeout" Browser "The attempt passed its own deadline.";
    24 TotalDeadline "total_deadline" Browser "The deadline of the whole load passed.";
    25 Truncated "truncated" Browser "The body ended before it was whole.";
    26 WrongContent "wrong_content" Browser "The body is not of the type asked for, such as an HTML page instead of a script.";
    27 EmptyBody "empty_body" Browser "The response has no body.";
    28 IntegrityMismatch "integrity_mismatch" Browser "The body does not match the configured integrity.";
    29 CorsBlocked "cors_blocked" Server "The response may not be read across origins.";
    30 MixedContent "mixed_content" Server "An http resource on an https page.";
    31 CspBlocked "csp_blocked" Browser "The page's Content Security Policy forbids the request.";
    32 ScriptThrew "script_threw" Browser "The script threw while it ran.";
    33 ReadyMissing "ready_missing" Browser "The script ran, but what it must define is not there.";
    34 CommitFailed "commit_failed" Server "The downloaded asset could not be put to use.";
    35 CommitDeadline "commit_deadline" Browser "The page accepted the asset but never reported its execution.";

    // Why an attempt was stopped without fault of its own.
    40 HedgeLost "hedge_lost" Browser "Another attempt won while this one had made no progress.";
    41 Superseded "superseded" Browser "Another attempt won first.";
    42 Cancelled "cancelled" Browser "The caller cancelled.";
    43 Offline "offline" Browser "The visitor's device is offline.";
    44 NavigatedAway "navigated_away" Browser "The visitor left the page.";

    // Why an endpoint was not considered.
    50 Draining "draining" Server "The endpoint is being drained.";
    51 Down "down" Server "The endpoint is marked down.";
    52 OutsideResidency "outside_residency" Server "The endpoint lies outside the allowed regions, or its region is not known.";
    53 InsecureUrl "insecure_url" Server "An http endpoint on an https page.";
    54 Demoted "demoted" Server "The endpoint failed recently; it is used only when nothing better is left.";

    // What a budget said.
    60 HedgeBudgetEmpty "hedge_budget_empty" Browser "A hedge was due, but the hedge budget is spent.";
    61 RetryBudgetEmpty "retry_budget_empty" Server "A retry was due, but the retry budget is spent.";

    // How a load ended.
    70 Loaded "loaded" Browser "Every asset was executed once.";
    71 LoadedNotReady "loaded_not_ready" Browser "The asset ran and matches its integrity, but did not become ready.";
    72 AllEndpointsFailed "all_endpoints_failed" Browser "Every endpoint that may be used failed.";
    73 NoEligibleEndpoint "no_eligible_endpoint" Browser "No endpoint may be used: all are drained, down, or outside the fence.";
    74 SurgeSuppressed "surge_suppressed" Browser "The surge tier keeps the widget from loading for new sessions.";
    75 StaticFallback "static_fallback" Browser "Only the static fallback is shown.";
    76 PlanMismatch "plan_mismatch" Browser "The early download does not fit the plan and was dropped.";

    // What became of a remote configuration.
    80 RefreshAccepted "refresh_accepted" Browser "The remote configuration was taken over for the next view.";
    81 RefreshOlder "refresh_older" Browser "The remote configuration is not newer than the one in use.";
    82 RefreshInvalid "refresh_invalid" Browser "The remote configuration is broken.";
    83 RefreshForbidden "refresh_forbidden" Browser "The remote configuration touches what it may not.";
    84 RefreshUnreachable "refresh_unreachable" Browser "The remote configuration could not be fetched.";

    // What became of the memory of earlier views.
    90 MemoryCorrupt "memory_corrupt" Server "The stored memory is damaged and was ignored.";

    // What a diagnosis after a failure found.
    100 Unreachable "unreachable" Browser "The endpoint does not answer at all.";
    101 Unreadable "unreadable" Browser "The endpoint answers, but unreadably: CORS header missing, or an error page.";
    102 Reachable "reachable" Browser "The endpoint answers again.";
}

impl core::fmt::Display for Reason {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_unique_and_round_trip() {
        for (i, a) in Reason::ALL.iter().enumerate() {
            assert_eq!(Reason::from_code(a.code()), Some(*a));
            for b in &Reason::ALL[i + 1..] {
                assert!(a.code() < b.code(), "{a} and {b} out of order");
                assert_ne!(a.as_str(), b.as_str());
            }
        }
        assert_eq!(Reason::from_code(0), None);
    }

    #[test]
    fn names_are_snake_case() {
        for reason in Reason::ALL {
            let name = reason.as_str();
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{name}"
            );
        }
    }
}

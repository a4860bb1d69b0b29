//! The one table of reasons.
//!
//! A reason is why a decision was taken. Its name and number are stable: they
//! reach Rust, JavaScript and C unchanged, stand in logs and reports, and are
//! never used again for something else. New reasons get new numbers.
//!
//! Those of modules that the browser does without exist only with the module's
//! feature: the browser translates numbers into reasons, and every number it
//! knows costs it bytes.

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
    (
        $($code:literal $name:ident $text:literal $scope:ident $doc:literal;)+
        $(feature $feature:literal {
            $($server_code:literal $server_name:ident $server_text:literal $server_doc:literal;)+
        })+
    ) => {
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
            $($(
                #[cfg(feature = $feature)]
                #[doc = $server_doc]
                $server_name = $server_code,
            )+)+
        }

        impl Reason {
            /// Every reason, in the order of the numbers.
            pub const ALL: &'static [Reason] = &[
                $(Reason::$name,)+
                $($(#[cfg(feature = $feature)] Reason::$server_name,)+)+
            ];

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
                    $($(#[cfg(feature = $feature)] $server_code => Some(Reason::$server_name),)+)+
                    _ => None,
                }
            }

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Reason::$name => $text,)+
                    $($(#[cfg(feature = $feature)] Reason::$server_name => $server_text,)+)+
                }
            }

            /// One sentence for people.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self {
                    $(Reason::$name => $doc,)+
                    $($(#[cfg(feature = $feature)] Reason::$server_name => $server_doc,)+)+
                }
            }

            /// Where this reason can turn up.
            #[must_use]
            pub const fn scope(self) -> Scope {
                match self {
                    $(Reason::$name => Scope::$scope,)+
                    $($(#[cfg(feature = $feature)] Reason::$server_name => Scope::Server,)+)+
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

    feature "cache" {
        // Why a request was answered from the store, or not.
        200 Fresh "fresh" "The stored response is fresh.";
        201 FreshHeuristic "fresh_heuristic" "The stored response is fresh by the heuristic.";
        202 Validated "validated" "The origin has just said that the stored response is current.";
        203 StaleWhileRevalidate "stale_while_revalidate" "The stored response is stale, but may be served while it is revalidated.";
        204 StaleIfError "stale_if_error" "The origin failed, and the stored response may be served stale then.";
        205 MaxStale "max_stale" "The request accepts a response as stale as this.";
        210 Expired "expired" "The stored response is stale.";
        211 ResponseNoCache "response_no_cache" "The stored response may be used only after validation.";
        212 RequestNoCache "request_no_cache" "The request wants validation.";
        213 RequestMaxAge "request_max_age" "The stored response is older than the request wants.";
        214 RequestMinFresh "request_min_fresh" "The stored response is not fresh for as long as the request wants.";
        215 PartMissing "part_missing" "The stored part of the response does not cover what is asked for.";
        220 Miss "miss" "Nothing is stored for this request.";
        221 VaryMismatch "vary_mismatch" "What is stored was selected by other request fields.";
        222 MethodMismatch "method_mismatch" "The method can't be answered from a store.";
        223 OriginPrecondition "origin_precondition" "The request has a condition that only the origin may evaluate.";
        224 OnlyIfCached "only_if_cached" "The request wants a stored response only, and there is none to use.";
        225 StaleForbidden "stale_forbidden" "The origin failed, and the stored response may not be served stale.";

        // Why a response was not stored.
        240 NoStore "no_store" "The response forbids storing.";
        241 RequestNoStore "request_no_store" "The request forbids storing.";
        242 PrivateResponse "private" "The response is for one user, and the cache is shared.";
        243 Authorized "authorized" "The request was authenticated, and the response does not allow sharing.";
        244 MethodNotCached "method_not_cached" "Responses to this method are not stored.";
        245 StatusInterim "status_interim" "The response is not a final one.";
        246 StatusUnknown "status_unknown" "The status must be understood to store the response, and is not.";
        247 NotCacheable "not_cacheable" "Nothing says that the response may be stored.";
        248 VaryAny "vary_any" "The response was selected by more than the request's fields.";
        249 NothingToReuse "nothing_to_reuse" "The response could never be used again.";
        250 SetCookie "set_cookie" "The response sets a cookie, and the settings refuse to store such.";
        251 PartInvalid "part_invalid" "The part that the response carries can't be told.";
        252 TooLarge "too_large" "What must be remembered about the request and the response is too much.";
        253 Foreign304 "foreign_304" "The origin says that another response than the stored one is current.";
        254 HeadMismatch "head_mismatch" "The response to HEAD shows that the stored response is outdated.";
        255 PartMismatch "part_mismatch" "The part belongs to another version than the stored response.";
    }

    feature "pool" {
        // Why an endpoint was picked.
        300 FirstTier "first_tier" "The endpoint belongs to the first tier.";
        301 NextTier "next_tier" "Too little of the tiers before it is available.";
        302 Panic "panic" "Too few endpoints are healthy: those in doubt are used as well, inside the fence.";
        303 NothingHealthy "nothing_healthy" "No endpoint is healthy: those that are left are used, inside the fence.";
        304 Keyed "keyed" "The endpoint is the key's own.";
        305 KeyMoved "key_moved" "The key's own endpoint is not available, and this one is the next in its order.";

        // Why an endpoint is not picked.
        320 Maintenance "maintenance" "The endpoint is in maintenance.";
        321 Ejected "ejected" "Requests failed at the endpoint.";
        322 ProbesFail "probes_fail" "The endpoint does not answer its probes as it should.";
        323 ConfirmedDown "confirmed_down" "Requests and probes fail at the endpoint, or it failed again when it was tried.";
        324 UnknownEndpoint "unknown_endpoint" "No such endpoint is configured.";

        // What a monitor found.
        330 ConsecutiveFailures "consecutive_failures" "Too many requests failed in a row.";
        331 SuccessRate "success_rate" "Too few of the latest requests succeeded.";
        332 TooSlow "too_slow" "Requests take too long.";
        333 TrialFailed "trial_failed" "The request failed that tried the endpoint after its ejection.";
        334 ProbesPassed "probes_passed" "Probes get the right answer again.";
        335 RequestPassed "request_passed" "A request succeeded after the ejection.";
        336 EjectionCap "ejection_cap" "As many endpoints are ejected as may be.";
        337 LastEndpoint "last_endpoint" "It is the last endpoint that is left.";
        338 Inherited "inherited" "Known from before a change of the configuration.";

        // Where a request with a session goes.
        340 Sticky "sticky" "The request belongs to the endpoint.";
        341 UnknownNode "unknown_node" "The request names a node that is not configured.";
    }

    feature "asset" {
        500 UserRule "user_rule" "A rule of the configuration says so.";

        // Why the bytes of an asset never change.
        510 HashInName "hash_in_name" "The file name carries a hash of the content.";
        511 HashInQuery "hash_in_query" "The query carries a hash of the content.";
        512 BuildDirectory "build_directory" "The directory holds only what a builder named by its content.";
        513 VersionInName "version_in_name" "The file name carries an exact version.";
        514 VersionInPath "version_in_path" "A directory carries an exact version.";
        515 VersionInQuery "version_in_query" "The query carries an exact version.";
        516 CommitInPath "commit_in_path" "A directory carries the hash of a commit.";

        // Why they move although the URL names a version.
        520 TagMoves "tag_moves" "The tag points to another version whenever one is released.";
        521 VersionRange "version_range" "The version is a range, and its newest release is served.";
        522 VersionPartial "version_partial" "The version lacks parts, and its newest release is served.";
        523 VersionMissing "version_missing" "A package without a version, so its newest release is served.";

        // What its name says it is.
        530 ScriptOrStyle "script_or_style" "A script, style sheet or module whose name says nothing of its content.";
        531 ConfigurationName "configuration_name" "The name is that of a configuration.";
        532 DocumentName "document_name" "The name is that of a page.";
        533 ServiceWorkerName "service_worker_name" "The name is that of a service worker.";
        534 ManifestName "manifest_name" "The name is that of a manifest, which lists other assets.";
        535 SourceMapName "source_map_name" "The name is that of a source map.";
        536 HealthCheckName "health_check_name" "The name is that of a health check.";
        537 FallbackPageName "fallback_page_name" "The name is that of a fallback page.";

        // Why nothing is known of it.
        550 NoVersion "no_version" "Nothing in the URL says that its bytes stay the same.";
        551 Unsure "unsure" "A part of the name could be a hash, but could be a word, a number or a date, too.";
        552 DevelopmentServer "development_server" "A development server's URL, whose bytes change with the sources.";
        553 NotHierarchical "not_hierarchical" "The URL has no path, as with `data:` and `blob:`.";
        554 PathTooLong "path_too_long" "The path is longer than that of any asset.";
    }

    feature "delivery" {
        // Why a response lasts as long as it does.
        600 ClassPolicy "class_policy" "It lasts as long as the class of its URL says.";
        601 RulePolicy "rule_policy" "It lasts as long as a rule of the configuration says.";
        602 UpstreamPolicy "upstream_policy" "Its URL says nothing, so it lasts as long as the upstream says, or is asked about each time.";
        603 UpstreamForbids "upstream_forbids" "The upstream forbids storing or sharing, and that stands.";
        604 ErrorResponse "error_response" "It is an error, whatever its URL promises.";
        605 RedirectResponse "redirect_response" "It is a redirect, whatever its URL promises.";
        606 PersonalResponse "personal_response" "It was asked for with credentials or sets a cookie, so it is one client's own.";
        607 UnsafeMethod "unsafe_method" "The method does more than read, so the class of the URL says nothing of the response.";
        608 UnusualStatus "unusual_status" "Its status is none with which an asset is sent.";
        609 SubstituteResponse "substitute_response" "It is empty, or a page in place of the asset.";

        // Who may read it across origins.
        610 CorsPublic "cors_public" "Every origin may read it.";
        611 CorsAllowed "cors_allowed" "The origin that asks is allowed.";
        612 CorsRefused "cors_refused" "The origin that asks is not allowed.";
        613 CorsNoOrigin "cors_no_origin" "The request names no origin.";
        614 PreflightAllowed "preflight_allowed" "The request that the preflight announces may be made.";
        615 PreflightMethod "preflight_method" "The method that the preflight announces is not allowed.";
        616 PreflightHeader "preflight_header" "A field that the preflight announces is not allowed.";
        617 PreflightPrivateNetwork "preflight_private_network" "Public pages may not ask this server in a private network.";

        // Whether it is compressed on the way.
        620 Compressed "compressed" "It is compressed for this client.";
        621 AlreadyEncoded "already_encoded" "It is compressed already.";
        622 NoTransform "no_transform" "Its sender or its recipient forbids changing it on the way.";
        623 NotCompressible "not_compressible" "Content of its type does not get smaller, or its type is not known.";
        624 TooSmall "too_small" "It is too small to be worth it.";
        625 NoCodingAccepted "no_coding_accepted" "The client takes none of the codings.";
        626 PartStaysPlain "part_stays_plain" "A part of it was asked for, and parts are of the plain bytes.";
        627 NoContent "no_content" "It has no content.";
        628 SecretStaysPlain "secret_stays_plain" "It is one client's own, and its compressed length could betray what is in it.";
        629 CompressionOff "compression_off" "Compression is off.";

        // How long what a 304 confirms lasts.
        630 AsStored "as_stored" "It only says that what is stored is current, so that lasts as it did.";

        // What became of its validator.
        640 ValidatorKept "validator_kept" "Its entity tag stays.";
        641 ValidatorPerNode "validator_per_node" "Its entity tag differs from node to node, so it was taken away.";
    }
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
                name.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                "{name}"
            );
        }
    }
}

//! What can be found.

use super::Severity;

macro_rules! findings {
    ($(
        $code:literal $name:ident $text:literal $severity:ident
            $doc:literal
            $remedy:literal;
    )+) => {
        /// What can be found.
        ///
        /// Names and numbers are stable and never used again for something
        /// else, so that a pipeline may list those that it accepts.
        ///
        /// # Example
        ///
        /// ```
        /// use hedgerow::audit::{FindingId, Severity};
        ///
        /// let id = FindingId::from_name("cors_missing").expect("known");
        /// assert_eq!(id, FindingId::CorsMissing);
        /// assert_eq!(id.severity(), Severity::Error);
        /// assert_eq!(FindingId::from_code(id.code()), Some(id));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u16)]
        pub enum FindingId {
            $(#[doc = $doc] $name = $code,)+
        }

        impl FindingId {
            /// Every id, in the order of the numbers.
            pub const ALL: &'static [FindingId] = &[$(FindingId::$name,)+];

            /// The stable number.
            #[must_use]
            pub const fn code(self) -> u16 {
                self as u16
            }

            /// The id with this number, if there is one.
            #[must_use]
            pub const fn from_code(code: u16) -> Option<FindingId> {
                match code {
                    $($code => Some(FindingId::$name),)+
                    _ => None,
                }
            }

            /// The stable name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(FindingId::$name => $text,)+
                }
            }

            /// The id with this name, if there is one.
            #[must_use]
            pub fn from_name(name: &str) -> Option<FindingId> {
                match name {
                    $($text => Some(FindingId::$name),)+
                    _ => None,
                }
            }

            /// How bad it is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $(FindingId::$name => Severity::$severity,)+
                }
            }

            /// What it means, in one sentence.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self {
                    $(FindingId::$name => $doc,)+
                }
            }

            /// What to do about it.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self {
                    $(FindingId::$name => $remedy,)+
                }
            }
        }
    };
}

findings! {
    // Whether the endpoint answers.
    1 NameNotResolved "name_not_resolved" Error
        "The endpoint's host name does not resolve."
        "Check the DNS record and that the custom domain is activated at the CDN.";
    2 ConnectionFailed "connection_failed" Error
        "The endpoint refuses the connection, or breaks it."
        "Check that the CDN serves this host name and port, and that no firewall is in between: a fallback must be reachable before it is needed.";
    3 TimedOut "timed_out" Error
        "The endpoint does not answer in time."
        "Check the CDN's way to its origin and its timeouts; clients will wait as long as this before they go elsewhere.";
    4 ProtocolError "protocol_error" Error
        "What the endpoint answers is no valid HTTP."
        "Look at what stands in front of the origin: something writes a broken response.";
    5 BodyCut "body_cut" Error
        "The body ends before it is whole."
        "Purge the object; if it comes back cut, check the origin's Content-Length and the timeouts between CDN and origin.";
    6 BodyTooLong "body_too_long" Warning
        "The body is longer than what the audit reads."
        "Make sure that this is the asset and no stream; raise the limit if it is.";

    // TLS.
    20 TlsHandshakeFailed "tls_handshake_failed" Error
        "No TLS connection can be made."
        "Offer TLS 1.3 and 1.2 with common ciphers for this host name; after a certificate update wait until it has reached every PoP.";
    21 CertificateNameMismatch "certificate_name_mismatch" Error
        "The certificate is not for this host name."
        "Install a certificate at this CDN that covers the host name, or activate the wildcard certificate there.";
    22 CertificateExpired "certificate_expired" Error
        "A certificate has expired."
        "Renew it now, and find out why the renewal did not happen by itself.";
    23 CertificateNotYetValid "certificate_not_yet_valid" Error
        "A certificate is not valid yet."
        "Go back to the old certificate until the new one is valid, and check the clocks.";
    24 CertificateExpiring "certificate_expiring" Warning
        "The certificate expires soon."
        "Renew it now; a new one takes 15 to 30 minutes to reach every PoP.";
    25 CertificateSelfSigned "certificate_self_signed" Error
        "The certificate is self-signed."
        "Install a certificate of an authority that browsers trust.";
    26 CertificateUntrusted "certificate_untrusted" Error
        "The certificate chain leads to no trusted authority."
        "Install a certificate of an authority that browsers trust, with its whole chain.";
    27 CertificateChainIncomplete "certificate_chain_incomplete" Error
        "The intermediate certificate is missing."
        "Install the full chain (the leaf, then its issuer); some browsers repair this by themselves, which hides it, others fail.";
    28 CertificateChainDisordered "certificate_chain_disordered" Warning
        "The certificates of the chain are not in order, or one does not belong to it."
        "Send the leaf first and each certificate's issuer right after it, and nothing else.";
    29 CertificateRevoked "certificate_revoked" Error
        "The stapled OCSP response says that the certificate is revoked."
        "Replace the certificate and its key now.";
    30 CertificateRotating "certificate_rotating" Warning
        "The endpoint's addresses serve different certificates."
        "If you have just changed the certificate, wait 15 to 30 minutes and audit again before you call it done; else purge the old one from the PoPs that still have it.";
    31 OcspNotStapled "ocsp_not_stapled" Warning
        "The certificate names an OCSP responder, but no OCSP response is stapled."
        "Turn OCSP stapling on; without it the check of revocation depends on the authority's servers at every new connection.";
    32 OcspMustStaple "ocsp_must_staple" Error
        "The certificate demands a stapled OCSP response, and there is none."
        "Turn OCSP stapling on, or reissue the certificate without must-staple: strict clients refuse the connection.";
    33 OcspStale "ocsp_stale" Warning
        "The stapled OCSP response is outdated or can't be read."
        "Make the server refresh its OCSP response; check that it reaches the responder.";
    34 Tls13NotOffered "tls13_not_offered" Warning
        "TLS 1.3 is not offered."
        "Turn TLS 1.3 on: it saves a round trip at every new connection.";
    35 Http2NotOffered "http2_not_offered" Warning
        "HTTP/2 is not offered."
        "Turn HTTP/2 on (ALPN h2).";
    36 Http3NotAnnounced "http3_not_announced" Note
        "HTTP/3 is not announced."
        "Turn HTTP/3 on; the CDN then announces it by `Alt-Svc: h3=\":443\"`.";
    37 HandshakesDiffer "handshakes_differ" Warning
        "The endpoint's addresses do not offer the same TLS version, protocols or stapling."
        "Bring the PoPs to the same configuration; if you have just changed it, audit again in 30 minutes.";

    // https everywhere.
    50 EndpointNotHttps "endpoint_not_https" Error
        "The endpoint is an http URL, which https pages block."
        "Use https, and force it at the CDN.";
    51 PlainHttpServed "plain_http_served" Warning
        "The asset is served over plain http, too."
        "Redirect http to https at the CDN (viewer protocol policy: redirect, or https only).";
    52 HstsMissing "hsts_missing" Warning
        "There is no Strict-Transport-Security."
        "Send `Strict-Transport-Security: max-age=31536000; includeSubDomains`.";
    53 HstsInvalid "hsts_invalid" Warning
        "Strict-Transport-Security can't be read, so browsers ignore it."
        "Send one field: `Strict-Transport-Security: max-age=31536000; includeSubDomains`.";
    54 HstsShort "hsts_short" Warning
        "Strict-Transport-Security lasts less than a year."
        "Raise max-age to 31536000 at least.";
    55 HstsWithoutSubdomains "hsts_without_subdomains" Warning
        "Strict-Transport-Security leaves the subdomains out."
        "Add includeSubDomains.";

    // Redirects.
    60 RedirectToHttp "redirect_to_http" Error
        "A redirect leads to plain http, which https pages block."
        "Make the Location https, and force https at the CDN; behind \"flexible\" SSL the origin sees http and redirects wrongly.";
    61 RedirectLoop "redirect_loop" Error
        "The redirects never end."
        "Connect CDN and origin over https (full, strict): an origin that is asked over http redirects to https for ever.";
    62 RedirectToOtherHost "redirect_to_other_host" Warning
        "A redirect leads to another host."
        "Serve the asset where it is asked for: another host has its own certificate, CORS and outages.";
    63 Redirected "redirected" Note
        "The asset is served by way of a redirect."
        "Configure the final URL: each redirect costs a round trip.";
    64 RedirectWithoutLocation "redirect_without_location" Error
        "A redirect does not say where to."
        "Let the CDN or origin send a Location, or answer with the asset.";
    65 RedirectCachedLong "redirect_cached_long" Warning
        "A redirect may be cached for longer than a day."
        "Give redirects a short max-age: browsers keep a permanent one, and nobody can purge it there.";

    // Status.
    80 StatusError "status_error" Error
        "The asset is answered with an error."
        "Check the path, the CDN's origin, its Host field and its access rules.";
    81 RateLimited "rate_limited" Error
        "The endpoint answers 429: its origin is asked too often."
        "Make the CDN cache what it may: no-store or missing validators send every request to the origin.";
    82 RetryAfterMissing "retry_after_missing" Error
        "An overloaded endpoint does not say when to come back."
        "Send Retry-After with 429 and 503, so that clients wait instead of repeating.";
    83 ErrorCachedLong "error_cached_long" Warning
        "An error may be cached for longer than five minutes."
        "Give errors their own short lifetime, not that of the assets.";
    84 MissingIsServed "missing_is_served" Error
        "A path that does not exist is answered with success."
        "Answer 404 for missing assets: a page in place of a script breaks it, and no client fails over from a success.";
    85 HealthNotOk "health_not_ok" Error
        "The health path does not answer 200."
        "Put a small file there that needs no login, or let the CDN always answer 200 for this path.";
    86 HealthCached "health_cached" Warning
        "The health path may be answered from a cache for minutes."
        "Send `Cache-Control: no-store`: a cached answer says nothing about now.";
    87 HealthLarge "health_large" Note
        "The health path's body is large for what is asked every few seconds."
        "Serve a small file of its own.";

    // Content.
    100 HtmlForAsset "html_for_asset" Error
        "An HTML page comes in place of the asset."
        "Look for a login, a challenge or a single-page application's fallback rule on this path.";
    101 ContentTypeMissing "content_type_missing" Warning
        "There is no Content-Type."
        "Send the asset's type; with nosniff browsers refuse scripts and styles without one.";
    102 ContentTypeWrong "content_type_wrong" Error
        "The Content-Type does not fit the asset."
        "Send the type that fits: text/javascript, text/css, application/wasm, application/json.";
    103 NosniffMissing "nosniff_missing" Warning
        "There is no X-Content-Type-Options: nosniff."
        "Send `X-Content-Type-Options: nosniff`.";
    104 BodyEmpty "body_empty" Error
        "The body is empty."
        "Purge the object and check the origin: an empty script loads, and does nothing.";
    105 LengthMismatch "length_mismatch" Warning
        "HEAD announces another length than GET delivers."
        "Purge the object; if it stays, the CDN stores the answers to HEAD and GET apart.";
    106 IntegrityMismatch "integrity_mismatch" Error
        "The body is not what the configured integrity says."
        "Deploy the same build everywhere, or update the hash; browsers refuse the asset.";
    107 SourceMapPublic "source_map_public" Note
        "The asset's source map is public."
        "If the source is not meant for the public, do not deploy the .map files.";
    108 CookieOnAsset "cookie_on_asset" Warning
        "A cacheable asset sets a cookie."
        "Remove Set-Cookie at the origin or CDN: most caches do not store such a response, and those that do give one visitor's cookie to others.";
    109 CookieRejected "cookie_rejected" Warning
        "The cookie is a third party's and will be rejected."
        "Serve what relies on the cookie, such as session stickiness, from the site's own domain, or send `SameSite=None; Secure`.";
    110 BlockedByPolicy "blocked_by_policy" Error
        "Cross-Origin-Resource-Policy forbids the page to load the asset."
        "Send `Cross-Origin-Resource-Policy: cross-origin`.";
    111 TimingHidden "timing_hidden" Note
        "There is no Timing-Allow-Origin for the page, so it can't measure the endpoint."
        "Send `Timing-Allow-Origin` with the page's origin.";

    // How long it is cached.
    120 CacheControlMissing "cache_control_missing" Warning
        "Nothing says how long the response may be cached."
        "Send a Cache-Control field: without one every cache guesses.";
    121 CacheControlInvalid "cache_control_invalid" Warning
        "Cache-Control can't be read as it was meant."
        "Write directives apart by commas, as `max-age=86400` with whole seconds.";
    122 CacheControlContradictory "cache_control_contradictory" Warning
        "Cache-Control contradicts itself."
        "Keep the directive that is meant: caches follow the strictest, or none.";
    123 NotStored "not_stored" Error
        "A static asset may not be stored, so every visitor's request goes to the origin."
        "Remove no-store: the herd that it lets through ends in 429s.";
    124 NotShared "not_shared" Warning
        "A static asset is private, so no CDN may store it."
        "Replace private by public.";
    125 VersionedCachedShort "versioned_cached_short" Warning
        "A versioned asset is cached for less than a year."
        "Its bytes never change under this URL; let it be cached for a year.";
    126 VersionedNotImmutable "versioned_not_immutable" Note
        "A versioned asset is not marked immutable, so reloads ask for it again."
        "Add immutable.";
    127 ImmutableButChanging "immutable_but_changing" Error
        "An asset whose bytes may change is marked immutable."
        "Remove immutable, or put a version or hash into the URL.";
    128 EntryPointCachedLong "entry_point_cached_long" Error
        "An unversioned entry point is cached for longer than a day."
        "Shorten its lifetime: what browsers hold can't be purged, so a bug stays until it expires.";
    129 EntryPointPinned "entry_point_pinned" Note
        "An unversioned entry point is cached for long, as the configuration says it should be."
        "Make sure that it only ever loads what changes, and never has to change itself.";
    130 EntryPointNotRevalidated "entry_point_not_revalidated" Note
        "An entry point may be used after its lifetime without asking."
        "Add must-revalidate.";
    131 ConfigurationCached "configuration_cached" Error
        "Configuration may be used from a cache without asking."
        "Send `no-cache, must-revalidate`, or purge it by surrogate key at every change.";
    132 CachedLong "cached_long" Warning
        "An unversioned resource is cached for longer than its kind should be."
        "Shorten its lifetime, or put a version or hash into the URL.";
    133 OneLifetimeForAll "one_lifetime_for_all" Error
        "One Cache-Control stands on everything, whether its bytes may change or not."
        "Give versioned assets a year and immutable, entry points a day, and configuration no-cache.";
    134 ServedStale "served_stale" Warning
        "The response is older than its lifetime, so browsers get it stale already."
        "Do not let the CDN keep it longer than max-age says, or raise max-age; Age counts in the browser, too.";
    135 AgeInvalid "age_invalid" Warning
        "Age can't be read."
        "Let one cache write Age, as a whole number of seconds.";
    136 NotCachedAtEdge "not_cached_at_edge" Warning
        "The CDN does not cache the asset: the second request is a miss again."
        "Check the CDN's cache rule for this path, its cache key and what bypasses it (cookies, query).";
    137 FallbackNotCached "fallback_not_cached" Error
        "The fallback page is not in the CDN's cache."
        "Let the CDN cache it and warm it in every region before the event; it must not need the origin.";
    138 FallbackUnproven "fallback_unproven" Warning
        "Nothing shows whether the fallback page comes from the CDN's cache."
        "Let the CDN send Age, Cache-Status or X-Cache for this path, so that a HIT can be proven before the event.";
    139 FallbackDepends "fallback_depends" Warning
        "The fallback page loads something from elsewhere."
        "Put styles, scripts and images into the page itself: it is needed when everything else fails.";

    // Validators and what is done with them.
    150 ValidatorsMissing "validators_missing" Warning
        "There is neither ETag nor Last-Modified, so a stale copy must be fetched again as a whole."
        "Send a strong ETag made from the content, and Last-Modified.";
    151 EtagInvalid "etag_invalid" Warning
        "The ETag is no entity tag."
        "Put it in double quotes.";
    152 EtagWeak "etag_weak" Note
        "The ETag is weak, so a cut download can't go on at another endpoint."
        "Send a strong ETag made from the content.";
    153 EtagOfInode "etag_of_inode" Warning
        "The ETag holds an inode, which differs from server to server."
        "Set `FileETag MTime Size`, or better make it from the content.";
    154 EtagSharedByEncodings "etag_shared_by_encodings" Warning
        "The compressed and the plain body have the same strong ETag."
        "Let each encoding have its own ETag, or make it weak: a mix of both bodies passes for whole.";
    155 LastModifiedInvalid "last_modified_invalid" Warning
        "Last-Modified is no date, or lies in the future."
        "Send the time of the last change as `Sun, 06 Nov 1994 08:49:37 GMT`.";
    156 DateMissing "date_missing" Note
        "There is no valid Date."
        "Let the server send Date; ages are worked out from it.";
    157 DateSkewed "date_skewed" Warning
        "The server's clock is wrong."
        "Synchronise the clock: ages, expiry and certificates depend on it.";
    160 ConditionalIgnored "conditional_ignored" Warning
        "A conditional request for what is current gets no 304."
        "Let CDN and origin answer If-None-Match and If-Modified-Since; else each revalidation is a download.";
    161 NotModifiedIncomplete "not_modified_incomplete" Note
        "The 304 lacks fields that the 200 has."
        "Send Cache-Control, ETag, Expires, Vary and Content-Location with 304, too (RFC 9110 §15.4.5).";
    162 NotModifiedDiffers "not_modified_differs" Warning
        "The 304 says something else than the 200."
        "Send the same Cache-Control, ETag and Vary with both: the 304 replaces what the cache has stored.";
    163 RangeIgnored "range_ignored" Note
        "A range is asked for and the whole is sent."
        "Support byte ranges, so that a cut download can go on at another endpoint.";
    164 RangeBroken "range_broken" Warning
        "The part that is sent is not the part that it claims to be."
        "Check Content-Range, the length and the ETag of 206 responses; turn ranges off if they can't be right.";

    // Vary and compression.
    180 VaryAny "vary_any" Warning
        "`Vary: *` keeps caches from using the response again."
        "Name the request fields that really select the response.";
    181 VaryUserAgent "vary_user_agent" Warning
        "`Vary: User-Agent` makes a copy for each of thousands of browsers."
        "Remove User-Agent from Vary; serve the same bytes to all, or decide in the page.";
    182 VaryCookie "vary_cookie" Warning
        "`Vary: Cookie` makes a copy for each visitor."
        "Remove Cookie from Vary of static assets.";
    183 VaryEncodingMissing "vary_encoding_missing" Error
        "The response is compressed on request, but Vary does not say so."
        "Send `Vary: Accept-Encoding` with every variant, also with the plain one.";
    190 NotCompressed "not_compressed" Warning
        "Text is not compressed."
        "Turn on Brotli or gzip for this type at the CDN or at the origin, at one of them.";
    191 CompressedTwice "compressed_twice" Error
        "The body is compressed twice."
        "Let either the origin or the CDN compress.";
    192 CompressedInVain "compressed_in_vain" Note
        "A format that is compressed already is compressed again."
        "Leave images, fonts, media and archives out of the compression rule.";
    193 EncodedUnasked "encoded_unasked" Warning
        "The body is compressed although the request does not accept it."
        "Let the cache key hold Accept-Encoding; some clients can't read it.";
    194 EncodingUndeclared "encoding_undeclared" Error
        "The body is compressed, but Content-Encoding does not say so."
        "Upload compressed files with their Content-Encoding, or upload them plain.";
    195 EncodingBroken "encoding_broken" Error
        "The body can't be decoded as Content-Encoding says."
        "Purge the object; something changed the body or the field on its way.";
    196 VariantsDiffer "variants_differ" Error
        "The compressed body is not the plain one compressed."
        "Purge every variant: one of them is of another build.";

    // CORS.
    200 CorsMissing "cors_missing" Error
        "There is no Access-Control-Allow-Origin for the page."
        "Let the CDN keep or add the field, with the page's origin, then purge what is stored without it.";
    201 CorsRefused "cors_refused" Error
        "Access-Control-Allow-Origin names another origin than the page's."
        "Add the page's origin to the allow-list; if it is there, one page's answer was cached for all: send `Vary: Origin` and purge.";
    202 CorsSeveral "cors_several" Error
        "There are several Access-Control-Allow-Origin values, which browsers reject."
        "Let either the origin or the CDN write the field, with one value.";
    203 CorsWildcard "cors_wildcard" Note
        "Every origin may read the asset."
        "If it is not meant for everybody, name the allowed origins.";
    204 CorsWildcardCredentials "cors_wildcard_credentials" Error
        "The wildcard is sent together with credentials, which browsers reject."
        "Name the allowed origins, or drop Access-Control-Allow-Credentials.";
    205 CorsReflectsAny "cors_reflects_any" Warning
        "Whatever origin asks is allowed."
        "Compare the Origin with an allow-list instead of sending it back.";
    206 CorsReflectsCredentials "cors_reflects_credentials" Error
        "Whatever origin asks is allowed, with the visitor's credentials."
        "Compare the Origin with an allow-list now: any site may read this as the visitor.";
    207 CorsVaryMissing "cors_vary_missing" Error
        "The answer depends on Origin, but Vary does not always say so."
        "Send `Vary: Origin` with every response, also to requests without Origin; else one site's answer is cached for all.";
    208 PreflightRefused "preflight_refused" Warning
        "The CORS preflight is refused."
        "Answer OPTIONS with 204 and the Access-Control-Allow fields, at every endpoint.";

    // Differences between endpoints.
    230 AssetMissing "asset_missing" Error
        "The asset is at some endpoints and not at others."
        "Deploy it to every endpoint before anything refers to it.";
    231 BodyDiffers "body_differs" Error
        "The endpoints serve different bytes under one path."
        "Deploy the same build everywhere and purge the endpoint that is behind.";
    232 EtagDiffers "etag_differs" Warning
        "The same bytes have different ETags."
        "Let the origin make the ETag from the content and the CDNs pass it on; else each change of endpoint is a new download.";
    233 LastModifiedDiffers "last_modified_differs" Warning
        "The same bytes have different Last-Modified dates."
        "Set the files' times from the build, and let the CDNs pass Last-Modified on.";
    234 ContentTypeDiffers "content_type_differs" Warning
        "The endpoints say different Content-Types."
        "Send the same type everywhere.";
    235 CacheControlDiffers "cache_control_differs" Warning
        "The endpoints say different Cache-Control."
        "Mirror the configuration: let the origin say it and the CDNs pass it on.";
    236 VaryDiffers "vary_differs" Warning
        "The endpoints say different Vary."
        "Mirror the configuration.";
    237 CorsDiffers "cors_differs" Warning
        "The endpoints do not allow the same by CORS."
        "Mirror the configuration: what works at one must work after a failover.";
    238 EncodingDiffers "encoding_differs" Note
        "The endpoints compress differently."
        "Offer the same encodings everywhere, so that a failover is no slower.";
    239 HstsDiffers "hsts_differs" Warning
        "The endpoints say different Strict-Transport-Security."
        "Mirror the configuration.";

    // The set of endpoints.
    260 SingleEndpoint "single_endpoint" Note
        "There is one endpoint only, so nothing to fail over to."
        "Add a second CDN.";
    261 SingleRegion "single_region" Warning
        "All endpoints are in one region."
        "Add an endpoint in another region: a region fails as a whole.";
    262 SharedAddress "shared_address" Warning
        "Two endpoints are the same server."
        "Use independent CDNs: what fails for one fails for both.";
    263 DnsTtlLong "dns_ttl_long" Note
        "The DNS record may be cached for longer than five minutes."
        "Set its TTL to 300 s, and to 60 s while you deploy.";
}

impl core::fmt::Display for FindingId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_names_round_trip() {
        for pair in FindingId::ALL.windows(2) {
            assert!(pair[0].code() < pair[1].code(), "{} {}", pair[0], pair[1]);
        }
        for id in FindingId::ALL {
            assert_eq!(FindingId::from_code(id.code()), Some(*id));
            assert_eq!(FindingId::from_name(id.as_str()), Some(*id));
        }
        assert_eq!(FindingId::from_code(0), None);
        assert_eq!(FindingId::from_name(""), None);
    }

    #[test]
    fn texts_are_sentences() {
        for id in FindingId::ALL {
            for text in [id.description(), id.remedy()] {
                assert!(text.ends_with('.') && !text.contains("  "), "{id}: {text}");
            }
        }
    }
}

//! From what an asset is to what its response says.
//!
//! The most expensive mistakes of asset distribution are in fields: an entry
//! point that is cached for a year, a CDN that strips CORS, a `no-store` that
//! sends every visitor to the origin. [`Delivery`] takes a URL, asks
//! [`asset`](crate::asset) what it is, and says which fields the response must
//! have. It sees no body and stores nothing: out come [`Edits`], names and
//! values, which a proxy applies, a C caller gets as pairs and a command line
//! prints.
//!
//! | you have | call | when |
//! |---|---|---|
//! | a URL | [`Delivery::plan`] → [`Plan`] | once per request |
//! | a response of an upstream | [`Plan::shared`] | before it is stored |
//! | a response to be sent | [`Plan::client`] | for each client |
//! | both at once, nothing stored | [`Plan::fields`] | |
//! | a CORS preflight | [`Plan::preflight`] | before an upstream is asked |
//! | a body to be sent | [`Plan::compress`] | last |
//!
//! # Example
//!
//! ```
//! use hedgerow::asset;
//! use hedgerow::delivery::{Cors, Delivery, Exchange, Profile, Settings};
//!
//! let mut profile = Profile::default();
//! profile.cors = Some(Cors::new(vec!["https://www.example.com".parse()?]));
//! let delivery = Delivery::new(&Settings::new(profile), asset::Rules::default())?;
//!
//! let plan = delivery.plan("/assets/app-4f8a1c9e2b7d.js");
//! assert_eq!(plan.cache_control(), "public, max-age=31536000, immutable");
//!
//! // The upstream says nothing of caching; another site asks.
//! let request = [("origin", "https://other.example")];
//! let response = [("content-type", "text/javascript"), ("expires", "0")];
//! let exchange = Exchange::new("GET", &request, 200, &response);
//! let fields = plan.fields(&exchange);
//! let lines: Vec<_> = fields.edits.lines().collect();
//! assert!(lines.contains(&("cache-control", b"public, max-age=31536000, immutable")));
//! assert!(lines.contains(&("vary", b"Origin")));
//! assert!(!lines.iter().any(|(name, _)| *name == "access-control-allow-origin"));
//! assert!(fields.edits.removed().any(|name| name == "expires"));
//!
//! // The same URL, not there: not for a year.
//! let missing = plan.fields(&Exchange::new("GET", &request, 404, &response));
//! assert!(missing.edits.lines().any(|line| line == ("cache-control", b"no-cache")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What each class gets, and why
//!
//! | class | `Cache-Control` | why |
//! |---|---|---|
//! | fingerprinted, versioned | `public, max-age=31536000, immutable` | other bytes have another URL, so nobody need ever ask again (RFC 8246) |
//! | entry point | `public, max-age=86400, must-revalidate` | the same URL gets new bytes with each deployment; for a day it need not be asked for, after that never be used unasked |
//! | moving tag | `public, max-age=600, stale-while-revalidate=600, stale-if-error=86400` | a release moves it without the page's doing; ten minutes spread a release quickly and still spare the origin nearly every request. Nobody waits for the question (RFC 5861), and yesterday's release is better than none |
//! | configuration | `no-cache, must-revalidate` | a change must reach the next visitor |
//! | document | `no-cache` | it names the fingerprinted files of one deployment; an older one names files that are gone. Not `public`: a page may be one visitor's own |
//! | service worker | `no-cache` | an old one keeps the whole site old. Browsers ask past their own cache, but a CDN's would still answer |
//! | manifest | `no-cache` | it names other assets, as a document does |
//! | source map | `no-cache` | it must fit the script that is served now; only developers fetch it, so the question costs nobody anything |
//! | health check | `no-store` | the answer is about now, and a stored one reports a dead endpoint alive |
//! | fallback page | `public, max-age=300, stale-if-error=86400` | browsers see a change of its text within five minutes |
//! | other, and what is at a page's path without being one | the upstream's, if it is a day or less and not `immutable`; else `no-cache` | nothing in the URL says that the bytes stay the same, nor that they are for everybody. Unsure means asking |
//!
//! Two classes tell CDNs more, by `CDN-Cache-Control` (RFC 9213):
//!
//! | class | `CDN-Cache-Control` | why |
//! |---|---|---|
//! | entry point | `public, max-age=86400, stale-if-error=86400` | `must-revalidate` turns an origin's outage into a 504 at every CDN; for a day more the last bytes serve, while nobody can be asked |
//! | fallback page | `public, max-age=86400, stale-while-revalidate=86400, stale-if-error=2592000` | it must be in every cache before it is needed, and outlast what is broken by far |
//!
//! A [`Profile`] overrides all of it, for everything or for what matches a
//! [`Rule`]'s pattern. [`Policy::Pinned`] and a public `*` ([`Cors::origins`])
//! go against the guides' stricter advice; they are explicit, and an audit
//! mentions them.
//!
//! # When the response is not what its URL promises
//!
//! The class is that of the URL; what came may be something else. In this
//! order, where *modest* is a day at most and not `immutable`:
//!
//! | the response | `Cache-Control` | reason |
//! |---|---|---|
//! | 1xx | untouched | |
//! | was asked for with `Authorization`, or sets a cookie | `private, no-cache` | `personal_response`: `public` and `must-revalidate` would share it (RFC 9111 §3.5) |
//! | answers another method than GET and HEAD | the upstream's, if it is modest; else `no-cache` | `unsafe_method` |
//! | 404, 410 | `no-cache`, or [`Profile::missing_secs`] | `error_response`: an asset that is asked for a moment before it is deployed must be found a moment later |
//! | other 4xx, 5xx | `no-store` | `error_response` |
//! | 3xx | `no-cache`; a moving tag's as its class; of documents and others the upstream's, if it is modest | `redirect_response`: what a hash names is never elsewhere. To redirect is what the URL of a tag is for |
//! | 2xx other than 200 and 206 | the upstream's, if it is modest; else `no-cache` | `unusual_status` |
//! | a page, or nothing, in place of a script | `no-cache` | `substitute_response`: servers of single-page applications answer every path with their page and a 200 |
//! | forbids storing | `no-store` | `upstream_forbids`, unless [`UpstreamRule::Ignore`] |
//! | forbids sharing | the upstream's, if it is modest or the class is immutable; else `private, no-cache` | the same |
//!
//! Wherever `Cache-Control` is written it is one line, and what could
//! contradict it goes: `Expires`, `Pragma`, and the fields by which upstreams
//! and vendors speak to CDNs past it.
//!
//! # CORS
//!
//! With a list of origins, the one that asks is named if it is on the list,
//! and every response has `Vary: Origin`: also the one to a request without
//! `Origin`, which a cache would else give to a page that needs the field.
//! Upstreams' own CORS fields are replaced, since browsers refuse two. `*`
//! together with credentials is refused with the settings.
//!
//! These fields are for one client, so they belong to what is sent and not to
//! what is stored: the stored response serves every origin.
//!
//! # Validators
//!
//! Strong entity tags are kept, as resuming at another endpoint depends on
//! them. Two things change them: a response that is compressed on its way gets
//! the weak form, since its bytes are others (RFC 9110 §8.8.3.3); and a tag
//! that is made of an inode number goes if there is a `Last-Modified`, since
//! two nodes with the same file never agree on it ([`ETagRule`]).
//!
//! # The guides' advice, and where it is
//!
//! | guide | advice or trap | here |
//! |---|---|---|
//! | multi-CDN | a year for static assets | [`cache_control`]; for a loader without a version only as [`Policy::Pinned`] |
//! | multi-CDN | `no-store` stampedes the origin | [`UpstreamRule::Ignore`] for upstreams that can't be changed; 404s by [`Profile::missing_secs`] |
//! | multi-CDN | `Access-Control-Allow-Origin` stripped by one CDN | written for every response, errors too |
//! | multi-CDN | preflight fails after failover | answered here, alike wherever it runs |
//! | multi-CDN | stale configuration | `no-cache, must-revalidate`, and keys to purge by ([`Tags`]) |
//! | multi-CDN | health file must answer | never stored, so that what is asked is the endpoint |
//! | multi-region | versioned and unversioned told apart | the table above |
//! | multi-region | one `max-age` for everything | replaced by the class's own |
//! | multi-region | `ETag` and `Last-Modified` consistent | [`ETagRule`] |
//! | multi-region | compressed twice | [`Plan::compress`] never touches what is coded |
//! | multi-region | HSTS of a year with `includeSubDomains` | [`Hsts`], less is refused |
//! | multi-region | origins listed, no wildcard | [`Cors`] |
//! | multi-region | granular invalidation | [`Tags`]: the class and the site's own keys |
//! | high-traffic fallback | fallback page in every cache | its class, above |

mod caching;
mod compression;
mod cors;
mod edits;
mod engine;
mod error;
mod exchange;
mod policy;
mod security;
mod settings;
mod tags;
mod validators;
mod word;

pub use self::{
    compression::{Coding, Compressed, Compression},
    cors::{Cors, OriginError, OriginPattern, Preflight},
    edits::{Edit, Edits},
    engine::{ClientFields, Delivery, Fields, Plan, SharedFields},
    error::SettingsError,
    exchange::Exchange,
    policy::{cache_control, cdn_cache_control},
    security::{Hsts, ResourcePolicy, Timing},
    settings::{CookieRule, Policy, Profile, Rule, Settings, UpstreamRule},
    tags::{TagField, Tags},
    validators::ETagRule,
};

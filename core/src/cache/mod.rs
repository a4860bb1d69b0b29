//! An HTTP cache without the cache: what RFC 9111 and its neighbours decide,
//! and nothing that stores.
//!
//! It tells whether a response may be stored, whether a stored response may
//! answer a request now, how to ask the origin whether it still may, and what
//! the answer looks like; each time with a [`Reason`](crate::types::Reason).
//! It keeps no body, no key and no map: those are the caller's, who stores
//! beside each response the [`Policy`] that was made from it.
//!
//! | a request comes | |
//! |---|---|
//! | what is stored for it? | [`select`], or [`decide_miss`] if nothing is |
//! | may it be served? | [`Policy::decide`] → [`Decision`] |
//! | how? | [`Policy::answer`] → [`Answer`]: 200, 206, 304, 416, with `Age` |
//! | ask whether it is current | [`Policy::validation`], then [`Policy::freshen`] |
//! | ask for the rest of a part | [`Policy::completion`], then [`Policy::extend`] |
//! | the origin fails | [`Policy::after_failure`] |
//!
//! | a response comes | |
//! |---|---|
//! | may it be stored? | [`Policy::store`] → [`Policy`] or [`NotStored`] |
//! | which of its fields? | [`Policy::stored_lines`] |
//! | in whose place? | [`put`] |
//! | what does it invalidate? | [`invalidation`] |
//! | what does HEAD say of what is stored? | [`Policy::freshen_by_head`] |
//!
//! # Example
//!
//! ```
//! use hedgerow::cache::{Action, Policy, Request, Response, Settings, Times, decide_miss, select};
//! use hedgerow::types::Timestamp;
//!
//! let settings = Settings::shared().with_targets(["cdn-cache-control"]);
//! let now = Timestamp::from_secs(1_800_000_000);
//! let fields = [("accept", "text/css")];
//! let request = Request::new("GET", &fields);
//!
//! // Nothing is stored yet, so the request goes upstream.
//! let mut stored: Vec<Policy> = Vec::new();
//! assert!(select(&settings, &stored, &request, now).is_none());
//! assert_eq!(decide_miss(&request).action, Action::Forward);
//!
//! let fields = [("cache-control", "no-store"), ("cdn-cache-control", "max-age=600")];
//! let response = Response::new(200, &fields);
//! match Policy::store(&settings, &request, &response, Times::new(now, now)) {
//!     Ok(policy) => stored.push(policy),
//!     Err(why) => eprintln!("{why}"),
//! }
//!
//! let selected = select(&settings, &stored, &request, now).expect("stored");
//! assert_eq!(selected.decision.action, Action::Serve);
//! let answer = stored[selected.index].answer(&request, &selected.decision, Some(120));
//! assert_eq!(answer.status(), 200);
//! ```
//!
//! # Fields
//!
//! Messages are seen through [`Headers`](crate::types::Headers), so no caller
//! has to copy its own into another type. With the feature `http` (default)
//! there are shortcuts for `http::HeaderMap`, and what every proxy has to take
//! out of a message, [`remove_hop_by_hop`].
//!
//! # What is read, and where it is tested
//!
//! | section | what | test in `tests/cache` |
//! |---|---|---|
//! | RFC 9110 §5.6.7 | dates, three forms | `dates` |
//! | RFC 9110 §8.8 | strong and weak validators | `conditions` |
//! | RFC 9110 §13 | `If-None-Match`, `If-Modified-Since`, `If-Match`, `If-Range` | `conditions`, `ranges` |
//! | RFC 9110 §14 | ranges | `ranges` |
//! | RFC 9110 §14.4, §15.3.7 | parts that contradict themselves | `odd_parts` |
//! | RFC 9111 §3 | storing | `storing` |
//! | RFC 9111 §3.1, §7.3 | fields that are not stored, cookies | `stored_fields` |
//! | RFC 9111 §3.2, §4.3.4 | updating by a 304 | `freshening` |
//! | RFC 9111 §3.3, §3.4 | parts | `parts` |
//! | RFC 9111 §3.5 | `Authorization` | `authorization` |
//! | RFC 9111 §4.1 | `Vary` | `vary` |
//! | RFC 9111 §4.2 | freshness | `freshness`, `heuristic` |
//! | RFC 9111 §4.2.3, §5.1 | age | `age` |
//! | RFC 9111 §4.2.4, RFC 5861 | serving stale | `stale` |
//! | RFC 9111 §4.3.1, §4.3.2 | validating, answering conditions | `conditions` |
//! | RFC 9111 §4.3.5 | updating by HEAD | `head` |
//! | RFC 9111 §4.4 | invalidation | `invalidation` |
//! | RFC 9111 §5.2 | directives | `directives` |
//! | RFC 9111 §5.2.1 | directives of requests | `request_directives` |
//! | RFC 9111 §5.2.2 | directives of responses | `response_directives` |
//! | RFC 8246 | immutable | `request_directives` |
//! | RFC 9211 | `Cache-Status` | `cache_status` |
//! | RFC 9213, RFC 9651 | targeted fields | `targeted` |

mod answer;
pub mod date;
mod decide;
mod directives;
pub(crate) mod etag;
mod failure;
mod fields;
mod freshen;
mod freshness;
#[cfg(feature = "http")]
mod http_types;
mod invalidation;
mod keep;
mod language;
pub(crate) mod list;
mod merged;
mod message;
pub(crate) mod name;
mod names;
mod policy;
mod range;
mod select;
mod settings;
mod status;
mod storability;
mod stored;
mod targeted;
mod text;
mod uri;
mod validate;
mod vary;
pub(crate) mod weight;

#[cfg(feature = "http")]
pub use self::http_types::remove_hop_by_hop;
pub use self::{
    answer::Answer,
    decide::{Action, Decision, decide_miss},
    directives::{Delta, Directives},
    failure::Failure,
    freshen::{Extended, Freshened, HeadUpdate, NotFreshened, Piece},
    invalidation::{Invalidation, invalidation},
    keep::put,
    merged::Merged,
    message::{Request, Response, Times},
    name::{is_conditional_field, is_hop_by_hop},
    policy::Policy,
    range::{ByteRange, Part},
    select::{Selected, select},
    settings::{AgeRule, Completion, HeuristicRule, PartRule, SetCookieRule, Settings, VaryRule},
    status::{CacheStatus, Forwarded},
    storability::NotStored,
    validate::{CompletionFields, Validation},
};

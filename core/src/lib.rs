//! Hedgerow keeps web assets arriving when a CDN fails.
//!
//! It is the engine alone: it decides which endpoint to ask, when to ask
//! another beside it, whose answer to use, and what to remember. It opens no
//! socket, reads no clock, draws no randomness and starts no thread: `now` is
//! an argument, the seed comes from the caller, and what to do comes back as
//! plain data. So the same engine runs in a proxy, in a browser (compiled to
//! WebAssembly) and behind a C interface, and every run can be replayed.
//!
//! | you have | start with |
//! |---|---|
//! | one request and several endpoints | [`failover::Race`] |
//! | a page that needs a widget | [`load::Load`] |
//! | a proxy's request, from the store to the answer | `fetch::Fetch` (feature `cache`) |
//! | endpoints to order and to remember | [`cdn::order()`], [`cdn::HealthTable`] |
//! | a proxy's upstreams to pick from | `cdn::pool` (feature `pool`) |
//! | responses to store and to serve again | `cache::Policy` (feature `cache`) |
//! | a URL whose asset must be cached rightly | `asset::classify` (feature `asset`) |
//! | a response whose fields must say the right thing | `delivery::Delivery` (feature `delivery`) |
//! | endpoints that may be misconfigured | `audit::audit` (feature `audit`) |
//! | a configuration document | `config::Config` (feature `config`) |
//!
//! Every decision carries a [`types::Reason`] with a stable name and number.
#![cfg_attr(all(feature = "cache", feature = "http"), doc = "")]
#![cfg_attr(all(feature = "cache", feature = "http"), doc = include_str!("embedding.md"))]
//!
//! # A race
//!
//! ```
//! use hedgerow::failover::{Candidate, Output, Race, RaceSettings, Unlimited};
//! use hedgerow::types::{EndpointId, Instant, Reason};
//!
//! let candidates = [0, 1].map(|n| Candidate::new(EndpointId::new(n)));
//! let mut now = Instant::from_millis(0);
//! let mut race = Race::new(RaceSettings::proxy(), &candidates, now);
//!
//! // The first endpoint is asked; it refuses the connection 2 ms later.
//! let Output::Start { attempt, .. } = race.poll(now, &mut Unlimited) else { panic!() };
//! now = Instant::from_millis(2);
//! race.handle_failure(now, attempt, Reason::NetworkError)?;
//!
//! // Among what follows is the next start, at once.
//! let next = loop {
//!     if let Output::Start { endpoint, why, .. } = race.poll(now, &mut Unlimited) {
//!         break (endpoint, why);
//!     }
//! };
//! assert_eq!(next, (EndpointId::new(1), Reason::Failover));
//! # Ok::<(), hedgerow::failover::RaceError>(())
//! ```
//!
//! # Features
//!
//! - `config` (default): the JSON configuration document.
//! - `asset` (default): what an asset is, told from its URL.
//! - `cache` (default): the HTTP cache.
//! - `delivery` (default): what an asset's response says.
//! - `audit` (default): what is wrong with real endpoints.
//! - `pool` (default): picking endpoints, for proxies.
//! - `http` (default): `HeaderMap` and its kin as they are.
//! - `serde`: snapshots of what the cache remembers.
//! - `schema`: its JSON Schema.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "asset")]
pub mod asset;
#[cfg(feature = "audit")]
pub mod audit;
#[cfg(feature = "cache")]
pub mod cache;
pub mod cdn;
#[cfg(feature = "config")]
pub mod config;
#[cfg(feature = "delivery")]
pub mod delivery;
pub mod failover;
#[cfg(feature = "cache")]
pub mod fetch;
pub mod load;
pub mod types;

/// The crate's README, whose example must run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

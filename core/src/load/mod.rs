//! One widget load, as a browser carries it out: the façade over the race.
//!
//! A [`Load`] decides everything from the first download to the last report:
//! whether the widget may load at all (the surge gate), in which order the
//! endpoints are tried (the plan that the last view left in storage, or a
//! fresh draw), the race of each asset, in which order the assets execute,
//! what is remembered for the next view, which endpoints are probed or
//! diagnosed once the page is idle, and whether a remote configuration is
//! taken over.
//!
//! ```text
//!  new ──▶ gate ──suppressed──▶ Suppress ─┐
//!           │                             ├─▶ Done ──▶ Diagnose, Probe, Refresh ──▶ Save ──▶ Idle
//!           └──▶ races ──▶ Commit … ──────┘
//! ```
//!
//! # Drain contract
//!
//! After [`Load::new`], after every [`Load::handle`], and when the moment of
//! the last [`LoadOutput::Wait`] has come, call [`Load::poll`] until it
//! returns [`LoadOutput::Wait`] or [`LoadOutput::Idle`]. No input panics;
//! inputs that fit nothing are ignored, since a browser's events may always
//! come late.
//!
//! # What leaves the memory unchanged
//!
//! A load in which nothing could be loaded teaches nothing about an endpoint:
//! the device was offline, an ad blocker stood in the way, the visitor left.
//! So what the races observed is taken into the memory only when an asset was
//! executed, and silence observed in a hidden tab is never held against anyone.
//!
//! # Example
//!
//! The primary hangs: the secondary is started beside it after 250 ms, its
//! script is committed, and the next view will try it first.
//!
//! ```
//! use hedgerow::cdn::Endpoint;
//! use hedgerow::load::{Load, LoadInput, LoadOutput, LoadSettings};
//! use hedgerow::types::{EndpointId, Instant, Reason, Timestamp};
//!
//! let [cdn1, cdn2] = [0, 1].map(EndpointId::new);
//! let endpoints = vec![Endpoint::new(cdn1), Endpoint::new(cdn2).with_priority(1)];
//! let settings = LoadSettings::new(endpoints, 7);
//! let mut now = Instant::from_millis(0);
//! let mut load = Load::new(settings, None, None, now, Timestamp::from_secs(1_800_000_000));
//!
//! let mut tried = Vec::new();
//! let report = loop {
//!     match load.poll(now) {
//!         LoadOutput::Start { attempt, endpoint, .. } => {
//!             tried.push(endpoint);
//!             if endpoint == cdn2 {
//!                 load.handle(now, LoadInput::Downloaded(attempt, 4096));
//!             }
//!         }
//!         LoadOutput::Commit { attempt } => load.handle(now, LoadInput::Executed(attempt)),
//!         LoadOutput::Wait(until) => now = until,
//!         LoadOutput::Done { reason, endpoint, .. } => break (reason, endpoint),
//!         _ => {}
//!     }
//! };
//! assert_eq!(report, (Reason::Loaded, Some(cdn2)));
//! assert_eq!(now, Instant::from_millis(250));
//! assert_eq!(tried, [cdn1, cdn2]);
//! assert_eq!(load.poll(now), LoadOutput::Save);
//! assert_eq!(load.memory().order(), [cdn2, cdn1]);
//! ```

mod after;
mod gate;
mod io;
mod machine;
mod memory;
mod plan;
mod refresh;
mod settings;
mod words;

pub use self::{
    gate::{Tier, gate},
    io::{LoadInput, LoadOutput},
    machine::Load,
    memory::{EndpointMemory, Memory},
    plan::Plan,
    refresh::{EndpointChange, Refresh},
    settings::{AssetSettings, Early, HedgeMode, LoadSettings, Verdict},
    words::{NONE, WORDS_FORMAT},
};

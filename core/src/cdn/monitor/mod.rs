//! Watching endpoints: probes, and what requests tell.
//!
//! A [`Monitor`] says when to probe which endpoint, takes in how probes and
//! requests went, and tells what follows: an endpoint is ejected, or back. It
//! opens no connection; [`Check`] says what a probe asks for.
//!
//! ```text
//!            5 in a row, < 80 %, too slow
//!   in service ───────────────────────────▶ ejected ◀──────────┐
//!       ▲  ▲                                 │    │            │ fails:
//!       │  └── probes pass, after the dwell ─┘    │ time is up │ doubled
//!       │                                         ▼            │
//!       └────────── the request passes ──────── trial ─────────┘
//! ```
//!
//! # Two witnesses
//!
//! Requests eject; probes call an endpoint *failing* after `fall` of them, and
//! not failing after `rise`. [`Health`] is what both say together. Probes that
//! pass end an ejection at once, so a healed endpoint is back within a few
//! fast intervals. But if requests fail again soon after that, the probes ask
//! for the wrong thing: then the ejection lasts its time, doubled on each
//! relapse, and only a request that passes ends it.
//!
//! # Leases
//!
//! There is at most one probe under way to an endpoint. It ends by itself: one
//! that never answers has failed. The same holds for the one request that
//! tries an endpoint after its ejection.
//!
//! # Drain contract
//!
//! After every handler, and when the moment of the last [`Output::Wait`] has
//! come, call [`Monitor::poll`] until it returns [`Output::Wait`].
//!
//! # Example
//!
//! ```
//! use hedgerow::cdn::Observation;
//! use hedgerow::cdn::monitor::{Monitor, MonitorSettings, Output, Probing};
//! use hedgerow::types::{EndpointId, Instant, Reason};
//!
//! let settings = MonitorSettings::default().with_probing(Some(Probing::default()));
//! let mut now = Instant::from_millis(0);
//! let mut monitor = Monitor::new(2, settings, now, 7)?;
//!
//! let primary = EndpointId::new(0);
//! for _ in 0..5 {
//!     let reason = Reason::NetworkError;
//!     monitor.observe(now, primary, Observation::Failure { reason });
//! }
//! let Output::Ejected { endpoint, reason, .. } = monitor.poll(now) else { panic!() };
//! assert_eq!((endpoint, reason), (primary, Reason::ConsecutiveFailures));
//! # Ok::<(), hedgerow::cdn::monitor::MonitorError>(())
//! ```
//!
//! [`Health`]: crate::cdn::pool::Health

mod check;
mod memory;
mod output;
mod record;
mod report;
mod settings;
mod state;
mod timers;
mod window;

pub use self::{
    check::{Check, CheckError},
    memory::ImportError,
    output::{Lease, Output},
    report::Report,
    settings::{EjectionSettings, MonitorError, MonitorSettings, Probing},
    state::Monitor,
};

//! One request of a proxy, from looking into the store to the answer.
//!
//! [`Fetch`] puts [`cache`](crate::cache) and [`failover`](crate::failover)
//! together: it says when to look into the store, when to wait for another
//! request that is after the same thing, which endpoint to ask and when to ask
//! a second, when a response is good enough, and what to answer with. It holds
//! no header field and no body, and does nothing itself: what happened goes in,
//! what to do comes out.
//!
//! ```text
//!             fresh                          ┌───────────▶ Answer: stored
//!  Lookup ───────────────────────────────────┤
//!    ▲  │ stale, absent                      │ stale after all
//!    │  ▼                                    │
//!    │ Joining ──lead, alone──▶ Selecting ─▶ Racing ──▶ Failing
//!    │  │                           ▲        │ head      │ nothing stale
//!    │  ▼ follow     not shareable  │        ▼           ▼
//!    └─ Following ──────────────────┘      Answer:     Answer: relayed
//!  stored                                  relayed,    failure, failed
//!                                          validated
//! ```
//!
//! # Who waits for whom
//!
//! One request leads, the others follow until its response head is there. A
//! follower never gets the leader's response from its hands: it looks into the
//! store again, with its own request, and if what it finds may not answer it,
//! it goes on alone. So what must not be stored is never shared. A leader that
//! vanishes lets the next one lead; no follower waits without a deadline.
//!
//! # What is asked twice
//!
//! A request is repeated elsewhere if the connection never opened. Once bytes
//! of it were sent, only if its method is idempotent (RFC 9110 §9.2.2) and it
//! has no body, as bodies are streamed and not kept. Others are never hedged.
//! After the response head was taken, [`Resume`] alone can go on elsewhere.
//!
//! # Drain contract
//!
//! After every `handle_*`, and when the moment of the last [`Output::Wait`] has
//! come, call [`Fetch::poll`] until it returns [`Output::Wait`],
//! [`Output::Answer`], or an output that is itself a question: [`Output::Lookup`],
//! [`Output::Join`], [`Output::Follow`], [`Output::Select`] and
//! [`Output::FallBack`] are answered by the handler that they name. A handler
//! that fits nothing which was asked returns a [`FetchError`].
//!
//! # Example
//!
//! ```
//! use hedgerow::cache;
//! use hedgerow::failover::{Candidate, RaceSettings, Unlimited};
//! use hedgerow::fetch::{Answer, Facts, Fetch, Head, Output, Role};
//! use hedgerow::types::{EndpointId, Instant, Reason};
//!
//! let mut now = Instant::from_millis(0);
//! let mut fetch = Fetch::new(Facts::new("GET", false).with_collapsing(true));
//! assert_eq!(fetch.poll(now, &mut Unlimited), Output::Lookup);
//!
//! // Nothing is stored, and nobody else is asking.
//! let fields: [(&str, &str); 0] = [];
//! let request = cache::Request::new("GET", &fields);
//! fetch.handle_lookup(now, cache::decide_miss(&request))?;
//! assert_eq!(fetch.poll(now, &mut Unlimited), Output::Join);
//! fetch.handle_joined(now, Role::Leader)?;
//! assert_eq!(fetch.poll(now, &mut Unlimited), Output::Select);
//!
//! let candidates = [0, 1].map(|n| Candidate::new(EndpointId::new(n)));
//! fetch.handle_candidates(now, RaceSettings::proxy(), &candidates, 0)?;
//! let Output::Start { attempt, .. } = fetch.poll(now, &mut Unlimited) else { panic!() };
//!
//! // The first endpoint is overloaded: the second is asked at once.
//! now = Instant::from_millis(5);
//! fetch.handle_head(now, attempt, Head::new(503))?;
//! let second = loop {
//!     if let Output::Start { attempt, why, .. } = fetch.poll(now, &mut Unlimited) {
//!         assert_eq!(why, Reason::Failover);
//!         break attempt;
//!     }
//! };
//! now = Instant::from_millis(9);
//! fetch.handle_head(now, second, Head::new(200))?;
//! let answer = loop {
//!     if let Output::Answer(answer) = fetch.poll(now, &mut Unlimited) {
//!         break answer;
//!     }
//! };
//! assert_eq!(answer, Answer::Relay { attempt: second });
//! # Ok::<(), hedgerow::fetch::FetchError>(())
//! ```

mod error;
mod facts;
mod head;
mod hedge;
mod machine;
mod output;
mod resume;

pub use self::{
    error::FetchError,
    facts::Facts,
    head::{Head, retry_after},
    hedge::hedge_delay,
    machine::Fetch,
    output::{Answer, Condition, Flight, Output, Role},
    resume::Resume,
};

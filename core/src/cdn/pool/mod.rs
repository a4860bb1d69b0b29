//! A pool of endpoints, and picking from it.
//!
//! A [`Pool`] is what its owner changes: health, services, weights, roles. A
//! [`Snapshot`] is what workers read: it never changes, so they need no lock,
//! and a pick allocates nothing. Build one after each change, and when
//! [`Pool::next_change`] comes.
//!
//! ```text
//!  monitor ──Health──▶ ┌──────┐            ┌──────────┐
//!  operator ─Service─▶ │ Pool │─snapshot──▶│ Snapshot │──view(region)──▶ View
//!  operator ─weights─▶ └──────┘            └──────────┘        draw, turn,
//!                                                     better_of_two, keyed
//! ```
//!
//! # Who is picked
//!
//! 1. The fence ([`Sites`]): an endpoint outside it is never picked, whatever
//!    happens to the others. Unknown visitors get the strictest one.
//! 2. What the operator took out of [`Service`].
//! 3. Tiers: by edge group or priority, and in a group by distance from the
//!    visitor. The first tiers that together have enough available are in use.
//! 4. [`Health`]: healthy endpoints only. If there are too few, those in doubt
//!    as well, inside the fence (*panic*); if there are none, all of them.
//!
//! So while any endpoint that is allowed and in service is healthy, a pick
//! never returns nothing; and it returns something even if none is, since a
//! verdict may be wrong and a refusal certainly is.
//!
//! # Example
//!
//! ```
//! use hedgerow::cdn::Endpoint;
//! use hedgerow::cdn::pool::{Draws, Health, Key, Member, Pool, PoolSettings, Sites};
//! use hedgerow::types::{EndpointId, Instant, Reason};
//!
//! let (primary, secondary) = (EndpointId::new(0), EndpointId::new(1));
//! let members = vec![
//!     Member::new(Endpoint::new(primary)).with_name("cdn1"),
//!     Member::new(Endpoint::new(secondary).with_priority(1)).with_name("cdn2"),
//! ];
//! let mut pool = Pool::new(members, Sites::default(), PoolSettings::default())?;
//! let mut draws = Draws::new(7);
//!
//! let now = Instant::from_millis(0);
//! let pick = pool.snapshot(now).view(None).draw(&mut draws)?;
//! assert_eq!((pick.endpoint, pick.reason), (primary, Reason::FirstTier));
//!
//! pool.set_health(now, primary, Health::Failing);
//! let snapshot = pool.snapshot(now);
//! let pick = snapshot.view(None).keyed(Key::of(b"/widget/loader.js"))?;
//! assert_eq!(pick.endpoint, secondary);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod alias;
mod draws;
mod health;
mod key;
mod layout;
mod loads;
mod member;
mod owners;
mod pick;
mod ranked;
mod rendezvous;
mod rotation;
mod service;
mod settings;
mod sites;
mod slots;
mod snapshot;
mod state;
mod view;

pub use self::{
    draws::Draws,
    health::Health,
    key::Key,
    loads::Loads,
    member::Member,
    pick::{Pick, Refused},
    rotation::Turns,
    service::Service,
    settings::{PoolError, PoolSettings},
    sites::Sites,
    snapshot::Snapshot,
    state::Pool,
    view::View,
};

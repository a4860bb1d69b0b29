//! What all requests share.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::watch;

use crate::admin::Changes;
use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::proxy::{Coders, Upgrades};
use crate::site::Site;
use crate::store::{Flights, Store};

/// The running proxy.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) clock: Clock,
    /// The configuration in force.
    pub(crate) site: ArcSwap<Site>,
    pub(crate) store: Store,
    pub(crate) flights: Arc<Flights>,
    pub(crate) metrics: Metrics,
    /// What operators change.
    pub(crate) changes: Changes,
    pub(crate) upgrades: Upgrades,
    /// Tells tunnels that they are to look whether they may stay; true: none
    /// may.
    pub(crate) tunnels: watch::Sender<bool>,
    pub(crate) coders: Coders,
}

impl App {
    pub(crate) fn new(clock: Clock, site: Site, instance: u32) -> App {
        App {
            clock,
            store: Store::new(&site.store),
            site: ArcSwap::from_pointee(site),
            flights: Arc::new(Flights::new()),
            metrics: Metrics::new(),
            changes: Changes::new(instance),
            upgrades: Upgrades::default(),
            tunnels: watch::Sender::new(false),
            coders: Coders::new(),
        }
    }

    /// What is stored under `key` is not valid any more (RFC 9111 §4.4), nor
    /// is what is on its way there.
    pub(crate) fn invalidate(&self, key: &str) {
        self.store.invalidate(key);
        self.flights.call_off(key);
    }
}

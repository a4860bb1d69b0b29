//! The order of changes, so that two operators don't undo each other's.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::site::Site;

/// One change at a time, and what names the state between two of them.
#[derive(Debug)]
pub(crate) struct Changes {
    /// Of this process: a tag from before a restart fits nothing after it.
    instance: u32,
    /// How often the configuration was taken over.
    reloads: AtomicU64,
    /// The number of the last change.
    last: Mutex<u64>,
}

impl Changes {
    pub(crate) const fn new(instance: u32) -> Changes {
        Changes {
            instance,
            reloads: AtomicU64::new(0),
            last: Mutex::new(0),
        }
    }

    /// Keeps everybody else from changing anything as long as it is held.
    pub(crate) fn lock(&self) -> MutexGuard<'_, u64> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another configuration has taken over.
    pub(crate) fn reloaded(&self) {
        self.reloads.fetch_add(1, Ordering::AcqRel);
    }

    /// Names what operators and the document say at this moment. It changes
    /// with each change, whoever made it, and with nothing else: not with
    /// health, or no operator would ever be in time.
    pub(super) fn epoch(&self, site: &Site) -> String {
        let upstreams = site.upstreams.iter();
        // Each of them only grows, so their sum names them all.
        let changes: u64 = upstreams.map(|upstream| upstream.revision()).sum();
        let reloads = self.reloads.load(Ordering::Acquire);
        format!("{:08x}-{reloads}-{changes}", self.instance)
    }

    /// The name of a change.
    pub(super) fn name(&self, number: u64) -> String {
        format!("{:08x}.{number}", self.instance)
    }
}

//! A fault that an operator puts before an endpoint, to see what happens then.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use hedgerow::types::Reason;

use super::AttemptError;

/// What requests to an endpoint meet in a drill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No connection.
    Refuse,
    /// Never an answer.
    Hang,
}

/// Where an endpoint's fault stands, for all who send to it. It outlasts a
/// reload, as the endpoint does.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    now: AtomicU8,
    met: AtomicU64,
}

impl Faults {
    pub(super) fn set(&self, fault: Option<Fault>) {
        let code = match fault {
            None => 0,
            Some(Fault::Refuse) => 1,
            Some(Fault::Hang) => 2,
        };
        self.now.store(code, Ordering::Release);
    }

    /// How many requests and probes have met one so far.
    pub(super) fn met(&self) -> u64 {
        self.met.load(Ordering::Relaxed)
    }

    /// What a request meets before it is sent.
    pub(super) async fn meet(&self) -> Result<(), AttemptError> {
        let code = self.now.load(Ordering::Acquire);
        if code == 0 {
            return Ok(());
        }
        self.met.fetch_add(1, Ordering::Relaxed);
        if code == 2 {
            std::future::pending::<()>().await;
        }
        Err(AttemptError {
            reason: Reason::NetworkError,
            sent: false,
            text: "a drill".into(),
        })
    }
}

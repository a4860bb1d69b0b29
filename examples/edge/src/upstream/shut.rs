//! Whether an endpoint may be used at all, for connections that have gone on
//! after an upgrade: no request of theirs will ask.

use std::sync::Arc;

use tokio::sync::watch;

/// Told by whoever watches the endpoint, it outlasts a reload.
#[derive(Clone, Debug)]
pub(super) struct Shut(Arc<watch::Sender<bool>>);

impl Default for Shut {
    fn default() -> Shut {
        Shut(Arc::new(watch::Sender::new(false)))
    }
}

impl Shut {
    pub(super) fn set(&self, shut: bool) {
        self.0
            .send_if_modified(|known| std::mem::replace(known, shut) != shut);
    }

    /// Waits until nobody may use it.
    pub(super) async fn wait(&self) {
        // It fails only if the sender is gone, which is held here.
        let _ = self.0.subscribe().wait_for(|shut| *shut).await;
    }
}

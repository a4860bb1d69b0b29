//! The coded form of a body that is still coming: made once, for all who read
//! it as it comes, and kept if the body is.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hedgerow::delivery::Coding;

use super::body::Source;
use super::coded::Unfinished;
use super::encode::Encoded;
use super::{BodyError, Inbound};
use crate::app::App;
use crate::store::{Coded, Object, Spool};

/// What `plain`, which reads the body of `object` as it comes, is in `coding`.
pub(super) fn source(
    app: &Arc<App>,
    inbound: &Inbound,
    object: &Arc<Object>,
    coding: Coding,
    plain: Source,
) -> Source {
    match object.coded.ask(coding) {
        Coded::Kept(body, _) => Source::Whole(body.lend()),
        Coded::Coming(reader) => Source::Stream(reader),
        Coded::Own => Encoded::source(plain, coding),
        Coded::Vacant => match object.coded.begin(coding, app.store.room()) {
            None => Encoded::source(plain, coding),
            Some((spool, reader)) => {
                let along = Along {
                    app: Arc::clone(app),
                    key: inbound.key().into(),
                    object: Arc::clone(object),
                    coding,
                };
                let plain = Encoded::source(plain, coding);
                tokio::spawn(async move { along.run(plain, &spool).await });
                Source::Stream(reader)
            }
        },
    }
}

/// A form that is made while its body comes.
struct Along {
    app: Arc<App>,
    key: Box<str>,
    object: Arc<Object>,
    coding: Coding,
}

impl Along {
    async fn run(self, mut encoded: Source, spool: &Spool) {
        let _unfinished = Unfinished {
            spool,
            codings: &self.object.coded,
            coding: self.coding,
        };
        let millis = self.app.site.load().timeouts.write_ms;
        // Who stands still here must go before all of these are taken for one
        // who stands still.
        let patience = Duration::from_millis(millis.into()) / 2;
        let mut trailers = None;
        loop {
            if spool.wait_for_room(patience).await.is_err() {
                return;
            }
            let frame = poll_fn(|cx| match spool.poll_abandoned(cx) {
                Poll::Ready(()) => Poll::Ready(Some(Err(BodyError::Client))),
                Poll::Pending => encoded.poll_frame(usize::MAX, cx),
            });
            match frame.await {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => {
                        let mut room = self.app.store.room();
                        let fits = self.app.store.reserve(&mut room, data.len() as u64);
                        if !fits {
                            spool.stop_keeping();
                        }
                        spool.push(data, Some(room));
                    }
                    Err(frame) => trailers = frame.into_trailers().ok(),
                },
                Some(Err(error)) => return spool.cut(error),
                None => break,
            }
            // What is there already is coded without waiting for anything.
            tokio::task::yield_now().await;
        }
        let made = spool.keep(trailers);
        self.app.coders.count_made();
        self.app
            .store
            .keep_coded(&self.key, &self.object, self.coding, made);
    }
}

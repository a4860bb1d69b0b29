//! The coded forms of what is stored: made once, and kept beside it.
//!
//! The first who asks for a form begins it, quickly; others who come meanwhile
//! read along. It may begin while the body itself still comes (`along`). What turns out to be asked for often is made again in the
//! background, as small as it gets. Of 307 KB of a minified script (CodeMirror)
//! 2 cores of 2026 make, in milliseconds:
//!
//! | | quick | best |
//! |---|---|---|
//! | brotli | 5: 96.3 KB in 10 | 11: 87.3 KB in 400 |
//! | zstd | 3: 105.0 KB in 1.5 | 19: 91.6 KB in 113 |
//! | gzip | 6: 99.8 KB in 11 | 9: 99.7 KB in 12, so it is not made again |
//!
//! Levels between gain little: brotli's 9 makes 94.2 KB in 35. Half a second is
//! too long for the one who waits for it, and nothing beside all those who
//! don't.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use hedgerow::delivery::Coding;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::debug;

use super::body::Source;
use super::encode::{Encoded, Encoder, Level, PIECE};
use super::{BodyError, Inbound, along};
use crate::app::App;
use crate::store::{Coded, Codings, Kept, Object, Room, Spool, StoredBody};

/// What is coded where it is asked for: it takes less than a millisecond.
const AT_ONCE: usize = 16 * 1024;
/// More is not made again: it would have a core for seconds.
const MOST_AGAIN: usize = 1024 * 1024;
/// Forms that are begun at once, for each core. Each takes up to 8 MB while it
/// is made; who finds no place gets one of its own, piece by piece.
const FIRSTS_A_CORE: usize = 2;
/// Forms that are made again at once. Each takes up to 40 MB, and a core.
const AGAIN: usize = 1;

/// Who makes coded forms.
#[derive(Debug)]
pub(crate) struct Coders {
    first: Arc<Semaphore>,
    again: Arc<Semaphore>,
    made: AtomicU64,
    improved: AtomicU64,
}

impl Coders {
    pub(crate) fn new() -> Coders {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Coders {
            first: Arc::new(Semaphore::new(cores * FIRSTS_A_CORE)),
            again: Arc::new(Semaphore::new(AGAIN)),
            made: AtomicU64::new(0),
            improved: AtomicU64::new(0),
        }
    }

    pub(super) fn count_made(&self) {
        self.made.fetch_add(1, Ordering::Relaxed);
    }

    /// How many forms were made for the store, and how many made again.
    pub(crate) fn count(&self) -> (u64, u64) {
        let (made, improved) = (&self.made, &self.improved);
        (
            made.load(Ordering::Relaxed),
            improved.load(Ordering::Relaxed),
        )
    }
}

/// What `plain`, the body of `object`, is in `coding`.
pub(super) fn source(
    app: &Arc<App>,
    inbound: &Inbound,
    object: &Arc<Object>,
    coding: Coding,
    plain: Source,
) -> Source {
    match &object.body {
        StoredBody::Growing(_) => along::source(app, inbound, object, coding, plain),
        StoredBody::Whole(whole) => shared(app, inbound, object, whole, coding)
            .unwrap_or_else(|| Encoded::source(plain, coding)),
    }
}

/// The same of a body that is there; `None` where it is to be coded for this
/// request alone.
fn shared(
    app: &Arc<App>,
    inbound: &Inbound,
    object: &Arc<Object>,
    plain: &Kept,
    coding: Coding,
) -> Option<Source> {
    let making = |permit| Making {
        app: Arc::clone(app),
        key: inbound.key().into(),
        object: Arc::clone(object),
        plain: plain.lend(),
        coding,
        _permit: permit,
    };
    match object.coded.ask(coding) {
        Coded::Own => None,
        Coded::Coming(reader) => Some(Source::Stream(reader)),
        Coded::Vacant => {
            let (permit, room) = means(app, &app.coders.first, plain.len())?;
            let mut begun = None;
            if let Some((spool, reader)) = object.coded.begin(coding, room) {
                let making = making(permit);
                if plain.len() <= AT_ONCE {
                    making.first(&spool);
                } else {
                    tokio::task::spawn_blocking(move || making.first(&spool));
                }
                begun = Some(Source::Stream(reader));
            }
            // It may be there already, or somebody else was faster.
            match object.coded.ask(coding) {
                Coded::Kept(body, _) => Some(Source::Whole(body.lend())),
                Coded::Coming(reader) => Some(Source::Stream(reader)),
                Coded::Vacant | Coded::Own => begun,
            }
        }
        Coded::Kept(body, again) => {
            if again && plain.len() <= MOST_AGAIN && Level::Best.is_better(coding) {
                match means(app, &app.coders.again, body.len()) {
                    Some((permit, room)) => {
                        let making = making(permit);
                        tokio::task::spawn_blocking(move || making.again(room));
                    }
                    None => object.coded.put_off(coding),
                }
            }
            Some(Source::Whole(body.lend()))
        }
    }
}

/// What it takes to make a form: a place, and what it takes at most if it is
/// kept.
fn means(app: &App, coders: &Arc<Semaphore>, bytes: usize) -> Option<(OwnedSemaphorePermit, Room)> {
    let permit = Arc::clone(coders).try_acquire_owned().ok()?;
    let mut room = app.store.room();
    let fits = app.store.reserve(&mut room, bytes as u64);
    fits.then_some((permit, room))
}

/// A form that is being made.
struct Making {
    app: Arc<App>,
    key: Box<str>,
    object: Arc<Object>,
    plain: Bytes,
    coding: Coding,
    _permit: OwnedSemaphorePermit,
}

/// Should the coder fail, nobody waits for it for ever; once it has not, there
/// is nothing left to give up.
pub(super) struct Unfinished<'a> {
    pub(super) spool: &'a Spool,
    pub(super) codings: &'a Codings,
    pub(super) coding: Coding,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        self.spool.cut(BodyError::Truncated);
        self.codings.give_up(self.coding);
    }
}

impl Making {
    /// Makes it for those who read along, and for the store.
    fn first(self, spool: &Spool) {
        let _unfinished = Unfinished {
            spool,
            codings: &self.object.coded,
            coding: self.coding,
        };
        let made = self.encode(Level::Quick, |piece| {
            spool.push(piece, None);
            true
        });
        if made.is_none() {
            return;
        }
        let made = spool.keep(None);
        self.app.coders.count_made();
        self.app
            .store
            .keep_coded(&self.key, &self.object, self.coding, made);
    }

    /// Makes it as small as it gets, and puts it in the place of what there is.
    fn again(self, room: Room) {
        let most = room.bytes() as usize;
        let mut better = Vec::new();
        let made = self.encode(Level::Best, |piece| {
            better.extend_from_slice(&piece);
            better.len() < most
        });
        if made.is_none() {
            return;
        }
        debug!(
            key = &*self.key,
            coding = self.coding.as_str(),
            from = most,
            to = better.len(),
            "coded again"
        );
        let better = Kept::new(Bytes::from(better.into_boxed_slice()), room);
        self.app.coders.improved.fetch_add(1, Ordering::Relaxed);
        self.app
            .store
            .improve_coded(&self.key, &self.object, self.coding, better);
    }

    /// Hands all pieces to `take`, until it says that it wants no more; `None`
    /// if the form did not get whole.
    fn encode(&self, level: Level, mut take: impl FnMut(Bytes) -> bool) -> Option<()> {
        let length = Some(self.plain.len() as u64);
        let mut encoder = Encoder::new(self.coding, level, length).ok()??;
        for piece in self.plain.chunks(PIECE) {
            encoder.write(piece).ok()?;
            if !take(encoder.take()) {
                return None;
            }
        }
        encoder.finish().ok()?;
        take(encoder.take()).then_some(())
    }
}

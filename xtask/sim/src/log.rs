//! What happened, as a digest, and as a story for those who want to read it.

use core::fmt;

use hedgerow::types::Reason;

use crate::world::NAMES;

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// A request arrived; the detail is its visitor's region.
    Arrives = 1,
    /// An attempt starts.
    Starts,
    /// An endpoint answered.
    Answers,
    /// An attempt failed at its endpoint.
    Fails,
    /// An attempt is called off.
    Cancels,
    /// The client has its answer.
    Commits,
    /// A hedge was refused.
    Refused,
    /// The race knows that an endpoint was ejected.
    Told,
    /// The request is over without an answer.
    Lost,
    /// A probe is sent.
    Probes,
    /// A probe was answered; the detail says how.
    Probed,
    /// A request may try an endpoint.
    Trial,
    /// An endpoint is ejected.
    Ejected,
    /// An endpoint would have been ejected.
    Spared,
    /// An endpoint is back.
    Restored,
    /// An endpoint is healthy, or is not.
    Health,
    /// The operator has said something.
    Order,
    /// The process stood still.
    Suspended,
    /// The process has started anew.
    Restarted,
}

/// No request, or no endpoint.
pub const NOBODY: u32 = u32::MAX;

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, in µs.
    pub now: u64,
    /// What.
    pub note: Note,
    /// To which request; [`NOBODY`] if to none.
    pub request: u32,
    /// At which endpoint; [`NOBODY`] if at none.
    pub endpoint: u32,
    /// Why, as the number of a [`Reason`]; or what the note says it is.
    pub detail: u16,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, micros) = (self.now / 1_000_000, self.now % 1_000_000);
        write!(
            f,
            "{seconds:>4}.{micros:06} s  {:<10}",
            format!("{:?}", self.note)
        )?;
        let name = NAMES.get(self.endpoint as usize).unwrap_or(&"");
        write!(f, " {name:<5}")?;
        if self.request != NOBODY {
            write!(f, " #{:<8}", self.request)?;
        }
        match Reason::from_code(self.detail) {
            Some(reason) if !matches!(self.note, Note::Arrives) => write!(f, " {reason}"),
            _ => Ok(()),
        }
    }
}

/// Who listens.
pub trait Recorder {
    /// Something happened.
    fn record(&mut self, entry: Entry);
}

/// Nobody does.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Recorder for Silent {
    #[inline]
    fn record(&mut self, _: Entry) {}
}

/// Everything is kept.
#[derive(Clone, Debug, Default)]
pub struct Story(pub Vec<Entry>);

impl Recorder for Story {
    fn record(&mut self, entry: Entry) {
        self.0.push(entry);
    }
}

impl Story {
    /// The last `most` entries of a request, and of an endpoint itself, in
    /// order.
    #[must_use]
    pub fn about(&self, request: Option<u32>, endpoint: Option<usize>, most: usize) -> Vec<Entry> {
        let of_endpoint = |entry: &Entry| {
            entry.request == NOBODY
                && (entry.endpoint == NOBODY
                    || endpoint.is_none_or(|at| at as u32 == entry.endpoint))
        };
        let last = |wanted: &dyn Fn(&Entry) -> bool| -> Vec<usize> {
            let found = (0..self.0.len()).rev().filter(|at| wanted(&self.0[*at]));
            found.take(most).collect()
        };
        let mut places = last(&|entry| Some(entry.request) == request);
        places.extend(last(&of_endpoint));
        places.sort_unstable();
        places.iter().map(|at| self.0[*at]).collect()
    }
}

/// All that happens passes here.
#[derive(Clone, Debug, Default)]
pub struct Log<R> {
    digest: u64,
    /// Who listens.
    pub recorder: R,
}

impl<R: Recorder> Log<R> {
    /// A digest of everything so far, in its order.
    #[must_use]
    pub const fn digest(&self) -> u64 {
        self.digest
    }

    /// Something happened.
    #[inline]
    pub fn note(&mut self, entry: Entry) {
        let Entry {
            now,
            note,
            request,
            endpoint,
            detail,
        } = entry;
        let what = (note as u64) << 56 | u64::from(endpoint as u8) << 48 | u64::from(detail) << 32;
        let word = what | u64::from(request);
        self.digest = mix(self.digest ^ now.rotate_left(17) ^ word);
        self.recorder.record(entry);
    }
}

/// Every bit of the input moves many of the output.
#[inline]
#[must_use]
pub const fn mix(bits: u64) -> u64 {
    let product = bits as u128 * 0x9e37_79b9_7f4a_7c15;
    (product >> 64) as u64 ^ product as u64
}

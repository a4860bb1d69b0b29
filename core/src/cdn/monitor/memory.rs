//! What a monitor knows, as bytes that outlive its process.
//!
//! ```text
//! "HGMN"  version  number of endpoints  { length of the name, name, record }…  check
//! ```
//!
//! The version is one byte, the check the eight bytes of a [`Key`] of all that
//! comes before it. Everything between is unsigned LEB128, seven bits a byte
//! and the lowest first. A moment is how far it is from that of the export,
//! since another process has another clock: twice as many microseconds, plus
//! one if it was before.

use std::collections::BTreeMap;

use super::{EjectionSettings, record::Record};
use crate::cdn::{Latency, pool::Key};
use crate::types::{Duration, EndpointId, Instant};

const MAGIC: [u8; 4] = *b"HGMN";
const VERSION: u8 = 1;
const CHECK: usize = size_of::<u64>();

/// Why bytes are not what a monitor knew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportError {
    /// Something else, or nothing.
    Foreign,
    /// Of a version that this release does not know.
    Version(u8),
    /// Cut short or changed on the way.
    Damaged,
}

impl core::fmt::Display for ImportError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            ImportError::Foreign => f.write_str("these bytes are not what a monitor has exported"),
            ImportError::Version(version) => write!(
                f,
                "an export of version {version}, and this release knows only {VERSION}"
            ),
            ImportError::Damaged => f.write_str("the export was cut short or changed"),
        }
    }
}

impl core::error::Error for ImportError {}

/// Takes a record's numbers in the order of the layout: to write them down, or
/// to change them into those that were. So the layout stands once.
pub(super) trait Pass {
    fn number(&mut self, value: &mut u64);
    fn moment(&mut self, value: &mut Instant);

    fn count(&mut self, value: &mut u32);

    fn latency(&mut self, value: &mut Latency) {
        let (mut mean, mut deviation) = (value.mean_ms(), value.deviation_ms());
        self.count(&mut mean);
        self.count(&mut deviation);
        *value = Latency::from_parts(mean, deviation);
    }
}

/// Writes down what is known of each endpoint.
pub(super) fn write<'a>(
    records: impl ExactSizeIterator<Item = Record>,
    now: Instant,
    name: impl Fn(EndpointId) -> &'a str,
) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.push(VERSION);
    let mut writer = Writer { bytes, now };
    writer.number(&mut (records.len() as u64));
    for (index, mut record) in records.enumerate() {
        let name = name(EndpointId::new(index as u16)).as_bytes();
        writer.number(&mut (name.len() as u64));
        writer.bytes.extend(name);
        record.pass(&mut writer);
    }
    let check = Key::of(&writer.bytes).get().to_le_bytes();
    writer.bytes.extend(check);
    writer.bytes
}

/// What was known of each name, `age` ago, as it is at `now`.
pub(super) fn read(
    document: &[u8],
    now: Instant,
    age: Duration,
) -> Result<BTreeMap<&[u8], Record>, ImportError> {
    let Some((version, rest)) = document
        .strip_prefix(&MAGIC)
        .and_then(|rest| rest.split_first())
    else {
        return Err(ImportError::Foreign);
    };
    if *version != VERSION {
        return Err(ImportError::Version(*version));
    }
    let (bytes, check) = rest
        .split_last_chunk::<CHECK>()
        .ok_or(ImportError::Damaged)?;
    let checked = &document[..document.len() - CHECK];
    if Key::of(checked).get() != u64::from_le_bytes(*check) {
        return Err(ImportError::Damaged);
    }
    let mut reader = Reader {
        bytes,
        now,
        age,
        damaged: false,
    };
    let mut known = BTreeMap::new();
    // Not as many as are announced, but as long as there are bytes for them.
    for _ in 0..reader.take_number() {
        let length = reader.take_number();
        let name = reader.take(length);
        let mut record = Record::default();
        record.pass(&mut reader);
        if reader.damaged || !record.is_possible() {
            return Err(ImportError::Damaged);
        }
        known.insert(name, record);
    }
    if reader.damaged || !reader.bytes.is_empty() {
        return Err(ImportError::Damaged);
    }
    Ok(known)
}

impl Record {
    /// No longer out than these settings would have put it, whatever others
    /// the exporter had, or somebody made up.
    pub(super) fn limited(mut self, now: Instant, settings: &EjectionSettings) -> Record {
        let jitter = settings.longest.percent(settings.jitter_percent.into());
        let longest = (settings.longest + jitter).max(settings.trial);
        self.ejection.limit(now + longest);
        self.relapse_until = self.relapse_until.min(now + settings.window);
        self
    }
}

struct Writer {
    bytes: Vec<u8>,
    now: Instant,
}

impl Pass for Writer {
    fn number(&mut self, value: &mut u64) {
        let mut left = *value;
        while left > 0x7f {
            self.bytes.push(left as u8 | 0x80);
            left >>= 7;
        }
        self.bytes.push(left as u8);
    }

    fn moment(&mut self, value: &mut Instant) {
        let (ahead, behind) = (value.since(self.now), self.now.since(*value));
        let far = (ahead + behind).as_micros().min(u64::MAX >> 1);
        self.number(&mut (far << 1 | u64::from(behind > Duration::ZERO)));
    }

    fn count(&mut self, value: &mut u32) {
        self.number(&mut (*value).into());
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    now: Instant,
    age: Duration,
    /// Whether something was there that no writer writes. It reads on as
    /// zeros, and nothing of it is used.
    damaged: bool,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: u64) -> &'a [u8] {
        let split = usize::try_from(length)
            .ok()
            .and_then(|length| self.bytes.split_at_checked(length));
        self.damaged |= split.is_none();
        let (taken, left) = split.unwrap_or_default();
        self.bytes = left;
        taken
    }

    fn take_number(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let [byte] = *self.take(1) else { return 0 };
            let part = u64::from(byte & 0x7f);
            self.damaged |= part << shift >> shift != part;
            number |= part << shift;
            if byte < 0x80 {
                return number;
            }
        }
        self.damaged = true;
        0
    }
}

impl Pass for Reader<'_> {
    fn number(&mut self, value: &mut u64) {
        *value = self.take_number();
    }

    fn moment(&mut self, value: &mut Instant) {
        let number = self.take_number();
        let far = Duration::from_micros(number >> 1);
        // First how far it is now, since a clock may begin with the process.
        *value = if number & 1 == 1 {
            self.now.minus(far + self.age)
        } else {
            let ahead = Instant::default() + far;
            let aged = Instant::default() + self.age;
            (self.now + ahead.since(aged)).minus(aged.since(ahead))
        };
    }

    fn count(&mut self, value: &mut u32) {
        let number = self.take_number();
        self.damaged |= number > u32::MAX.into();
        *value = number as u32;
    }
}

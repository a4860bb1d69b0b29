//! Time, scaling, allocations.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt;
use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use crate::peers::Picker;

/// What one picker does in one pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    pub(crate) nanos: f64,
    /// Picks of two threads at once, against those of one.
    scaling: f64,
    allocations: f64,
    /// The share of picks that gave none.
    given_up: f64,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1}; {:.2}×", self.nanos, self.scaling)?;
        if self.allocations > 0.0 {
            write!(f, "; {:.1}", self.allocations)?;
        }
        if self.given_up > 0.0 {
            write!(f, "; gives up {:.1} %", self.given_up * 100.0)?;
        }
        Ok(())
    }
}

/// So many picks are looked at for what is no time.
const SAMPLE: u64 = 100_000;
/// So long is one timing at least; the best of so many counts, since the
/// machine's other work only ever adds. Short ones find a gap in it.
const ROUND: Duration = Duration::from_millis(2);
const ROUNDS: u32 = 60;

/// The key of a request, the same for every picker.
pub(crate) fn key(number: u64) -> [u8; 16] {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    key[8..].copy_from_slice(&number.to_le_bytes());
    key
}

pub(crate) fn figures<P: Picker>(picker: &P) -> Figures {
    let mut worker = picker.worker(0);
    let before = COUNT.get();
    let none = (0..SAMPLE).filter(|number| picker.pick(&mut worker, &key(*number)).is_none());
    let given_up = none.count() as f64 / SAMPLE as f64;
    let allocations = (COUNT.get() - before) as f64 / SAMPLE as f64;

    let mut picks = SAMPLE;
    while at_once(1, picks, picker) < ROUND {
        picks *= 2;
    }
    let (mut one, mut two) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        one = one.min(at_once(1, picks, picker));
        two = two.min(at_once(2, picks, picker));
    }
    Figures {
        nanos: one.as_nanos() as f64 / picks as f64,
        scaling: 2.0 * one.as_secs_f64() / two.as_secs_f64(),
        allocations,
        given_up,
    }
}

/// How long `threads` threads take for so many picks each, at the same time.
/// Also one alone is a thread of its own: where its stack lies moves a pick's
/// time by a tenth.
fn at_once<P: Picker>(threads: u64, picks: u64, picker: &P) -> Duration {
    let start = &Barrier::new(threads as usize);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || took(thread, picks, picker, start)))
            .collect();
        let took = threads.into_iter().filter_map(|thread| thread.join().ok());
        took.max().unwrap_or(Duration::MAX)
    })
}

/// How long one thread takes. Compiled once, so that every thread runs the same
/// code at the same addresses.
#[expect(clippy::disallowed_methods, reason = "it measures")]
#[inline(never)]
fn took<P: Picker>(thread: u64, picks: u64, picker: &P, start: &Barrier) -> Duration {
    let mut worker = picker.worker(thread);
    start.wait();
    let began = Instant::now();
    for number in 0..picks {
        black_box(picker.pick(&mut worker, &key(number)));
    }
    began.elapsed()
}

/// The system's allocator, counted.
pub(crate) struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system's allocator unchanged; the
// count is a plain thread-local number that never allocates.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // A thread that ends still allocates after its locals are gone.
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: `at` came from the system's allocator with this layout.
        unsafe { System.dealloc(at, layout) }
    }
}

//! An allocator that counts, by thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static LIVE: Cell<isize> = const { Cell::new(0) };
}

fn count() {
    // A thread that ends still allocates after its locals are gone.
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
}

/// No layout has more than `isize::MAX` bytes.
fn grow(bytes: usize) {
    let _ = LIVE.try_with(|live| live.set(live.get() + bytes as isize));
}

fn shrink(bytes: usize) {
    let _ = LIVE.try_with(|live| live.set(live.get() - bytes as isize));
}

// SAFETY: every call is passed on to the system's allocator unchanged; the
// counts are plain thread-local numbers that never allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        grow(layout.size());
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        shrink(layout.size());
        // SAFETY: `at` came from the system's allocator with this layout.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        shrink(layout.size());
        grow(size);
        // SAFETY: `at` came from the system's allocator with this layout.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What `run` gives, and how often it allocated.
pub(crate) fn allocations<T>(run: impl FnOnce() -> T) -> (T, u64) {
    let before = COUNT.get();
    let result = black_box(run());
    (result, COUNT.get() - before)
}

/// How many bytes this thread has allocated and not freed.
#[allow(dead_code, reason = "not everyone who counts asks")]
pub(crate) fn live() -> isize {
    LIVE.get()
}

//! The browser face of Hedgerow: gives the page's events to the engine and its
//! decisions to the page.
//!
//! The mechanisms (preloads, elements, storage, timers, probes) stand once, in
//! the JavaScript shim beside this crate, because they must also exist where
//! WASM can't run. What crosses the boundary are numbers only, which costs
//! next to no glue: see [`Driver`] for the protocol.
#![forbid(unsafe_code)]

mod driver;

pub use driver::Driver;

use core::cell::RefCell;
use hedgerow::types::Instant;
use wasm_bindgen::prelude::wasm_bindgen;

/// Never frees: one load allocates a few kilobytes and is over. With it the
/// binary needs no code that frees, either.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: mini_alloc::MiniAlloc = mini_alloc::MiniAlloc::INIT;

#[wasm_bindgen(raw_module = "hedgerow:host")]
extern "C" {
    fn act(op: u32, a: u32, b: u32, c: u32);
}

thread_local! {
    static DRIVER: RefCell<Driver> = const { RefCell::new(Driver::new()) };
}

/// Takes one word of the settings, the memory or a remote configuration.
#[wasm_bindgen]
pub fn word(word: u32) {
    DRIVER.with_borrow_mut(|driver| driver.word(word));
}

/// Takes what happened at `now` (ms), and acts on it. `false` if there is no
/// load: the words were not what they should be.
#[wasm_bindgen]
pub fn on(now: f64, kind: u32, a: u32, b: u32) -> bool {
    let now = Instant::from_micros((now * 1000.0) as u64);
    DRIVER.with_borrow_mut(|driver| driver.on(now, kind, a, b, act))
}

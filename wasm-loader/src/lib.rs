//! The browser face of Hedgerow.
#![forbid(unsafe_code)]

use core::cell::RefCell;
use hedgerow::load::{Load, LoadInput, LoadOutput, LoadSettings, Memory, Refresh, Verdict};
use hedgerow::types::{AttemptId, EndpointId, Instant, Reason};
use hedgerow::failover::Ending;
use wasm_bindgen::prelude::*;

#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: mini_alloc::MiniAlloc = mini_alloc::MiniAlloc::INIT;

#[wasm_bindgen(raw_module = "hedgerow:host")]
extern "C" {
    fn act(op: u32, a: u32, b: u32, c: u32);
    fn wait(ms: u32);
    fn save(words: &[u32]);
}
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

thread_local! {
    static LOAD: RefCell<Option<Load>> = const { RefCell::new(None) };
}

fn now() -> Instant { Instant::from_micros((performance_now() * 1000.0) as u64) }

#[wasm_bindgen]
pub fn boot(settings: &[u32], memory: &[u32]) -> bool {
    let now = now();
    let Some((settings, early, wall)) = LoadSettings::from_words(settings, now) else { return false };
    let memory = Memory::from_words(memory).ok();
    LOAD.set(Some(Load::new(settings, memory, early, now, wall)));
    tick();
    true
}

#[wasm_bindgen]
pub fn on(kind: u32, a: u32, b: u32) {
    let attempt = AttemptId::new(a as u16);
    let reason = || Reason::from_code(b as u16).unwrap_or(Reason::NetworkError);
    let input = match kind {
        1 => LoadInput::Downloaded(attempt, b),
        2 => LoadInput::Failed(attempt, reason()),
        3 => LoadInput::Progress(attempt, b.into()),
        4 => LoadInput::Executed(attempt),
        5 => LoadInput::CommitFailed(attempt, reason()),
        6 => LoadInput::RanNotReady(attempt, reason()),
        7 | 8 => LoadInput::Offline(kind == 7),
        9 => LoadInput::Leaving(a != 0),
        10 => LoadInput::Hidden(a != 0),
        11 => LoadInput::Head(attempt),
        12 => LoadInput::Probed(EndpointId::new(a as u16), Verdict::from_number(b)),
        _ => LoadInput::RefreshFailed,
    };
    feed(input);
}

#[wasm_bindgen]
pub fn refreshed(words: &[u32]) { feed(LoadInput::Refreshed(Refresh::from_words(words))); }

fn feed(input: LoadInput) {
    LOAD.with_borrow_mut(|load| if let Some(load) = load { load.handle(now(), input) });
    tick();
}

#[wasm_bindgen]
pub fn tick() {
    LOAD.with_borrow_mut(|load| {
        let Some(load) = load else { return };
        loop {
            match load.poll(now()) {
                LoadOutput::Start { attempt, endpoint, asset, why, after } => {
                    act(1, attempt.get().into(), endpoint.get().into(), u32::from(asset.get()) | u32::from(why.code()) << 8);
                    if let Some(after) = after { act(5, after.get().into(), attempt.get().into(), 0); }
                }
                LoadOutput::Cancel { attempt, reason } => act(2, attempt.get().into(), reason.code().into(), 0),
                LoadOutput::Commit { attempt } => act(3, attempt.get().into(), 0, 0),
                LoadOutput::Ended { attempt, ending, reason } => act(4, attempt.get().into(), match ending { Ending::Won => 0, Ending::Lost => 1, Ending::Failed => 2, _ => 3 }, reason.code().into()),
                LoadOutput::Suppress { tier, reason } => act(6, tier.number(), reason.code().into(), 0),
                LoadOutput::Done { ok, reason, endpoint } => act(7, ok.into(), reason.code().into(), endpoint.map_or(u32::MAX, |e| e.get().into())),
                LoadOutput::Warn { reason, endpoint } => act(8, reason.code().into(), endpoint.map_or(u32::MAX, |e| e.get().into()), 0),
                LoadOutput::Diagnose { endpoint } => act(9, endpoint.get().into(), 0, 0),
                LoadOutput::Probe { endpoint } => act(10, endpoint.get().into(), 0, 0),
                LoadOutput::Refresh => act(11, 0, 0, 0),
                LoadOutput::Save => save(&load.memory().to_words(load.plan())),
                LoadOutput::Wait(until) => { wait((until.since(now()).as_micros() as u32) / 1000); return; }
                LoadOutput::Idle => return,
                _ => {}
            }
        }
    });
}

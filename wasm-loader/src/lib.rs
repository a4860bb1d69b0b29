//! The browser face of Hedgerow.
#![forbid(unsafe_code)]

use core::cell::RefCell;
use hedgerow::load::{Load, LoadInput, LoadOutput, LoadSettings, Memory, Refresh, Verdict};
use hedgerow::types::{AttemptId, EndpointId, Instant, Reason};
use wasm_bindgen::prelude::*;

#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: mini_alloc::MiniAlloc = mini_alloc::MiniAlloc::INIT;

#[wasm_bindgen(raw_module = "hedgerow:host")]
extern "C" {
    fn act(op: u32, a: u32, b: u32, c: u32);
}

struct Driver { words: Vec<u32>, load: Option<Load> }

thread_local! {
    static DRIVER: RefCell<Driver> = const { RefCell::new(Driver { words: Vec::new(), load: None }) };
}

#[wasm_bindgen]
pub fn word(word: u32) {
    DRIVER.with_borrow_mut(|driver| driver.words.push(word));
}

#[wasm_bindgen]
pub fn on(now: f64, kind: u32, a: u32, b: u32) -> bool {
    let now = Instant::from_micros((now * 1000.0) as u64);
    DRIVER.with_borrow_mut(|driver| driver.on(now, kind, a, b)).is_some()
}

impl Driver {
    fn on(&mut self, now: Instant, kind: u32, a: u32, b: u32) -> Option<()> {
        let attempt = AttemptId::new(a as u16);
        let reason = Reason::from_code(b as u16).unwrap_or(Reason::NetworkError);
        let input = match kind {
            1 => LoadInput::Downloaded(attempt, b),
            2 => LoadInput::Failed(attempt, reason),
            3 => LoadInput::Progress(attempt, b.into()),
            4 => LoadInput::Executed(attempt),
            5 => LoadInput::CommitFailed(attempt, reason),
            6 => LoadInput::RanNotReady(attempt, reason),
            7 | 8 => LoadInput::Offline(kind == 7),
            9 => LoadInput::Leaving(a != 0),
            10 => LoadInput::Hidden(a != 0),
            11 => LoadInput::Head(attempt),
            12 => LoadInput::Probed(EndpointId::new(a as u16), Verdict::from_number(b)),
            13 => LoadInput::RefreshFailed,
            14 => {
                let refresh = Refresh::from_words(&self.words);
                self.words.clear();
                LoadInput::Refreshed(refresh)
            }
            15 => {
                let (settings, memory) = self.words.split_at_checked(a as usize)?;
                let (settings, early, wall) = LoadSettings::from_words(settings, now)?;
                let memory = Memory::from_words(memory).ok();
                self.load = Some(Load::new(settings, memory, early, now, wall));
                self.words.clear();
                return self.tick(now);
            }
            _ => return self.tick(now),
        };
        self.load.as_mut()?.handle(now, input);
        self.tick(now)
    }

    fn tick(&mut self, now: Instant) -> Option<()> {
        let load = self.load.as_mut()?;
        loop {
            let (op, a, b, c) = match load.poll(now) {
                LoadOutput::Start { attempt, endpoint, asset, why, after } => {
                    act(1, attempt.get().into(), endpoint.get().into(), u32::from(asset.get()) | u32::from(why.code()) << 8);
                    let Some(after) = after else { continue };
                    (5, after.get(), attempt.get(), 0)
                }
                LoadOutput::Cancel { attempt, reason } => (2, attempt.get(), reason.code(), 0),
                LoadOutput::Commit { attempt } => (3, attempt.get(), 0, 0),
                LoadOutput::Ended { attempt, ending, reason } => (4, attempt.get(), ending.code() as u16, reason.code()),
                LoadOutput::Suppress { tier, reason } => (6, tier.number() as u16, reason.code(), 0),
                LoadOutput::Done { ok, reason, endpoint } => (7, ok.into(), reason.code(), endpoint.map_or(u16::MAX, EndpointId::get)),
                LoadOutput::Warn { reason, endpoint } => (8, reason.code(), endpoint.map_or(u16::MAX, EndpointId::get), 0),
                LoadOutput::Diagnose { endpoint } => (9, endpoint.get(), 0, 0),
                LoadOutput::Probe { endpoint } => (10, endpoint.get(), 0, 0),
                LoadOutput::Refresh => (11, 0, 0, 0),
                LoadOutput::Save => {
                    for word in load.memory().to_words(load.plan()) { act(12, word, 0, 0); }
                    (13, 0, 0, 0)
                }
                LoadOutput::Wait(until) => { act(14, (until.since(now).as_micros() as u32).div_ceil(1000), 0, 0); return Some(()); }
                _ => return Some(()),
            };
            act(op, a.into(), b.into(), c.into());
        }
    }
}

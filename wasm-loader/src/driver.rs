//! The protocol between the shim and the engine.

use hedgerow::load::{Load, LoadOutput, LoadSettings, Memory, Refresh, Verdict};
use hedgerow::types::{AttemptId, EndpointId, Instant, Reason};

/// "No endpoint" in an action.
const NOBODY: u16 = u16::MAX;

/// A timer further away than this (12 days) is never set: `setTimeout` would
/// take it for zero.
const FURTHEST_MS: u64 = 1 << 30;

/// One load, spoken to in numbers.
///
/// Events (`kind`, `a`, `b`): 1 downloaded (attempt, bytes) · 2 failed
/// (attempt, reason) · 3 progress (attempt, bytes) · 4 executed (attempt) · 5
/// commit failed (attempt, reason) · 6 ran, but not ready (attempt, reason) ·
/// 7 offline · 8 online · 9 leaving (0 or 1) · 10 hidden (0 or 1) · 11 head
/// (attempt) · 12 probed (endpoint, verdict) · 13 remote configuration not
/// fetched · 14 its words are in · 15 begin: of the words that are in, the
/// first `a` are settings, the rest is memory · any other: the timer.
///
/// Actions (`op`, `a`, `b`, `c`): 1 start (attempt, endpoint, asset | why << 8)
/// · 2 cancel (attempt, reason) · 3 commit (attempt) · 4 ended (attempt,
/// ending, reason) · 5 stands in (attempt, for which the second) · 6 suppress
/// (tier) · 7 done (ok, reason, endpoint) · 8 warn (reason, endpoint) ·
/// 9 diagnose (endpoint) · 10 probe (endpoint) · 11 refresh · 12 a word of the
/// memory · 13 store these words · 14 set the timer (ms).
#[derive(Debug, Default)]
pub struct Driver {
    words: Vec<u32>,
    load: Option<Load>,
}

impl Driver {
    /// A driver without a load.
    #[must_use]
    pub const fn new() -> Driver {
        Driver {
            words: Vec::new(),
            load: None,
        }
    }

    /// Takes one word.
    pub fn word(&mut self, word: u32) {
        self.words.push(word);
    }

    /// Takes an event and gives the actions that follow from it to `act`.
    /// `false` if there is no load.
    pub fn on(
        &mut self,
        now: Instant,
        kind: u32,
        a: u32,
        b: u32,
        act: impl Fn(u32, u32, u32, u32),
    ) -> bool {
        if kind == 15 {
            self.begin(now, a as usize);
            self.words.clear();
        }
        let Some(load) = &mut self.load else {
            return false;
        };
        let attempt = AttemptId::new(a as u16);
        let reason = fault(b);
        match kind {
            1 => load.handle_downloaded(now, attempt, b),
            2 => load.handle_failed(now, attempt, reason),
            3 => load.handle_progress(now, attempt, b.into()),
            4 => load.handle_commit(now, attempt, None, true),
            5 => load.handle_commit(now, attempt, Some(reason), false),
            6 => load.handle_commit(now, attempt, Some(reason), true),
            7 | 8 => load.handle_offline(kind == 7),
            9 => load.handle_leaving(a != 0),
            10 => load.handle_hidden(a != 0),
            11 => load.handle_head(now, attempt),
            12 => load.handle_probed(now, EndpointId::new(a as u16), Verdict::from_number(b)),
            13 => load.handle_refreshed(now, None),
            14 => {
                load.handle_refreshed(now, Some(&Refresh::from_words(&self.words)));
                self.words.clear();
            }
            _ => {}
        }
        while perform(load.poll(now), load, now, &act) {}
        true
    }

    fn begin(&mut self, now: Instant, length: usize) {
        let Some((settings, memory)) = self.words.split_at_checked(length) else {
            return;
        };
        if let Some((settings, early, wall)) = LoadSettings::from_words(settings, now) {
            let memory = Memory::from_words(memory, &settings).ok();
            self.load = Some(Load::new(settings, memory, early, now, wall));
        }
    }
}

/// What the page says went wrong; whatever it can't tell is a network error.
/// Without a gap in the numbers this is no table.
const fn fault(code: u32) -> Reason {
    match code {
        22 => Reason::HttpStatus,
        23 => Reason::Timeout,
        24 => Reason::TotalDeadline,
        25 => Reason::Truncated,
        26 => Reason::WrongContent,
        27 => Reason::EmptyBody,
        28 => Reason::IntegrityMismatch,
        29 => Reason::CorsBlocked,
        30 => Reason::MixedContent,
        31 => Reason::CspBlocked,
        32 => Reason::ScriptThrew,
        33 => Reason::ReadyMissing,
        _ => Reason::NetworkError,
    }
}

/// Passes one output on; whether there may be more.
fn perform(
    output: LoadOutput,
    load: &Load,
    now: Instant,
    act: &impl Fn(u32, u32, u32, u32),
) -> bool {
    let endpoint_or_nobody =
        |endpoint: Option<EndpointId>| endpoint.map_or(NOBODY, EndpointId::get);
    let (op, a, b, c) = match output {
        LoadOutput::Start {
            attempt,
            endpoint,
            asset,
            why,
            after,
        } => {
            let what = u32::from(asset.get()) | u32::from(why.code()) << 8;
            act(1, attempt.get().into(), endpoint.get().into(), what);
            let Some(after) = after else { return true };
            (5, after.get(), attempt.get(), 0)
        }
        LoadOutput::Cancel { attempt, reason } => (2, attempt.get(), reason.code(), 0),
        LoadOutput::Commit { attempt } => (3, attempt.get(), 0, 0),
        LoadOutput::Ended {
            attempt,
            ending,
            reason,
        } => (4, attempt.get(), ending.code(), reason.code()),
        LoadOutput::Suppress { tier, .. } => (6, tier.number() as u16, 0, 0),
        LoadOutput::Done {
            ok,
            reason,
            endpoint,
        } => (7, ok.into(), reason.code(), endpoint_or_nobody(endpoint)),
        LoadOutput::Warn { reason, endpoint } => {
            (8, reason.code(), endpoint_or_nobody(endpoint), 0)
        }
        LoadOutput::Diagnose { endpoint } => (9, endpoint.get(), 0, 0),
        LoadOutput::Probe { endpoint } => (10, endpoint.get(), 0, 0),
        LoadOutput::Refresh => (11, 0, 0, 0),
        LoadOutput::Save => {
            for part in load.memory().words() {
                for word in part {
                    act(12, *word, 0, 0);
                }
            }
            (13, 0, 0, 0)
        }
        LoadOutput::Wait(until) => {
            let ms = until.as_micros().saturating_sub(now.as_micros()) / 1000 + 1;
            act(14, ms.min(FURTHEST_MS) as u32, 0, 0);
            return false;
        }
        _ => return false,
    };
    act(op, a.into(), b.into(), c.into());
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::RefCell;

    const SETTINGS: [u32; 30] = [
        1,
        7,
        1_000,
        3_000,
        10_000,
        u32::MAX,
        3_600,
        0,
        8,
        0,
        0,
        0,
        0,
        1,
        2,
        1,
        0,
        0,
        0,
        0, // head
        0,
        0, // the asset
        0,
        100,
        0,
        0,
        1,
        100,
        0,
        0, // the endpoints
    ];

    struct Page {
        driver: Driver,
        now_ms: u64,
    }

    impl Page {
        fn with(words: &[u32]) -> Page {
            let mut driver = Driver::new();
            for word in words {
                driver.word(*word);
            }
            Page {
                driver,
                now_ms: 1_000,
            }
        }

        /// The actions that follow from an event.
        fn on(&mut self, kind: u32, a: u32, b: u32) -> Vec<[u32; 4]> {
            let said = RefCell::new(Vec::new());
            let now = Instant::from_millis(self.now_ms);
            self.driver.on(now, kind, a, b, |op, a, b, c| {
                said.borrow_mut().push([op, a, b, c]);
            });
            said.into_inner()
        }

        fn begun() -> Page {
            let mut page = Page::with(&SETTINGS);
            let said = page.on(15, SETTINGS.len() as u32, 0);
            assert_eq!(said, [[14, 251, 0, 0]], "the early download is adopted");
            page
        }
    }

    fn ops(said: &[[u32; 4]]) -> Vec<u32> {
        said.iter().map(|action| action[0]).collect()
    }

    #[test]
    fn a_healthy_load_commits_and_is_done() {
        let mut page = Page::begun();
        page.now_ms += 30;
        assert_eq!(page.on(1, 0, 4_096)[0], [3, 0, 0, 0]);
        let said = page.on(4, 0, 0);
        assert!(said.contains(&[4, 0, 1, Reason::Won.code().into()]));
        assert!(said.contains(&[7, 1, Reason::Loaded.code().into(), 0]));
    }

    #[test]
    fn a_failure_starts_the_next_which_stands_in() {
        let mut page = Page::begun();
        let said = page.on(2, 0, Reason::HttpStatus.code().into());
        let why = u32::from(Reason::Failover.code()) << 8;
        let start = said
            .iter()
            .position(|action| *action == [1, 1, 1, why])
            .expect("a start");
        assert_eq!(said[start + 1], [5, 0, 1, 0]);
    }

    #[test]
    fn the_timer_hedges() {
        let mut page = Page::begun();
        page.now_ms += 251;
        assert_eq!(ops(&page.on(0, 0, 0))[..2], [1, 5]);
    }

    #[test]
    fn what_is_stored_can_be_recalled() {
        let mut page = Page::begun();
        page.on(2, 0, Reason::HttpStatus.code().into());
        page.on(1, 1, 0);
        let said = page.on(4, 1, 0);
        let words: Vec<u32> = said
            .iter()
            .filter(|it| it[0] == 12)
            .map(|it| it[1])
            .collect();
        assert!(ops(&said).contains(&13));
        let mut settings = SETTINGS;
        settings[15] = 0;
        let mut next = Page::with(&[&settings[..], &words].concat());
        let said = next.on(15, SETTINGS.len() as u32, 0);
        assert_eq!(said[0][..3], [1, 0, 1], "the second endpoint comes first");
    }

    #[test]
    fn words_that_are_anything_else_begin_nothing() {
        for length in 0..SETTINGS.len() {
            let mut page = Page::with(&SETTINGS[..length]);
            assert!(page.on(15, length as u32, 0).is_empty());
            assert!(
                !page
                    .driver
                    .on(Instant::from_millis(0), 0, 0, 0, |_, _, _, _| {})
            );
        }
        let mut page = Page::with(&SETTINGS);
        assert!(page.on(15, 1 + SETTINGS.len() as u32, 0).is_empty());
    }

    #[test]
    fn faults_keep_their_numbers() {
        for reason in Reason::ALL {
            let (code, given) = (reason.code(), fault(reason.code().into()));
            let is_fault = (21..=33).contains(&code);
            assert_eq!(given == *reason, is_fault, "{reason}");
            assert!(is_fault || given == Reason::NetworkError, "{reason}");
        }
    }

    #[test]
    fn numbers_that_mean_nothing_are_ignored() {
        let mut page = Page::begun();
        for kind in [
            0,
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            12,
            13,
            14,
            16,
            u32::MAX,
        ] {
            for number in [1, 77, u32::MAX] {
                page.on(kind, number, number);
            }
        }
    }
}

//! The words that storage keeps between views, and what else storage may hold.

use hedgerow::load::{LoadSettings, Memory, NONE, Refresh, WORDS_FORMAT};
use hedgerow::types::{Instant, Reason, Timestamp};
use proptest::prelude::*;

use crate::script::{WALL, e, page};

fn settings() -> LoadSettings {
    page(3).with_assets(&[false, false]).settings
}

fn words() -> Vec<u32> {
    let load = page(3).with_assets(&[false, false]).check(
        "
        0 poll: start a0 s0 e0 first_choice, start a1 s1 e0 first_choice, wait 250
        10 fail a0 network_error: a0 failed network_error, start a3 s1 e1 endpoint_ejected, start a2 s0 e1 failover, wait 260
        20 down a2 700: commit a2, wait 260
        25 down a3 800: wait 10000
        30 ran a2: commit a3, a2 won won, wait 10000
        40 ran a3: a3 won won, cancel a1 superseded, a1 cancelled superseded, done loaded e1, save, diagnose e0, idle
        ",
    );
    load.memory_words()
}

#[test]
fn the_header_is_what_the_shim_reads() {
    let words = words();
    let wall = WALL as u32;
    let header = [
        WORDS_FORMAT,
        wall,
        wall + 3600,
        0,
        NONE,
        3_000,
        10_000,
        10_000,
        0,
        0,
        3,
        1,
        2,
        0,
    ];
    assert_eq!(words[..14], header);
}

#[test]
fn what_is_written_is_read() {
    let memory = Memory::from_words(&words(), &settings()).unwrap();
    assert_eq!(memory.order(), [e(1), e(2), e(0)]);
    let until = Timestamp::from_secs(WALL + 3600);
    assert_eq!(
        memory.endpoints()[0].demoted,
        Some((until, Reason::NetworkError))
    );
    assert_eq!(memory.asset_bytes(), [700, 800]);
    assert_eq!(memory.to_words(), words());
}

#[test]
fn a_page_that_ran_without_the_engine_leaves_a_header_an_order_and_zeros() {
    let head = [
        1,
        5,
        WALL as u32 + 9,
        0,
        NONE,
        3000,
        10_000,
        10_000,
        0,
        0,
        2,
    ];
    let page = page(2);
    let words = [&head[..], &[1, 0], &[0; 2 + 2 * 7 + 1]].concat();
    let memory = Memory::from_words(&words, &page.settings).unwrap();
    assert_eq!(memory.order(), [e(1), e(0)]);
    page.with_memory(&memory)
        .check("0 poll: start a0 s0 e1 first_choice, wait 250");
}

#[test]
fn anything_else_is_corrupt() {
    let words = words();
    for length in 0..words.len() {
        assert_eq!(
            Memory::from_words(&words[..length], &settings()),
            Err(Reason::MemoryCorrupt),
            "{length}"
        );
    }
    let longer = [&words[..], &[0]].concat();
    assert_eq!(
        Memory::from_words(&longer, &settings()),
        Err(Reason::MemoryCorrupt)
    );
    let mut other_format = words;
    other_format[0] += 1;
    assert_eq!(
        Memory::from_words(&other_format, &settings()),
        Err(Reason::MemoryCorrupt)
    );
}

/// A view over whatever `words` hold: it must come to an end and stay inside
/// what the page itself allows.
fn view(words: &[u32]) -> Result<(), TestCaseError> {
    let mut setup = page(3).with_assets(&[false, false]).with(|mut settings| {
        settings.endpoints[2].insecure = true;
        settings
    });
    let Ok(memory) = Memory::from_words(words, &setup.settings) else {
        return Ok(());
    };
    setup.memory = Some(memory);
    let wall = Timestamp::from_secs(WALL);
    let mut now = Instant::from_millis(1_000_000);
    let mut load = hedgerow::load::Load::new(setup.settings, setup.memory, None, now, wall);
    for _ in 0..100 {
        match load.poll(now) {
            hedgerow::load::LoadOutput::Start { endpoint, .. } => prop_assert!(endpoint != e(2)),
            hedgerow::load::LoadOutput::Wait(until) => {
                prop_assert!(until > now);
                now = until;
            }
            hedgerow::load::LoadOutput::Idle => return Ok(()),
            _ => {}
        }
    }
    prop_assert!(false, "no end");
    Ok(())
}

proptest! {
    #[test]
    fn damaged_words_are_refused_or_harmless(
        at in 0..60_usize,
        word in prop_oneof![0..40_u32, Just(NONE), Just(NONE - 1), any::<u32>()],
    ) {
        let mut words = words();
        let at = at % words.len();
        words[at] = word;
        view(&words)?;
    }

    #[test]
    fn any_words_at_all(tail in proptest::collection::vec(prop_oneof![0..5_u32, any::<u32>()], 0..40)) {
        let words = [&[WORDS_FORMAT][..], &tail].concat();
        view(&words)?;
        let _ = Refresh::from_words(&words);
        let now = Instant::from_millis(5);
        if let Some((settings, early, wall)) = LoadSettings::from_words(&words, now) {
            let mut load = hedgerow::load::Load::new(settings, None, early, now, wall);
            load.poll(now);
        }
    }
}

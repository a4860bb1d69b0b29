//! Silence for the hedge delay starts the next beside it.

use hedgerow::types::Duration;

use crate::script::browser;

#[test]
fn the_next_is_started_beside_a_silent_attempt() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        249 poll: wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        280 complete a1: commit a1, wait 10000
        290 ran a1: a1 won won, e1 good 30, cancel a0 hedge_lost, a0 lost hedge_lost, e0 bad hedge_lost, done a1
        ",
    );
}

#[test]
fn a_body_that_stalls_is_silence_too() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        100 head a0: wait 350
        120 bytes a0 4000: wait 370
        370 poll: start a1 e1 hedge after a0, wait 620
        ",
    );
}

#[test]
fn a_drip_below_the_least_progress_is_silence() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        50 bytes a0 1023: wait 250
        90 bytes a0 1024: wait 340
        200 bytes a0 2047: wait 340
        340 poll: start a1 e1 hedge after a0, wait 590
        ",
    );
}

#[test]
fn progress_puts_the_hedge_off_for_as_long_as_it_lasts() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        240 bytes a0 2000: wait 490
        480 bytes a0 4000: wait 730
        720 bytes a0 6000: wait 970
        800 complete a0: commit a0, wait 10000
        ",
    );
}

#[test]
fn one_hedge_a_race() {
    browser(3).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        500 poll: wait 3000
        ",
    );
}

#[test]
fn as_many_hedges_as_the_settings_allow() {
    let setup = browser(4).with_settings(|settings| settings.with_max_hedges(2));
    setup.check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        500 poll: start a2 e2 hedge after a1, wait 750
        750 poll: wait 3000
        ",
    );
}

#[test]
fn a_candidate_without_a_delay_is_never_hedged() {
    let setup = browser(2).with_candidates(|candidate| candidate.with_hedge_delay(None));
    setup.check(
        "
        0 poll: start a0 e0 first_choice, wait 3000
        ",
    );
}

#[test]
fn each_candidate_has_its_own_delay() {
    let delay = |candidate: hedgerow::failover::Candidate| {
        let ms = 100 + 400 * u64::from(candidate.endpoint.get());
        candidate.with_hedge_delay(Some(Duration::from_millis(ms)))
    };
    let setup = browser(3).with_candidates(delay);
    setup
        .with_settings(|settings| settings.with_max_hedges(9))
        .check(
            "
        0 poll: start a0 e0 first_choice, wait 100
        100 poll: start a1 e1 hedge after a0, wait 600
        600 poll: start a2 e2 hedge after a1, wait 1500
        ",
        );
}

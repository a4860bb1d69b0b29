//! An attempt's own deadline, and when it does not end the attempt.

use hedgerow::types::Duration;

use crate::script::browser;

#[test]
fn an_overdue_attempt_gives_way_to_a_fresh_one() {
    let setup = browser(2).with_candidates(|candidate| candidate.with_hedge_delay(None));
    setup.check(
        "
        0 poll: start a0 e0 first_choice, wait 3000
        3000 poll: start a1 e1 attempt_deadline after a0, cancel a0 timeout, a0 failed timeout, e0 bad timeout, wait 6000
        ",
    );
}

#[test]
fn a_hedge_that_still_runs_fresh_is_stand_in_enough() {
    let short = |candidate: hedgerow::failover::Candidate| {
        candidate.with_attempt_timeout(Duration::from_millis(400))
    };
    browser(3).with_candidates(short).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 400
        400 poll: cancel a0 timeout, a0 failed timeout, e0 bad timeout, wait 500
        ",
    );
}

#[test]
fn the_last_live_attempt_outlives_its_deadline() {
    browser(1).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: wait 3000
        3000 poll: wait 10000
        7000 complete a0: commit a0, wait 10000
        7010 ran a0: a0 won won, e0 good 7000, done a0
        ",
    );
}

#[test]
fn two_that_hang_both_stay_while_nothing_can_stand_in() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        500 poll: wait 3000
        3000 poll: wait 3250
        3250 poll: wait 10000
        8000 complete a0: commit a0, wait 10000
        8010 ran a0: a0 won won, e0 good 8000, cancel a1 hedge_lost, a1 lost hedge_lost, e1 bad hedge_lost, done a0
        ",
    );
}

#[test]
fn the_deadline_waits_while_the_attempt_makes_progress() {
    let short = |candidate: hedgerow::failover::Candidate| {
        candidate.with_attempt_timeout(Duration::from_millis(400))
    };
    let setup = browser(2).with_candidates(short);
    setup.with_settings(|settings| settings.with_max_hedges(0)).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        240 bytes a0 4000: wait 490
        390 bytes a0 8000: wait 640
        640 poll: start a1 e1 attempt_deadline after a0, cancel a0 timeout, a0 failed timeout, e0 bad timeout, wait 890
        ",
    );
}

#[test]
fn it_comes_before_a_hedge_that_is_due_at_the_same_moment() {
    let both = |candidate: hedgerow::failover::Candidate| {
        let delay = Duration::from_millis(400);
        candidate
            .with_hedge_delay(Some(delay))
            .with_attempt_timeout(delay)
    };
    browser(2).with_candidates(both).check(
        "
        0 poll: start a0 e0 first_choice, wait 400
        400 poll: start a1 e1 attempt_deadline after a0, cancel a0 timeout, a0 failed timeout, e0 bad timeout, wait 800
        ",
    );
}

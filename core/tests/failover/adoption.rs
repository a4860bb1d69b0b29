//! A first download that was under way before the race.

use crate::script::browser;

#[test]
fn it_is_not_started_again_and_its_clock_runs_from_its_own_start() {
    browser(2).with_early(40).check(
        "
        0 poll: wait 210
        210 poll: start a1 e1 hedge after a0, wait 460
        ",
    );
}

#[test]
fn one_that_has_been_silent_for_long_is_hedged_at_once() {
    browser(2).with_early(300).check(
        "
        0 poll: start a1 e1 hedge after a0, wait 250
        ",
    );
}

#[test]
fn it_may_be_whole_before_the_first_poll() {
    browser(2).with_early(40).check(
        "
        0 complete a0: commit a0, wait 9960
        5 ran a0: a0 won won, e0 good 40, done a0
        ",
    );
}

#[test]
fn it_may_have_failed_before_the_first_poll() {
    browser(2).with_early(40).check(
        "
        0 fail a0 network_error: a0 failed network_error, e0 bad network_error, start a1 e1 failover after a0, wait 250
        ",
    );
}

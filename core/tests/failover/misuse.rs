//! Calls that fit nothing.

use crate::script::browser;

#[test]
fn an_unknown_attempt_is_an_error_and_changes_nothing() {
    for call in [
        "head a7",
        "bytes a7 9",
        "complete a7",
        "verified a7",
        "fail a7 timeout",
        "ran a7",
    ] {
        browser(2).check(&format!(
            "
            0 poll: start a0 e0 first_choice, wait 250
            10 {call}: error attempt 7 was never started, wait 250
            "
        ));
    }
}

#[test]
fn a_commit_that_was_not_asked_for_is_an_error_and_changes_nothing() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        10 ran a0: error attempt 0 has no commit outstanding, wait 250
        20 unusable a0 script_threw: error attempt 0 has no commit outstanding, wait 250
        ",
    );
}

#[test]
fn events_may_come_twice_and_out_of_order() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        10 bytes a0 5000: wait 260
        20 bytes a0 3000: wait 260
        30 complete a0: commit a0, wait 10000
        30 complete a0: wait 10000
        31 head a0: wait 10000
        40 ran a0: a0 won won, e0 good 30, done a0
        40 ran a0: error attempt 0 has no commit outstanding, done a0
        41 fail a0 network_error: done a0
        50 eject e0: done a0
        50 eject e9: done a0
        ",
    );
}

#[test]
fn a_clock_that_goes_backwards_moves_nothing_forwards() {
    browser(2).check(
        "
        1000 poll: start a0 e0 first_choice, wait 1250
        0 poll: wait 1250
        1240 head a0: wait 1490
        5 bytes a0 4000: wait 255
        255 poll: start a1 e1 hedge after a0, wait 505
        ",
    );
}

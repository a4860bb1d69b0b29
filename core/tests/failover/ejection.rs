//! An ejection is an event to live races.

use crate::script::browser;

#[test]
fn a_silent_attempt_on_an_ejected_endpoint_is_not_waited_for() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        20 eject e0: start a1 e1 endpoint_ejected after a0, wait 270
        ",
    );
}

#[test]
fn an_attempt_that_makes_progress_goes_on() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        10 head a0: wait 260
        20 eject e0: wait 260
        ",
    );
}

#[test]
fn an_ejected_candidate_is_started_last() {
    browser(4).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        20 eject e1: wait 250
        30 fail a0 network_error: a0 failed network_error, e0 bad network_error, start a1 e2 failover after a0, wait 280
        40 fail a1 network_error: a1 failed network_error, e2 bad network_error, start a2 e3 failover after a1, wait 290
        50 fail a2 network_error: a2 failed network_error, e3 bad network_error, start a3 e1 failover after a2, wait 300
        ",
    );
}

#[test]
fn the_attempt_goes_on_where_nothing_can_stand_in() {
    browser(1).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        20 eject e0: wait 3000
        40 complete a0: commit a0, wait 10000
        ",
    );
}

#[test]
fn the_stand_in_is_on_the_retry_budget() {
    browser(2).with_tokens(9, 0).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        20 eject e0: wait 3000
        ",
    );
}

//! A failure starts the next at once.

use crate::script::{browser, proxy};

#[test]
fn the_next_is_started_without_a_wait() {
    browser(3).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        7 fail a0 network_error: a0 failed network_error, e0 bad network_error, start a1 e1 failover after a0, wait 257
        9 fail a1 http_status: a1 failed http_status, e1 bad http_status, start a2 e2 failover after a1, wait 259
        ",
    );
}

#[test]
fn the_race_is_lost_when_every_candidate_has_failed() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        7 fail a0 network_error: a0 failed network_error, e0 bad network_error, start a1 e1 failover after a0, wait 257
        9 fail a1 truncated: a1 failed truncated, e1 bad truncated, done all_endpoints_failed
        ",
    );
}

#[test]
fn nothing_more_is_started_while_a_fresh_attempt_runs() {
    browser(3).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        260 fail a0 network_error: a0 failed network_error, e0 bad network_error, wait 500
        ",
    );
}

#[test]
fn a_hedge_that_fails_is_replaced_while_the_first_is_still_silent() {
    browser(3).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        260 fail a1 network_error: a1 failed network_error, e1 bad network_error, start a2 e2 failover after a1, wait 510
        ",
    );
}

#[test]
fn a_failure_that_is_nobodys_fault_is_not_held_against_the_endpoint() {
    for reason in ["offline", "navigated_away", "cancelled"] {
        browser(1).check(&format!(
            "
            0 poll: start a0 e0 first_choice, wait 250
            7 fail a0 {reason}: a0 failed {reason}, done all_endpoints_failed
            "
        ));
    }
}

#[test]
fn no_candidate_at_all() {
    browser(0).check("0 poll: done no_eligible_endpoint");
    proxy(0)
        .with_early(10)
        .check("0 poll: done no_eligible_endpoint");
}

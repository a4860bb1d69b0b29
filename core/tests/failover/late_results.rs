//! What comes after an attempt was stopped tells how slow its endpoint is, and
//! nothing more.

use crate::script::browser;

const RUN: &str = "
    0 poll: start a0 e0 first_choice, wait 250
    250 poll: start a1 e1 hedge after a0, wait 500
    280 complete a1: commit a1, wait 10000
    290 ran a1: a1 won won, e1 good 30, cancel a0 hedge_lost, a0 lost hedge_lost, e0 bad hedge_lost, done a1
";

#[test]
fn a_late_completion_is_observed_once() {
    browser(2).check(&format!(
        "{RUN}
        400 complete a0: e0 late 400, done a1
        410 complete a0: done a1
        420 verified a0: done a1
        "
    ));
}

#[test]
fn anything_less_is_not_observed_at_all() {
    browser(2).check(&format!(
        "{RUN}
        400 head a0: done a1
        410 bytes a0 4000: done a1
        420 fail a0 network_error: done a1
        "
    ));
}

#[test]
fn an_attempt_that_failed_has_had_its_say() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        7 fail a0 network_error: a0 failed network_error, e0 bad network_error, start a1 e1 failover after a0, wait 257
        9 complete a0: wait 257
        ",
    );
}

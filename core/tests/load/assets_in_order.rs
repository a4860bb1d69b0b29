//! Several assets execute in the order of the configuration, whatever the
//! order in which they arrive.

use crate::script::page;

#[test]
fn an_asset_that_is_early_waits_for_those_before_it() {
    page(2).with_assets(&[false, false, false]).check(
        "
        0 poll: start a0 s0 e0 first_choice, start a1 s1 e0 first_choice, start a2 s2 e0 first_choice, wait 250
        10 down a2: wait 250
        20 down a1: wait 250
        30 down a0: commit a0, wait 10000
        40 ran a0: commit a1, a0 won won, wait 10000
        50 ran a1: commit a2, a1 won won, wait 10000
        60 ran a2: a2 won won, done loaded e0, save, idle
        ",
    );
}

#[test]
fn one_that_waits_may_turn_out_unusable_and_is_had_elsewhere() {
    page(2).with_assets(&[false, false]).check(
        "
        0 poll: start a0 s0 e0 first_choice, start a1 s1 e0 first_choice, wait 250
        10 down a1: wait 250
        20 down a0: commit a0, wait 10000
        30 ran a0: commit a1, a0 won won, wait 10000
        40 unusable a1 commit_failed: a1 failed commit_failed, start a3 s1 e1 resume, wait 290
        60 down a3: commit a3, wait 10000
        70 ran a3: a3 won won, done loaded e1, save, diagnose e0, idle
        ",
    );
}

#[test]
fn a_commit_that_was_not_asked_for_has_no_effect() {
    page(2).with_assets(&[false, false]).check(
        "
        0 poll: start a0 s0 e0 first_choice, start a1 s1 e0 first_choice, wait 250
        10 down a1: wait 250
        20 ran a1: wait 250
        21 unusable a1 commit_failed: wait 250
        22 not_ready a1 ready_missing: wait 250
        30 down a0: commit a0, wait 10000
        ",
    );
}

#[test]
fn what_one_asset_learns_of_an_endpoint_the_others_act_upon() {
    page(2).with_assets(&[false, false]).check(
        "
        0 poll: start a0 s0 e0 first_choice, start a1 s1 e0 first_choice, wait 250
        10 fail a0 network_error: a0 failed network_error, start a3 s1 e1 endpoint_ejected, start a2 s0 e1 failover, wait 260
        ",
    );
}

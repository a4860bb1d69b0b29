//! The asset ran, but what it must define is not there.

use crate::script::page;

#[test]
fn without_integrity_the_next_endpoint_may_have_a_better_one() {
    page(2).check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        10 down a0: commit a0, wait 10000
        20 not_ready a0 ready_missing: a0 failed ready_missing, start a1 s0 e1 resume, wait 270
        30 down a1: commit a1, wait 10000
        40 ran a1: a1 won won, done loaded e1, save, diagnose e0, idle
        ",
    );
}

#[test]
fn with_integrity_the_bytes_were_right_and_run_only_once() {
    page(2).with_assets(&[true]).check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        10 down a0: commit a0, wait 10000
        20 not_ready a0 script_threw: a0 won won, done loaded_not_ready e0, save, idle
        ",
    );
}

#[test]
fn each_asset_has_its_own_integrity() {
    page(2).with_assets(&[true, false]).check(
        "
        0 poll: start a0 s0 e0 first_choice, start a1 s1 e0 first_choice, wait 250
        10 down a0: commit a0, wait 250
        15 down a1: wait 10000
        20 not_ready a0 ready_missing: commit a1, a0 won won, wait 10000
        30 not_ready a1 ready_missing: a1 failed ready_missing, start a3 s1 e1 resume, wait 280
        40 down a3: commit a3, wait 10000
        50 ran a3: a3 won won, done loaded_not_ready e1, save, diagnose e0, idle
        ",
    );
}

#[test]
fn said_of_an_attempt_that_is_not_committed_it_means_nothing() {
    page(2).with_assets(&[true]).check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        5 not_ready a0 ready_missing: wait 250
        5 not_ready a9 ready_missing: wait 250
        10 down a0: commit a0, wait 10000
        20 ran a0: a0 won won, done loaded e0, save, idle
        ",
    );
}

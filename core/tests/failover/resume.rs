//! A commit that fails before execution, and what goes on from there.

use crate::script::browser;

#[test]
fn the_race_resumes_with_the_next_candidate() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        30 complete a0: commit a0, wait 10000
        40 unusable a0 commit_failed: a0 failed commit_failed, e0 bad commit_failed, start a1 e1 resume after a0, wait 290
        70 complete a1: commit a1, wait 10000
        80 ran a1: a1 won won, e1 good 30, done a1
        ",
    );
}

#[test]
fn a_download_that_is_whole_already_is_offered_next() {
    browser(3).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        260 complete a1: commit a1, wait 10000
        265 complete a0: wait 10000
        270 unusable a1 commit_failed: a1 failed commit_failed, e1 bad commit_failed, commit a0, wait 10000
        280 ran a0: a0 won won, e0 good 265, done a0
        ",
    );
}

#[test]
fn an_attempt_that_still_runs_fresh_is_waited_for() {
    browser(3).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        260 complete a0: commit a0, wait 10000
        270 unusable a0 commit_failed: a0 failed commit_failed, e0 bad commit_failed, wait 500
        ",
    );
}

#[test]
fn while_a_commit_is_outstanding_nothing_is_started() {
    browser(3).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        260 complete a0: commit a0, wait 10000
        261 fail a1 network_error: a1 failed network_error, e1 bad network_error, wait 10000
        4000 poll: wait 10000
        ",
    );
}

#[test]
fn nothing_is_left_to_resume_with() {
    browser(1).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        30 complete a0: commit a0, wait 10000
        40 unusable a0 script_threw: a0 failed script_threw, e0 bad script_threw, done all_endpoints_failed
        ",
    );
}

#[test]
fn a_transport_that_fails_under_a_commit_leaves_the_word_to_the_commit() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        30 complete a0: commit a0, wait 10000
        35 fail a0 network_error: wait 10000
        40 ran a0: a0 won won, e0 good 30, done a0
        ",
    );
}

//! A commit in flight when the total deadline comes.

use hedgerow::types::Duration;

use crate::script::browser;

#[test]
fn it_has_its_own_time_to_be_carried_out() {
    browser(1).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        9990 complete a0: commit a0, wait 19740
        ",
    );
    browser(1).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: wait 3000
        3000 poll: wait 10000
        9990 complete a0: commit a0, wait 10000
        10000 poll: wait 13000
        12000 ran a0: a0 won won, e0 good 9990, done a0
        ",
    );
}

#[test]
fn a_commit_that_is_never_answered_ends_the_race() {
    browser(1).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        30 complete a0: commit a0, wait 10000
        10000 poll: wait 13000
        13000 poll: cancel a0 commit_deadline, a0 failed commit_deadline, e0 bad commit_deadline, done total_deadline
        13500 ran a0: error attempt 0 has no commit outstanding, done total_deadline
        ",
    );
}

#[test]
fn no_other_is_offered_then_since_it_may_yet_execute() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        260 complete a0: commit a0, wait 10000
        10000 poll: wait 13000
        12990 bytes a1 4000: wait 13000
        13000 poll: cancel a0 commit_deadline, a0 failed commit_deadline, e0 bad commit_deadline, cancel a1 total_deadline, a1 cancelled total_deadline, done total_deadline
        13010 complete a1: e1 late 12760, done total_deadline
        ",
    );
}

#[test]
fn a_commit_that_fails_in_the_grace_may_be_followed_by_a_whole_download() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        260 complete a0: commit a0, wait 10000
        270 complete a1: wait 10000
        10000 poll: wait 13000
        11000 unusable a0 commit_failed: a0 failed commit_failed, e0 bad commit_failed, commit a1, wait 14000
        11010 ran a1: a1 won won, e1 good 20, done a1
        ",
    );
}

#[test]
fn a_download_that_ends_long_after_the_deadline_is_still_committed() {
    let patient = |candidate: hedgerow::failover::Candidate| {
        candidate.with_hedge_delay(Some(Duration::from_secs(6)))
    };
    browser(1).with_candidates(patient).check(
        "
        0 poll: start a0 e0 first_choice, wait 3000
        3000 poll: wait 6000
        6000 poll: wait 10000
        9900 bytes a0 4000: wait 10000
        10000 poll: wait 15900
        15000 complete a0: commit a0, wait 18000
        15010 ran a0: a0 won won, e0 good 15000, done a0
        ",
    );
}

//! The deadline of the whole race, and whom it spares.

use crate::script::browser;

#[test]
fn silence_ends_at_the_total_deadline() {
    browser(1).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: wait 3000
        3000 poll: wait 10000
        10000 poll: cancel a0 total_deadline, a0 failed total_deadline, e0 bad total_deadline, done total_deadline
        ",
    );
}

#[test]
fn what_still_makes_progress_may_finish() {
    browser(1).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: wait 3000
        3000 poll: wait 10000
        9900 bytes a0 4000: wait 10000
        10000 poll: wait 10150
        10140 bytes a0 8000: wait 10390
        10380 complete a0: commit a0, wait 13380
        10400 ran a0: a0 won won, e0 good 10380, done a0
        ",
    );
}

#[test]
fn it_ends_when_the_progress_does() {
    browser(1).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: wait 3000
        3000 poll: wait 10000
        9900 bytes a0 4000: wait 10000
        10000 poll: wait 10150
        10150 poll: cancel a0 total_deadline, a0 failed total_deadline, e0 bad total_deadline, done total_deadline
        ",
    );
}

#[test]
fn nothing_is_started_past_it() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        240 bytes a0 2000: wait 490
        490 poll: start a1 e1 hedge after a0, wait 740
        740 poll: wait 3000
        3000 poll: wait 3490
        3490 poll: wait 10000
        9900 bytes a0 4000: wait 10000
        10000 poll: cancel a1 total_deadline, a1 failed total_deadline, e1 bad total_deadline, wait 10150
        10010 fail a0 network_error: a0 failed network_error, e0 bad network_error, done total_deadline
        ",
    );
}

#[test]
fn each_ends_when_its_own_progress_does() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        500 poll: wait 3000
        3000 poll: wait 3250
        3250 poll: wait 10000
        9850 bytes a0 4000: wait 10000
        9900 bytes a1 4000: wait 10000
        10000 poll: wait 10100
        10100 poll: cancel a0 total_deadline, a0 failed total_deadline, e0 bad total_deadline, wait 10150
        10150 poll: cancel a1 total_deadline, a1 failed total_deadline, e1 bad total_deadline, done total_deadline
        ",
    );
}

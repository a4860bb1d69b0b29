//! Time in which the caller could not run counts for nobody.

use crate::script::{browser, proxy};

#[test]
fn a_frozen_tab_is_not_held_against_the_endpoint() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        60200 complete a0: commit a0, wait 69950
        60210 ran a0: a0 won won, e0 good 250, done a0
        ",
    );
}

#[test]
fn the_deadlines_move_by_the_gap() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        60250 poll: start a1 e1 hedge after a0, wait 60500
        60500 poll: wait 63000
        63000 poll: wait 63250
        63250 poll: wait 70000
        70000 poll: cancel a0 total_deadline, a0 failed total_deadline, e0 bad total_deadline, cancel a1 total_deadline, a1 failed total_deadline, e1 bad total_deadline, done total_deadline
        ",
    );
}

#[test]
fn a_late_timer_is_not_a_suspension() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        1000 poll: start a1 e1 hedge after a0, wait 1250
        ",
    );
}

#[test]
fn a_proxy_takes_the_clock_as_it_is() {
    proxy(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        60000 poll: cancel a0 total_deadline, a0 failed total_deadline, e0 bad total_deadline, done total_deadline
        ",
    );
}

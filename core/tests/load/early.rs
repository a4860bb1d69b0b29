//! Downloads that were under way before the engine came up.

use crate::script::page;

#[test]
fn they_are_taken_over_where_they_fit_the_plan() {
    page(2)
        .with_assets(&[false, false])
        .with_early(40, 0)
        .check(
            "
        0 poll: wait 210
        5 down a0 900: commit a0, wait 210
        10 down a1 900: wait 9960
        20 ran a0: commit a1, a0 won won, wait 9960
        30 ran a1: a1 won won, done loaded e0, save, idle
        ",
        );
}

#[test]
fn they_come_first_whatever_the_order() {
    page(3).with_early(40, 2).check(
        "
        0 poll: wait 210
        5 fail a0 http_status: a0 failed http_status, start a1 s0 e0 failover, wait 255
        10 down a1 900: commit a1, wait 9960
        ",
    );
}

#[test]
fn one_that_may_not_be_used_counts_as_none() {
    use hedgerow::cdn::EndpointState;
    for forbidden in [1, 7] {
        let drained = page(2).with(|mut settings| {
            settings.endpoints[1].state = EndpointState::Draining;
            settings
        });
        drained.with_early(40, forbidden).check(
            "
            0 poll: start a0 s0 e0 first_choice, wait 250
            5 down a0 900: commit a0, wait 10000
            ",
        );
    }
}

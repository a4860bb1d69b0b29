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
fn they_are_dropped_where_they_do_not() {
    page(2).with_early(40, 1).check(
        "
        0 poll: cancel a0 plan_mismatch, warn plan_mismatch e1, start a1 s0 e0 first_choice, wait 250
        5 down a0 900: wait 250
        10 down a1 900: commit a1, wait 10000
        20 ran a1: a1 won won, done loaded e0, save, idle
        ",
    );
}

#[test]
fn where_nothing_may_be_used_they_are_stopped_too() {
    use hedgerow::cdn::EndpointState;
    let drained = page(1).with(|mut settings| {
        settings.endpoints[0].state = EndpointState::Draining;
        settings
    });
    drained.with_early(40, 0).check(
        "
        0 poll: cancel a0 plan_mismatch, warn plan_mismatch e0, suppress 4 no_eligible_endpoint, failed no_eligible_endpoint, idle
        ",
    );
}

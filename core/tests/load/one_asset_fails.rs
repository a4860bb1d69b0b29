//! One asset that can't be had ends the load of all.

use crate::script::page;

#[test]
fn the_report_says_why_it_failed_and_the_others_are_stopped() {
    page(1).with_assets(&[false, false]).check(
        "
        0 poll: start a0 s0 e0 first_choice, start a1 s1 e0 first_choice, wait 250
        10 head a0: wait 250
        20 fail a1 http_status: a1 failed http_status, cancel a0 cancelled, a0 cancelled cancelled, suppress 4 all_endpoints_failed, failed all_endpoints_failed, diagnose e0, idle
        ",
    );
}

#[test]
fn an_asset_that_waited_for_its_turn_is_not_executed_then() {
    page(1).with_assets(&[false, false]).check(
        "
        0 poll: start a0 s0 e0 first_choice, start a1 s1 e0 first_choice, wait 250
        10 down a1: wait 250
        20 fail a0 http_status: a0 failed http_status, cancel a1 cancelled, a1 cancelled cancelled, suppress 4 all_endpoints_failed, failed all_endpoints_failed, diagnose e0, idle
        30 ran a1: idle
        ",
    );
}

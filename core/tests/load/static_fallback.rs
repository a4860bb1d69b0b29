//! Every endpoint is down: the static fallback, by itself.

use crate::script::page;

#[test]
fn it_is_shown_with_the_reason_and_every_endpoint_is_diagnosed() {
    page(2).check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        10 fail a0 network_error: a0 failed network_error, start a1 s0 e1 failover, wait 260
        20 fail a1 http_status: a1 failed http_status, suppress 4 all_endpoints_failed, failed all_endpoints_failed, diagnose e0, diagnose e1, idle
        ",
    );
}

#[test]
fn it_is_shown_by_the_total_deadline_when_all_hang() {
    page(2).check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        250 poll: start a1 s0 e1 hedge, wait 500
        500 poll: wait 3000
        3000 poll: wait 3250
        3250 poll: wait 10000
        10000 poll: cancel a0 total_deadline, a0 failed total_deadline, cancel a1 total_deadline, a1 failed total_deadline, suppress 4 total_deadline, failed total_deadline, diagnose e0, diagnose e1, idle
        ",
    );
}

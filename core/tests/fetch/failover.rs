//! Endpoints that don't answer, and those that take over.

use hedgerow::fetch::{Facts, Fetch};

use crate::script::{alone, check};

#[test]
fn a_good_head_is_the_answer() {
    check(
        alone(),
        "0 poll: look up
         0 found miss: select
         0 candidates 2: start a0 e0 first_choice, wait 250
         9 head a0 200: a0 won won, e0 good, answer a0",
    );
}

#[test]
fn a_failure_goes_on_at_once() {
    check(
        alone(),
        "0 poll: look up
         0 found miss: select
         0 candidates 2: start a0 e0 first_choice, wait 250
         3 broken a0 network_error: a0 failed network_error, e0 bad, start a1 e1 failover, wait 253
         9 head a1 200: a1 won won, e1 good, answer a1",
    );
}

#[test]
fn silence_is_hedged_and_the_loser_is_stopped() {
    check(
        alone(),
        "0 poll: look up
         0 found miss: select
         0 candidates 2: start a0 e0 first_choice, wait 250
         250 poll: start a1 e1 hedge, wait 500
         260 head a1 200: a1 won won, e1 good, cancel a0 hedge_lost, a0 lost hedge_lost, e0 bad, answer a1",
    );
}

#[test]
fn a_route_can_do_without_hedging() {
    let fetch = Fetch::new(Facts::new("GET", false).with_hedging(false));
    check(
        fetch,
        "0 poll: look up
         0 found miss: select
         0 candidates 2: start a0 e0 first_choice, wait 3000
         3000 poll: start a1 e1 attempt_deadline, cancel a0 timeout, a0 failed timeout, e0 bad, wait 6000",
    );
}

#[test]
fn where_nobody_answers_the_proxy_does() {
    check(
        alone(),
        "0 poll: look up
         0 found miss: select
         0 candidates 1: start a0 e0 first_choice, wait 250
         3 broken a0 network_error: a0 failed network_error, e0 bad, answer 502 all_endpoints_failed",
    );
    check(
        alone(),
        "0 poll: look up
         0 found miss: select
         0 candidates 0: answer 503 no_eligible_endpoint",
    );
    check(
        alone(),
        "0 poll: look up
         0 found miss: select
         0 candidates 1: start a0 e0 first_choice, wait 250
         10000 poll: cancel a0 total_deadline, a0 failed total_deadline, e0 bad, answer 504 total_deadline",
    );
}

#[test]
fn an_ejected_endpoint_is_not_waited_for() {
    check(
        alone(),
        "0 poll: look up
         0 found miss: select
         0 candidates 2: start a0 e0 first_choice, wait 250
         5 eject e0: start a1 e1 endpoint_ejected, wait 255",
    );
}

#[test]
fn a_cancelled_request_blames_nobody() {
    check(
        alone(),
        "0 poll: look up
         0 found stale: select
         0 candidates 2: start a0 e0 first_choice if changed, wait 250
         5 cancel cancelled: cancel a0 cancelled, a0 cancelled cancelled, answer 502 cancelled",
    );
}

//! Responses that say the endpoint can't serve now.

use hedgerow::fetch::{Facts, Fetch};

use crate::script::{alone, check};

#[test]
fn an_outage_gives_way_and_is_kept_for_the_worst_case() {
    for status in [502, 503, 504] {
        check(
            alone(),
            &format!(
                "0 poll: look up
                 0 found miss: select
                 0 candidates 2: start a0 e0 first_choice, wait 250
                 3 head a0 {status}: a0 failed http_status, e0 bad, start a1 e1 failover, wait 253
                 9 broken a1 network_error: a1 failed network_error, e1 bad, answer a0"
            ),
        );
    }
}

#[test]
fn other_errors_are_answers() {
    for status in [400, 403, 404, 410, 500, 501] {
        check(
            alone(),
            &format!(
                "0 poll: look up
                 0 found miss: select
                 0 candidates 2: start a0 e0 first_choice, wait 250
                 3 head a0 {status}: a0 won won, e0 good, answer a0"
            ),
        );
    }
}

#[test]
fn an_endpoint_that_asks_for_rest_gets_it() {
    check(
        alone(),
        "0 poll: look up
         0 found miss: select
         0 candidates 2: start a0 e0 first_choice, wait 250
         3 head a0 429 30: e0 rests 30, a0 failed http_status, e0 bad, start a1 e1 failover, wait 253
         9 head a1 200: a1 won won, e1 good, answer a1",
    );
    check(
        alone(),
        "0 poll: look up
         0 found miss: select
         0 candidates 1: start a0 e0 first_choice, wait 250
         3 head a0 503 30: e0 rests 30, a0 failed http_status, e0 bad, answer a0",
    );
    // A redirection's Retry-After is for the client alone.
    check(
        alone(),
        "0 poll: look up
         0 found miss: select
         0 candidates 1: start a0 e0 first_choice, wait 250
         3 head a0 301 30: a0 won won, e0 good, answer a0",
    );
}

#[test]
fn what_was_too_much_is_not_sent_to_one_that_rests() {
    check(
        alone(),
        "0 poll: look up
         0 found miss: select
         0 candidates 2 1: start a0 e0 first_choice, wait 3000
         3 head a0 429 30: e0 rests 30, a0 won won, e0 good, answer a0",
    );
    // Nor is it hedged there; the one before it can be.
    check(
        alone(),
        "0 poll: look up
         0 found miss: select
         0 candidates 3 1: start a0 e0 first_choice, wait 250
         250 poll: start a1 e1 hedge, wait 3000",
    );
}

#[test]
fn what_is_stale_stands_in_for_an_outage_and_for_an_error() {
    check(
        alone(),
        "0 poll: look up
         0 found stale: select
         0 candidates 1: start a0 e0 first_choice if changed, wait 250
         3 head a0 503: a0 failed http_status, e0 bad, fall back Status(503)
         3 fallback fresh: answer stored fresh",
    );
    check(
        alone(),
        "0 poll: look up
         0 found stale: select
         0 candidates 1: start a0 e0 first_choice if changed, wait 250
         3 head a0 500: a0 won won, e0 good, fall back Status(500)
         3 fallback none: answer a0",
    );
}

#[test]
fn an_owner_that_is_busy_has_answered_and_one_that_is_gone_has_not() {
    let owned = || Fetch::new(Facts::new("GET", false).with_owned(true));
    for status in [429, 503] {
        check(
            owned(),
            &format!(
                "0 poll: look up
                 0 found miss: select
                 0 candidates 2: start a0 e0 first_choice, wait 250
                 3 head a0 {status}: a0 won won, e0 good, answer a0"
            ),
        );
    }
    for status in [502, 504] {
        check(
            owned(),
            &format!(
                "0 poll: look up
                 0 found miss: select
                 0 candidates 2: start a0 e0 first_choice, wait 250
                 3 head a0 {status}: a0 failed http_status, e0 bad, start a1 e1 failover, wait 253
                 9 head a1 200: a1 won won, e1 good, answer a1"
            ),
        );
    }
}

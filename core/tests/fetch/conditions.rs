//! What the store asks under conditions of its own.

use crate::script::{alone, check};

#[test]
fn a_304_validates() {
    check(
        alone(),
        "0 poll: look up
         0 found stale: select
         0 candidates 1: start a0 e0 first_choice if changed, wait 250
         3 head a0 304: a0 won won, e0 good, answer validated a0",
    );
}

#[test]
fn one_that_the_client_asked_for_is_its_own() {
    check(
        alone(),
        "0 poll: look up
         0 found miss: select
         0 candidates 1: start a0 e0 first_choice, wait 250
         3 head a0 304: a0 won won, e0 good, answer a0",
    );
}

#[test]
fn one_that_does_not_fit_is_followed_by_the_whole() {
    check(
        alone(),
        "0 poll: look up
         0 found stale: select
         0 candidates 1: start a0 e0 first_choice if changed, wait 250
         3 head a0 304: a0 won won, e0 good, answer validated a0
         4 misfit: select
         4 candidates 1: start a0 e0 first_choice, wait 254
         9 head a0 200: a0 won won, e0 good, answer a0",
    );
}

#[test]
fn a_part_is_completed() {
    check(
        alone(),
        "0 poll: look up
         0 found part: select
         0 candidates 1: start a0 e0 first_choice the part 4-9, wait 250
         3 head a0 206: a0 won won, e0 good, answer completed a0",
    );
    check(
        alone(),
        "0 poll: look up
         0 found part: select
         0 candidates 1: start a0 e0 first_choice the part 4-9, wait 250
         3 head a0 200: a0 won won, e0 good, answer a0",
    );
}

#[test]
fn a_part_that_is_no_more_is_followed_by_the_whole() {
    // The client has asked for no range and under no condition, so these are
    // no answers to it.
    for status in [304, 412, 416] {
        check(
            alone(),
            &format!(
                "0 poll: look up
                 0 found part: select
                 0 candidates 1: start a0 e0 first_choice the part 4-9, wait 250
                 3 head a0 {status}: a0 won won, e0 good, select
                 4 candidates 1: start a0 e0 first_choice, wait 254
                 9 head a0 200: a0 won won, e0 good, answer a0"
            ),
        );
    }
}

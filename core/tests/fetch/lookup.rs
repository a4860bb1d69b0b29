//! What the store has decides how the request goes on.

use hedgerow::fetch::{Facts, Fetch};

use crate::script::{alone, check, get};

#[test]
fn what_is_fresh_is_the_answer() {
    check(get(), "0 poll: look up\n0 found fresh: answer stored fresh");
}

#[test]
fn what_may_be_stale_is_the_answer_and_refreshed() {
    let script =
        "0 poll: look up\n0 found usable: answer stored stale_while_revalidate and refresh";
    check(get(), script);
}

#[test]
fn only_if_cached_is_refused() {
    check(
        get(),
        "0 poll: look up\n0 found unwanted: answer 504 only_if_cached",
    );
}

#[test]
fn what_is_stale_or_absent_goes_upstream() {
    check(
        get(),
        "0 poll: look up\n0 found miss: join\n0 joined leader: select",
    );
    check(alone(), "0 poll: look up\n0 found stale: select");
}

#[test]
fn what_no_store_can_answer_does_not_ask_it() {
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "QUERY"] {
        check(Fetch::new(Facts::new(method, false)), "0 poll: select");
    }
    check(
        Fetch::new(Facts::new("GET", false).with_cached(false)),
        "0 poll: select",
    );
}

#[test]
fn a_refresh_begins_with_its_part_in_the_flight() {
    let facts = Facts::new("GET", false).with_collapsing(true);
    check(
        Fetch::refresh(facts),
        "0 poll: join
         0 joined leader: select
         0 candidates 1: start a0 e0 first_choice if changed, wait 250",
    );
}

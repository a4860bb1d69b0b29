//! Requests that must not be sent twice.

use hedgerow::fetch::{Facts, Fetch};

use crate::script::check;

fn post() -> Fetch {
    Fetch::new(Facts::new("POST", true))
}

#[test]
fn silence_starts_no_other() {
    check(
        post(),
        "0 poll: select
         0 candidates 2: start a0 e0 first_choice, wait 10000
         5000 eject e0: wait 10000",
    );
}

#[test]
fn what_was_never_sent_may_go_elsewhere() {
    check(
        post(),
        "0 poll: select
         0 candidates 2: start a0 e0 first_choice, wait 10000
         5 unsent a0 network_error: a0 failed network_error, e0 bad, start a1 e1 failover, wait 10000",
    );
}

#[test]
fn what_was_sent_may_not() {
    check(
        post(),
        "0 poll: select
         0 candidates 2: start a0 e0 first_choice, wait 10000
         5 broken a0 network_error: a0 failed network_error, e0 bad, answer 502 network_error",
    );
    // Idempotent, but its body is gone.
    check(
        Fetch::new(Facts::new("PUT", true)),
        "0 poll: select
         0 candidates 2: start a0 e0 first_choice, wait 10000
         5 broken a0 network_error: a0 failed network_error, e0 bad, answer 502 network_error",
    );
    check(
        Fetch::new(Facts::new("DELETE", false)),
        "0 poll: select
         0 candidates 2: start a0 e0 first_choice, wait 250
         5 broken a0 network_error: a0 failed network_error, e0 bad, start a1 e1 failover, wait 255",
    );
}

#[test]
fn an_outage_is_its_answer() {
    check(
        post(),
        "0 poll: select
         0 candidates 2: start a0 e0 first_choice, wait 10000
         5 head a0 503 30: e0 rests 30, a0 won won, e0 good, answer a0",
    );
}

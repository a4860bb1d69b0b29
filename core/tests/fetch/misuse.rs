//! Handlers that fit nothing which was asked.

use hedgerow::failover::RaceError;
use hedgerow::fetch::FetchError;
use hedgerow::types::AttemptId;

use crate::script::{alone, check, get};

#[test]
fn they_change_nothing() {
    check(
        get(),
        "0 joined leader: error a role was not asked for, look up
         0 flight stored: error a leader's outcome was not asked for, look up
         0 candidates 1: error a choice of endpoints was not asked for, look up
         0 fallback none: error a fallback was not asked for, look up
         0 misfit: error a verdict on freshening was not asked for, look up
         0 head a0 200: error a head was not asked for, look up
         0 broken a0 timeout: error a failure was not asked for, look up
         0 found fresh: answer stored fresh
         0 found fresh: error a lookup was not asked for, answer stored fresh
         0 cancel cancelled: answer stored fresh",
    );
}

#[test]
fn an_unknown_attempt_is_the_races_error() {
    check(
        alone(),
        "0 poll: look up
         0 found miss: select
         0 candidates 1: start a0 e0 first_choice, wait 250
         1 head a7 200: error the race does not take this, wait 250
         1 head a7 503: error the race does not take this, wait 250
         1 broken a7 timeout: error the race does not take this, wait 250
         2 head a0 200: a0 won won, e0 good, answer a0",
    );
    let error = FetchError::from(RaceError::UnknownAttempt(AttemptId::new(7)));
    assert!(std::error::Error::source(&error).is_some());
}

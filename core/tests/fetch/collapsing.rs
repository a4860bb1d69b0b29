//! Requests that are after the same thing.

use crate::script::{check, get};

#[test]
fn a_follower_looks_up_again_with_its_own_request() {
    check(
        get(),
        "0 poll: look up
         0 found miss: join
         0 joined follower: follow
         5 flight stored: look up
         5 found fresh: answer stored fresh",
    );
}

#[test]
fn what_does_not_answer_it_is_asked_for_alone() {
    check(
        get(),
        "0 poll: look up
         0 found miss: join
         0 joined follower: follow
         5 flight stored: look up
         5 found miss: select",
    );
}

#[test]
fn what_is_not_shared_is_asked_for_at_once() {
    for outcome in ["not-shared", "too-late"] {
        check(
            get(),
            &format!(
                "0 poll: look up
                 0 found miss: join
                 0 joined follower: follow
                 5 flight {outcome}: select"
            ),
        );
    }
}

#[test]
fn a_failure_is_shared() {
    check(
        get(),
        "0 poll: look up
         0 found miss: join
         0 joined follower: follow
         5 flight failed: answer 502 all_endpoints_failed",
    );
    check(
        get(),
        "0 poll: look up
         0 found stale: join
         0 joined follower: follow
         5 flight failed: fall back Unreachable
         5 fallback fresh: answer stored fresh",
    );
}

#[test]
fn vanished_leaders_are_not_waited_for_for_ever() {
    check(
        get(),
        "0 poll: look up
         0 found miss: join
         0 joined follower: follow
         1 flight abandoned: join
         1 joined follower: follow
         2 flight abandoned: join
         2 joined follower: follow
         3 flight abandoned: select",
    );
    check(
        get(),
        "0 poll: look up
         0 found miss: join
         0 joined follower: follow
         1 flight abandoned: join
         1 joined leader: select",
    );
}

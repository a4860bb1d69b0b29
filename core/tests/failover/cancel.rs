//! A race that is called off.

use crate::script::browser;

#[test]
fn every_attempt_is_stopped_and_no_endpoint_is_blamed() {
    for reason in ["navigated_away", "offline", "cancelled"] {
        browser(3).check(&format!(
            "
            0 poll: start a0 e0 first_choice, wait 250
            250 poll: start a1 e1 hedge after a0, wait 500
            260 cancel {reason}: cancel a0 {reason}, a0 cancelled {reason}, cancel a1 {reason}, a1 cancelled {reason}, done {reason}
            270 cancel offline: done {reason}
            "
        ));
    }
}

#[test]
fn before_anything_was_started() {
    browser(2).check("0 cancel navigated_away: done navigated_away");
}

//! Which phase wins is the caller's choice.

use hedgerow::failover::Phase;

use crate::script::{browser, proxy};

#[test]
fn a_proxy_takes_a_good_head() {
    proxy(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        30 head a0: commit a0, wait 10000
        31 ran a0: a0 won won, e0 good 30, done a0
        ",
    );
}

#[test]
fn a_browser_takes_a_whole_body() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        30 head a0: wait 280
        50 complete a0: commit a0, wait 10000
        ",
    );
}

#[test]
fn who_verifies_for_itself_takes_a_verified_one() {
    let setup = browser(2).with_settings(|settings| settings.with_winning_phase(Phase::Verified));
    setup.check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        50 complete a0: wait 300
        60 verified a0: commit a0, wait 10000
        ",
    );
}

#[test]
fn a_later_phase_includes_the_earlier() {
    proxy(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        30 complete a0: commit a0, wait 10000
        ",
    );
}

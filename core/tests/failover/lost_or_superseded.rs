//! Losers: those whose silence a hedge has beaten, and those that were merely
//! slower.

use crate::script::browser;

#[test]
fn a_loser_that_was_hedged_and_stayed_silent_counts_as_failing() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        280 complete a1: commit a1, wait 10000
        290 ran a1: a1 won won, e1 good 30, cancel a0 hedge_lost, a0 lost hedge_lost, e0 bad hedge_lost, done a1
        ",
    );
}

#[test]
fn so_does_one_that_began_and_then_stalled() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        100 bytes a0 4000: wait 350
        350 poll: start a1 e1 hedge after a0, wait 600
        380 complete a1: commit a1, wait 10000
        390 ran a1: a1 won won, e1 good 30, cancel a0 hedge_lost, a0 lost hedge_lost, e0 bad hedge_lost, done a1
        ",
    );
}

#[test]
fn a_loser_that_has_come_back_to_life_is_only_superseded() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        270 head a0: wait 500
        280 complete a1: commit a1, wait 10000
        290 ran a1: a1 won won, e1 good 30, cancel a0 superseded, a0 cancelled superseded, done a1
        ",
    );
}

#[test]
fn a_loser_whose_download_is_whole_is_only_superseded() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        280 complete a1: commit a1, wait 10000
        290 complete a0: wait 10000
        900 ran a1: a1 won won, e1 good 30, cancel a0 superseded, a0 cancelled superseded, done a1
        ",
    );
}

#[test]
fn a_hedge_that_the_first_beats_is_only_superseded() {
    browser(2).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        280 complete a0: commit a0, wait 10000
        290 ran a0: a0 won won, e0 good 280, cancel a1 superseded, a1 cancelled superseded, done a0
        ",
    );
}

#[test]
fn silence_counts_even_if_the_hedge_was_refused() {
    browser(3).with_tokens(0, 9).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: refused a0 hedge_budget_empty, wait 3000
        3000 poll: start a1 e1 attempt_deadline after a0, cancel a0 timeout, a0 failed timeout, e0 bad timeout, wait 3250
        ",
    );
}

//! Budgets that say no.

use crate::script::browser;

#[test]
fn a_refused_hedge_is_told_once_and_costs_nothing_else() {
    browser(2).with_tokens(0, 9).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: refused a0 hedge_budget_empty, wait 3000
        300 complete a0: commit a0, wait 10000
        ",
    );
}

#[test]
fn a_refused_retry_ends_the_race_by_its_name() {
    browser(2).with_tokens(9, 0).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        7 fail a0 network_error: a0 failed network_error, e0 bad network_error, done retry_budget_empty
        ",
    );
}

#[test]
fn a_refused_retry_leaves_the_attempts_that_run() {
    browser(3).with_tokens(9, 0).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: start a1 e1 hedge after a0, wait 500
        260 fail a1 network_error: a1 failed network_error, e1 bad network_error, wait 3000
        900 complete a0: commit a0, wait 10000
        ",
    );
}

#[test]
fn a_deadline_without_a_retry_left_ends_nothing() {
    browser(2).with_tokens(0, 0).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: refused a0 hedge_budget_empty, wait 3000
        3000 poll: wait 10000
        9000 complete a0: commit a0, wait 10000
        ",
    );
}

#[test]
fn no_token_is_taken_where_nothing_is_left_to_start() {
    let setup = browser(1).with_tokens(0, 0);
    setup.check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: wait 3000
        260 fail a0 network_error: a0 failed network_error, e0 bad network_error, done all_endpoints_failed
        ",
    );
}

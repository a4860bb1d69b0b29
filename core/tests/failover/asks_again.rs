//! A proxy's race asks again for a hedge that was refused.

use hedgerow::types::Duration;

use crate::script::proxy;

#[test]
fn each_time_that_the_silence_has_doubled() {
    proxy(2).with_tokens(0, 9).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: refused a0 hedge_budget_empty, wait 500
        500 poll: wait 1000
        1000 poll: wait 2000
        2000 grant: start a1 e1 hedge after a0, wait 2250
        2250 poll: wait 3000
        ",
    );
}

#[test]
fn not_beside_one_that_stands_in() {
    proxy(3).with_tokens(0, 9).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: refused a0 hedge_budget_empty, wait 500
        400 eject e0: start a1 e1 endpoint_ejected after a0, wait 500
        500 grant: wait 650
        650 poll: start a2 e2 hedge after a1, wait 900
        ",
    );
}

#[test]
fn not_where_nothing_is_left_to_start() {
    let last = proxy(2).with_tokens(0, 9);
    last.check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: refused a0 hedge_budget_empty, wait 500
        260 eject e0: start a1 e1 endpoint_ejected after a0, wait 500
        510 poll: wait 3000
        600 poll: wait 3000
        ",
    );
    let hedged = proxy(3).with_tokens(0, 9);
    hedged
        .with_settings(|settings| settings.with_max_hedges(0))
        .check("0 poll: start a0 e0 first_choice, wait 250\n 250 poll: wait 3000");
}

#[test]
fn not_for_ever_without_any_delay() {
    let setup = proxy(2).with_tokens(0, 9);
    let at_once = Some(Duration::ZERO);
    setup
        .with_candidates(|candidate| candidate.with_hedge_delay(at_once))
        .check(
            "
        0 poll: start a0 e0 first_choice, refused a0 hedge_budget_empty, wait 3000
        ",
        );
}

#[test]
fn not_for_one_that_has_ended() {
    proxy(2).with_tokens(0, 0).check(
        "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: refused a0 hedge_budget_empty, wait 500
        300 fail a0 network_error: a0 failed network_error, e0 bad network_error, done retry_budget_empty
        500 grant: done retry_budget_empty
        ",
    );
}

#[test]
fn not_if_the_settings_say_so() {
    let setup = proxy(2).with_tokens(0, 9);
    setup
        .with_settings(|settings| settings.with_asks_again(false))
        .check(
            "
        0 poll: start a0 e0 first_choice, wait 250
        250 poll: refused a0 hedge_budget_empty, wait 3000
        ",
        );
}

//! What is no endpoint's fault leaves the memory as it was.

use hedgerow::load::Memory;

use crate::script::page;

#[test]
fn a_device_that_is_offline() {
    page(2).check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        5 offline: wait 250
        10 fail a0 network_error: a0 failed offline, start a1 s0 e1 failover, wait 260
        20 fail a1 network_error: a1 failed offline, failed offline, idle
        30 online: idle
        ",
    );
}

#[test]
fn a_device_that_is_offline_fetches_no_remote_configuration() {
    let page = page(1).with(|settings| settings.with_refresh(1, Some(60)));
    page.check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        5 offline: wait 250
        10 fail a0 network_error: a0 failed offline, failed offline, idle
        ",
    );
}

#[test]
fn a_visitor_who_leaves() {
    page(1).check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        5 leaving: wait 250
        10 fail a0 network_error: a0 failed navigated_away, failed navigated_away, idle
        ",
    );
}

#[test]
fn who_comes_back_from_the_cache_of_pages_is_not_excused_any_more() {
    page(1).check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        5 leaving: wait 250
        6 back: wait 250
        10 fail a0 network_error: a0 failed network_error, suppress 4 all_endpoints_failed, failed all_endpoints_failed, diagnose e0, idle
        ",
    );
}

fn is_demoted(memory: &Memory) -> bool {
    memory.endpoints()[0].demoted.is_some()
}

#[test]
fn a_failure_while_offline_is_not_remembered_even_if_the_load_goes_well() {
    let memory = page(2).memory_after(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        5 offline: wait 250
        10 fail a0 network_error: a0 failed offline, start a1 s0 e1 failover, wait 260
        15 online: wait 260
        20 down a1: commit a1, wait 10000
        30 ran a1: a1 won won, done loaded e1, save, idle
        ",
    );
    assert!(!is_demoted(&memory));
}

#[test]
fn silence_while_hidden_offline_or_leaving_is_not_remembered() {
    for (begins, ends) in [
        ("hidden", "shown"),
        ("offline", "online"),
        ("leaving", "back"),
    ] {
        let memory = page(2).memory_after(&format!(
            "
            0 poll: start a0 s0 e0 first_choice, wait 250
            5 {begins}: wait 250
            6 {ends}: wait 250
            250 poll: start a1 s0 e1 hedge, wait 500
            270 down a1: commit a1, wait 10000
            280 ran a1: a1 won won, cancel a0 hedge_lost, a0 lost hedge_lost, done loaded e1, save, idle
            "
        ));
        assert!(!is_demoted(&memory), "{begins}");
    }
}

#[test]
fn an_error_in_a_hidden_tab_is() {
    let memory = page(2).memory_after(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        5 hidden: wait 250
        10 fail a0 http_status: a0 failed http_status, start a1 s0 e1 failover, wait 260
        20 down a1: commit a1, wait 10000
        30 ran a1: a1 won won, done loaded e1, save, diagnose e0, idle
        ",
    );
    assert!(is_demoted(&memory));
}

#[test]
fn a_load_that_fails_everywhere_saves_nothing() {
    let load = page(1).check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        10 fail a0 network_error: a0 failed network_error, suppress 4 all_endpoints_failed, failed all_endpoints_failed, diagnose e0, idle
        90 probed e0 unreachable: idle
        ",
    );
    assert!(!is_demoted(load.memory()));
}

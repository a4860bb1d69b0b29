//! What is found out once the page is idle, and the way back to the primary.

use hedgerow::load::Memory;
use hedgerow::types::Reason;

use crate::script::{WALL, e, page};

/// The memory of a view in which the primary failed for `reason`.
fn after(reason: &str) -> Memory {
    page(2).memory_after(&format!(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        10 fail a0 {reason}: a0 failed {reason}, start a1 s0 e1 failover, wait 260
        20 down a1: commit a1, wait 10000
        30 ran a1: a1 won won, done loaded e1, save, diagnose e0, idle
        "
    ))
}

/// The memory after a view in which the probe found `verdict`.
fn probed(memory: &Memory, verdict: &str, said: &str) -> Memory {
    page(2)
        .with_memory(memory)
        .with_wall(WALL + 5)
        .memory_after(&format!(
            "
        0 poll: start a0 s0 e1 first_choice, wait 100
        20 down a0: commit a0, wait 10000
        30 ran a0: a0 won won, done loaded e1, save, probe e0, idle
        90 probed e0 {verdict}: {said}
        "
        ))
}

#[test]
fn a_probe_that_is_answered_brings_the_primary_back() {
    let memory = probed(&after("network_error"), "reachable", "save, idle");
    assert_eq!(memory.order(), [e(0), e(1)]);
    assert_eq!(memory.endpoints()[0].demoted, None);
}

#[test]
fn an_answer_that_cannot_be_read_ends_silence_but_not_an_error() {
    for (failure, verdict, back) in [
        ("timeout", "opaque", true),
        ("timeout", "unreadable", false),
        ("timeout", "unreachable", false),
        ("http_status", "opaque", false),
        ("http_status", "unreachable", false),
        ("http_status", "reachable", true),
    ] {
        let said = if back { "save, idle" } else { "idle" };
        let memory = probed(&after(failure), verdict, said);
        let first = if back { e(0) } else { e(1) };
        assert_eq!(memory.order()[0], first, "{failure}, {verdict}");
    }
}

#[test]
fn a_diagnosis_names_the_failure_more_exactly_but_brings_nobody_back() {
    for (verdict, reason) in [
        ("unreachable", Reason::Unreachable),
        ("opaque", Reason::Unreadable),
        ("unreadable", Reason::Unreadable),
    ] {
        let load = page(2).check(&format!(
            "
            0 poll: start a0 s0 e0 first_choice, wait 250
            10 fail a0 network_error: a0 failed network_error, start a1 s0 e1 failover, wait 260
            20 down a1: commit a1, wait 10000
            30 ran a1: a1 won won, done loaded e1, save, diagnose e0, idle
            90 probed e0 {verdict}: save, idle
            "
        ));
        let demoted = load.memory().endpoints()[0].demoted;
        assert_eq!(demoted.map(|(_, reason)| reason), Some(reason), "{verdict}");
    }
}

#[test]
fn one_that_failed_several_assets_is_diagnosed_once() {
    page(2).with_assets(&[false, false]).check(
        "
        0 poll: start a0 s0 e0 first_choice, start a1 s1 e0 first_choice, wait 250
        1 head a1: wait 250
        10 fail a0 network_error: a0 failed network_error, start a2 s0 e1 failover, wait 251
        12 fail a1 network_error: a1 failed network_error, start a3 s1 e1 failover, wait 260
        20 down a2: commit a2, wait 262
        21 down a3: wait 10000
        30 ran a2: commit a3, a2 won won, wait 10000
        40 ran a3: a3 won won, done loaded e1, save, diagnose e0, idle
        ",
    );
}

#[test]
fn a_diagnosis_that_finds_it_reachable_changes_nothing() {
    page(2).check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        10 fail a0 network_error: a0 failed network_error, start a1 s0 e1 failover, wait 260
        20 down a1: commit a1, wait 10000
        30 ran a1: a1 won won, done loaded e1, save, diagnose e0, idle
        90 probed e0 reachable: idle
        ",
    );
}

#[test]
fn what_failed_in_this_view_stays_so_when_the_tab_is_hidden_later() {
    page(2).check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        250 poll: start a1 s0 e1 hedge, wait 500
        300 down a1: commit a1, wait 10000
        310 ran a1: a1 won won, cancel a0 hedge_lost, a0 lost hedge_lost, done loaded e1, save, diagnose e0, idle
        320 hidden: idle
        330 probed e0 reachable: idle
        ",
    );
}

#[test]
fn the_verdict_on_an_endpoint_that_is_fine_or_unknown_means_nothing() {
    page(1).check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        20 down a0: commit a0, wait 10000
        30 ran a0: a0 won won, done loaded e0, save, idle
        90 probed e0 unreachable: idle
        91 probed e9 unreachable: idle
        ",
    );
}

#[test]
fn one_that_failed_again_is_diagnosed_not_probed() {
    let memory = after("http_status");
    page(2).with_memory(&memory).with_wall(WALL + 5).check(
        "
        0 poll: start a0 s0 e1 first_choice, wait 100
        10 fail a0 http_status: a0 failed http_status, start a1 s0 e0 failover, wait 260
        20 fail a1 http_status: a1 failed http_status, suppress 4 all_endpoints_failed, failed all_endpoints_failed, diagnose e1, diagnose e0, idle
        ",
    );
}

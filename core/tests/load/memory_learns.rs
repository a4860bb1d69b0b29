//! What one view teaches the next.

use hedgerow::load::Memory;
use hedgerow::types::{Reason, Timestamp};

use crate::script::{WALL, e, page};

/// A view in which the primary hangs.
const HANGS: &str = "
    0 poll: start a0 s0 e0 first_choice, wait 250
    250 poll: start a1 s0 e1 hedge, wait 500
    300 down a1 4096: commit a1, wait 10000
    310 ran a1: a1 won won, cancel a0 hedge_lost, a0 lost hedge_lost, done loaded e1, save, diagnose e0, idle
";

fn after_a_hang() -> Memory {
    page(2).memory_after(HANGS)
}

#[test]
fn the_next_view_goes_to_the_good_endpoint_first() {
    let memory = after_a_hang();
    assert_eq!(memory.order(), [e(1), e(0)]);
    let until = Timestamp::from_secs(WALL + 3600);
    assert_eq!(
        memory.endpoints()[0].demoted,
        Some((until, Reason::HedgeLost))
    );
    assert_eq!(memory.endpoints()[1].latency.mean_ms(), 50);
    assert_eq!(memory.asset_bytes(), [4096]);
    assert_eq!(memory.hedge_milli(), 9_050);
    page(2).with_memory(&memory).with_wall(WALL + 30).check(
        "
        0 poll: start a0 s0 e1 first_choice, wait 100
        40 down a0: commit a0, wait 10000
        50 ran a0: a0 won won, done loaded e1, save, probe e0, idle
        ",
    );
}

#[test]
fn a_demotion_lasts_for_its_ttl() {
    let later = page(2).with_memory(&after_a_hang()).with_wall(WALL + 3599);
    later.check("0 poll: start a0 s0 e1 first_choice, wait 100");
    let expired = page(2).with_memory(&after_a_hang()).with_wall(WALL + 3600);
    expired.check("0 poll: start a0 s0 e0 first_choice, wait 250");
}

#[test]
fn it_ends_even_for_a_visitor_who_never_pauses() {
    let good = "
        0 poll: start a0 s0 e1 first_choice, wait 100
        40 down a0: commit a0, wait 10000
        50 ran a0: a0 won won, done loaded e1, save, probe e0, idle
    ";
    let busy = page(2).with_memory(&after_a_hang()).with_wall(WALL + 3000);
    let memory = busy.memory_after(good);
    let until = Timestamp::from_secs(WALL + 3600);
    assert_eq!(
        memory.endpoints()[0].demoted.map(|(until, _)| until),
        Some(until)
    );
    let last = page(2).with_memory(&memory).with_wall(WALL + 3700);
    let memory = last.memory_after(
        "
        0 poll: start a0 s0 e1 first_choice, wait 100
        40 down a0: commit a0, wait 10000
        50 ran a0: a0 won won, done loaded e1, save, idle
        ",
    );
    assert_eq!(memory.order(), [e(0), e(1)]);
}

#[test]
fn one_that_served_one_asset_and_failed_another_is_demoted() {
    let memory = page(2).with_assets(&[false, false]).memory_after(
        "
        0 poll: start a0 s0 e0 first_choice, start a1 s1 e0 first_choice, wait 250
        10 head a0: wait 250
        20 fail a1 http_status: a1 failed http_status, start a3 s1 e1 failover, wait 260
        30 down a0: commit a0, wait 270
        40 down a3: wait 10000
        50 ran a0: commit a3, a0 won won, wait 10000
        60 ran a3: a3 won won, done loaded e1, save, diagnose e0, idle
        ",
    );
    assert_eq!(memory.order(), [e(1), e(0)]);
}

#[test]
fn two_that_fail_keep_their_order_behind_the_one_that_served() {
    let memory = page(3).memory_after(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        10 fail a0 network_error: a0 failed network_error, start a1 s0 e1 failover, wait 260
        20 fail a1 network_error: a1 failed network_error, start a2 s0 e2 failover, wait 270
        30 down a2: commit a2, wait 10000
        40 ran a2: a2 won won, done loaded e2, save, diagnose e0, diagnose e1, idle
        ",
    );
    assert_eq!(memory.order(), [e(2), e(0), e(1)]);
}

#[test]
fn a_wall_clock_that_was_set_back_keeps_no_memory_alive_for_years() {
    let year = 365 * 24 * 3600;
    let before = page(2).with_memory(&after_a_hang()).with_wall(WALL - year);
    before.check("0 poll: start a0 s0 e0 first_choice, wait 250");
    let little = page(2).with_memory(&after_a_hang()).with_wall(WALL - 60);
    little.check("0 poll: start a0 s0 e1 first_choice, wait 100");
}

#[test]
fn without_consent_or_storage_nothing_is_saved() {
    let private = page(2).with(|mut settings| {
        settings.memory_usable = false;
        settings
    });
    private.check(&HANGS.replace("save, ", ""));
}

#[test]
fn a_visitor_stays_where_the_cache_is_warm() {
    let even = || {
        page(3).with(|mut settings| {
            for endpoint in &mut settings.endpoints {
                endpoint.priority = 0;
            }
            settings
        })
    };
    let first = even().check("0 poll: start a0 s0 e1 first_choice, wait 250");
    let order = first.plan().order.clone();
    let memory = even().memory_after(
        "
        0 poll: start a0 s0 e1 first_choice, wait 250
        40 down a0: commit a0, wait 10000
        50 ran a0: a0 won won, done loaded e1, save, idle
        ",
    );
    assert_eq!(memory.order(), order);
    let other_seed = even().with_memory(&memory).with(|mut settings| {
        settings.seed = 12345;
        settings
    });
    let load = other_seed.check("0 poll: start a0 s0 e1 first_choice, wait 100");
    assert_eq!(load.plan().order, order);
}

//! When silence calls for a hedge, and when not.

use hedgerow::failover::Link;
use hedgerow::load::{HedgeMode, Memory};
use hedgerow::types::{Duration, Timestamp};

use crate::script::{WALL, page};

#[test]
fn a_slow_link_puts_it_off() {
    let slow = page(2).with(|mut settings| {
        settings.link = Link::new(400_000, 0);
        settings
    });
    slow.check("0 poll: start a0 s0 e0 first_choice, wait 1600");
}

#[test]
fn where_progress_is_not_seen_the_body_is_waited_for_too() {
    let slow = |sees_progress| {
        page(2).with(|mut settings| {
            settings.link = Link::new(400_000, 50);
            settings.sees_progress = sees_progress;
            settings
        })
    };
    slow(true).check("0 poll: start a0 s0 e0 first_choice, wait 1600");
    // 262,144 bytes assumed, at 50 a ms.
    let load = slow(false).check("0 poll: start a0 s0 e0 first_choice, wait 6842");
    assert_eq!(load.plan().attempt_timeout, Duration::from_secs(3));
}

#[test]
fn a_size_that_is_known_is_better_than_one_that_is_assumed() {
    let memory = Memory::new(&page(2).settings)
        .with_expires(Timestamp::from_secs(WALL + 60))
        .with_asset_bytes(&[20_000]);
    let slow = page(2).with(|mut settings| {
        settings.link = Link::new(400_000, 50);
        settings
    });
    slow.with_memory(&memory)
        .check("0 poll: start a0 s0 e0 first_choice, wait 2000");
}

#[test]
fn it_can_be_fixed_or_switched_off() {
    let delay = HedgeMode::After(Duration::from_millis(80));
    page(2)
        .with(|settings| settings.with_hedge(delay))
        .check("0 poll: start a0 s0 e0 first_choice, wait 80");
    page(2)
        .with(|settings| settings.with_hedge(HedgeMode::Off))
        .check("0 poll: start a0 s0 e0 first_choice, wait 3000");
}

#[test]
fn an_empty_budget_refuses_and_says_so() {
    let memory = Memory::new(&page(2).settings)
        .with_expires(Timestamp::from_secs(WALL + 60))
        .with_hedge_milli(999);
    page(2).with_memory(&memory).check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        250 poll: warn hedge_budget_empty e0, wait 3000
        ",
    );
}

#[test]
fn each_asset_may_be_hedged_on_the_one_budget() {
    let page = page(2).with_assets(&[false, false]);
    let memory = Memory::new(&page.settings)
        .with_expires(Timestamp::from_secs(WALL + 60))
        .with_hedge_milli(1_000);
    page.with_memory(&memory).check(
        "
        0 poll: start a0 s0 e0 first_choice, start a1 s1 e0 first_choice, wait 250
        250 poll: start a2 s0 e1 hedge, warn hedge_budget_empty e0, wait 500
        ",
    );
}

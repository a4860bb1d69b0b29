//! The surge gate: whether the page may load the widget at all.

use hedgerow::load::{Tier, gate};
use hedgerow::types::Reason;

use crate::script::page;

#[test]
fn a_new_session_is_suppressed_at_tier_3_and_anyone_at_tier_4() {
    assert_eq!(gate(Tier::Normal, false), None);
    assert_eq!(gate(Tier::Suppress, false), Some(Reason::SurgeSuppressed));
    assert_eq!(gate(Tier::Suppress, true), None);
    assert_eq!(gate(Tier::Static, false), Some(Reason::StaticFallback));
    assert_eq!(gate(Tier::Static, true), Some(Reason::StaticFallback));
}

#[test]
fn tiers_have_numbers() {
    let tier = |number| Tier::from_number(number).map(Tier::number);
    assert_eq!(
        [0, 1, 2, 3, 4, 5].map(tier),
        [Some(0), Some(0), Some(0), Some(3), Some(4), None]
    );
}

#[test]
fn nothing_is_started_and_nothing_remembered() {
    page(2)
        .with(|settings| settings.with_surge(Tier::Suppress, false))
        .check(
            "
        0 poll: suppress 3 surge_suppressed, failed surge_suppressed, idle
        ",
        );
    page(2)
        .with(|settings| settings.with_surge(Tier::Static, true))
        .check(
            "
        0 poll: suppress 4 static_fallback, failed static_fallback, idle
        ",
        );
}

#[test]
fn an_open_session_goes_on() {
    page(2)
        .with(|settings| settings.with_surge(Tier::Suppress, true))
        .check(
            "
        0 poll: start a0 s0 e0 first_choice, wait 250
        ",
        );
}

#[test]
fn downloads_that_ran_ahead_are_stopped() {
    let surge = page(2).with(|settings| settings.with_surge(Tier::Suppress, false));
    surge.with_assets(&[false, false]).with_early(20, 0).check(
        "
        0 poll: cancel a0 surge_suppressed, cancel a1 surge_suppressed, suppress 3 surge_suppressed, failed surge_suppressed, idle
        ",
    );
}

#[test]
fn a_remote_tier_holds_from_the_next_view_on_and_can_be_lifted() {
    let raised = page(1)
        .with(|settings| settings.with_refresh(1, Some(60)))
        .with_refresh(|r| {
            r.version = 2;
            r.surge = Some(Tier::Suppress);
        });
    let memory = raised.memory_after(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        10 down a0: commit a0, wait 10000
        20 ran a0: a0 won won, done loaded e0, refresh, save, idle
        90 refreshed: warn refresh_accepted, save, idle
        ",
    );
    let lifted = page(1)
        .with(|settings| settings.with_refresh(1, Some(60)))
        .with_refresh(|r| {
            r.version = 3;
        });
    let memory = lifted
        .with_memory(&memory)
        .with_wall(crate::script::WALL + 60)
        .memory_after(
            "
        0 poll: suppress 3 surge_suppressed, failed surge_suppressed, refresh, idle
        90 refreshed: warn refresh_accepted, save, idle
        ",
        );
    page(1)
        .with_memory(&memory)
        .with_wall(crate::script::WALL + 61)
        .check(
            "
        0 poll: start a0 s0 e0 first_choice, wait 100
        ",
        );
}

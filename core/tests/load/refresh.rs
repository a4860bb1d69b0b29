//! What a remote configuration may do, and what it may not.

use hedgerow::cdn::EndpointState;
use hedgerow::load::{EndpointChange, HedgeMode, Memory, Refresh};
use hedgerow::types::{Duration, Reason, RegionSet, Timestamp};

use crate::remote::Remote;
use crate::script::{Setup, WALL, e, page};

fn refreshing(change: impl FnOnce(&mut Remote)) -> Setup {
    page(2)
        .with(|settings| settings.with_refresh(3, Some(600)))
        .with_refresh(|refresh| refresh.version = 4)
        .with_refresh(change)
}

fn script(answer: &str) -> String {
    format!(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        20 down a0: commit a0, wait 10000
        30 ran a0: a0 won won, done loaded e0, refresh, save, idle
        90 refreshed: {answer}, idle
        "
    )
}

#[track_caller]
fn refused(answer: &str, change: impl FnOnce(&mut Remote)) {
    let memory = refreshing(change).memory_after(&script(answer));
    assert_eq!(memory.refresh_version(), 0);
    assert_eq!(memory.order(), [e(0), e(1)]);
    assert_eq!(
        memory.refreshed(),
        Timestamp::from_secs(WALL),
        "it is not fetched again at once"
    );
}

fn change(index: u16, change: impl FnOnce(&mut EndpointChange)) -> EndpointChange {
    let mut changed = EndpointChange::new(e(index));
    change(&mut changed);
    changed
}

#[test]
fn it_holds_from_the_next_view_on() {
    let accepted = refreshing(|refresh| {
        refresh.hedge = Some(HedgeMode::After(Duration::from_millis(90)));
        refresh.total_timeout_ms = Some(5_000);
        refresh.endpoints = vec![
            change(0, |endpoint| endpoint.priority = Some(1)),
            change(1, |endpoint| endpoint.priority = Some(0)),
        ];
    });
    let memory = accepted.memory_after(&script("warn refresh_accepted, save"));
    assert_eq!(
        (memory.refresh_version(), memory.order()),
        (4, vec![e(1), e(0)])
    );
    page(2).with_memory(&memory).with_wall(WALL + 1).check(
        "
        0 poll: start a0 s0 e1 first_choice, wait 90
        20 down a0: commit a0, wait 5000
        ",
    );
}

#[test]
fn an_endpoint_can_be_drained() {
    let drained = refreshing(|refresh| {
        let drain = |endpoint: &mut EndpointChange| endpoint.state = Some(EndpointState::Draining);
        refresh.endpoints = vec![change(0, drain)];
    });
    let memory = drained.memory_after(&script("warn refresh_accepted, save"));
    assert_eq!(memory.order(), [e(1)]);
    page(2).with_memory(&memory).with_wall(WALL + 1).check(
        "
        0 poll: start a0 s0 e1 first_choice, wait 250
        10 fail a0 network_error: a0 failed network_error, suppress 4 all_endpoints_failed, failed all_endpoints_failed, diagnose e1, idle
        ",
    );
}

#[test]
fn what_may_not_be_is_refused_whole() {
    refused("warn refresh_forbidden, save", |refresh| {
        refresh.forbidden = true;
    });
    refused("warn refresh_invalid, save", |refresh| {
        refresh.broken = true;
    });
    refused("warn refresh_older, save", |refresh| {
        refresh.version = 2;
    });
    refused("warn refresh_invalid, save", |refresh| {
        refresh.attempt_timeout_ms = Some(99);
    });
    refused("warn refresh_invalid, save", |refresh| {
        refresh.total_timeout_ms = Some(120_001);
    });
    refused("warn refresh_invalid, save", |refresh| {
        refresh.hedge = Some(HedgeMode::After(Duration::from_millis(19)));
    });
    refused("warn refresh_invalid, save", |refresh| {
        refresh.endpoints = vec![change(2, |endpoint| endpoint.weight = Some(1))];
    });
}

#[test]
fn it_may_not_leave_a_page_with_nothing_to_load_from() {
    let down = |endpoint: &mut EndpointChange| endpoint.state = Some(EndpointState::Down);
    refused("warn refresh_invalid, save", |refresh| {
        refresh.endpoints = vec![change(0, down), change(1, down)];
    });
    refused("warn refresh_invalid, save", |refresh| {
        refresh.allowed = Some(RegionSet::default());
    });
}

#[test]
fn the_same_document_again_is_not_worth_a_word() {
    refused("save", |refresh| {
        refresh.version = 3;
    });
}

#[test]
fn one_that_cannot_be_fetched_is_reported() {
    let page = page(2).with(|settings| settings.with_refresh(3, Some(600)));
    page.check(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        20 down a0: commit a0, wait 10000
        30 ran a0: a0 won won, done loaded e0, refresh, save, idle
        90 refresh_failed: warn refresh_unreachable, save, idle
        ",
    );
}

#[test]
fn it_is_fetched_once_an_interval() {
    let memory = refreshing(|_| {}).memory_after(&script("warn refresh_accepted, save"));
    let view = |wall: u64, said: &str| {
        let page = page(2).with(|settings| settings.with_refresh(3, Some(600)));
        page.with_memory(&memory).with_wall(wall).check(&format!(
            "
            0 poll: start a0 s0 e0 first_choice, wait 100
            20 down a0: commit a0, wait 10000
            30 ran a0: a0 won won, done loaded e0, {said}save, idle
            "
        ));
    };
    view(WALL + 599, "");
    view(WALL + 600, "refresh, ");
}

#[test]
fn a_new_weight_is_drawn_with() {
    let even = page(2).with(|mut settings| {
        settings.endpoints[1].priority = 0;
        settings.with_refresh(3, Some(600))
    });
    let first = |order: &[hedgerow::types::EndpointId]| order[0];
    let drawn =
        first(&hedgerow::load::Plan::new(&even.settings, &Memory::new(&even.settings)).order);
    let drained_of_weight = even.with_refresh(|refresh| {
        refresh.version = 4;
        refresh.endpoints = vec![change(drawn.get(), |endpoint| endpoint.weight = Some(0))];
    });
    let index = drawn.get();
    let memory = drained_of_weight.memory_after(&format!(
        "
        0 poll: start a0 s0 e{index} first_choice, wait 250
        20 down a0: commit a0, wait 10000
        30 ran a0: a0 won won, done loaded e{index}, refresh, save, idle
        90 refreshed: warn refresh_accepted, save, idle
        "
    ));
    assert_ne!(first(&memory.order()), drawn);
}

#[test]
fn a_demotion_survives_it() {
    let failing = refreshing(|refresh| {
        refresh.total_timeout_ms = Some(9_000);
    });
    let memory = failing.memory_after(
        "
        0 poll: start a0 s0 e0 first_choice, wait 250
        10 fail a0 network_error: a0 failed network_error, start a1 s0 e1 failover, wait 260
        20 down a1: commit a1, wait 10000
        30 ran a1: a1 won won, done loaded e1, refresh, save, diagnose e0, idle
        90 refreshed: warn refresh_accepted, save, idle
        ",
    );
    assert_eq!(memory.order(), [e(1), e(0)]);
}

#[test]
fn accepting_replaces_what_an_earlier_document_set() {
    let settings = page(2).settings;
    let mut memory = Memory::new(&settings);
    let weight = change(0, |endpoint| endpoint.weight = Some(1));
    let first = Refresh::new(1)
        .with_surge(hedgerow::load::Tier::Suppress)
        .with_endpoint(&weight);
    assert_eq!(first.accept(&mut memory, &settings), Ok(()));
    assert_eq!(memory.endpoints()[0].weight, Some(1));
    assert_eq!(Refresh::new(2).accept(&mut memory, &settings), Ok(()));
    assert_eq!(memory.surge(), hedgerow::load::Tier::Normal);
    assert_eq!(memory.endpoints()[0].weight, None);
    let before = memory.clone();
    assert_eq!(
        first.accept(&mut memory, &settings),
        Err(Reason::RefreshOlder)
    );
    assert_eq!(memory, before);
}

//! To which protocols a route's requests may upgrade, how many, and for how long.

use hedgerow::config::edge::{Limits, Timeouts};
use serde_json::{Value, json};

use crate::section::{check, check_message, edge, section, with};

#[test]
fn websocket_alone_unless_something_is_said() {
    let upgrades = |section: &Value| -> Vec<String> {
        let upgrades = &edge(section).routes[0].upgrades;
        upgrades.iter().map(ToString::to_string).collect()
    };
    assert_eq!(upgrades(&section()), ["websocket"]);
    let path = "/routes/0/upgrades";
    assert!(upgrades(&with(path, json!([]))).is_empty());
    let two = with(path, json!(["WebSocket", "connect-ip/1"]));
    assert_eq!(upgrades(&two), ["websocket", "connect-ip/1"]);
}

#[test]
fn what_is_no_protocol_is_refused() {
    let path = "/routes/0/upgrades";
    for bad in ["a b", "a/", "/1", "a,b", "a/b/c"] {
        check(
            &with(path, json!([bad])),
            &["invalid_value edge.routes[0].upgrades[0]"],
        );
    }
    check_message(
        &with(path, json!(["H2C"])),
        "edge.routes[0].upgrades[0]: is no protocol to upgrade to any more: clients speak HTTP/2 \
         at once",
    );
    check(
        &with(path, json!("websocket")),
        &["wrong_type edge.routes[0].upgrades"],
    );
    check(
        &with(path, json!(vec!["websocket"; 9])),
        &["too_many edge.routes[0].upgrades"],
    );
}

#[test]
fn their_number_and_their_silence_are_bounded() {
    assert_eq!(Limits::default().upgrades, 4096);
    assert_eq!(Timeouts::default().upgrade_idle_ms, 300_000);
    let none = with("/limits", json!({"upgrades": 0}));
    assert_eq!(edge(&none).limits.upgrades, 0);
    let short = with("/timeouts", json!({"upgradeIdleMs": 50}));
    assert_eq!(edge(&short).timeouts.upgrade_idle_ms, 50);
    check(
        &with("/limits", json!({"upgrades": 1_000_001})),
        &["out_of_range edge.limits.upgrades"],
    );
    check(
        &with("/timeouts", json!({"upgradeIdleMs": 49})),
        &["out_of_range edge.timeouts.upgradeIdleMs"],
    );
}

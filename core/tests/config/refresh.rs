//! The refresh document: what it may change, and what it may not.

use hedgerow::config::{Config, EndpointState, Hedge, RefreshDocument, RefreshError};
use serde_json::{Value, json};

use crate::check::{base, codes, config, with};

fn refresh(document: &Value, config: &Config) -> Result<Config, RefreshError> {
    RefreshDocument::from_json(&document.to_string())?.apply(config)
}

#[track_caller]
fn refused(document: &Value, expected: &[&str]) {
    let error = refresh(document, &config(&base())).unwrap_err();
    assert_eq!(codes(error.problems()), expected, "{document}");
}

#[test]
fn what_it_may_change_changes() {
    let before = config(&with(json!({"version": 1})));
    let after = refresh(
        &json!({
            "$schema": "refresh.schema.json",
            "version": 2,
            "timeoutMs": 500,
            "totalTimeoutMs": 600,
            "hedgeMs": 0,
            "surge": {"tier": 3},
            "endpoints": [
                {"id": "b", "priority": 0, "weight": 7},
                {"id": "a", "priority": 9, "state": "drain"}
            ]
        }),
        &before,
    )
    .unwrap();
    assert_eq!(after.version, 2);
    assert_eq!((after.timeout_ms, after.total_timeout_ms), (500, 600));
    assert_eq!((after.hedge_ms, after.surge.tier), (Hedge::Off, 3));
    let [a, b] = after.endpoints.as_slice() else {
        panic!("still two endpoints");
    };
    assert_eq!(
        (a.priority, a.weight, a.state),
        (9, 100, EndpointState::Drain)
    );
    assert_eq!(
        (b.priority, b.weight, b.state),
        (0, 7, EndpointState::Active)
    );
}

#[test]
fn what_it_does_not_name_stays() {
    let before = config(&with(
        json!({"timeoutMs": 700, "surge": {"tier": 4}, "hedgeMs": 50}),
    ));
    let mut after = refresh(&json!({"version": 1}), &before).unwrap();
    after.version = before.version;
    assert_eq!(after, before);
}

#[test]
fn one_weight_does_not_turn_a_list_into_a_pool() {
    let after = refresh(
        &json!({"version": 1, "endpoints": [{"id": "b", "weight": 50}]}),
        &config(&base()),
    )
    .unwrap();
    let priorities = after.endpoints.iter().map(|endpoint| endpoint.priority);
    assert!(priorities.eq([0, 1]));
}

#[test]
fn every_other_field_is_forbidden_by_name() {
    for field in [
        "asset",
        "assets",
        "integrity",
        "crossOrigin",
        "type",
        "nonce",
        "ready",
        "readyTimeoutMs",
        "init",
        "visitorRegion",
        "memory",
        "refresh",
        "stub",
        "session",
        "fallback",
        "report",
        "consent",
        "debug",
        "anything",
        "timeout_ms",
    ] {
        refused(
            &json!({"version": 1, field: "x"}),
            &[&format!("forbidden_field {field}")],
        );
    }
    for field in ["url", "region", "health", "name"] {
        refused(
            &json!({"version": 1, "endpoints": [{"id": "a", field: "x"}]}),
            &[&format!("forbidden_field endpoints[0].{field}")],
        );
    }
    let document = r#"{"version": 1, "endpoints": [{"id": "a", "url": "https://evil.example"}]}"#;
    assert_eq!(
        RefreshDocument::from_json(document)
            .unwrap_err()
            .to_string(),
        "refresh refused: endpoints[0].url: may not be changed by a refresh document: leave it out"
    );
}

#[test]
fn an_endpoint_must_be_the_configurations_own() {
    refused(
        &json!({"version": 1, "endpoints": [{"id": "c", "state": "active"}]}),
        &["unknown_endpoint endpoints[0].id"],
    );
    refused(
        &json!({"version": 1, "endpoints": [{"id": "a", "weight": 1}, {"id": "a", "weight": 2}]}),
        &["duplicate_id endpoints[1].id"],
    );
    refused(
        &json!({"version": 1, "endpoints": [{"state": "down"}]}),
        &["missing_field endpoints[0].id"],
    );
}

#[test]
fn an_endpoint_must_be_left() {
    let down = |id: &str| json!({"id": id, "state": "down"});
    refused(
        &json!({"version": 1, "endpoints": [down("a"), down("b")]}),
        &["no_endpoint endpoints"],
    );
    let left = refresh(
        &json!({"version": 1, "endpoints": [down("a")]}),
        &config(&base()),
    );
    assert_eq!(left.unwrap().endpoints[0].state, EndpointState::Down);
}

#[test]
fn it_must_be_newer() {
    let five = config(&with(json!({"version": 5})));
    for (version, taken) in [(4, false), (5, false), (6, true)] {
        let result = refresh(&json!({"version": version}), &five);
        assert_eq!(result.is_ok(), taken, "{version}");
        let errors = result.err().map(|error| codes(error.problems()));
        assert!(errors.is_none_or(|errors| errors == ["older version"]));
    }
    refused(&json!({}), &["missing_field version"]);
    refused(&json!({"version": "1"}), &["wrong_type version"]);
    refused(&json!([]), &["wrong_type "]);
}

#[test]
fn regions_only_narrow() {
    let mut fenced = with(json!({"allowedRegions": ["eu", "ch"]}));
    fenced["endpoints"][0]["region"] = "eu".into();
    fenced["endpoints"][1]["region"] = "ch".into();
    let fenced = config(&fenced);
    let narrowed =
        |allowed: Value| refresh(&json!({"version": 1, "allowedRegions": allowed}), &fenced);

    let regions = narrowed(json!(["ch"])).unwrap().allowed_regions.unwrap();
    assert_eq!(regions.len(), 1);
    for (allowed, expected) in [
        (json!(["eu", "us"]), "widens_fence allowedRegions[1]"),
        (json!(null), "wrong_type allowedRegions"),
        (json!([]), "no_endpoint allowedRegions"),
    ] {
        let error = narrowed(allowed).unwrap_err();
        assert_eq!(
            codes(&error.errors().cloned().collect::<Vec<_>>()),
            [expected]
        );
    }

    // Without a fence all was allowed, so any fence is narrower; one that
    // leaves nothing is refused.
    refused(
        &json!({"version": 1, "allowedRegions": ["eu"]}),
        &[
            "no_endpoint allowedRegions",
            "outside_fence endpoints[0].region",
            "outside_fence endpoints[1].region",
        ],
    );
}

#[test]
fn numbers_have_the_same_bounds() {
    refused(
        &json!({"version": 1, "timeoutMs": 1, "totalTimeoutMs": 1e9, "hedgeMs": "x", "surge": {"tier": 2}}),
        &[
            "out_of_range timeoutMs",
            "out_of_range totalTimeoutMs",
            "invalid_value hedgeMs",
            "out_of_range surge.tier",
        ],
    );
    refused(
        &json!({"version": 1, "totalTimeoutMs": 2_000}),
        &["conflict timeoutMs"],
    );
}

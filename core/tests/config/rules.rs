//! The rules over several fields.

use serde_json::{Value, json};

use crate::check::{base, check, check_message, with, with_endpoint};

fn endpoints(endpoints: &Value) -> Value {
    with(json!({"endpoints": endpoints}))
}

#[test]
fn an_endpoint_must_be_left() {
    let [a, b] = ["a", "b"].map(|id| json!({"id": id, "url": format!("https://{id}.example")}));
    let in_state = |endpoint: &Value, state: &str| {
        let mut endpoint = endpoint.clone();
        endpoint["state"] = state.into();
        endpoint
    };
    check(&endpoints(&json!([])), &["no_endpoint endpoints"]);
    check(
        &endpoints(&json!([in_state(&a, "drain"), in_state(&b, "down")])),
        &["no_endpoint endpoints"],
    );
    check(&endpoints(&json!([in_state(&a, "drain"), b])), &[]);
    check(&endpoints(&json!([a])), &["no_redundancy endpoints"]);
    check(
        &endpoints(&json!({"a": "https://a.example"})),
        &["wrong_type endpoints"],
    );
    check_message(
        &endpoints(&json!([in_state(&a, "drain"), in_state(&b, "drain")])),
        "endpoints: none is active: write \"state\": \"active\" in one at least",
    );
}

#[test]
fn endpoints_are_at_most_32() {
    let some = |count: usize| {
        let endpoint = |n| json!({"id": format!("e{n}"), "url": format!("https://e{n}.example")});
        endpoints(&(0..count).map(endpoint).collect())
    };
    check(&some(32), &[]);
    check(&some(33), &["too_many endpoints"]);
}

#[test]
fn what_is_over_the_limit_is_not_read() {
    let flood = endpoints(&vec![Value::Null; 10_000].into());
    let found = crate::check::problems(&flood);
    assert!(
        found
            .iter()
            .any(|problem| problem.path() == "endpoints[31]")
    );
    assert!(
        !found
            .iter()
            .any(|problem| problem.path() == "endpoints[32]")
    );
}

#[test]
fn ids_are_unique() {
    check_message(
        &with_endpoint(json!({"id": "a", "url": "https://c.example"})),
        "endpoints[2].id: \"a\" is the id of endpoints[0] too: write another",
    );
    // Also where the rest of an endpoint is broken.
    check(
        &with_endpoint(json!({"id": "a", "url": "c"})),
        &[
            "invalid_value endpoints[2].url",
            "duplicate_id endpoints[2].id",
        ],
    );
}

#[test]
fn the_same_url_twice_is_no_redundancy() {
    check(
        &with_endpoint(json!({"id": "c", "url": "https://A.example/"})),
        &["no_redundancy endpoints[2].url"],
    );
}

#[test]
fn a_fence_fails_closed() {
    let fenced = |allowed: Value, region: Option<&str>| {
        let mut document = base();
        document["allowedRegions"] = allowed;
        for endpoint in document["endpoints"].as_array_mut().unwrap() {
            if let Some(region) = region {
                endpoint["region"] = region.into();
            }
        }
        document
    };
    let outside = [
        "outside_fence endpoints[0].region",
        "outside_fence endpoints[1].region",
    ];
    let closed = [&["no_endpoint allowedRegions"], outside.as_slice()].concat();
    check(&fenced(json!(["eu"]), Some("eu")), &[]);
    check(&fenced(json!(["ch", "eu"]), Some("eu")), &[]);
    check(&fenced(json!(["eu"]), Some("EU")), &closed);
    check(&fenced(json!(["eu"]), None), &closed);
    check(
        &fenced(json!([]), Some("eu")),
        &["no_endpoint allowedRegions"],
    );
    check(
        &fenced(json!(null), Some("eu")),
        &["wrong_type allowedRegions"],
    );
    check(
        &fenced(json!("eu"), Some("eu")),
        &["wrong_type allowedRegions"],
    );
    check(
        &fenced(json!(["e u"]), Some("eu")),
        &["invalid_value allowedRegions[0]"],
    );

    let mut partly = fenced(json!(["eu"]), Some("eu"));
    partly["endpoints"][1]["region"] = "us".into();
    check(&partly, &["outside_fence endpoints[1].region"]);
    partly["endpoints"][0]["state"] = "drain".into();
    check(
        &partly,
        &[
            "no_endpoint allowedRegions",
            "outside_fence endpoints[1].region",
        ],
    );
}

#[test]
fn the_fence_says_what_is_missing() {
    let mut document = with(json!({"allowedRegions": ["eu-west"]}));
    document["endpoints"][0]["region"] = "eu-west".into();
    check_message(
        &document,
        "endpoints[1].region: is missing, so `allowedRegions` shuts this endpoint out: write its region",
    );
    document["endpoints"][1]["region"] = "eu_west".into();
    check_message(
        &document,
        "endpoints[1].region: \"eu_west\" is not in `allowedRegions`, did you mean \"eu-west\"?: \
         this endpoint is never asked",
    );
}

#[test]
fn times_fit_together() {
    check(
        &with(json!({"timeoutMs": 5_000, "totalTimeoutMs": 5_000})),
        &[],
    );
    check(
        &with(json!({"timeoutMs": 5_001, "totalTimeoutMs": 5_000})),
        &["conflict timeoutMs"],
    );
    check(
        &with(json!({"totalTimeoutMs": 2_999})),
        &["conflict timeoutMs"],
    );
    check(&with(json!({"hedgeMs": 3_000})), &["no_effect hedgeMs"]);
    check(
        &with(json!({"readyTimeoutMs": 1})),
        &["no_effect readyTimeoutMs"],
    );
    check(&with(json!({"readyTimeoutMs": 1, "ready": "x"})), &[]);
    // A broken time is not reported a second time as a contradiction.
    check(
        &with(json!({"timeoutMs": 0, "totalTimeoutMs": 100})),
        &["out_of_range timeoutMs"],
    );
}

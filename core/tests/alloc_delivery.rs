//! What delivery allocates, counted exactly.

#[path = "support/counting.rs"]
mod counting;

use hedgerow::asset;
use hedgerow::delivery::{Delivery, Exchange, Policy, Profile, Settings};

use counting::allocations;

#[test]
fn what_becomes_of_a_url_is_told_without_allocating() {
    let mut profile = Profile::default();
    profile.cache_control = Policy::Text("public, max-age=60".to_owned());
    let settings = Settings::default().with_rule("/img/**/*.{png,jpg}", profile);
    let delivery = Delivery::new(&settings, asset::Rules::default()).unwrap();
    for url in [
        "https://cdn.example.com/assets/app-4f8a1c9e2b7d.js?x=1",
        "/img/a/b/c.png",
        "/bootstrap.js",
        "/",
    ] {
        let (length, count) = allocations(|| delivery.plan(url).cache_control().len());
        assert!(length > 0);
        assert_eq!(count, 0, "{url}");
    }
}

#[test]
fn a_response_that_is_right_already_costs_nothing() {
    let delivery = Delivery::new(&Settings::default(), asset::Rules::default()).unwrap();
    let plan = delivery.plan("/assets/app-4f8a1c9e2b7d.js");
    let request = [("accept", "*/*")];
    let response = [
        ("cache-control", "public, max-age=31536000, immutable"),
        ("surrogate-key", "fingerprinted"),
        ("cache-tag", "fingerprinted"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "cross-origin"),
        (
            "strict-transport-security",
            "max-age=31536000; includeSubDomains",
        ),
    ];
    let exchange = Exchange::new("GET", &request, 200, &response);
    let (fields, count) = allocations(|| plan.fields(&exchange));
    assert!(fields.edits.is_empty());
    assert_eq!(count, 0);
}

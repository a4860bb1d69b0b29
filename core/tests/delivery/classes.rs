//! Each class has its fields.

use hedgerow::asset::{Class, Rules, Settings as Classes};
use hedgerow::delivery::{Delivery, Policy, Profile, Settings, cache_control, cdn_cache_control};
use hedgerow::types::Reason;

use crate::support::{delivery, got, value};

const YEAR: &str = "public, max-age=31536000, immutable";

/// What the documentation's table says.
const TABLE: [(Class, &str, Option<&str>); 12] = [
    (Class::Fingerprinted, YEAR, None),
    (Class::Versioned, YEAR, None),
    (
        Class::EntryPoint,
        "public, max-age=86400, must-revalidate",
        Some("public, max-age=86400, stale-if-error=86400"),
    ),
    (
        Class::MovingTag,
        "public, max-age=600, stale-while-revalidate=600, stale-if-error=86400",
        None,
    ),
    (Class::Configuration, "no-cache, must-revalidate", None),
    (Class::Document, "no-cache", None),
    (Class::ServiceWorker, "no-cache", None),
    (Class::Manifest, "no-cache", None),
    (Class::SourceMap, "no-cache", None),
    (Class::HealthCheck, "no-store", None),
    (
        Class::FallbackPage,
        "public, max-age=300, stale-if-error=86400",
        Some("public, max-age=86400, stale-while-revalidate=86400, stale-if-error=2592000"),
    ),
    (Class::Other, "no-cache", None),
];

/// `/x` is of this class.
fn of_class(class: Class, profile: Profile) -> Delivery {
    let classes = Classes::new().with_rule("/x", class);
    Delivery::new(&Settings::new(profile), Rules::compile(&classes).unwrap()).unwrap()
}

#[test]
fn every_class_has_its_own() {
    assert_eq!(TABLE.map(|(class, ..)| class), *Class::ALL);
    for (class, cache, cdn) in TABLE {
        assert_eq!(
            (cache_control(class), cdn_cache_control(class)),
            (cache, cdn)
        );
        let delivery = of_class(class, Profile::default());
        let plan = delivery.plan("/x");
        assert_eq!(plan.classification().class, class);
        assert_eq!(
            (plan.cache_control(), plan.cdn_cache_control()),
            (cache, cdn)
        );
        for status in [200, 206, 304] {
            let lines = got(&delivery, "/x", status, &[("content-type", "text/css")]);
            assert_eq!(
                value(&lines, "cache-control"),
                Some(cache),
                "{class} {status}"
            );
            assert_eq!(value(&lines, "cdn-cache-control"), cdn, "{class} {status}");
        }
    }
}

#[test]
fn what_contradicts_it_goes() {
    let delivery = delivery(Profile::default());
    let said = [
        ("Cache-Control", "public"),
        ("Cache-Control", "max-age=31536000"),
        ("Expires", "Thu, 31 Dec 2037 23:55:55 GMT"),
        ("Pragma", "no-cache"),
        ("CDN-Cache-Control", "max-age=31536000"),
        ("Surrogate-Control", "max-age=31536000"),
        ("X-Accel-Expires", "31536000"),
        ("ETag", "\"1\""),
    ];
    let lines = got(&delivery, "/webmessaging/config.json", 200, &said);
    assert_eq!(
        value(&lines, "cache-control"),
        Some("no-cache, must-revalidate")
    );
    for gone in [
        "expires",
        "pragma",
        "cdn-cache-control",
        "surrogate-control",
        "x-accel-expires",
    ] {
        assert_eq!(value(&lines, gone), None);
    }
    assert_eq!(value(&lines, "etag"), Some("\"1\""));
}

#[test]
fn pinned_is_a_year_without_immutable() {
    let mut profile = Profile::default();
    profile.cache_control = Policy::Pinned;
    let delivery = of_class(Class::EntryPoint, profile);
    let lines = got(&delivery, "/x", 200, &[]);
    assert_eq!(
        value(&lines, "cache-control"),
        Some("public, max-age=31536000")
    );
    assert_eq!(value(&lines, "cdn-cache-control"), None);
}

#[test]
fn text_is_for_every_cache_unless_cdns_have_their_own() {
    let mut profile = Profile::default();
    profile.cache_control = Policy::Text("max-age=60".to_owned());
    let lines = got(
        &of_class(Class::EntryPoint, profile.clone()),
        "/x",
        200,
        &[],
    );
    assert_eq!(value(&lines, "cache-control"), Some("max-age=60"));
    assert_eq!(value(&lines, "cdn-cache-control"), None);
    profile.cdn_cache_control = Policy::Text("max-age=120".to_owned());
    let lines = got(&of_class(Class::EntryPoint, profile), "/x", 200, &[]);
    assert_eq!(value(&lines, "cdn-cache-control"), Some("max-age=120"));
}

#[test]
fn the_reason_says_who_decided() {
    let exchange = hedgerow::delivery::Exchange::new("GET", &[("a", "b")], 200, &[("a", "b")]);
    let by_class = of_class(Class::Manifest, Profile::default());
    assert_eq!(
        by_class.plan("/x").shared(&exchange).caching,
        Reason::ClassPolicy
    );
    let mut profile = Profile::default();
    profile.cache_control = Policy::Pinned;
    let by_rule = of_class(Class::Manifest, profile);
    assert_eq!(
        by_rule.plan("/x").shared(&exchange).caching,
        Reason::RulePolicy
    );
}

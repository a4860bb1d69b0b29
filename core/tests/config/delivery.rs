//! The sections `classes` and `delivery`: what they take, what they refuse,
//! and in which words.

use hedgerow::asset::Class;
use hedgerow::config::edge::Edge;
use hedgerow::config::{Config, DeliveryConfig, Problem};
use hedgerow::delivery::{
    Coding, CookieRule, ETagRule, Hsts, Policy, Profile, ResourcePolicy, Settings, TagField,
    Timing, UpstreamRule,
};
use serde_json::{Value, json};

use crate::check::{base, codes};

fn problems(document: &Value) -> Vec<Problem> {
    match DeliveryConfig::from_json(&document.to_string()) {
        Ok(parsed) => parsed.warnings.into_vec(),
        Err(error) => error.problems().to_vec(),
    }
}

#[track_caller]
fn check(delivery: &Value, expected: &[&str]) {
    let found = problems(&json!({"delivery": delivery}));
    assert_eq!(codes(&found), expected, "{delivery}\n{found:#?}");
}

#[track_caller]
fn check_message(document: &Value, expected: &str) {
    let found = problems(document);
    let messages: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(messages, [expected]);
}

fn read(document: &Value) -> DeliveryConfig {
    let parsed = DeliveryConfig::from_json(&document.to_string());
    let parsed = parsed.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(codes(&parsed.warnings), [""; 0]);
    parsed.config
}

fn settings(delivery: &Value) -> Settings {
    read(&json!({"delivery": delivery})).delivery.unwrap()
}

#[test]
fn nothing_is_needed() {
    assert_eq!(read(&json!({})), DeliveryConfig::default());
    assert_eq!(settings(&json!({})), Settings::default());
}

#[test]
fn every_field_is_read() {
    let settings = settings(&json!({
        "cacheControl": "max-age=1", "cdnCacheControl": "max-age=2", "upstream": "ignore",
        "cookies": "strip", "missingSeconds": 3, "timing": "all", "resourcePolicy": "same-site",
        "nosniff": false, "etag": "drop", "ignoredVary": ["user-agent"],
        "cors": {
            "origins": ["https://A.example", "https://*.b.example"], "credentials": true,
            "methods": ["GET"], "requestHeaders": ["x-a"], "expose": ["etag"],
            "maxAgeSeconds": 4, "privateNetwork": true
        },
        "hsts": {"maxAgeSeconds": 63_072_000, "includeSubDomains": true, "preload": true},
        "tags": {"fields": ["edge-cache-tag"], "keys": ["widget"]},
        "compression": {"codings": ["gzip", "br"], "minBytes": 5}
    }));
    let profile = settings.profile;
    assert_eq!(profile.cache_control, Policy::Text("max-age=1".to_owned()));
    assert_eq!(
        profile.cdn_cache_control,
        Policy::Text("max-age=2".to_owned())
    );
    assert_eq!(
        (
            profile.upstream,
            profile.cookies,
            profile.timing,
            profile.etag
        ),
        (
            UpstreamRule::Ignore,
            CookieRule::Strip,
            Timing::All,
            ETagRule::Drop
        )
    );
    assert_eq!((profile.missing_secs, profile.nosniff), (3, false));
    assert_eq!(profile.resource_policy, Some(ResourcePolicy::SameSite));
    assert_eq!(profile.ignored_vary, ["user-agent"]);
    let cors = profile.cors.unwrap();
    let origins: Vec<String> = cors.origins.iter().map(ToString::to_string).collect();
    assert_eq!(origins, ["https://a.example", "https://*.b.example"]);
    assert_eq!(
        (cors.methods, cors.request_headers, cors.expose),
        (
            vec!["GET".to_owned()],
            vec!["x-a".to_owned()],
            vec!["etag".to_owned()]
        )
    );
    assert_eq!(
        (cors.credentials, cors.max_age_secs, cors.private_network),
        (true, 4, true)
    );
    let hsts = profile.hsts.unwrap();
    assert_eq!(
        (hsts.max_age_secs, hsts.include_sub_domains, hsts.preload),
        (63_072_000, true, true)
    );
    assert_eq!(profile.tags.fields, [TagField::EdgeCacheTag]);
    assert_eq!(profile.tags.keys, ["widget"]);
    assert_eq!(profile.compression.codings, [Coding::Gzip, Coding::Brotli]);
    assert_eq!(profile.compression.min_bytes, 5);
}

#[test]
fn parts_are_turned_off_by_false() {
    let profile = settings(&json!({
        "cors": false, "hsts": false, "resourcePolicy": false, "compression": false
    }))
    .profile;
    assert_eq!(
        (profile.cors, profile.hsts, profile.resource_policy),
        (None, None, None)
    );
    assert_eq!(profile.compression.codings, []);
}

#[test]
fn rules_change_what_is_in_force_for_everything() {
    let settings = settings(&json!({
        "cors": {"origins": ["https://a.example"], "expose": ["etag"]},
        "pinned": true,
        "rules": [
            {"match": "/a", "cors": {"credentials": true}, "hsts": {"preload": true}},
            {"match": "/b", "cors": false, "pinned": false},
            {"match": "/c", "cacheControl": "no-cache"}
        ]
    }));
    let common = settings.profile;
    let rule = |index: usize| settings.rules[index].profile.clone();
    let mut cors = common.cors.clone().unwrap();
    cors.credentials = true;
    assert_eq!(rule(0).cors, Some(cors));
    let mut hsts = Hsts::default();
    hsts.preload = true;
    assert_eq!(rule(0).hsts, Some(hsts));
    assert_eq!(rule(0).cache_control, Policy::Pinned);
    assert_eq!(rule(1), Profile::default());
    assert_eq!(rule(2).cache_control, Policy::Text("no-cache".to_owned()));
    let patterns: Vec<_> = settings
        .rules
        .iter()
        .map(|rule| rule.pattern.as_str())
        .collect();
    assert_eq!(patterns, ["/a", "/b", "/c"]);
}

#[test]
fn classes_are_read() {
    let config = read(&json!({"classes": {
        "rules": [{"match": "/a/*", "class": "versioned"}],
        "healthChecks": ["/cobrowse/health"], "fallbackPages": ["/down"], "configuration": ["/c"]
    }}));
    let delivery = config.compile().unwrap();
    for (url, class) in [
        ("/a/b", Class::Versioned),
        ("/cobrowse/health", Class::HealthCheck),
        ("/down", Class::FallbackPage),
        ("/c", Class::Configuration),
    ] {
        assert_eq!(delivery.plan(url).classification().class, class, "{url}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    for (delivery, expected) in [
        (json!([]), "wrong_type delivery"),
        (json!({"colour": 1}), "forbidden_field delivery.colour"),
        (
            json!({"cacheControl": "a b"}),
            "invalid_value delivery.cacheControl",
        ),
        (
            json!({"cacheControl": "no-cache", "pinned": true}),
            "conflict delivery.pinned",
        ),
        (json!({"cors": {}}), "missing_field delivery.cors.origins"),
        (json!({"cors": true}), "wrong_type delivery.cors"),
        (
            json!({"cors": {"origins": ["*"], "credentials": true}}),
            "invalid_value delivery.cors.origins",
        ),
        (
            json!({"cors": {"origins": ["https://a/"]}}),
            "invalid_value delivery.cors.origins[0]",
        ),
        (
            json!({"cors": {"origins": [], "maxAgeSeconds": 86_401}}),
            "out_of_range delivery.cors.maxAgeSeconds",
        ),
        (
            json!({"cors": {"origins": [], "expose": ["*"]}}),
            "invalid_value delivery.cors.expose",
        ),
        (
            json!({"hsts": {"maxAgeSeconds": 60}}),
            "invalid_value delivery.hsts.maxAgeSeconds",
        ),
        (
            json!({"missingSeconds": 301}),
            "out_of_range delivery.missingSeconds",
        ),
        (
            json!({"resourcePolicy": "any"}),
            "invalid_value delivery.resourcePolicy",
        ),
        (
            json!({"tags": {"fields": ["x"]}}),
            "invalid_value delivery.tags.fields[0]",
        ),
        (
            json!({"tags": {"keys": ["a b"]}}),
            "invalid_value delivery.tags.keys",
        ),
        (
            json!({"compression": {"codings": ["deflate"]}}),
            "invalid_value delivery.compression.codings[0]",
        ),
        (
            json!({"compression": {"codings": ["br", "br"]}}),
            "invalid_value delivery.compression.codings",
        ),
        (
            json!({"rules": [{"pinned": true}]}),
            "missing_field delivery.rules[0].match",
        ),
        (
            json!({"rules": [{"match": "["}]}),
            "invalid_value delivery.rules[0].match",
        ),
        (
            json!({"rules": [{"match": "/a", "rules": []}]}),
            "forbidden_field delivery.rules[0].rules",
        ),
        (
            json!({"rules": [{"match": "/a", "hsts": {"maxAgeSeconds": 1}}]}),
            "invalid_value delivery.rules[0].hsts.maxAgeSeconds",
        ),
    ] {
        check(&delivery, &[expected]);
    }
    let classes = json!({"classes": {"rules": [{"match": "/a", "class": "entrypoint"}]}});
    assert_eq!(
        codes(&problems(&classes)),
        ["invalid_value classes.rules[0].class"]
    );
}

#[test]
fn messages_say_what_to_write() {
    check_message(
        &json!({"delivery": {"cors": {"origins": ["https://www.example.com/"]}}}),
        "delivery.cors.origins[0]: \"https://www.example.com/\" has something after host and port: \
         write an origin such as \"https://www.example.com\" or \"https://*.example.com\"",
    );
    check_message(
        &json!({"delivery": {"cors": {"origins": ["*"], "credentials": true}}}),
        "delivery.cors.origins: \"*\" lets every site act with its visitors' cookies, and browsers \
         refuse it together with `credentials`: name the origins",
    );
}

#[test]
fn an_edge_has_them_and_a_page_does_not() {
    let mut document = base();
    document["delivery"] = json!({"cors": {"origins": ["https://secret.example"]}});
    document["classes"] = json!({"healthChecks": ["/secret"]});
    let page = Config::from_json(&document.to_string()).unwrap();
    assert!(page.warnings.is_empty(), "{:?}", page.warnings);
    assert!(!page.config.to_value().to_string().contains("secret"));

    document["edge"] = json!({
        "listen": ["127.0.0.1:0"],
        "upstreams": [{"id": "o", "endpoints": [
            {"id": "a", "url": "https://a.example"}, {"id": "b", "url": "https://b.example"}
        ]}],
        "routes": [{"path": "/a", "upstream": "o", "delivery": false}, {"upstream": "o"}]
    });
    let on = |document: &Value| {
        let edge = Edge::from_json(&document.to_string()).unwrap().edge;
        edge.routes
            .iter()
            .map(|route| route.delivery)
            .collect::<Vec<_>>()
    };
    assert_eq!(on(&document), [false, true]);
    document.as_object_mut().unwrap().remove("delivery");
    assert_eq!(on(&document), [false, false]);
    document["delivery"] = json!({"hsts": {"maxAgeSeconds": 1}});
    let error = Edge::from_json(&document.to_string()).unwrap_err();
    assert_eq!(
        codes(error.problems()),
        ["invalid_value delivery.hsts.maxAgeSeconds"]
    );
}

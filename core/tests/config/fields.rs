//! Every field: what it takes, what it refuses, and in which words.

use serde_json::{Value, json};

use crate::check::{check, check_message, with, with_endpoint};

/// Each value in `field` has the one problem `code` there.
#[track_caller]
pub(crate) fn refused(field: &str, code: &str, values: impl IntoIterator<Item = Value>) {
    for value in values {
        check(&with(json!({field: value})), &[&format!("{code} {field}")]);
    }
}

#[track_caller]
pub(crate) fn taken(field: &str, values: impl IntoIterator<Item = Value>) {
    for value in values {
        check(&with(json!({field: value})), &[]);
    }
}

#[test]
fn whole_numbers_within_their_range() {
    for (field, min, max) in [
        ("version", 0, u64::from(u32::MAX)),
        ("timeoutMs", 100, 10_000),
        ("totalTimeoutMs", 3_000, 120_000),
        ("hedgeMs", 20, 2_999),
    ] {
        taken(field, [json!(min), json!(max), json!(max as f64)]);
        refused(
            field,
            "wrong_type",
            [
                json!(min as f64 + 0.5),
                json!(true),
                json!([min]),
                json!(null),
            ],
        );
        refused(field, "wrong_type", [json!(min.to_string())]);
        refused(
            field,
            "out_of_range",
            [json!(-1), json!(1e300), json!(u64::MAX), json!(i64::MIN)],
        );
    }
    refused("timeoutMs", "out_of_range", [json!(99), json!(60_001)]);
    refused(
        "totalTimeoutMs",
        "out_of_range",
        [json!(99), json!(120_001)],
    );
    refused("readyTimeoutMs", "out_of_range", [json!(60_001)]);
    refused("version", "out_of_range", [json!(1_u64 << 32)]);
    refused(
        "hedgeMs",
        "out_of_range",
        [json!(1), json!(19), json!(60_001)],
    );
    taken("hedgeMs", [json!(0), json!(0.0), json!("auto")]);
    refused("hedgeMs", "invalid_value", [json!("Auto"), json!("fast")]);
}

#[test]
fn numbers_are_refused_in_clear_words() {
    check_message(
        &with(json!({"timeoutMs": 1})),
        "timeoutMs: 1 is out of range: write a whole number from 100 to 60000 milliseconds",
    );
    check_message(
        &with(json!({"timeoutMs": "3000"})),
        "timeoutMs: expected a whole number from 100 to 60000 milliseconds, found \"3000\"; \
         write the number without quotes",
    );
    check_message(
        &with(json!({"memory": {"ttlSeconds": null}})),
        "memory.ttlSeconds: expected a whole number from 1 to 2592000 seconds, found null; \
         leave the field out instead",
    );
    check_message(
        &with(json!({"hedgeMs": "Auto"})),
        "hedgeMs: \"Auto\" means nothing here: write \"auto\" or milliseconds",
    );
}

#[test]
fn words_of_a_few() {
    taken(
        "crossOrigin",
        [json!("anonymous"), json!("use-credentials")],
    );
    refused(
        "crossOrigin",
        "invalid_value",
        [json!(""), json!("Anonymous")],
    );
    refused("crossOrigin", "wrong_type", [json!(true)]);
    taken("type", [json!("classic"), json!("module")]);
    refused("type", "invalid_value", [json!("text/javascript")]);
    for state in ["drain", "down", "active"] {
        check(
            &with_endpoint(json!({"id": "c", "url": "https://c.example", "state": state})),
            &[],
        );
    }
    check_message(
        &with_endpoint(json!({"id": "c", "url": "https://c.example", "state": "drained"})),
        "endpoints[2].state: \"drained\" means nothing here, did you mean \"drain\"?: \
         write \"active\" or \"drain\" or \"down\"",
    );
    for flag in ["consent", "debug"] {
        taken(flag, [json!(true), json!(false)]);
        refused(flag, "wrong_type", [json!("true"), json!(1), json!(null)]);
    }
}

#[test]
fn urls_of_endpoints() {
    let check_url = |url: &str, expected: &[&str]| {
        check(&with_endpoint(json!({"id": "c", "url": url})), expected);
    };
    for url in [
        "https://c.example",
        "https://c.example:8443/a/b/",
        "HTTPS://C.EXAMPLE",
        "https://[::1]/x",
        "https://bücher.example",
    ] {
        check_url(url, &[]);
    }
    check_url("http://c.example", &["insecure endpoints[2].url"]);
    for url in [
        "c.example",
        "//c.example",
        "/path",
        "",
        "https://",
        "https://c.example?x=1",
        "https://c.example/#top",
        "https://user:secret@c.example",
        "https://c.example:99999",
        "ftp://c.example",
        "javascript:alert(1)",
        "data:text/javascript,alert(1)",
        "file:///etc/passwd",
    ] {
        check_url(url, &["invalid_value endpoints[2].url"]);
    }
    let long = format!("https://c.example/{}", "x".repeat(2048));
    check_url(&long, &["out_of_range endpoints[2].url"]);
    check_message(
        &with_endpoint(json!({"id": "c", "url": "https://user:secret@c.example"})),
        "endpoints[2].url: has a user name or password, which every visitor could read: \
         write one such as \"https://cdn1.example.com\"",
    );
    check_message(
        &with_endpoint(json!({"id": "c", "url": "http://c.example"})),
        "endpoints[2].url: is an http URL, which https pages skip: write https://",
    );
}

#[test]
fn names() {
    let id = |id: Value| with_endpoint(json!({"id": id, "url": "https://c.example"}));
    let longest = "x".repeat(64);
    for name in ["c", "A-1_b.C", longest.as_str()] {
        check(&id(json!(name)), &[]);
    }
    for name in ["", "c d", "c/d", "é", "c\n"] {
        check(&id(json!(name)), &["invalid_value endpoints[2].id"]);
    }
    check(
        &id(json!("x".repeat(65))),
        &["out_of_range endpoints[2].id"],
    );
    check(&id(json!(7)), &["wrong_type endpoints[2].id"]);
    refused("visitorRegion", "invalid_value", [json!("E U")]);
}

#[test]
fn globals() {
    for field in ["ready", "init"] {
        taken(
            field,
            [
                json!("purecloud"),
                json!("a.b.c"),
                json!("$"),
                json!("_x1"),
                json!("größe"),
            ],
        );
        refused(
            field,
            "invalid_value",
            [
                json!(""),
                json!("init()"),
                json!("a..b"),
                json!(".a"),
                json!("1a"),
                json!("a b"),
                json!("a[0]"),
                json!("alert(1)"),
                json!("__proto__"),
                json!("a.constructor"),
            ],
        );
        refused(field, "wrong_type", [json!(["purecloud"]), json!(false)]);
    }
    check_message(
        &with(json!({"init": "purecloud.init()"})),
        "init: is a call: write the name alone, \"purecloud.init\"",
    );
    check(&with(json!({"stub": ["a", "b.c"]})), &[]);
    check(
        &with(json!({"stub": ["a", 1, "-"]})),
        &["wrong_type stub[1]", "invalid_value stub[2]"],
    );
    refused("stub", "wrong_type", [json!("a")]);
    refused("stub", "too_many", [json!(vec!["a"; 33])]);
}

#[test]
fn nonces() {
    taken("nonce", [json!("abc+/_-09=="), json!("a")]);
    refused(
        "nonce",
        "invalid_value",
        [json!(""), json!("'nonce-a'"), json!("a b"), json!("=")],
    );
    refused("nonce", "out_of_range", [json!("a".repeat(257))]);
}

#[test]
fn sections() {
    for (field, value, expected) in [
        (
            "memory",
            json!({"storage": "session", "ttlSeconds": 1}),
            vec![],
        ),
        ("memory", json!({}), vec![]),
        ("memory", json!(false), vec!["wrong_type memory"]),
        (
            "memory",
            json!({"storage": "cookie"}),
            vec!["invalid_value memory.storage"],
        ),
        (
            "memory",
            json!({"ttlSeconds": 0}),
            vec!["out_of_range memory.ttlSeconds"],
        ),
        ("refresh", json!({"url": "/r.json"}), vec![]),
        ("refresh", json!({}), vec!["missing_field refresh.url"]),
        (
            "refresh",
            json!({"url": "//x/r"}),
            vec!["invalid_value refresh.url"],
        ),
        (
            "refresh",
            json!({"url": "r.json"}),
            vec!["invalid_value refresh.url"],
        ),
        (
            "refresh",
            json!({"url": "/r", "intervalSeconds": 9}),
            vec!["out_of_range refresh.intervalSeconds"],
        ),
        ("surge", json!({"tier": 4}), vec![]),
        ("surge", json!({"tier": 1}), vec!["out_of_range surge.tier"]),
        ("surge", json!({"tier": "3"}), vec!["wrong_type surge.tier"]),
        ("surge", json!({}), vec!["missing_field surge.tier"]),
        ("session", json!("chat"), vec![]),
        ("session", json!({"cookie": "chat"}), vec![]),
        ("session", json!({"storageKey": "a b"}), vec![]),
        (
            "session",
            json!({"storageKey": ""}),
            vec!["invalid_value session.storageKey"],
        ),
        (
            "session",
            json!({"storageKey": "a", "cookie": "b"}),
            vec!["conflict session"],
        ),
        ("session", json!({}), vec!["missing_field session"]),
        ("session", json!(1), vec!["wrong_type session"]),
        (
            "fallback",
            json!({"html": "<p>x</p>\n", "target": "#x"}),
            vec![],
        ),
        ("fallback", json!({"url": "https://x.example/"}), vec![]),
        (
            "fallback",
            json!({"url": "javascript:x"}),
            vec!["invalid_value fallback.url"],
        ),
        (
            "fallback",
            json!({"target": "#x"}),
            vec!["missing_field fallback"],
        ),
        (
            "fallback",
            json!({"html": "x", "url": "/x"}),
            vec!["conflict fallback"],
        ),
        (
            "fallback",
            json!({"html": "x".repeat(65_537)}),
            vec!["out_of_range fallback.html"],
        ),
        ("report", json!({"url": "/r", "sampleRate": 0.5}), vec![]),
        (
            "report",
            json!({"url": "/r", "sampleRate": 1.5}),
            vec!["out_of_range report.sampleRate"],
        ),
        (
            "report",
            json!({"url": "/r", "sampleRate": "1"}),
            vec!["wrong_type report.sampleRate"],
        ),
        (
            "report",
            json!({"url": "http://r.example/"}),
            vec!["insecure report.url"],
        ),
        ("$schema", json!("config.schema.json"), vec![]),
        ("memory_", json!({}), vec!["unknown_field memory_"]),
    ] {
        check(&with(json!({field: value})), &expected);
    }
}

#[test]
fn health_checks() {
    let health = |health: Value| {
        with_endpoint(json!({"id": "c", "url": "https://c.example", "health": health}))
    };
    check(&health(json!({"path": "/ok"})), &[]);
    check(
        &health(json!({"path": "/ok", "intervalSeconds": 3_600})),
        &[],
    );
    check(
        &health(json!({"path": "/ok", "intervalSeconds": 3_601})),
        &["out_of_range endpoints[2].health.intervalSeconds"],
    );
    check(&health(json!("/ok")), &["wrong_type endpoints[2].health"]);
    check(
        &health(json!({"status": 100, "intervalSeconds": 0, "port": 80})),
        &[
            "unknown_field endpoints[2].health.port",
            "missing_field endpoints[2].health.path",
            "out_of_range endpoints[2].health.status",
            "out_of_range endpoints[2].health.intervalSeconds",
        ],
    );
}

#[test]
fn unknown_fields_are_warned_of_and_near_misses_named() {
    check_message(
        &with(json!({"time_out_ms": 1})),
        "time_out_ms: is not a field here and was passed over, did you mean \"timeoutMs\"?",
    );
    check_message(
        &with_endpoint(json!({"id": "c", "url": "https://c.example", "wieght": 1})),
        "endpoints[2].wieght: is not a field here and was passed over, did you mean \"weight\"?",
    );
    check_message(
        &with(json!({"a b": 1})),
        "[\"a b\"]: is not a field here and was passed over",
    );
}

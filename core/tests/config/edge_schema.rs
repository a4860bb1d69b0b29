//! The JSON Schema of the proxy's document says what its reader does.

use hedgerow::config::edge::{Edge, json_schema};
use serde_json::{Value, json};

use crate::{
    section::{section, with},
    subschema::{Schema, named, put},
};

fn schema() -> Schema {
    Schema::compile(json_schema())
}

/// A good document with `value` there.
fn with_at(pointer: &str, value: &Value) -> Value {
    let mut document = json!({"edge": section()});
    put(&mut document, pointer, value);
    document
}

/// What the reader says of the field at a pointer.
fn problem_at(document: &Value, pointer: &str) -> Option<&'static str> {
    let name = named(pointer);
    let found = match Edge::from_json(&document.to_string()) {
        Ok(parsed) => parsed.warnings.into_vec(),
        Err(error) => error.problems().to_vec(),
    };
    let problem = found.iter().find(|problem| problem.path() == name);
    problem.map(|problem| problem.code().as_str())
}

#[test]
fn every_field_is_known_and_described() {
    let fields = schema().fields();
    for known in [
        "/edge/upstreams/0/endpoints/0/region",
        "/edge/visitors/regions/0/networks",
        "/edge/upstreams/0/pick/cookie",
        "/edge/listen/0/tls/key",
        "/delivery/rules/0/cors/origins",
        "/classes/rules/0/class",
    ] {
        assert!(fields.iter().any(|(path, _)| path == known), "{known}");
    }
    for (path, field) in fields {
        assert!(
            !field["description"].as_str().unwrap_or_default().is_empty(),
            "{path}"
        );
        let problem = problem_at(&with_at(&path, &json!(null)), &path);
        assert_ne!(problem, Some("forbidden_field"), "{path}");
    }
}

#[test]
fn both_have_the_same_ranges() {
    let schema = schema();
    let ranges = schema.ranges();
    for (path, [min, max]) in &ranges {
        for inside in [min, max] {
            let problem = problem_at(&with_at(path, &json!(inside)), path);
            assert!(
                !matches!(problem, Some("out_of_range" | "wrong_type")),
                "{path} {inside}"
            );
        }
        for outside in [min - 1, max + 1] {
            if *min == 20 && outside < 20 {
                // 0 is apart: no hedge.
                continue;
            }
            let document = with_at(path, &json!(outside));
            assert_eq!(
                problem_at(&document, path),
                Some("out_of_range"),
                "{path} {outside}"
            );
            assert!(!schema.takes(&document), "{path} {outside}");
        }
    }
    assert!(ranges.len() >= 30, "{ranges:?}");
}

/// What a document says that writes a default out, it says without it.
#[test]
fn both_have_the_same_defaults() {
    let mut defaults = 0;
    let read = |document: &Value| Edge::from_json(&document.to_string()).map(|parsed| parsed.edge);
    let plain = read(&json!({"edge": section()})).unwrap();
    for (path, field) in schema().fields() {
        let Some(default) = field.get("default") else {
            continue;
        };
        // Without a section there is no object that could have the field.
        if let Ok(written) = read(&with_at(&path, default))
            && !path.contains("/endpoints/")
        {
            defaults += 1;
            assert_eq!(written, plain, "{path}");
        }
    }
    assert!(defaults >= 25, "{defaults}");
}

#[test]
fn both_take_and_refuse_the_same() {
    let schema = schema();
    let of = |section: Value| json!({"edge": section});
    let tls = json!([{"address": "[::]:8443", "tls": {"certificate": "a", "key": "b"}}]);
    for document in [
        of(section()),
        of(with("/listen", tls)),
        of(with(
            "/admin",
            json!({"address": "127.0.0.1:9080", "tokenFile": "t"}),
        )),
        of(with("/upstreams/0/hedgeMs", json!(0))),
        of(with("/upstreams/0/pick", json!({"header": "x-user"}))),
        of(with(
            "/upstreams/0/affinity",
            json!({"query": "node", "mode": "strict"}),
        )),
        of(with("/routes/0/upgrades", json!([]))),
        json!({"edge": section(), "classes": {"rules": [{"match": "/a", "class": "other"}]},
            "delivery": {"cors": false, "hsts": {"maxAgeSeconds": 31_536_000}, "rules": [{"match": "/b", "pinned": true}]}}),
    ] {
        assert!(schema.takes(&document), "{document}");
        assert!(Edge::from_json(&document.to_string()).is_ok(), "{document}");
    }
    for document in [
        json!({}),
        json!({"edge": {}}),
        of(with("/listen", json!([]))),
        of(with("/listen", json!(["localhost:80"]))),
        of(with(
            "/listen",
            json!([{"tls": {"certificate": "a", "key": "b"}}]),
        )),
        of(with(
            "/admin",
            json!({"address": "127.0.0.1:1", "token": "short"}),
        )),
        of(with("/name", json!("a b"))),
        of(with("/upstreams/0/endpoints", json!([]))),
        of(with(
            "/upstreams/0/endpoints/0/url",
            json!("ftp://a.example"),
        )),
        of(with("/upstreams/0/hedgeMs", json!(5))),
        of(with("/upstreams/0/pick", json!("roundrobin"))),
        of(with(
            "/upstreams/0/pick",
            json!({"cookie": "a", "header": "b"}),
        )),
        of(with("/upstreams/0/affinity", json!({}))),
        of(with("/upstreams/0/sites", json!([{"groups": [0]}]))),
        of(with(
            "/upstreams/0/sites",
            json!([{"region": "eu", "allowed": []}]),
        )),
        of(with("/visitors", json!({"header": "x-country"}))),
        of(with("/routes/0/cache", json!("none"))),
        of(with("/routes/0/path", json!("x"))),
        json!({"edge": section(), "delivery": {"timing": "none"}}),
        json!({"edge": section(), "classes": {"rules": [{"match": "/a"}]}}),
    ] {
        assert!(!schema.takes(&document), "{document}");
        assert!(
            Edge::from_json(&document.to_string()).is_err(),
            "{document}"
        );
    }
    let unknown = of(with("/store", json!({"maxByte": 1})));
    assert!(
        !schema.takes(&unknown),
        "a warning there, and an error in an editor"
    );
}

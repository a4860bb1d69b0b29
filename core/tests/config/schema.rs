//! The JSON Schema says what the reader does.

use hedgerow::config::{Config, RefreshDocument, json_schema, refresh_json_schema};
use serde_json::{Value, json};

use crate::{
    check::{base, config, with},
    examples::documents,
    subschema::{Schema, named, put},
};

/// [`base`] with `value` there.
fn with_at(pointer: &str, value: &Value) -> Value {
    let mut document = base();
    if pointer.starts_with("/assets") {
        document.as_object_mut().unwrap().remove("asset");
    }
    put(&mut document, pointer, value);
    document
}

fn problem_at(document: &Value, path: &str) -> Option<&'static str> {
    let found = crate::check::problems(document);
    let problem = found.iter().find(|problem| problem.path() == path);
    problem.map(|problem| problem.code().as_str())
}

#[test]
fn examples_are_valid() {
    let schema = Schema::compile(&json_schema());
    for (name, text) in documents(".") {
        let document: Value = serde_json::from_str(&text).unwrap();
        assert!(schema.takes(&document), "{name}");
        let written_out = Config::from_json(&text).unwrap().config.to_value();
        assert!(schema.takes(&written_out), "{name}: {written_out}");
    }
    let schema = Schema::compile(&refresh_json_schema());
    for (name, text) in documents("refresh") {
        let document: Value = serde_json::from_str(&text).unwrap();
        assert!(schema.takes(&document), "{name}");
        let written_out = RefreshDocument::from_json(&text).unwrap();
        assert!(
            schema.takes(&serde_json::to_value(written_out).unwrap()),
            "{name}"
        );
    }
}

#[test]
fn examples_show_every_field() {
    let documents: Vec<Value> = documents(".")
        .iter()
        .map(|(_, text)| serde_json::from_str(text).unwrap())
        .collect();
    for (path, _) in Schema::compile(&json_schema()).fields() {
        let top = path.split('/').nth(1).unwrap();
        let shown = |document: &Value| document.get(top).is_some();
        assert!(top == "$schema" || documents.iter().any(shown), "{top}");
    }
}

#[test]
fn both_know_the_same_fields() {
    let schema = Schema::compile(&json_schema());
    let fields = schema.fields();
    assert!(
        fields
            .iter()
            .any(|(path, _)| path == "/endpoints/0/health/intervalSeconds")
    );
    for (path, _) in &fields {
        let known = problem_at(&with_at(path, &json!(null)), &named(path));
        assert_ne!(known, Some("unknown_field"), "{}", named(path));
    }
    let written_out = config(&base()).to_value();
    for field in written_out.as_object().unwrap().keys() {
        let same = |(path, _): &(String, Value)| path[1..] == *field;
        assert!(fields.iter().any(same), "{field}");
    }
}

#[test]
fn both_have_the_same_ranges() {
    let schema = Schema::compile(&json_schema());
    let ranges = schema.ranges();
    for (path, [min, max]) in &ranges {
        let name = named(path);
        for inside in [min, max] {
            let problem = problem_at(&with_at(path, &json!(inside)), &name);
            assert!(
                !matches!(problem, Some("out_of_range" | "wrong_type")),
                "{name} {inside}"
            );
        }
        for outside in [min - 1, max + 1] {
            let document = with_at(path, &json!(outside));
            let problem = problem_at(&document, &name);
            assert_eq!(problem, Some("out_of_range"), "{name} {outside}");
            assert!(!schema.takes(&document), "{name} {outside}");
        }
    }
    assert!(ranges.len() >= 14, "{ranges:?}");
}

#[test]
fn both_have_the_same_defaults() {
    let schema = Schema::compile(&json_schema());
    let written_out = config(&base()).to_value();
    let mut defaults = 0;
    for (path, field) in schema.fields() {
        let place = written_out.pointer(&path);
        if let (Some(default), Some(place)) = (field.get("default"), place) {
            defaults += 1;
            assert_eq!(place.as_f64(), default.as_f64(), "{}", named(&path));
            assert!(default.is_number() || place == default, "{}", named(&path));
        }
    }
    assert!(defaults >= 10, "{defaults}");
}

#[test]
fn every_field_is_described() {
    for text in [json_schema(), refresh_json_schema()] {
        let schema = Schema::compile(&text);
        assert_eq!(
            schema.value["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
        for (path, field) in schema.fields() {
            let description = field["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty(), "{}", named(&path));
            assert!(
                !description.replace("\n\n", "").contains('\n'),
                "{description}"
            );
        }
    }
}

#[test]
fn both_take_and_refuse_the_same() {
    let schema = Schema::compile(&json_schema());
    for document in [
        base(),
        with(json!({"asset": {"url": "https://a.example/x.js"}})),
        with(json!({"asset": "https://a.example/x.js"})),
        with(json!({"session": "chat", "hedgeMs": 0, "timeoutMs": 3e3})),
    ] {
        assert!(schema.takes(&document), "{document}");
        assert!(Config::from_value(&document).is_ok(), "{document}");
    }
    for document in [
        json!({}),
        json!(null),
        with(json!({"assets": ["/x.js"]})),
        with(json!({"asset": null})),
        with(json!({"asset": "//x/y.js"})),
        with(json!({"asset": {"path": "/x", "url": "https://a.example/x"}})),
        with(json!({"endpoints": []})),
        with(json!({"endpoints": [{"id": "a b", "url": "https://a.example"}]})),
        with(json!({"endpoints": [{"id": "a", "url": "ftp://a.example"}]})),
        with(json!({"allowedRegions": []})),
        with(json!({"hedgeMs": 5})),
        with(json!({"hedgeMs": "Auto"})),
        with(json!({"integrity": "sha384-YWJj"})),
        with(json!({"ready": "a()"})),
        with(json!({"session": {}})),
        with(json!({"fallback": {"html": "x", "url": "/x"}})),
        with(json!({"surge": {"tier": 1}})),
        with(json!({"consent": "true"})),
        with(json!({"nonce": "'x'"})),
    ] {
        assert!(!schema.takes(&document), "{document}");
        assert!(Config::from_value(&document).is_err(), "{document}");
    }
    let schema = Schema::compile(&refresh_json_schema());
    for document in [
        json!({}),
        json!({"version": 1, "asset": "/x.js"}),
        json!({"version": 1, "endpoints": [{"id": "a", "url": "https://x.example"}]}),
        json!({"version": 1, "allowedRegions": null}),
    ] {
        assert!(!schema.takes(&document), "{document}");
        assert!(
            RefreshDocument::from_value(&document).is_err(),
            "{document}"
        );
    }
}

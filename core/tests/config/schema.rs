//! The JSON Schema says what the reader does.

use boon::{Compiler, SchemaIndex, Schemas};
use hedgerow::config::{Config, RefreshDocument, json_schema, refresh_json_schema};
use serde_json::{Value, json};

use crate::{
    check::{base, config, with},
    examples::documents,
};

struct Schema {
    value: Value,
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    fn compile(text: &str) -> Schema {
        let value: Value = serde_json::from_str(text).unwrap();
        let mut schemas = Schemas::new();
        let mut compiler = Compiler::new();
        compiler.add_resource("schema.json", value.clone()).unwrap();
        let index = compiler.compile("schema.json", &mut schemas).unwrap();
        Schema {
            value,
            schemas,
            index,
        }
    }

    fn takes(&self, document: &Value) -> bool {
        self.schemas.validate(document, self.index).is_ok()
    }

    /// The subschemas of a field that say something about its value.
    fn facets(&self, field: &Value) -> Vec<Value> {
        let mut facets = vec![field.clone()];
        if let Some(reference) = field["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            facets.extend(self.facets(self.value.pointer(pointer).unwrap()));
        }
        for choice in field["anyOf"].as_array().into_iter().flatten() {
            facets.extend(self.facets(choice));
        }
        facets
    }

    /// Each path into the document with the subschema there, outermost first.
    fn fields(&self) -> Vec<(Vec<String>, Value)> {
        let mut fields = Vec::new();
        let mut open = vec![(Vec::new(), self.value.clone())];
        while let Some((path, schema)) = open.pop() {
            for facet in self.facets(&schema) {
                for (name, property) in facet["properties"].as_object().into_iter().flatten() {
                    let path = [&path[..], std::slice::from_ref(name)].concat();
                    open.push((path.clone(), property.clone()));
                    fields.push((path, property.clone()));
                }
                if facet["items"].is_object() {
                    open.push((
                        [&path[..], &["0".to_owned()]].concat(),
                        facet["items"].clone(),
                    ));
                }
            }
        }
        fields
    }
}

/// [`base`] with `value` at `path`, and what the objects on the way there need.
fn with_at(path: &[String], value: &Value) -> Value {
    let mut document = base();
    if path[0] == "assets" {
        document.as_object_mut().unwrap().remove("asset");
    }
    let mut place = &mut document;
    for (depth, step) in path.iter().enumerate() {
        if depth > 0 && place.as_str().is_some() {
            *place = json!({});
        }
        place = match step.parse::<usize>() {
            Ok(index) => {
                if !place.is_array() {
                    *place = json!([{}]);
                }
                &mut place[index]
            }
            Err(_) => &mut place[step.as_str()],
        };
    }
    *place = value.clone();
    document
}

/// The path as problems name it.
fn named(path: &[String]) -> String {
    path.iter().fold(String::new(), |mut named, step| {
        match step.parse::<usize>() {
            Ok(index) => named.push_str(&format!("[{index}]")),
            Err(_) if named.is_empty() => named.push_str(step),
            Err(_) => named.push_str(&format!(".{step}")),
        }
        named
    })
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
        let shown = |document: &Value| document.get(&path[0]).is_some();
        assert!(
            path[0] == "$schema" || documents.iter().any(shown),
            "{}",
            path[0]
        );
    }
}

#[test]
fn both_know_the_same_fields() {
    let schema = Schema::compile(&json_schema());
    let fields = schema.fields();
    assert!(
        fields
            .iter()
            .any(|(path, _)| named(path) == "endpoints[0].health.intervalSeconds")
    );
    for (path, _) in &fields {
        let known = problem_at(&with_at(path, &json!(null)), &named(path));
        assert_ne!(known, Some("unknown_field"), "{}", named(path));
    }
    let written_out = config(&base()).to_value();
    let top: Vec<String> = fields
        .iter()
        .filter(|(path, _)| path.len() == 1)
        .map(|(path, _)| named(path))
        .collect();
    for field in written_out.as_object().unwrap().keys() {
        assert!(top.contains(field), "{field}");
    }
}

#[test]
fn both_have_the_same_ranges() {
    let schema = Schema::compile(&json_schema());
    let mut ranges = 0;
    for (path, field) in schema.fields() {
        let path_name = named(&path);
        for facet in schema.facets(&field) {
            let (Some(min), Some(max)) = (facet["minimum"].as_i64(), facet["maximum"].as_i64())
            else {
                continue;
            };
            ranges += 1;
            for inside in [min, max] {
                let problem = problem_at(&with_at(&path, &json!(inside)), &path_name);
                assert!(
                    !matches!(problem, Some("out_of_range" | "wrong_type")),
                    "{path_name} {inside}"
                );
            }
            for outside in [min - 1, max + 1] {
                let document = with_at(&path, &json!(outside));
                let problem = problem_at(&document, &path_name);
                assert_eq!(problem, Some("out_of_range"), "{path_name} {outside}");
                assert!(!schema.takes(&document), "{path_name} {outside}");
            }
        }
    }
    assert!(ranges >= 14, "{ranges}");
}

#[test]
fn both_have_the_same_defaults() {
    let schema = Schema::compile(&json_schema());
    let written_out = config(&base()).to_value();
    let mut defaults = 0;
    for (path, field) in schema.fields() {
        let place = path
            .iter()
            .try_fold(&written_out, |place, step| match step.parse::<usize>() {
                Ok(index) => place.get(index),
                Err(_) => place.get(step),
            });
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

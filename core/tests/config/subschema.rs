//! A JSON Schema, and the fields that it tells of, by their JSON pointers.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

pub(crate) struct Schema {
    pub(crate) value: Value,
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    pub(crate) fn compile(text: &str) -> Schema {
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

    pub(crate) fn takes(&self, document: &Value) -> bool {
        self.schemas.validate(document, self.index).is_ok()
    }

    /// What a field's schema says, and what it refers to.
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

    /// Each JSON pointer into a document with the subschema there, outermost
    /// first.
    pub(crate) fn fields(&self) -> Vec<(String, Value)> {
        let mut fields = Vec::new();
        let mut open = vec![(String::new(), self.value.clone())];
        while let Some((path, schema)) = open.pop() {
            for facet in self.facets(&schema) {
                for (name, property) in facet["properties"].as_object().into_iter().flatten() {
                    let path = format!("{path}/{name}");
                    open.push((path.clone(), property.clone()));
                    fields.push((path, property.clone()));
                }
                if facet["items"].is_object() {
                    open.push((format!("{path}/0"), facet["items"].clone()));
                }
            }
        }
        fields
    }

    /// Each field that has a least and a greatest number, with both.
    pub(crate) fn ranges(&self) -> Vec<(String, [i64; 2])> {
        let mut ranges = Vec::new();
        for (path, field) in self.fields() {
            for facet in self.facets(&field) {
                if let (Some(min), Some(max)) =
                    (facet["minimum"].as_i64(), facet["maximum"].as_i64())
                {
                    ranges.push((path.clone(), [min, max]));
                }
            }
        }
        ranges
    }
}

/// Puts `value` there, and what the objects on the way need.
pub(crate) fn put(document: &mut Value, pointer: &str, value: &Value) {
    let mut place = document;
    for step in pointer.split('/').skip(1) {
        place = match step.parse::<usize>() {
            Ok(index) => {
                if !place.is_array() {
                    *place = json!([{}]);
                }
                &mut place[index]
            }
            Err(_) => {
                if !place.is_object() {
                    *place = json!({});
                }
                &mut place[step]
            }
        };
    }
    *place = value.clone();
}

/// A pointer as problems name it.
pub(crate) fn named(pointer: &str) -> String {
    let steps = pointer.split('/').skip(1);
    steps.fold(String::new(), |name, step| match step.parse::<usize>() {
        Ok(index) => format!("{name}[{index}]"),
        Err(_) if name.is_empty() => step.to_owned(),
        Err(_) => format!("{name}.{step}"),
    })
}

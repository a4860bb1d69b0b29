//! JSON Schema of the documents, for editors and for generated types.

use schemars::{
    JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema,
    transform::RecursiveTransform,
};
use serde_json::{Map, Value, json};

use super::{
    asset::{Asset, AssetPath, CrossOrigin},
    asset_list::ScriptType,
    document::Config,
    integrity::Integrity,
    limits::{MAX_ASSETS, MAX_URL_CHARS},
    refresh::RefreshDocument,
};

/// The JSON Schema (draft 2020-12) of the configuration document, formatted
/// for reading.
///
/// It is stricter than [`Config::from_json`] in one thing: unknown fields,
/// there a warning, are refused, so that editors mark them.
///
/// # Example
///
/// ```
/// let schema = hedgerow::config::json_schema();
/// assert!(schema.contains("\"timeoutMs\""));
/// ```
#[must_use]
pub fn json_schema() -> String {
    generate::<Config>()
}

/// The JSON Schema (draft 2020-12) of the refresh document, formatted for
/// reading.
#[must_use]
pub fn refresh_json_schema() -> String {
    generate::<RefreshDocument>()
}

fn generate<T: JsonSchema>() -> String {
    let schema = SchemaSettings::draft2020_12()
        .with_transform(RecursiveTransform(tidy))
        .into_generator()
        .into_root_schema_for::<T>();
    format!("{:#}\n", Value::from(schema))
}

/// Takes out what Rust's types say and the document does not.
fn tidy(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    // A field that is not given is left out; null is refused.
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [name] = types.as_slice() {
            let name = name.clone();
            object.insert("type".to_owned(), name);
        }
    }
    if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
        choices.retain(|choice| choice["type"] != "null");
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            object.extend(only);
        }
    }
    if object.get("format").is_some_and(|format| format != "uri") {
        object.remove("format");
    }
    // Doc comments break lines where the source does.
    if let Some(Value::String(text)) = object.get_mut("description") {
        *text = text
            .split("\n\n")
            .map(|line| line.replace('\n', " "))
            .collect::<Vec<_>>()
            .join("\n\n");
    }
}

/// An asset as documents write it: a path or URL, or an object with one.
fn asset(generator: &mut SchemaGenerator) -> Value {
    json!({
        "anyOf": [
            AssetPath::json_schema(generator),
            url(),
            generator.subschema_for::<Asset>(),
        ]
    })
}

fn url() -> Value {
    json!({
        "type": "string",
        "format": "uri",
        "pattern": "^https?://",
        "maxLength": MAX_URL_CHARS
    })
}

pub(super) fn assets(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array",
        "items": asset(generator),
        "minItems": 1,
        "maxItems": MAX_ASSETS
    })
}

/// What documents may write that a [`Config`] has in another place: one asset,
/// and fields that speak for it.
pub(super) fn add_shorthands(schema: &mut Schema) {
    add_schema_field(schema);
    let mut generator = SchemaGenerator::default();
    let described = |value: Value, description: &str| {
        let mut value = value;
        value["description"] = description.into();
        value
    };
    let shorthands = [
        (
            "asset",
            described(
                asset(&mut generator),
                "What to load, where it is a single asset.",
            ),
        ),
        (
            "integrity",
            described(
                Integrity::json_schema(&mut generator).into(),
                "The hashes of a single asset, of which its bytes must have one.",
            ),
        ),
        (
            "crossOrigin",
            described(
                generator.subschema_for::<CrossOrigin>().into(),
                "How assets are requested that do not say so themselves.",
            ),
        ),
        (
            "type",
            described(
                ScriptType::json_schema(&mut generator).into(),
                "What scripts are that do not say so themselves.",
            ),
        ),
    ];
    let Some(root) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Object(properties)) = root.get_mut("properties") {
        for (name, value) in shorthands {
            properties.insert(name.to_owned(), value);
        }
    }
    if let Some(Value::Array(required)) = root.get_mut("required") {
        required.retain(|name| name != "assets");
    }
    root.insert(
        "oneOf".to_owned(),
        json!([{ "required": ["asset"] }, { "required": ["assets"] }]),
    );
}

/// Documents may give an asset's URL in place of its path. Its type has no
/// fixed default.
pub(super) fn path_or_url(schema: &mut Schema) {
    let Some(root) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Object(properties)) = root.get_mut("properties") {
        let mut url = url();
        url["description"] = "The URL at one of the endpoints, in place of `path`.".into();
        properties.insert("url".to_owned(), url);
        remove_default(properties, "type");
    }
    root.remove("required");
    root.insert(
        "oneOf".to_owned(),
        json!([{ "required": ["path"] }, { "required": ["url"] }]),
    );
}

/// An endpoint's priority has no fixed default.
pub(super) fn without_priority_default(schema: &mut Schema) {
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        remove_default(properties, "priority");
    }
}

fn remove_default(properties: &mut Map<String, Value>, name: &str) {
    if let Some(Value::Object(property)) = properties.get_mut(name) {
        property.remove("default");
    }
}

/// Editors find the schema of a document by this field.
pub(super) fn add_schema_field(schema: &mut Schema) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        let field = json!({
            "type": "string",
            "description": "Where this schema is; for editors."
        });
        properties.insert("$schema".to_owned(), field);
    }
}

//! TypeScript from the JSON Schema of the configuration.

use anyhow::{Result, anyhow, bail};
use serde_json::{Map, Value};

/// The configuration as `Config`, and every definition under its own name.
pub(crate) fn typescript(schema: &str) -> Result<String> {
    let root: Value = serde_json::from_str(schema)?;
    let mut text = declaration("Config", &root)?;
    let definitions = root["$defs"]
        .as_object()
        .ok_or_else(|| anyhow!("the schema has no $defs"))?;
    for (name, definition) in definitions {
        text.push('\n');
        text.push_str(&declaration(name, definition)?);
    }
    Ok(text)
}

fn declaration(name: &str, schema: &Value) -> Result<String> {
    let doc = doc(schema, "");
    Ok(match schema["properties"].as_object() {
        Some(properties) => {
            format!(
                "{doc}export interface {name} {}\n",
                fields(schema, properties, "")?
            )
        }
        None => format!("{doc}export type {name} = {};\n", type_of(schema, "")?),
    })
}

fn fields(schema: &Value, properties: &Map<String, Value>, indent: &str) -> Result<String> {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let inner = format!("{indent}  ");
    let mut text = String::from("{\n");
    // A reference to the schema is for editors of JSON, not for callers.
    for (name, property) in properties.iter().filter(|(name, _)| *name != "$schema") {
        let mark = if required.contains(&name.as_str()) {
            ""
        } else {
            "?"
        };
        text.push_str(&doc(property, &inner));
        text.push_str(&format!(
            "{inner}{name}{mark}: {};\n",
            type_of(property, &inner)?
        ));
    }
    text.push_str(&format!("{indent}}}"));
    Ok(text)
}

fn type_of(schema: &Value, indent: &str) -> Result<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.strip_prefix("#/$defs/");
        return name
            .map(str::to_owned)
            .ok_or_else(|| anyhow!("a reference out of the schema: {reference}"));
    }
    if let Some(constant) = schema.get("const") {
        return Ok(literal(constant));
    }
    if let Some(values) = schema["enum"].as_array() {
        return Ok(values.iter().map(literal).collect::<Vec<_>>().join(" | "));
    }
    if let Some(properties) = schema["properties"].as_object() {
        return fields(schema, properties, indent);
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(choices) = schema[key].as_array() {
            return union(choices, indent);
        }
    }
    match schema["type"].as_str() {
        Some("string") => Ok(String::from("string")),
        Some("integer" | "number") => Ok(String::from("number")),
        Some("boolean") => Ok(String::from("boolean")),
        Some("array") => {
            let item = type_of(&schema["items"], indent)?;
            Ok(if item.contains(['|', ' ']) {
                format!("Array<{item}>")
            } else {
                format!("{item}[]")
            })
        }
        _ => bail!("the schema has a part without a TypeScript counterpart: {schema}"),
    }
}

fn union(choices: &[Value], indent: &str) -> Result<String> {
    let mut types: Vec<String> = Vec::new();
    for choice in choices {
        let choice = type_of(choice, indent)?;
        if !types.contains(&choice) {
            types.push(choice);
        }
    }
    // A number takes in every numeric literal; beside it they say nothing.
    if types.iter().any(|name| name == "number") {
        types.retain(|name| name.parse::<f64>().is_err());
    }
    Ok(types.join(" | "))
}

fn literal(value: &Value) -> String {
    match value.as_str() {
        Some(text) => format!("'{text}'"),
        None => value.to_string(),
    }
}

fn doc(schema: &Value, indent: &str) -> String {
    let mut text = schema["description"]
        .as_str()
        .unwrap_or_default()
        .replace("*/", "*\\/");
    if let Some(default) = schema.get("default") {
        text.push_str(&format!(" Default: `{default}`."));
    }
    if text.is_empty() {
        return text;
    }
    let lines: Vec<&str> = text.trim().lines().collect();
    match lines.as_slice() {
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let body: String = lines
                .iter()
                .map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n")
                .collect();
            format!("{indent}/**\n{body}{indent} */\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(schema: &Value, expected: &str) {
        assert_eq!(type_of(schema, "").unwrap(), expected);
    }

    #[test]
    fn types_follow_the_schema() {
        check(&json!({"type": "string", "pattern": "^a"}), "string");
        check(&json!({"type": "integer"}), "number");
        check(&json!({"$ref": "#/$defs/Asset"}), "Asset");
        check(&json!({"enum": [0, 3, 4]}), "0 | 3 | 4");
        check(
            &json!({"type": "array", "items": {"type": "string"}}),
            "string[]",
        );
        check(
            &json!({"anyOf": [{"type": "string"}, {"type": "string", "format": "uri"}]}),
            "string",
        );
        check(
            &json!({"anyOf": [{"const": "auto"}, {"const": 0}, {"type": "number"}]}),
            "'auto' | number",
        );
        let list = json!({"type": "array", "items": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/A"}]}});
        check(&list, "Array<string | A>");
    }

    #[test]
    fn required_fields_have_no_question_mark() {
        let schema = json!({
            "properties": {"id": {"type": "string", "description": "Its name."}, "weight": {"type": "number", "default": 100}},
            "required": ["id"],
        });
        let expected = "export interface E {\n  /** Its name. */\n  id: string;\n  /** Default: `100`. */\n  weight?: number;\n}\n";
        assert_eq!(declaration("E", &schema).unwrap(), expected);
    }

    #[test]
    fn what_has_no_counterpart_is_an_error() {
        assert!(type_of(&json!({"type": "null"}), "").is_err());
    }
}

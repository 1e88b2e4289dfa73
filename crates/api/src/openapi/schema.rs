//! Parameters as JSON schemas, and examples made from schemas.

use kailing_core::context::Profile;
use serde_json::{Map, Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use crate::param::{Kind, Limit, Param, Required};

const SAMPLE_ID: &str = "XwP-Z7Car-MNhGxnmPCfmf_lbMEilu_F96AB68msZvQ";

/// How deep an example goes into schemas that hold each other.
const DEPTH: usize = 8;

/// A schema of a reply as JSON.
pub(super) fn tree(schema: &RefOr<Schema>) -> Value {
    // Schemas come from derived code and can always be written.
    serde_json::to_value(schema).unwrap_or_default()
}

/// The schema of an object with these members.
pub(super) fn of_members(params: &[Param]) -> Value {
    let named = || params.iter().filter(|param| !param.name.is_empty() && !matches!(param.kind, Kind::Path));
    let properties: Map<String, Value> = named().map(|param| (param.name.to_owned(), of_param(param))).collect();
    let required: Vec<&str> = named().filter(|p| p.required == Required::Yes).map(|p| p.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    if let Some(schema) = schema.as_object_mut() {
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        for param in params {
            if let Kind::OneRequired(names) = param.kind {
                let any: Vec<Value> = names.iter().map(|name| json!({ "required": [name] })).collect();
                schema.insert("anyOf".to_owned(), json!(any));
            }
        }
    }
    schema
}

/// The schema of a parameter, with its description.
pub(super) fn of_param(param: &Param) -> Value {
    let least = usize::from(param.required == Required::Yes);
    let mut schema = match param.kind {
        Kind::Text { max, filled, .. } => {
            let least = least.max(usize::from(filled));
            json!({ "type": "string", "minLength": least, "maxLength": max })
        }
        Kind::Word(words) => json!({ "type": "string", "enum": words }),
        Kind::Id | Kind::Path => json!({ "type": "string" }),
        Kind::Label => json!({ "type": ["string", "integer"] }),
        Kind::Ids(limit) => array(&json!({ "type": "string" }), least, limit),
        Kind::Texts { max, limit } => array(&json!({ "type": "string", "maxLength": max }), least, limit),
        Kind::Int { min, max: i64::MAX } => json!({ "type": "integer", "format": "int64", "minimum": min }),
        Kind::Int { min, max } => json!({ "type": "integer", "format": "int64", "minimum": min, "maximum": max }),
        Kind::Enum(values) => json!({ "type": "integer", "enum": values }),
        Kind::Amount => json!({ "type": "number", "minimum": 0, "maximum": 999_999_999_999.99, "multipleOf": 0.01 }),
        Kind::Millis => {
            json!({ "type": "integer", "format": "int64", "minimum": 1_000_000_000_000_i64, "maximum": 9_999_999_999_999_i64 })
        }
        Kind::Day => json!({ "type": "string", "format": "date" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Cursor => json!({ "type": "string", "maxLength": kailing_core::cursor::MAX_LENGTH }),
        Kind::Object => json!({ "type": "object", "additionalProperties": true }),
        Kind::Record(members) => of_members(members),
        Kind::List { items, limit } => array(&of_members(items), least, limit),
        Kind::Items { whole, each, limit, .. } => array(&of_members(&[whole, each].concat()), least, limit),
        Kind::RawList(limit) => array(&json!({}), least, limit),
        Kind::Raw | Kind::OneRequired(_) | Kind::Missing(_) | Kind::DayOrder(..) => json!({}),
    };
    let about = about(param);
    if let (false, Some(schema)) = (about.is_empty(), schema.as_object_mut()) {
        schema.insert("description".to_owned(), json!(about));
    }
    schema
}

fn array(items: &Value, least: usize, limit: Limit) -> Value {
    json!({ "type": "array", "items": items, "minItems": least, "maxItems": limit.of(Profile::Open) })
}

fn about(param: &Param) -> String {
    let mut sentences: Vec<String> = Vec::new();
    if !param.about.is_empty() {
        sentences.push(param.about.trim_end_matches('.').to_owned());
    }
    if let Some(limit) = param.kind.limit()
        && limit.of(Profile::Strict) != limit.of(Profile::Open)
    {
        let (open, strict) = (limit.of(Profile::Open), limit.of(Profile::Strict));
        sentences.push(format!("At most {open} items, in the profile `strict` {strict}"));
    }
    if let Required::InStrict(code) = param.required {
        sentences.push(format!("Required in the profile `strict` ({})", code.number()));
    }
    if !param.aliases.is_empty() {
        sentences.push(format!("Also accepted as `{}`", param.aliases.join("`, `")));
    }
    sentences.join(". ")
}

/// An example of an object with these members.
pub(super) fn sample_of_members(params: &[Param]) -> Value {
    let named = params.iter().filter(|param| !param.name.is_empty() && !matches!(param.kind, Kind::Path));
    Value::Object(named.map(|param| (param.name.to_owned(), sample_of_param(param))).collect())
}

fn sample_of_param(param: &Param) -> Value {
    match param.kind {
        Kind::Word([word, ..]) => json!(word),
        Kind::Id => json!(SAMPLE_ID),
        Kind::Ids(_) => json!([SAMPLE_ID]),
        Kind::Texts { .. } | Kind::RawList(_) => json!(["string"]),
        Kind::Int { min, .. } => json!(min.max(1)),
        Kind::Enum([value, ..]) => json!(value),
        Kind::Label => json!("1"),
        Kind::Amount => json!(12_800),
        Kind::Millis => json!(1_735_660_800_000_i64),
        Kind::Day => json!("2025-01-01"),
        Kind::Flag => json!(false),
        Kind::Cursor => json!(""),
        Kind::Object => json!({}),
        Kind::Record(members) => sample_of_members(members),
        Kind::List { items, .. } => json!([sample_of_members(items)]),
        Kind::Items { whole, each, .. } => json!([sample_of_members(&[whole, each].concat())]),
        _ => json!("string"),
    }
}

/// An example of what a schema describes.
pub(super) fn sample(schema: &Value, schemas: &Map<String, Value>) -> Value {
    sample_to(DEPTH, schema, schemas)
}

fn sample_to(depth: usize, schema: &Value, schemas: &Map<String, Value>) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    if let Some(target) = schema["$ref"].as_str() {
        let name = target.rsplit('/').next().unwrap_or("");
        return schemas.get(name).map_or(Value::Null, |schema| sample_to(depth - 1, schema, schemas));
    }
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)).or_else(|| schema["enum"].get(0))
    {
        return example.clone();
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let samples = parts.iter().map(|part| sample_to(depth - 1, part, schemas));
        let members = samples.filter_map(|part| part.as_object().cloned()).flatten();
        return Value::Object(members.collect());
    }
    if let Some(first) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()).and_then(|any| any.last()) {
        return sample_to(depth - 1, first, schemas);
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"].get(0).and_then(Value::as_str)).unwrap_or("");
    match kind {
        "object" => {
            let members = schema["properties"].as_object().into_iter().flatten();
            Value::Object(members.map(|(name, inner)| (name.clone(), sample_to(depth - 1, inner, schemas))).collect())
        }
        "array" => json!([sample_to(depth - 1, &schema["items"], schemas)]),
        "integer" => schema.get("minimum").cloned().unwrap_or(json!(0)),
        "number" => json!(0),
        "boolean" => json!(false),
        _ => json!("string"),
    }
}

//! One endpoint as an OpenAPI operation.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kailing_core::refusal::Code;
use serde_json::{Map, Value, json};

use super::schema::{of_members, of_param, sample, sample_of_members, tree};
use super::texts;
use crate::endpoint::{Endpoint, Handler, Method};
use crate::param::{Kind, Param, Required};
use crate::reply::Schemas;

/// The operation of an endpoint; the schemas that it names are added to `schemas`.
pub(super) fn describe(endpoint: &Endpoint, schemas: &mut Schemas) -> Value {
    let mut operation = Map::new();
    let mut put = |name: &str, value: Value| drop(operation.insert(name.to_owned(), value));
    put("tags", json!([texts::tag(endpoint)]));
    put("summary", json!(format!("{} {}", endpoint.title, endpoint.summary)));
    put("description", json!(description(endpoint)));
    put("operationId", json!(operation_id(endpoint.path)));
    if endpoint.deprecated {
        put("deprecated", json!(true));
    }
    let parameters: Vec<Value> = endpoint.params.iter().filter_map(|param| parameter(endpoint.method, param)).collect();
    if !parameters.is_empty() {
        put("parameters", json!(parameters));
    }
    if endpoint.method == Method::Post {
        put("requestBody", body(endpoint.params));
    }
    put("responses", json!({ "200": response(endpoint, schemas) }));
    put("security", security(endpoint));
    Value::Object(operation)
}

fn operation_id(path: &str) -> String {
    path.trim_start_matches("/openapi/").replace(['{', '}'], "").replace('/', "_")
}

fn security(endpoint: &Endpoint) -> Value {
    match endpoint.handler {
        Handler::Visit(_) => json!([]),
        Handler::Call(_) => json!([{ "access_token": [] }, { "bearer": [] }]),
    }
}

fn parameter(method: Method, param: &Param) -> Option<Value> {
    let place = match (param.kind, method) {
        _ if param.name.is_empty() => return None,
        (Kind::Path, _) => "path",
        (_, Method::Get) => "query",
        (_, Method::Post) => return None,
    };
    let required = param.required == Required::Yes;
    let mut schema = of_param(param);
    let about = schema.as_object_mut().and_then(|schema| schema.remove("description"));
    let mut parameter = json!({ "name": param.name, "in": place, "required": required, "schema": schema });
    if let (Some(about), Some(parameter)) = (about, parameter.as_object_mut()) {
        parameter.insert("description".to_owned(), about);
    }
    Some(parameter)
}

fn body(params: &[Param]) -> Value {
    let members = of_members(params);
    let required = members.get("required").is_some() || members.get("anyOf").is_some();
    json!({
        "required": required,
        "content": { "application/json": { "schema": members, "example": sample_of_members(params) } },
    })
}

fn response(endpoint: &Endpoint, schemas: &mut Schemas) -> Value {
    let mut properties = json!({
        "msg": { "type": "string", "description": "`success`, or the reason in Chinese and a detail in English" },
        "code": { "type": "integer", "description": "0 is success" },
    });
    let data = endpoint.reply.schema(schemas).map(|schema| tree(&schema));
    if let (Some(data), Some(properties)) = (data, properties.as_object_mut()) {
        properties.insert("data".to_owned(), data);
    }
    let failure = codes(endpoint).into_iter().find(|code| *code != Code::Unavailable).unwrap_or(Code::Unavailable);
    let mut success = json!({ "msg": "success", "code": 0 });
    if let (Ok(data), Some(success)) = (serde_json::from_str(endpoint.reply.example), success.as_object_mut()) {
        success.insert("data".to_owned(), data);
    }
    json!({
        "description": "Every answer, also a refusal: branch on `code`. Refusals have no `data`",
        "content": { "application/json": {
            "schema": { "type": "object", "required": ["msg", "code"], "properties": properties },
            "examples": {
                "success": { "value": success },
                "refusal": { "value": { "msg": failure.text(), "code": failure.number() } },
            },
        } },
    })
}

/// Completes the examples of success, once all schemas are known, where the endpoint gives none of its own.
pub(super) fn add_samples(paths: &mut Map<String, Value>, schemas: &Map<String, Value>) {
    for operation in paths.values_mut().filter_map(Value::as_object_mut).flat_map(|path| path.values_mut()) {
        let Some(media) = operation.pointer_mut("/responses/200/content/application~1json") else { continue };
        let data = media.pointer("/schema/properties/data").map(|data| sample(data, schemas));
        let example = media.pointer_mut("/examples/success/value").and_then(Value::as_object_mut);
        if let (Some(data), Some(example)) = (data, example) {
            example.entry("data").or_insert(data);
        }
    }
}

/// Every code that the endpoint may answer.
fn codes(endpoint: &Endpoint) -> BTreeSet<Code> {
    let mut codes: BTreeSet<Code> = endpoint.codes.iter().copied().collect();
    codes.extend([Code::Unavailable, Code::TooManyCalls, Code::WrongMethod]);
    if matches!(endpoint.handler, Handler::Visit(_)) {
        return codes;
    }
    codes.extend([Code::Missing, Code::IllegalAccess, Code::NoAccess, Code::AddressRefused]);
    if endpoint.method == Method::Post {
        codes.extend([Code::BadBody, Code::TooMuch]);
    }
    codes.extend((!endpoint.params.is_empty()).then_some(Code::BadValue));
    let pages = endpoint.params.iter().any(|param| matches!(param.kind, Kind::Cursor));
    codes.extend(pages.then_some(Code::BadCursor));
    codes
}

fn description(endpoint: &Endpoint) -> String {
    let mut text = format!("Chapter {}.", endpoint.chapter);
    if let Some(scope) = endpoint.scope {
        // Writing to a text cannot fail.
        let _ = write!(text, " Scope: `{scope}`.");
    }
    if endpoint.deprecated {
        text.push_str(" Deprecated in the public documentation; served without difference.");
    }
    text.push_str("\n\n| code | text | when |\n|---|---|---|\n");
    for code in codes(endpoint) {
        let _ = writeln!(text, "| {} | {} | {} |", code.number(), code.text(), code.meaning());
    }
    text
}

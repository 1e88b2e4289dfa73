//! Compares the shape of an answer with a skeleton of the specification: which members, in which order, of which type.
//!
//! A skeleton is JSON text whose values stand for their types. A member whose name ends in `?` may be absent; `null`
//! is anything; `{}` is any object; `[]` is any list; `[x]` is a list whose items all look like `x`.

use serde_json::{Map, Value};

/// Claims that `actual` has the shape of `skeleton`.
#[track_caller]
pub fn assert_shape(actual: &Value, skeleton: &str) {
    let skeleton: Value = serde_json::from_str(skeleton).expect("a skeleton in JSON");
    if let Err(difference) = compare("$", actual, &skeleton) {
        panic!("{difference}\nin {actual:#}");
    }
}

fn compare(path: &str, actual: &Value, skeleton: &Value) -> Result<(), String> {
    match (actual, skeleton) {
        (_, Value::Null) => Ok(()),
        (Value::Object(actual), Value::Object(skeleton)) if !skeleton.is_empty() => members(path, actual, skeleton),
        (Value::Array(actual), Value::Array(skeleton)) => {
            let Some(item) = skeleton.first() else { return Ok(()) };
            actual.iter().enumerate().try_for_each(|(i, actual)| compare(&format!("{path}[{i}]"), actual, item))
        }
        _ if kind(actual) == kind(skeleton) => Ok(()),
        _ => Err(format!("{path} is {}, expected {}", kind(actual), kind(skeleton))),
    }
}

fn members(path: &str, actual: &Map<String, Value>, skeleton: &Map<String, Value>) -> Result<(), String> {
    let mut given = actual.iter().peekable();
    for (name, expected) in skeleton {
        let (name, optional) = name.strip_suffix('?').map_or((name.as_str(), false), |name| (name, true));
        match given.peek() {
            Some((key, value)) if key.as_str() == name => {
                compare(&format!("{path}.{name}"), value, expected)?;
                given.next();
            }
            _ if optional && !actual.contains_key(name) => {}
            Some((key, _)) => return Err(format!("{path}: expected member {name}, found {key}")),
            None => return Err(format!("{path}: member {name} is missing")),
        }
    }
    given.next().map_or(Ok(()), |(key, _)| Err(format!("{path}: member {key} is unexpected")))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

#[test]
fn the_first_difference_is_named_with_its_path() {
    let actual = serde_json::json!({"a": [{"b": 1}, {"b": "x"}], "c": true});
    let difference = |skeleton: Value| compare("$", &actual, &skeleton).unwrap_err();
    assert_eq!(difference(serde_json::json!({"a": [{"b": 0}], "c": true})), "$.a[1].b is string, expected integer");
    assert_eq!(difference(serde_json::json!({"c": true, "a": []})), "$: expected member c, found a");
    assert_eq!(difference(serde_json::json!({"a": []})), "$: member c is unexpected");
    assert_eq!(difference(serde_json::json!({"a": [], "c": false, "d": 1})), "$: member d is missing");
    assert!(compare("$", &actual, &serde_json::json!({"a": [], "x?": 1, "c": false, "d?": 1})).is_ok());
}

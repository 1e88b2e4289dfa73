//! JSON as a line of a file holds it: borrowed from the line where possible, members in their order.
//!
//! A tree of `serde_json::Value` would copy every text and hash every name; imports read some gigabytes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A value of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl Json<'_> {
    /// Whether it says nothing: `null` is like a member that is not there.
    pub(super) fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }

    /// What kind of value it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "true or false",
            Json::Int(_) | Json::Float(_) => "a number",
            Json::Text(_) => "a text",
            Json::List(_) => "a list",
            Json::Object(_) => "an object",
        }
    }

    /// The same value as others know it.
    pub(super) fn to_value(&self) -> Value {
        match self {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Int(value) => Value::Number((*value).into()),
            Json::Float(value) => Number::from_f64(*value).map_or(Value::Null, Value::Number),
            Json::Text(text) => Value::String(text.to_string()),
            Json::List(items) => items.iter().map(Json::to_value).collect(),
            Json::Object(members) => {
                let members: Map<String, Value> =
                    members.iter().map(|(name, value)| (name.to_string(), value.to_value())).collect();
                Value::Object(members)
            }
        }
    }
}

/// Reads a text that must be an object; its members.
pub(super) fn members(text: &str) -> serde_json::Result<Vec<(Cow<'_, str>, Json<'_>)>> {
    let mut reader = serde_json::Deserializer::from_str(text);
    // As many as a line of this length mostly has: room that is not used costs as much as room that is.
    let members = reader.deserialize_map(MembersReader((text.len() / 24).clamp(4, 64)))?;
    reader.end()?;
    Ok(members)
}

struct MembersReader(usize);

impl<'de> Visitor<'de> for MembersReader {
    type Value = Vec<(Cow<'de, str>, Json<'de>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        object(members, self.0)
    }
}

fn object<'de, A: MapAccess<'de>>(mut members: A, room: usize) -> Result<Vec<(Cow<'de, str>, Json<'de>)>, A::Error> {
    let mut object = Vec::with_capacity(room);
    while let Some((Name(name), value)) = members.next_entry()? {
        object.push((name, value));
    }
    Ok(object)
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        // Larger than any number that is stored: no integer of ours, whatever is done with it.
        Ok(i64::try_from(value).map_or(Json::Float(f64::INFINITY), Json::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Float(value))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Json<'de>, A::Error> {
        object(members, 4).map(Json::Object)
    }
}

/// A member's name; `Cow` by itself would always copy.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name<'de>, D::Error> {
        struct NameReader;
        impl<'de> Visitor<'de> for NameReader {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(NameReader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_without_copying_its_texts() {
        let json: Json<'_> = serde_json::from_str(r#"{"a":"x","b":[1,2.5,null,true],"c":{"\n":"\u0041"}}"#).unwrap();
        let Json::Object(members) = &json else { panic!("{json:?}") };
        assert!(matches!(&members[0], (Cow::Borrowed("a"), Json::Text(Cow::Borrowed("x")))));
        assert!(matches!(&members[2].1, Json::Object(inner) if matches!(&inner[0], (Cow::Owned(_), Json::Text(_)))));
        assert_eq!(json.to_value().to_string(), r#"{"a":"x","b":[1,2.5,null,true],"c":{"\n":"A"}}"#);
    }

    #[test]
    fn a_number_beyond_64_bits_is_no_integer() {
        let json: Json<'_> = serde_json::from_str("18446744073709551615").unwrap();
        assert!(matches!(json, Json::Float(_)));
    }
}

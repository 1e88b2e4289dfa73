//! Query strings: `name=value` pairs, percent-encoded, `+` for a space, the first of duplicates (chapter 00, sections 2 and 6).

use std::borrow::Cow;

use percent_encoding::percent_decode;
use serde_json::{Map, Value};

use crate::param::Param;

/// What a query gives of the parameters of a table.
#[derive(Debug, Default)]
pub(crate) struct Query {
    /// The values, all of them strings.
    pub members: Map<String, Value>,
    /// Parameters whose value is not UTF-8 once decoded.
    pub unreadable: Vec<String>,
}

/// Reads the parameters of a table; others are ignored.
pub(crate) fn read(query: &str, params: &[Param]) -> Query {
    let mut read = Query::default();
    for (name, value) in pairs(query) {
        let Ok(name) = decode(name) else { continue };
        let known = params.iter().any(|p| p.name == name || p.aliases.contains(&name.as_ref()));
        if !known || read.members.contains_key(name.as_ref()) {
            continue;
        }
        let value = if let Ok(value) = decode(value) {
            value.into_owned()
        } else {
            read.unreadable.push(name.clone().into_owned());
            // Stands for a value that was given.
            "?".to_owned()
        };
        read.members.insert(name.into_owned(), Value::String(value));
    }
    read
}

/// The first value of one parameter. `Err` when it is not UTF-8.
pub(crate) fn first<'a>(query: &'a str, wanted: &str) -> Option<Result<Cow<'a, str>, ()>> {
    pairs(query).find(|(name, _)| decode(name).is_ok_and(|name| name == wanted)).map(|(_, value)| decode(value))
}

/// Every pair in order, each side `Err` when it is not UTF-8.
pub(crate) fn decoded(query: &str) -> impl Iterator<Item = (Decoded<'_>, Decoded<'_>)> {
    pairs(query).map(|(name, value)| (decode(name), decode(value)))
}

type Decoded<'a> = Result<Cow<'a, str>, ()>;

fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

fn decode(text: &str) -> Result<Cow<'_, str>, ()> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        return percent_decode(spaced.as_bytes()).decode_utf8().map(|text| Cow::Owned(text.into_owned())).map_err(drop);
    }
    percent_decode(text.as_bytes()).decode_utf8().map_err(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::param::text;

    const TABLE: &[Param] = &[text("a", 9), text("名", 9).aliases(&["c"])];

    #[test]
    fn values_are_decoded_and_the_first_of_duplicates_counts() {
        let read = read("a=1+2%2B3&a=x&%E5%90%8D=%E5%BC%80&b=3&&c", TABLE);
        let expected = serde_json::json!({"a": "1 2+3", "名": "开", "c": ""});
        assert_eq!(Value::Object(read.members), expected);
        assert!(read.unreadable.is_empty());
    }

    #[test]
    fn a_value_that_is_not_utf8_is_named() {
        assert_eq!(read("a=%ff&zz=%ff", TABLE).unreadable, ["a"]);
        assert_eq!(first("t=%ff", "t"), Some(Err(())));
        assert_eq!(first("x=1&t=%41+", "t"), Some(Ok("A ".into())));
        assert_eq!(first("", "t"), None);
    }
}

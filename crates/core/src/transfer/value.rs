//! Single values of a line: what each kind accepts, and how it is kept.

use std::borrow::Cow;

use super::draft::Cell;
use super::format::{Column, Default};
use super::json::Json;
use crate::domain::progress::Attachment;

type Checked<'a> = Result<Cell<'a>, String>;

/// The latest time of 13 digits.
const LAST_TIME: i64 = 9_999_999_999_999;
/// The earliest one.
const FIRST_TIME: i64 = 1_000_000_000_000;

pub(super) fn text(value: Json<'_>, max: usize, trim: bool) -> Checked<'_> {
    let Json::Text(mut text) = value else { return Err(format!("must be a text, not {}", value.kind())) };
    if trim {
        text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
    }
    check_text(&text, max)?;
    Ok(Cell::Text(text))
}

fn check_text(text: &str, max: usize) -> Result<(), String> {
    // As many bytes as characters at least: counting is rarely needed.
    if text.len() > max && text.chars().count() > max {
        return Err(format!("is longer than {max} characters"));
    }
    if text.contains('\0') {
        return Err("holds the character U+0000".to_owned());
    }
    Ok(())
}

/// An integer: also `1.0`, also digits in a text.
pub(super) fn integer(value: &Json<'_>) -> Option<i64> {
    match value {
        Json::Int(number) => Some(*number),
        // The format writes integers without point and exponent, so that no lossy cast is needed.
        Json::Float(number) if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 => {
            format!("{number:.0}").parse().ok()
        }
        Json::Text(text) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            if plain { text.parse().ok() } else { None }
        }
        _ => None,
    }
}

pub(super) fn int<'a>(value: &Json<'_>, min: i64, max: i64) -> Checked<'a> {
    let number = integer(value).ok_or_else(|| format!("must be an integer, not {}", value.kind()))?;
    if (min..=max).contains(&number) {
        Ok(Cell::Int(number))
    } else if max == i64::MAX {
        Err(format!("must be {min} or more"))
    } else {
        Err(format!("must be from {min} to {max}"))
    }
}

pub(super) fn one_of<'a>(value: &Json<'_>, values: &[i64]) -> Checked<'a> {
    integer(value).filter(|number| values.contains(number)).map(Cell::Int).ok_or_else(|| {
        let values: Vec<String> = values.iter().map(i64::to_string).collect();
        format!("must be one of {}", values.join(", "))
    })
}

pub(super) fn word<'a>(value: Json<'a>, words: &[&str]) -> Checked<'a> {
    match value {
        Json::Text(text) if words.contains(&&*text) => Ok(Cell::Text(text)),
        _ => Err(format!("must be one of {}", words.join(", "))),
    }
}

pub(super) fn flag<'a>(value: &Json<'_>) -> Checked<'a> {
    match value {
        Json::Bool(flag) => Ok(Cell::Int(i64::from(*flag))),
        Json::Int(number @ 0..=1) => Ok(Cell::Int(*number)),
        _ => Err("must be true or false".to_owned()),
    }
}

pub(super) fn time<'a>(value: &Json<'_>) -> Checked<'a> {
    match integer(value) {
        Some(0) => Ok(Cell::Int(0)),
        Some(time) if (FIRST_TIME..=LAST_TIME).contains(&time) => Ok(Cell::Int(time)),
        _ => Err("must be a time in milliseconds, 13 digits, or 0".to_owned()),
    }
}

pub(super) fn json_list<'a>(value: &Json<'_>) -> Checked<'a> {
    // Extended attributes come as the API shows them, too: an object around the list.
    let inner = match value {
        Json::Object(members) => members.iter().find(|(name, _)| name == "attrs").map(|(_, value)| value),
        _ => Some(value),
    };
    match inner {
        Some(Json::List(items)) if items.is_empty() => Ok(Cell::Text(Cow::Borrowed(""))),
        Some(list @ Json::List(items)) if items.iter().all(|item| matches!(item, Json::Object(_))) => json(list),
        _ => Err("must be a list of objects".to_owned()),
    }
}

pub(super) fn json_object<'a>(value: &Json<'_>) -> Checked<'a> {
    match value {
        Json::Object(members) if members.is_empty() => Ok(Cell::Text(Cow::Borrowed(""))),
        Json::Object(_) => json(value),
        _ => Err("must be an object".to_owned()),
    }
}

fn json<'a>(value: &Json<'_>) -> Checked<'a> {
    let text = value.to_value().to_string();
    if text.contains("\\u0000") {
        return Err("holds the character U+0000".to_owned());
    }
    check_text(&text, 100_000)?;
    Ok(Cell::Text(Cow::Owned(text)))
}

/// `[{"name","type","size","url"}]`; only the address is needed.
pub(super) fn attachments<'a>(value: &Json<'_>) -> Checked<'a> {
    let reason = || "must be a list of {name, type, size, url}".to_owned();
    let Json::List(items) = value else { return Err(reason()) };
    if items.is_empty() {
        return Ok(Cell::Text(Cow::Borrowed("")));
    }
    let files: Option<Vec<Attachment>> = items.iter().map(attachment).collect();
    let text = serde_json::to_string(&files.ok_or_else(reason)?).map_err(|_| reason())?;
    if text.contains("\\u0000") {
        Err("holds the character U+0000".to_owned())
    } else {
        Ok(Cell::Text(Cow::Owned(text)))
    }
}

fn attachment(item: &Json<'_>) -> Option<Attachment> {
    let Json::Object(members) = item else { return None };
    let mut file = Attachment { name: String::new(), r#type: 0, size: String::new(), url: String::new() };
    for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        match (&**name, value) {
            ("name", Json::Text(text)) => file.name = text.to_string(),
            ("type", value) => file.r#type = integer(value)?,
            ("size", Json::Text(text)) => file.size = text.to_string(),
            ("size", Json::Int(size)) => file.size = size.to_string(),
            ("url", Json::Text(text)) => file.url = text.to_string(),
            _ => return None,
        }
    }
    (!file.url.is_empty()).then_some(file)
}

/// Addresses joined by commas; a comma inside one is written `%2C`, as the API does.
pub(super) fn joined<'a>(value: &Json<'_>, max: usize) -> Checked<'a> {
    let Json::List(items) = value else { return Err("must be a list of texts".to_owned()) };
    if items.len() > max {
        return Err(format!("has more than {max} items"));
    }
    let mut urls = Vec::with_capacity(items.len());
    for item in items {
        let Json::Text(url) = item else { return Err("must be a list of texts".to_owned()) };
        check_text(url, 2_048)?;
        urls.push(url.replace(',', "%2C"));
    }
    Ok(Cell::Text(Cow::Owned(urls.join(","))))
}

/// Whether a text is a label: a whole number from 1 on, in its shortest form.
pub(super) fn is_label(text: &str) -> bool {
    text.parse::<i64>().is_ok_and(|label| (1..=2_147_483_647).contains(&label) && label.to_string() == text)
}

/// What a member is when the object around it is given without it.
pub(super) fn default_cell<'a>(column: &Column) -> Cell<'a> {
    match column.default {
        Default::Int(number) => Cell::Int(number),
        Default::Text(text) => Cell::Text(Cow::Borrowed(text)),
        _ => Cell::Absent,
    }
}

/// The number that a member is when it is not given.
pub(super) fn default_int(column: &Column) -> Option<i64> {
    match column.default {
        Default::Int(number) => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json<'_> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn integers_are_numbers_without_fraction_and_digits() {
        for (text, number) in [("7", Some(7)), ("7.0", Some(7)), ("\"7\"", Some(7)), ("\"-7\"", Some(-7))] {
            assert_eq!(integer(&json(text)), number, "{text}");
        }
        for text in ["7.5", "\"7x\"", "true", "1e300", "\"\"", "[]"] {
            assert_eq!(integer(&json(text)), None, "{text}");
        }
    }

    #[test]
    fn times_are_milliseconds() {
        assert!(time(&json("1690000000")).is_err());
        assert_eq!(time(&json("1690000000000")), Ok(Cell::Int(1_690_000_000_000)));
        assert_eq!(time(&json("0")), Ok(Cell::Int(0)));
    }

    #[test]
    fn files_need_an_address_only() {
        let cell = attachments(&json(r#"[{"url":"https://x.cn/a","size":7,"type":"3"}]"#)).unwrap();
        let text = r#"[{"name":"","type":3,"size":"7","url":"https://x.cn/a"}]"#;
        assert_eq!(cell, Cell::Text(Cow::Borrowed(text)));
        assert!(attachments(&json(r#"[{"name":"x"}]"#)).is_err());
    }

    #[test]
    fn texts_are_counted_in_characters() {
        assert!(text(json("\"四个汉字\""), 4, false).is_ok());
        assert!(text(json("\"五个汉字。\""), 4, false).is_err());
        assert!(text(json("\"a\\u0000\""), 4, false).is_err());
        assert_eq!(text(json("\" a \""), 4, true), Ok(Cell::Text(Cow::Borrowed("a"))));
    }
}

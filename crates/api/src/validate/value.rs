//! Single values: what counts as an integer, a time, a day …, and the messages for what does not.

use kailing_core::amount::Amount;
use kailing_core::refusal::{Code, Verdict};
use kailing_core::time::parse_day;
use serde_json::Value;

use super::{At, Rules, Source};
use crate::input::Slot;

pub(super) fn string(value: Value, at: &At<'_>) -> Verdict<String> {
    match value {
        Value::String(text) if text.contains('\0') => Err(at.bad("must not contain U+0000")),
        Value::String(text) => Ok(text),
        _ => Err(at.bad("must be a string")),
    }
}

pub(super) fn short(value: Value, max: usize, at: &At<'_>) -> Verdict<String> {
    let text = string(value, at)?;
    // Fewer bytes than allowed characters need no counting.
    if text.len() > max && text.chars().count() > max {
        return Err(at.bad(&format!("must not have more than {max} characters")));
    }
    Ok(text)
}

pub(super) fn text(value: Value, max: usize, trimmed: bool, at: &At<'_>) -> Verdict<Slot> {
    if !trimmed {
        return Ok(Slot::Text(short(value, max, at)?));
    }
    let text = string(value, at)?.trim().to_owned();
    let text = short(Value::String(text), max, at)?;
    Ok(if text.is_empty() { Slot::Empty } else { Slot::Text(text) })
}

pub(super) fn word(text: String, words: &[&str], at: &At<'_>) -> Verdict<Slot> {
    if words.contains(&text.as_str()) {
        return Ok(Slot::Text(text));
    }
    Err(at.bad(&format!("must be one of {}", words.join(", "))))
}

pub(super) fn label(value: Value, at: &At<'_>) -> Verdict<Slot> {
    match value {
        Value::Number(_) => Ok(Slot::Text(integer(&value, i64::MIN, i64::MAX, at)?.to_string())),
        Value::String(_) => Ok(Slot::Text(string(value, at)?)),
        _ => Err(at.bad("must be a string or an integer")),
    }
}

pub(super) fn integer(value: &Value, min: i64, max: i64, at: &At<'_>) -> Verdict<i64> {
    let number = as_integer(value, min < 0).ok_or_else(|| at.bad("must be an integer"))?;
    if (min..=max).contains(&number) {
        return Ok(number);
    }
    Err(at.bad(&match (min, max) {
        (_, i64::MAX) => format!("must not be less than {min}"),
        _ => format!("must be between {min} and {max}"),
    }))
}

/// A JSON integer, also written `1.0`, or a string of digits.
pub(crate) fn as_integer(value: &Value, signed: bool) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => {
            let digits = if signed { text.strip_prefix('-').unwrap_or(text) } else { text };
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            if plain { text.parse().ok() } else { None }
        }
        _ => None,
    }
}

fn whole(number: f64) -> Option<i64> {
    // Through text: a cast could round or saturate unnoticed.
    if number.fract() == 0.0 { format!("{number:.0}").parse().ok() } else { None }
}

pub(super) fn one_of(value: &Value, values: &[i64], at: &At<'_>) -> Verdict<Slot> {
    let number = as_integer(value, values.iter().any(|v| *v < 0)).ok_or_else(|| at.bad("must be an integer"))?;
    if values.contains(&number) {
        return Ok(Slot::Int(number));
    }
    let allowed: Vec<String> = values.iter().map(i64::to_string).collect();
    Err(at.bad(&format!("must be one of {}", allowed.join(", "))))
}

pub(super) fn amount(value: &Value, at: &At<'_>) -> Verdict<Slot> {
    let amount = value.as_number().and_then(Amount::of);
    let reason = "must be a number from 0 to 999999999999.99 with at most 2 decimals";
    amount.map(|amount| Slot::Int(amount.0)).ok_or_else(|| at.bad(reason))
}

pub(super) fn millis(value: &Value, at: &At<'_>) -> Verdict<Slot> {
    match as_integer(value, false) {
        Some(time @ 1_000_000_000_000..=9_999_999_999_999) => Ok(Slot::Int(time)),
        _ => Err(at.bad("must be epoch milliseconds of 13 digits")),
    }
}

pub(super) fn day(value: Value, at: &At<'_>) -> Verdict<Slot> {
    parse_day(&string(value, at)?).map(Slot::Day).ok_or_else(|| at.bad("must be a day, yyyy-MM-dd"))
}

pub(super) fn flag(value: &Value, at: &At<'_>, source: Source) -> Verdict<Slot> {
    match (value, source) {
        (Value::Bool(flag), _) => Ok(Slot::Flag(*flag)),
        (Value::String(text), Source::Query) if text.eq_ignore_ascii_case("true") || text == "1" => {
            Ok(Slot::Flag(true))
        }
        (Value::String(text), Source::Query) if text.eq_ignore_ascii_case("false") || text == "0" => {
            Ok(Slot::Flag(false))
        }
        _ => Err(at.bad("must be true or false")),
    }
}

pub(super) fn cursor(value: Value, at: &At<'_>, rules: &Rules<'_>) -> Verdict<Slot> {
    // The documentation types the cursor of the first page now as "", now as 0.
    if as_integer(&value, false) == Some(0) {
        return Ok(Slot::Empty);
    }
    let text = match value {
        Value::Number(number) => number.to_string(),
        value => string(value, at)?,
    };
    let position = (rules.open_cursor)(&text)
        .ok_or_else(|| Code::BadCursor.because(format!("{at} is not a cursor of this endpoint")))?;
    Ok(Slot::Cursor(position))
}

pub(super) fn no_nul(key: &str, value: &Value, parent: &At<'_>) -> Verdict<()> {
    let at = At::Member(parent, key);
    match value {
        _ if key.contains('\0') => Err(parent.bad("must not contain U+0000")),
        Value::String(text) if text.contains('\0') => Err(at.bad("must not contain U+0000")),
        Value::Array(items) => items.iter().enumerate().try_for_each(|(i, item)| match item {
            Value::String(text) if text.contains('\0') => Err(At::Item(&at, i).bad("must not contain U+0000")),
            Value::Object(object) => object.iter().try_for_each(|(k, v)| no_nul(k, v, &At::Item(&at, i))),
            _ => Ok(()),
        }),
        Value::Object(object) => object.iter().try_for_each(|(k, v)| no_nul(k, v, &at)),
        _ => Ok(()),
    }
}

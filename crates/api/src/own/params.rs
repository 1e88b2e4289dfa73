//! Parameters of a query, each checked on its own and named when it is wrong. What is unknown or given twice is
//! refused: a filter with a slip of the pen must not let everything through.

use std::borrow::Cow;

use kailing_core::refusal::{Code, Refusal, Verdict};

use crate::query;

/// The parameters of one call.
#[derive(Debug)]
pub(super) struct Params<'a> {
    given: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Params<'a> {
    /// Takes a query apart; `known` are the names that it may have. An empty value counts as absent.
    pub(super) fn read(query: &'a str, known: &[&str]) -> Verdict<Params<'a>> {
        let mut given: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::new();
        for (name, value) in query::decoded(query) {
            let name = name.map_err(|()| wrong("the query", "holds a name that is not UTF-8"))?;
            if !known.contains(&name.as_ref()) {
                return Err(wrong(&shown(&name), &format!("is no parameter here; they are {}", known.join(", "))));
            }
            let value = value.map_err(|()| wrong(&name, "is not UTF-8"))?;
            if given.iter().any(|(other, _)| *other == name) {
                return Err(wrong(&name, "is given twice"));
            }
            given.push((name, value));
        }
        Ok(Params { given })
    }

    /// A text, unless it is absent or empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let found = self.given.iter().find(|(given, _)| given == name)?;
        Some(found.1.as_ref()).filter(|value| !value.is_empty())
    }

    /// A whole number between two bounds.
    pub(super) fn number(&self, name: &str, least: i64, most: i64) -> Verdict<Option<i64>> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse::<i64>().ok().filter(|number| digits && (least..=most).contains(number));
        match number {
            Some(number) => Ok(Some(number)),
            None if most == i64::MAX => Err(wrong(name, &format!("is no whole number from {least} on"))),
            None => Err(wrong(name, &format!("is no whole number from {least} to {most}"))),
        }
    }
}

/// A parameter is wrong.
pub(super) fn wrong(name: &str, why: &str) -> Refusal {
    Code::BadValue.because(format!("{name} {why}"))
}

/// The beginning of what a caller sent, fit to be repeated.
pub(super) fn shown(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { '?' } else { c });
    format!("`{}`", plain.take(50).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(query: &str) -> String {
        let read = Params::read(query, &["after", "limit"]);
        read.and_then(|params| params.number("limit", 1, 10).map(drop)).unwrap_err().detail().to_owned()
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (query, part) in [
            ("limit=0", "limit is no whole number from 1 to 10"),
            ("limit=11", "limit"),
            ("limit=+3", "limit"),
            ("limit=%2B3", "limit"),
            ("limit=99999999999999999999", "limit"),
            ("limit=%ff", "limit is not UTF-8"),
            ("limit=1&limit=2", "limit is given twice"),
            ("type=a", "`type` is no parameter here; they are after, limit"),
            ("%ff=1", "not UTF-8"),
        ] {
            assert!(refused(query).contains(part), "{query}: {}", refused(query));
        }
    }

    #[test]
    fn an_empty_parameter_is_absent() {
        let params = Params::read("after=&limit=7&&", &["after", "limit"]).unwrap();
        assert_eq!((params.text("after"), params.number("limit", 1, 10).unwrap()), (None, Some(7)));
    }
}

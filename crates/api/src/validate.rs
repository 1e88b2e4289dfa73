//! The one validator: a parameter table and the members of a call give an [`Input`] or a refusal.
//!
//! Three walks over all parameters, in the order of chapter 00, section 5: what is required is there (1000),
//! no list is too long (1012), every value has its type, length and form (1013, 1014).

mod value;

use std::fmt;

use kailing_core::context::Profile;
use kailing_core::cursor::Position;
use kailing_core::refusal::{Code, Refusal, Verdict};
use serde_json::{Map, Value};

use crate::input::{Input, Item, Slot, is_filled};
use crate::param::{Kind, Param, Required};
pub(crate) use value::as_integer;
use value::{amount, cursor, day, flag, integer, label, millis, no_nul, one_of, short, string, text, word};

/// What validation needs to know beside the table.
pub(crate) struct Rules<'a> {
    /// Limits of the deployment.
    pub profile: Profile,
    /// Where the members come from: queries spell booleans differently.
    pub source: Source,
    /// Opens a cursor of this endpoint and tenant.
    pub open_cursor: &'a dyn Fn(&str) -> Option<Position>,
    /// Query parameters that are not UTF-8.
    pub unreadable: &'a [String],
}

/// Where the members of a call come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Query,
    Body,
}

/// Where a value stands, for messages such as `contact_list[3].id is required`.
#[derive(Clone, Copy)]
enum At<'a> {
    Root,
    Member(&'a At<'a>, &'a str),
    Item(&'a At<'a>, usize),
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Root => Ok(()),
            At::Member(At::Root, name) => f.write_str(name),
            At::Member(parent, name) => write!(f, "{parent}.{name}"),
            At::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

impl At<'_> {
    fn bad(&self, reason: &str) -> Refusal {
        Code::BadValue.because(format!("{self} {reason}"))
    }
}

/// Validates the members of a call against its table.
pub(crate) fn validate(params: &'static [Param], mut members: Map<String, Value>, rules: &Rules<'_>) -> Verdict<Input> {
    settle(params, &mut members);
    require(params, &members, &At::Root, rules.profile)?;
    measure(params, &members, &At::Root, rules.profile)?;
    for param in params {
        let spellings = || std::iter::once(&param.name).chain(param.aliases);
        if let Some(name) = rules.unreadable.iter().find(|name| spellings().any(|known| known == name)) {
            return Err(Code::BadValue.because(format!("{name} must be valid UTF-8")));
        }
    }
    read(params, members, &At::Root, rules)
}

/// Moves every value to the main spelling of its parameter: the first spelling that is filled counts.
fn settle(params: &[Param], members: &mut Map<String, Value>) {
    for param in params {
        let other = param.aliases.iter().find(|alias| is_filled(members, alias));
        if let Some(other) = other.filter(|_| !is_filled(members, param.name))
            && let Some(value) = members.remove(*other)
        {
            members.insert(param.name.to_owned(), value);
        }
        if let Kind::Items { or_one: true, .. } = param.kind
            && let Some(one @ Value::Object(_)) = members.get_mut(param.name)
        {
            *one = Value::Array(vec![one.take()]);
        }
        for (inner, item) in items_of(param, members.get_mut(param.name)) {
            settle(inner, item);
        }
    }
}

/// The objects inside a value whose members the table knows.
fn items_of<'a>(param: &Param, value: Option<&'a mut Value>) -> Vec<(&'static [Param], &'a mut Map<String, Value>)> {
    match (param.kind, value) {
        (Kind::Record(inner), Some(Value::Object(object))) => vec![(inner, object)],
        (Kind::List { items, .. } | Kind::Items { whole: items, .. }, Some(Value::Array(values))) => {
            values.iter_mut().filter_map(Value::as_object_mut).map(|object| (items, object)).collect()
        }
        _ => Vec::new(),
    }
}

fn require(params: &[Param], members: &Map<String, Value>, at: &At<'_>, profile: Profile) -> Verdict<()> {
    for param in params {
        let missing = match (param.kind, param.required) {
            (Kind::OneRequired(names), _) => {
                let none = !names.iter().any(|name| is_filled(members, name));
                none.then(|| format!("at least one of {} is required", names.join(", ")))
            }
            (Kind::Missing(rule), _) => rule(members).map(|name| format!("{name} is required")),
            (_, Required::Yes) => {
                is_missing(param, members).then(|| format!("{} is required", At::Member(at, param.name)))
            }
            (_, Required::InStrict(Code::Missing)) if profile == Profile::Strict => {
                is_missing(param, members).then(|| format!("{} is required", At::Member(at, param.name)))
            }
            _ => None,
        };
        if let Some(detail) = missing {
            return Err(Code::Missing.because(detail));
        }
        inside(param, members, at, |inner, item, at| require(inner, item, at, profile))?;
    }
    Ok(())
}

fn is_missing(param: &Param, members: &Map<String, Value>) -> bool {
    match (param.kind, members.get(param.name)) {
        (Kind::Text { trimmed: true, .. }, Some(Value::String(text))) => text.trim().is_empty(),
        _ => !is_filled(members, param.name),
    }
}

fn measure(params: &[Param], members: &Map<String, Value>, at: &At<'_>, profile: Profile) -> Verdict<()> {
    for param in params {
        let Some(limit) = param.kind.limit() else { continue };
        let limit = limit.of(profile);
        if members.get(param.name).and_then(Value::as_array).is_some_and(|items| items.len() > limit) {
            let at = At::Member(at, param.name);
            return Err(Code::TooMuch.because(format!("{at} must not have more than {limit} items")));
        }
    }
    for param in params {
        inside(param, members, at, |inner, item, at| measure(inner, item, at, profile))?;
    }
    Ok(())
}

/// Walks into the objects whose members the table knows. Values of another type are left to [`read`].
fn inside(
    param: &Param,
    members: &Map<String, Value>,
    at: &At<'_>,
    mut walk: impl FnMut(&'static [Param], &Map<String, Value>, &At<'_>) -> Verdict<()>,
) -> Verdict<()> {
    let at = At::Member(at, param.name);
    match (param.kind, members.get(param.name)) {
        (Kind::Record(inner), Some(Value::Object(object))) => walk(inner, object, &at),
        (Kind::List { items, .. } | Kind::Items { whole: items, .. }, Some(Value::Array(values))) => {
            for (index, value) in values.iter().enumerate() {
                if let Value::Object(object) = value {
                    walk(items, object, &At::Item(&at, index))?;
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn read(params: &'static [Param], mut members: Map<String, Value>, at: &At<'_>, rules: &Rules<'_>) -> Verdict<Input> {
    let mut input = Input { slots: Vec::with_capacity(params.len()) };
    for param in params {
        if let Kind::DayOrder(first, second) = param.kind {
            ordered(&input, first, second)?;
        }
        if param.name.is_empty() {
            continue;
        }
        let value = members.get_mut(param.name).map_or(Value::Null, Value::take);
        let here = At::Member(at, param.name);
        let slot = value_of(param, value, &here, rules)?;
        if let (Required::InStrict(code), Slot::Absent | Slot::Empty) = (param.required, &slot)
            && rules.profile == Profile::Strict
        {
            return Err(code.because(format!("{here} is required")));
        }
        input.slots.push((param.name, slot));
    }
    Ok(input)
}

fn ordered(input: &Input, first: &str, second: &str) -> Verdict<()> {
    match (input.day(first), input.day(second)) {
        (Some(from), Some(to)) if from > to => {
            Err(Code::BadValue.because(format!("{first} must not be after {second}")))
        }
        _ => Ok(()),
    }
}

fn value_of(param: &Param, value: Value, at: &At<'_>, rules: &Rules<'_>) -> Verdict<Slot> {
    match (param.kind, value) {
        (_, Value::Null) => Ok(Slot::Absent),
        (Kind::Raw, value) => Ok(Slot::Raw(value)),
        (Kind::Text { filled: true, trimmed, .. }, Value::String(text))
            if text.is_empty() || trimmed && text.trim().is_empty() =>
        {
            Err(at.bad("must not be empty"))
        }
        (_, Value::String(text)) if text.is_empty() => Ok(Slot::Empty),
        (Kind::Text { max, trimmed, .. }, value) => text(value, max, trimmed, at),
        (Kind::Id | Kind::Path, value) => Ok(Slot::Text(string(value, at)?)),
        (Kind::Word(words), value) => word(string(value, at)?, words, at),
        (Kind::Label, value) => label(value, at),
        (Kind::Int { min, max }, value) => Ok(Slot::Int(integer(&value, min, max, at)?)),
        (Kind::Enum(values), value) => one_of(&value, values, at),
        (Kind::Amount, value) => amount(&value, at),
        (Kind::Millis, value) => millis(&value, at),
        (Kind::Day, value) => day(value, at),
        (Kind::Flag, value) => flag(&value, at, rules.source),
        (Kind::Cursor, value) => cursor(value, at, rules),
        (Kind::Object, Value::Object(object)) => {
            object.iter().try_for_each(|(k, v)| no_nul(k, v, at)).map(|()| Slot::Object(object))
        }
        (Kind::Record(inner), Value::Object(object)) => Ok(Slot::Record(Box::new(read(inner, object, at, rules)?))),
        (Kind::Object | Kind::Record(_), _) => Err(at.bad("must be an object")),
        (_, Value::Array(items)) if items.is_empty() => Ok(Slot::Empty),
        (kind, Value::Array(items)) => list(kind, items, at, rules),
        _ => Err(at.bad("must be an array")),
    }
}

fn list(kind: Kind, values: Vec<Value>, at: &At<'_>, rules: &Rules<'_>) -> Verdict<Slot> {
    let numbered = |values: Vec<Value>| values.into_iter().enumerate();
    Ok(match kind {
        Kind::Ids(_) => {
            Slot::Texts(numbered(values).map(|(i, v)| string(v, &At::Item(at, i))).collect::<Verdict<_>>()?)
        }
        Kind::Texts { max, .. } => {
            Slot::Texts(numbered(values).map(|(i, v)| short(v, max, &At::Item(at, i))).collect::<Verdict<_>>()?)
        }
        Kind::List { items, .. } => {
            let item = |(i, value)| match value {
                Value::Object(object) => read(items, object, &At::Item(at, i), rules),
                _ => Err(At::Item(at, i).bad("must be an object")),
            };
            Slot::List(numbered(values).map(item).collect::<Verdict<_>>()?)
        }
        Kind::Items { whole, each, .. } => {
            let item = |(i, value)| match value {
                Value::Object(object) => item(whole, each, object, &At::Item(at, i), rules),
                _ => Err(At::Item(at, i).bad("must be an object")),
            };
            Slot::Items(numbered(values).map(item).collect::<Verdict<_>>()?)
        }
        _ => Slot::RawList(values),
    })
}

/// An item that stands on its own: the same three walks over its other members, whose faults stay with it.
fn item(
    whole: &'static [Param],
    each: &'static [Param],
    mut members: Map<String, Value>,
    at: &At<'_>,
    rules: &Rules<'_>,
) -> Verdict<Item> {
    let own = whole.iter().filter_map(|param| Some((param.name.to_owned(), members.get(param.name)?.clone())));
    let whole = read(whole, own.collect(), at, rules)?;
    settle(each, &mut members);
    let checked = require(each, &members, at, rules.profile).and_then(|()| measure(each, &members, at, rules.profile));
    Ok(Item { whole, each: checked.and_then(|()| read(each, members, at, rules)) })
}

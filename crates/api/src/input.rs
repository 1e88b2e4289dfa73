//! The validated input of a call, by the names of the parameter table.

use jiff::civil::Date;
use kailing_core::cursor::Position;
use kailing_core::refusal::Verdict;
use serde_json::{Map, Value};

/// The values of a call, or of one item of a list. Asking for a name that the table does not hold is a
/// mistake of the programmer and answers as if it were absent.
#[derive(Debug, Default)]
pub struct Input {
    pub(crate) slots: Vec<(&'static str, Slot)>,
}

/// What a parameter holds after validation.
#[derive(Debug, Default)]
pub(crate) enum Slot {
    #[default]
    Absent,
    /// Given as `""` or `[]`.
    Empty,
    Text(String),
    Texts(Vec<String>),
    Int(i64),
    Day(Date),
    Flag(bool),
    Cursor(Position),
    Object(Map<String, Value>),
    Record(Box<Input>),
    List(Vec<Input>),
    Items(Vec<Item>),
    Raw(Value),
    RawList(Vec<Value>),
}

/// An item of a list whose items stand on their own.
#[derive(Debug)]
pub struct Item {
    /// The members that the whole call depends on.
    pub whole: Input,
    /// The other members, or why the item fails.
    pub each: Verdict<Input>,
}

/// What an update says about a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// Absent or null: leave it as it is.
    Absent,
    /// `""` or `[]`: clear it.
    Clear,
    /// A value, read by the getter of its kind.
    Value,
}

impl Input {
    fn slot(&self, name: &str) -> &Slot {
        let found = self.slots.iter().find(|(known, _)| *known == name);
        debug_assert!(found.is_some(), "{name} is not in the parameter table");
        found.map_or(&Slot::Absent, |(_, slot)| slot)
    }

    /// What an update says about the member.
    pub fn given(&self, name: &str) -> Given {
        match self.slot(name) {
            Slot::Absent => Given::Absent,
            Slot::Empty => Given::Clear,
            _ => Given::Value,
        }
    }

    /// A text, id, word, label or path segment; `None` when absent or `""`.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.slot(name) {
            Slot::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text for a call where absent and `""` mean the same.
    pub fn str(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    /// A text for an update: `None` leaves it, `Some("")` clears it.
    pub fn edited(&self, name: &str) -> Option<&str> {
        match self.slot(name) {
            Slot::Text(text) => Some(text),
            Slot::Empty => Some(""),
            _ => None,
        }
    }

    /// An integer, enum value or time.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.slot(name) {
            Slot::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// An integer for an update: `None` leaves it, `Some(0)` also for `""`.
    pub fn edited_int(&self, name: &str) -> Option<i64> {
        match self.slot(name) {
            Slot::Int(value) => Some(*value),
            Slot::Empty => Some(0),
            _ => None,
        }
    }

    /// A day.
    pub fn day(&self, name: &str) -> Option<Date> {
        match self.slot(name) {
            Slot::Day(day) => Some(*day),
            _ => None,
        }
    }

    /// A boolean; absent is false.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.slot(name), Slot::Flag(true))
    }

    /// A list of ids or texts; absent is empty.
    pub fn ids(&self, name: &str) -> Vec<String> {
        self.texts(name).to_vec()
    }

    /// A list of ids or texts without a copy; absent is empty.
    pub fn texts(&self, name: &str) -> &[String] {
        match self.slot(name) {
            Slot::Texts(texts) => texts,
            _ => &[],
        }
    }

    /// Takes a list of ids or texts out, for the hot paths.
    pub fn take_ids(&mut self, name: &str) -> Vec<String> {
        match self.slots.iter_mut().find(|(known, _)| *known == name) {
            Some((_, Slot::Texts(texts))) => std::mem::take(texts),
            _ => Vec::new(),
        }
    }

    /// Where the page begins; `None` for the first one.
    pub fn cursor(&self) -> Option<&Position> {
        match self.slot("cursor") {
            Slot::Cursor(position) => Some(position),
            _ => None,
        }
    }

    /// A free object.
    pub fn object(&self, name: &str) -> Option<&Map<String, Value>> {
        match self.slot(name) {
            Slot::Object(object) => Some(object),
            _ => None,
        }
    }

    /// An object with known members.
    pub fn record(&self, name: &str) -> Option<&Input> {
        match self.slot(name) {
            Slot::Record(record) => Some(record),
            _ => None,
        }
    }

    /// A list of objects with known members; absent is empty.
    pub fn list(&self, name: &str) -> &[Input] {
        match self.slot(name) {
            Slot::List(items) => items,
            _ => &[],
        }
    }

    /// A list of objects that stand on their own; absent is empty.
    pub fn items(&self, name: &str) -> &[Item] {
        match self.slot(name) {
            Slot::Items(items) => items,
            _ => &[],
        }
    }

    /// A value that the handler judges itself; `None` when absent or null. `""` is a value here.
    pub fn raw(&self, name: &str) -> Option<&Value> {
        match self.slot(name) {
            Slot::Raw(value) => Some(value),
            _ => None,
        }
    }

    /// A list of values that the handler judges itself; absent is empty.
    pub fn raw_list(&self, name: &str) -> &[Value] {
        match self.slot(name) {
            Slot::RawList(values) => values,
            _ => &[],
        }
    }
}

/// Whether a member counts as given where it is required: not absent, null, `""` or `[]`.
pub fn is_filled(members: &Map<String, Value>, name: &str) -> bool {
    members.get(name).is_some_and(|value| !is_empty(value))
}

pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

//! An object with its lists as the tables hold it, and how a line changes it.

use std::sync::Arc;

use serde_json::Value as Tree;

use super::draft::{Cell, Node};
use super::format::{Column, Default, Kind, List, Shape};
use super::parse::Fields;
use crate::domain::custom;
use crate::store::db::Value;
use crate::store::transfer::Defaults;

/// An object, or an item of a list: the values of the columns of its shape, references as inner ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// In the order of the shape's columns; those without a column of a table are null.
    pub values: Vec<Value>,
    /// In the order of the shape's lists.
    pub lists: Vec<Vec<Object>>,
}

/// An object and what tells it from others.
#[derive(Clone, Debug)]
pub struct Keyed {
    /// The inner id.
    pub id: i64,
    /// The id on the wire, or what stands for it.
    pub key: String,
    /// Everything else.
    pub object: Object,
}

/// What a tenant gives to new objects whose line does not say.
#[derive(Clone, Debug)]
pub(super) struct Givens {
    /// The time of the import.
    pub(super) now: i64,
    pub(super) defaults: Defaults,
    pub(super) fields: Arc<Fields>,
}

impl Object {
    /// The integer in a column, 0 when there is none.
    pub fn int(&self, at: Option<usize>) -> i64 {
        match at.and_then(|at| self.values.get(at)) {
            Some(Value::Int(number)) => *number,
            _ => 0,
        }
    }

    /// The text in a column, `""` when there is none.
    pub fn text(&self, at: Option<usize>) -> &str {
        match at.and_then(|at| self.values.get(at)) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }
}

/// What becomes of an object: what its line says, else what is stored, else the defaults.
pub(super) fn merge(shape: &'static Shape, line: Node<'static>, stored: Option<&Object>, givens: &Givens) -> Object {
    merge_at(shape, line, stored, givens, None)
}

fn merge_at(
    shape: &'static Shape,
    line: Node<'static>,
    stored: Option<&Object>,
    givens: &Givens,
    object_time: Option<i64>,
) -> Object {
    let mut values = Vec::with_capacity(shape.columns.len());
    for (at, (column, cell)) in shape.columns.iter().zip(line.cells).enumerate() {
        let old = stored.and_then(|stored| stored.values.get(at));
        values.push(value(column, cell, old, givens, object_time));
    }
    fill_from_others(shape, &mut values, stored.is_none());
    let made = shape.position("create_time");
    let time = object_time.or_else(|| match made.and_then(|at| values.get(at)) {
        Some(Value::Int(time)) => Some(*time),
        _ => None,
    });
    let mut lists = Vec::with_capacity(shape.lists.len());
    for (at, (list, items)) in shape.lists.iter().zip(line.lists).enumerate() {
        let old = stored.and_then(|stored| stored.lists.get(at)).map_or(&[][..], Vec::as_slice);
        lists.push(match items {
            None => old.to_vec(),
            Some(items) => merge_list(list, items, old, givens, time),
        });
    }
    Object { values, lists }
}

fn value(
    column: &'static Column,
    cell: Cell<'static>,
    old: Option<&Value>,
    givens: &Givens,
    time: Option<i64>,
) -> Value {
    match cell {
        _ if column.column.is_empty() => Value::Null,
        Cell::Int(number) => Value::Int(number),
        Cell::Text(text) => kept_if_same(column, Value::Text(text), old),
        Cell::Custom(changes) => {
            let Kind::Custom(object) = column.kind else { return Value::Null };
            let stored = match old {
                Some(Value::Text(text)) => text,
                _ => "{}",
            };
            let fields = givens.fields.get(object).map_or(&[][..], Vec::as_slice);
            kept_if_same(column, Value::Text(custom::merge(fields, stored, &changes).into()), old)
        }
        // References have been resolved before; one that is left refers to nothing.
        Cell::Ref(..) => Value::Int(0),
        Cell::Absent => old.cloned().unwrap_or_else(|| default(column, givens, time)),
    }
}

/// JSON that says the same in other words is no change.
fn kept_if_same(column: &Column, new: Value, old: Option<&Value>) -> Value {
    let is_json = matches!(column.kind, Kind::JsonList | Kind::JsonObject | Kind::Attachments | Kind::Custom(_));
    match (old, &new) {
        (Some(old @ Value::Text(before)), Value::Text(after)) if is_json && before != after => {
            let tree = |text: &str| serde_json::from_str::<Tree>(text).ok();
            if tree(before).is_some() && tree(before) == tree(after) { old.clone() } else { new }
        }
        _ => new,
    }
}

fn default(column: &Column, givens: &Givens, time: Option<i64>) -> Value {
    match column.default {
        Default::Int(number) => Value::Int(number),
        Default::Text(text) => Value::Text(text.into()),
        Default::Null | Default::Same(_) => Value::Null,
        Default::Now => Value::Int(givens.now),
        Default::ObjectTime => Value::Int(time.unwrap_or(givens.now)),
        Default::Last => Value::Int(givens.defaults.ordinal),
        Default::ContactSea => Value::Int(givens.defaults.contact_sea),
        Default::Channel => Value::Int(givens.defaults.channel),
        Default::Stage => Value::Int(givens.defaults.stage),
        Default::Process => Value::Int(givens.defaults.process),
    }
}

/// Values that are those of another column, or computed from one.
fn fill_from_others(shape: &Shape, values: &mut [Value], is_new: bool) {
    for (at, column) in shape.columns.iter().enumerate() {
        let from = |name: &str| shape.position(name).and_then(|from| values.get(from)).cloned();
        let filled = match (column.default, column.kind) {
            (_, Kind::Computed(name, f)) => match from(name) {
                Some(Value::Text(text)) => Value::Text(f(&text).into()),
                _ => Value::Text("".into()),
            },
            (Default::Same(name), _) if is_new && values.get(at) == Some(&Value::Null) => {
                from(name).unwrap_or(Value::Int(0))
            }
            _ => continue,
        };
        if let Some(place) = values.get_mut(at) {
            *place = filled;
        }
    }
}

fn merge_list(
    list: &'static List,
    items: Vec<Node<'static>>,
    stored: &[Object],
    givens: &Givens,
    time: Option<i64>,
) -> Vec<Object> {
    let mut merged: Vec<Object> = Vec::with_capacity(items.len());
    let old: std::collections::HashMap<Vec<i64>, &Object> =
        stored.iter().map(|item| (identity(list, item), item)).collect();
    for item in items {
        let mut key: Vec<i64> = Vec::with_capacity(list.key);
        key.extend(item.cells.iter().take(list.key).map(|cell| if let Cell::Int(id) = cell { *id } else { 0 }));
        let before = if list.key == 0 { None } else { old.get(&key).copied() };
        let item = merge_at(&list.shape, item, before, givens, time);
        // An item that names nothing is none: what it named is not there any more.
        let is_empty = list.key > 0 && list.ordinal.is_none() && identity(list, &item).iter().all(|id| *id == 0);
        if !is_empty {
            merged.push(item);
        }
    }
    if list.ordinal.is_none() {
        merged.sort_by_key(|item| identity(list, item));
    }
    merged
}

/// What tells items of a list apart: always inner ids or labels.
pub(super) fn identity(list: &List, item: &Object) -> Vec<i64> {
    (0..list.key).map(|at| item.int(Some(at))).collect()
}

/// Brings the items of sets into the order in which they are compared.
pub(super) fn sort_sets(shape: &'static Shape, object: &mut Object) {
    for (list, items) in shape.lists.iter().zip(&mut object.lists) {
        if list.ordinal.is_none() {
            items.sort_by_key(|item| identity(list, item));
        }
        for item in items {
            sort_sets(&list.shape, item);
        }
    }
}

//! Objects as lines: the members in the order of the format, inner ids as the ids that others know.

use std::collections::HashMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value as Tree};

use super::format::{Column, Key, Kind, List, Shape, Target, Type};
use super::object::{Keyed, Object};
use crate::amount::Amount;
use crate::store::db::Value;

/// The ids that others know, by type and inner id.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_type: HashMap<&'static str, HashMap<i64, String>>,
}

impl Names {
    pub(super) fn get(&self, name: &str, id: i64) -> Option<&str> {
        self.by_type.get(table_of(name))?.get(&id).map(String::as_str)
    }

    pub(super) fn knows(&self, name: &'static str, id: i64) -> bool {
        self.get(name, id).is_some()
    }

    pub(super) fn add(&mut self, name: &'static str, names: impl IntoIterator<Item = (i64, String)>) {
        self.by_type.entry(table_of(name)).or_default().extend(names);
    }

    /// Forgets the names of a type, so that memory does not grow with the tenant.
    pub(super) fn forget(&mut self, name: &str) {
        self.by_type.remove(name);
    }
}

/// The sets of seas are one type.
pub(super) fn table_of(name: &str) -> &str {
    if name.ends_with("_sea") { "sea" } else { name }
}

/// Calls `f` with every reference of an object: the types it may be of, and the inner id.
pub(super) fn each_ref(shape: &'static Shape, object: &Object, f: &mut impl FnMut(&'static str, i64)) {
    for (column, value) in shape.columns.iter().zip(&object.values) {
        let (Kind::Ref(target), Value::Int(id @ 1..)) = (column.kind, value) else { continue };
        match target {
            Target::One(name) => f(name, *id),
            Target::By(..) => {
                if let Some(name) = settled(shape, object, target) {
                    f(name, *id);
                }
            }
            Target::Any(_, types) => types.iter().for_each(|(_, name)| f(name, *id)),
        }
    }
    for (list, items) in shape.lists.iter().zip(&object.lists) {
        for item in items {
            each_ref(&list.shape, item, f);
        }
    }
}

fn settled(shape: &Shape, object: &Object, target: Target) -> Option<&'static str> {
    let Target::By(from, types) = target else { return None };
    let number = object.int(shape.position(from));
    types.iter().find(|(of, _)| *of == number).map(|(_, name)| *name)
}

/// Appends the line of an object; `false` if it belongs to something that is not there any more.
pub(super) fn line(of: &'static Type, object: &Keyed, names: &Names, fields: &Tree, out: &mut Vec<u8>) -> bool {
    let begin = out.len();
    out.extend_from_slice(b"{\"type\":");
    text(of.name, out);
    if matches!(of.key, Key::Wire | Key::Label) {
        out.extend_from_slice(b",\"id\":");
        text(&object.key, out);
    }
    let writer = Writer { names, fields };
    if !writer.members(&of.shape, &object.object, true, out) {
        out.truncate(begin);
        return false;
    }
    out.extend_from_slice(b"}\n");
    true
}

struct Writer<'a> {
    names: &'a Names,
    /// By object: the names of its fields.
    fields: &'a Tree,
}

impl Writer<'_> {
    /// Appends members; `comma` when something stands before them. `false` when a reference that is needed leads nowhere.
    fn members(&self, shape: &'static Shape, object: &Object, comma: bool, out: &mut Vec<u8>) -> bool {
        let mut comma = comma;
        let person = shape.columns.iter().find_map(|column| match column.kind {
            Kind::Ref(target @ Target::Any(..)) => self.any(target, object.int(shape.position(column.column))),
            _ => None,
        });
        let mut group = "";
        for (column, value) in shape.columns.iter().zip(&object.values) {
            let is_hidden = column.member.is_empty() || (*value == Value::Null && !column.column.is_empty());
            let mut written = Vec::new();
            if is_hidden || !self.value(shape, object, column, value, person.as_ref(), &mut written) {
                if column.required {
                    return false;
                }
                continue;
            }
            let (outer, inner) = column.member.split_once('.').unwrap_or(("", column.member));
            comma = change_group(&mut group, outer, comma, out);
            name(inner, comma, out);
            out.extend_from_slice(&written);
            comma = true;
        }
        change_group(&mut group, "", comma, out);
        for (list, items) in shape.lists.iter().zip(&object.lists) {
            name(list.member, comma, out);
            self.list(list, items, out);
            comma = true;
        }
        true
    }

    /// The type number and id of a reference whose type is not kept.
    fn any(&self, target: Target, id: i64) -> Option<(i64, String)> {
        let Target::Any(_, types) = target else { return None };
        types.iter().find_map(|(number, name)| Some((*number, self.names.get(name, id)?.to_owned())))
    }

    /// Appends a value; `false` if there is none to write.
    fn value(
        &self,
        shape: &'static Shape,
        object: &Object,
        column: &Column,
        value: &Value,
        person: Option<&(i64, String)>,
        out: &mut Vec<u8>,
    ) -> bool {
        match (column.kind, value) {
            _ if column.column.is_empty() => match person {
                Some((number, _)) => int(*number, out),
                None => return false,
            },
            (Kind::Ref(Target::Any(..)), _) => match person {
                Some((_, id)) => text(id, out),
                None => return false,
            },
            (Kind::Ref(target), Value::Int(id)) => {
                let of = match target {
                    Target::One(name) => Some(name),
                    _ => settled(shape, object, target),
                };
                match of.and_then(|of| self.names.get(of, *id)) {
                    Some(id) => text(id, out),
                    None if column.required => return false,
                    None => text("", out),
                }
            }
            (Kind::Flag, Value::Int(flag)) => out.extend_from_slice(if *flag == 0 { b"false" } else { b"true" }),
            (Kind::Amount, Value::Int(hundredths)) => {
                out.extend(serde_json::to_vec(&Amount(*hundredths)).unwrap_or_default());
            }
            (_, Value::Int(number)) => int(*number, out),
            (kind, Value::Text(value)) => self.text(kind, value, out),
            (_, Value::Null) => return false,
        }
        true
    }

    fn text(&self, kind: Kind, value: &str, out: &mut Vec<u8>) {
        match kind {
            Kind::Custom(object) => self.custom(object, value, out),
            Kind::JsonList | Kind::Attachments => raw(value, "[]", out),
            Kind::JsonObject => raw(value, "{}", out),
            Kind::Joined(_) => {
                let parts: Vec<&str> = value.split(',').filter(|part| !part.is_empty()).collect();
                out.extend(serde_json::to_vec(&parts).unwrap_or_default());
            }
            _ => text(value, out),
        }
    }

    /// Values of fields that are gone cannot be imported, nor does anybody miss them.
    fn custom(&self, object: &str, value: &str, out: &mut Vec<u8>) {
        let Ok(Tree::Object(values)) = serde_json::from_str::<Tree>(value) else { return raw("", "{}", out) };
        let known = |name: &String| self.fields.get(object).is_some_and(|fields| fields.get(name).is_some());
        let values: Map<String, Tree> = values.into_iter().filter(|(name, _)| known(name)).collect();
        out.extend(serde_json::to_vec(&values).unwrap_or_default());
    }

    fn list(&self, list: &'static List, items: &[Object], out: &mut Vec<u8>) {
        let mut lines: Vec<(i64, Vec<u8>)> = Vec::with_capacity(items.len());
        let time = list.shape.position("create_time");
        for item in items {
            let mut line = Vec::new();
            let written = if list.plain {
                let (column, value) = (list.shape.columns.first(), item.values.first());
                column
                    .zip(value)
                    .is_some_and(|(column, value)| self.value(&list.shape, item, column, value, None, &mut line))
            } else {
                line.push(b'{');
                let written = self.members(&list.shape, item, false, &mut line);
                line.push(b'}');
                written
            };
            if written {
                lines.push((item.int(time), line));
            }
        }
        if list.ordinal.is_none() {
            // By time, then by id: the same on every database.
            lines.sort();
        }
        out.push(b'[');
        for (at, (_, line)) in lines.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(line);
        }
        out.push(b']');
    }
}

/// Closes the object around some members and begins the next one; `""` is none. Answers whether a comma comes next.
fn change_group(group: &mut &'static str, outer: &'static str, comma: bool, out: &mut Vec<u8>) -> bool {
    if *group == outer {
        return comma;
    }
    if !group.is_empty() {
        out.push(b'}');
    }
    if !outer.is_empty() {
        name(outer, comma || !group.is_empty(), out);
        out.push(b'{');
    }
    *group = outer;
    outer.is_empty()
}

fn name(name: &str, comma: bool, out: &mut Vec<u8>) {
    if comma {
        out.push(b',');
    }
    text(name, out);
    out.push(b':');
}

fn text(text: &str, out: &mut Vec<u8>) {
    // Writing into memory cannot fail.
    let _ = serde_json::to_writer(out, text);
}

fn int(number: i64, out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, &number);
}

/// JSON that is kept as text; what is none is left out.
fn raw(value: &str, empty: &str, out: &mut Vec<u8>) {
    let sound = !value.is_empty() && serde_json::from_str::<&RawValue>(value).is_ok();
    out.extend_from_slice(if sound { value } else { empty }.as_bytes());
}

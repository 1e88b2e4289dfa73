//! From the text of a line to a [`Draft`]: everything that can be checked by looking at the line alone.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use serde_json::{Map, Number, Value};

use super::draft::{Cell, Draft, Node};
use super::format::{Column, Key, Kind, List, Shape, TENANT, Target, Type};
use super::json::{self, Json};
use super::value;
use crate::amount::Amount;
use crate::context::Profile;
use crate::domain::custom;
use crate::store::custom::Field;
use crate::{ids, time};

/// The custom fields of the tenant by object, those of the files included.
pub(super) type Fields = HashMap<String, Vec<Field>>;

/// What a line turned out to be.
#[derive(Debug)]
pub(super) enum Parsed<'a> {
    /// An object.
    Object(Draft<'a>),
    /// The settings of the tenant, by name.
    Tenant(Vec<(Cow<'a, str>, Json<'a>)>),
    /// Nothing that can be stored: the reasons, and what it would have been, if that can be told.
    Bad(Vec<String>, Option<(&'static Type, String)>),
}

/// Reads one line.
pub(super) fn line<'a>(text: &'a str, fields: &Fields) -> Parsed<'a> {
    let members = match json::members(text) {
        Ok(members) => members,
        Err(error) => return Parsed::Bad(vec![not_an_object(text, &error)], None),
    };
    // The last of two members of one name counts, as everywhere.
    let name = members.iter().rev().find(|(name, _)| name == "type").map(|(_, value)| value);
    let of = match name {
        Some(Json::Text(name)) if name == TENANT => return Parsed::Tenant(members),
        Some(Json::Text(name)) => match Type::named(name) {
            Some(of) => of,
            None => return Parsed::Bad(vec![format!("type {name} is unknown")], None),
        },
        _ => return Parsed::Bad(vec!["type is missing".to_owned()], None),
    };
    object(of, members, fields)
}

fn not_an_object(text: &str, error: &serde_json::Error) -> String {
    match serde_json::from_str::<Json<'_>>(text) {
        Ok(other) => format!("must be an object, not {}", other.kind()),
        // Every text is one line here, so its number says nothing.
        Err(_) => format!("not JSON: {}", error.to_string().replace("at line 1 column", "at column")),
    }
}

fn object<'a>(of: &'static Type, members: Vec<(Cow<'a, str>, Json<'a>)>, fields: &Fields) -> Parsed<'a> {
    let mut reader = Reader { fields, reasons: Vec::new(), needs: Vec::new() };
    let (mut own, mut rest) = (None, Vec::with_capacity(members.len()));
    for (name, value) in members {
        match &*name {
            "type" => {}
            "id" if matches!(of.key, Key::Wire | Key::Label) => own = Some(value),
            _ => rest.push((name, value)),
        }
    }
    let node = reader.node(&of.shape, &"", rest);
    let key = reader.key(of, own, &node);
    match key {
        Some(key) if reader.reasons.is_empty() => Parsed::Object(Draft { of, key, node, needs: reader.needs }),
        Some(key) => Parsed::Bad(reader.reasons, Some((of, key.into_owned()))),
        None => Parsed::Bad(reader.reasons, None),
    }
}

struct Reader<'f> {
    fields: &'f Fields,
    reasons: Vec<String>,
    needs: Vec<(&'static str, String)>,
}

impl Reader<'_> {
    fn complain(&mut self, member: &dyn fmt::Display, reason: &str) {
        // A line with a thousand faults is told of with some.
        if self.reasons.len() < 20 {
            self.reasons.push(format!("{member} {reason}").trim_start().to_owned());
        }
    }

    fn key<'a>(&mut self, of: &Type, own: Option<Json<'a>>, node: &Node<'a>) -> Option<Cow<'a, str>> {
        let cell = |column: &str| of.position(column).and_then(|at| node.cells.get(at));
        let part = |column: &str| match cell(column) {
            Some(Cell::Text(text) | Cell::Ref(_, text)) => Some(text.clone()),
            Some(Cell::Int(number)) => Some(Cow::Owned(number.to_string())),
            _ => None,
        };
        match of.key {
            Key::Wire => match own.map(id_text) {
                Some(Some(id)) if ids::is_plausible(&id) => Some(id),
                Some(_) => self.no_key("id must be 1 to 128 visible ASCII characters"),
                None => self.no_key("id is missing"),
            },
            Key::Label => match own.map(id_text) {
                Some(Some(id)) if value::is_label(&id) => Some(id),
                Some(_) => self.no_key("id must be a whole number from 1 to 2147483647"),
                None => self.no_key("id is missing"),
            },
            Key::Pair(first, second, _) => match (part(first), part(second)) {
                (Some(first), Some(second)) => Some(Cow::Owned(format!("{first}:{second}"))),
                _ => self.no_key_of(of, &[first, second]),
            },
            Key::Third => match (part("type"), part("object_id"), part("third_id")) {
                (Some(kind), Some(object), Some(third)) if !third.is_empty() => {
                    Some(Cow::Owned(format!("{kind}:{object}:{third}")))
                }
                _ => self.no_key_of(of, &["type", "object_id", "third_id"]),
            },
        }
    }

    fn no_key<'a>(&mut self, reason: &str) -> Option<Cow<'a, str>> {
        self.complain(&"", reason);
        None
    }

    fn no_key_of<'a>(&mut self, of: &Type, columns: &[&str]) -> Option<Cow<'a, str>> {
        if self.reasons.is_empty() {
            let member =
                |column: &&str| of.shape.columns.iter().find(|known| known.column == *column).map(|c| c.member);
            let members: Vec<&str> = columns.iter().filter_map(member).collect();
            self.complain(&"", &format!("{} are needed", members.join(", ")));
        }
        None
    }

    fn node<'a>(
        &mut self,
        shape: &'static Shape,
        path: &dyn fmt::Display,
        members: Vec<(Cow<'a, str>, Json<'a>)>,
    ) -> Node<'a> {
        let mut node = Node::empty(shape);
        // Members mostly come in the order of the shape: look there first.
        let mut next = 0;
        for (name, value) in members {
            if value.is_null() {
                continue;
            }
            let member = |at: &usize| shape.columns.get(*at).is_some_and(|column| column.member == name);
            let all = shape.columns.len();
            if let Some(at) = (next..all).chain(0..next.min(all)).find(member).filter(|_| !name.is_empty()) {
                next = at + 1;
                self.put(&mut node, shape, at, path, value);
            } else if let Some(at) = shape.lists.iter().position(|list| list.member == name) {
                let items = shape.lists.get(at).map(|list| self.list(list, path, value));
                if let (Some(place), Some(items)) = (node.lists.get_mut(at), items) {
                    *place = items;
                }
            } else if !self.group(&mut node, shape, &name, path, value) {
                self.complain(&format_args!("{path}{name}"), "is no member of this type");
            }
        }
        self.settle_types(&mut node, shape, path);
        node
    }

    fn put<'a>(
        &mut self,
        node: &mut Node<'a>,
        shape: &'static Shape,
        at: usize,
        path: &dyn fmt::Display,
        value: Json<'a>,
    ) {
        let Some(column) = shape.columns.get(at) else { return };
        match self.cell(column, value) {
            Ok(cell) => {
                if let Some(place) = node.cells.get_mut(at) {
                    *place = cell;
                }
            }
            Err(reason) => self.complain(&format_args!("{path}{}", column.member), &reason),
        }
    }

    /// An object whose members are columns of their own: `contact_source`, `add_source`.
    fn group<'a>(
        &mut self,
        node: &mut Node<'a>,
        shape: &'static Shape,
        name: &str,
        path: &dyn fmt::Display,
        value: Json<'a>,
    ) -> bool {
        let within = |column: &Column| column.member.strip_prefix(name).and_then(|rest| rest.strip_prefix('.'));
        let grouped = |column: &&Column| within(column).is_some();
        if !shape.columns.iter().any(|column| grouped(&column)) {
            return false;
        }
        let Json::Object(members) = value else {
            self.complain(&format_args!("{path}{name}"), "must be an object");
            return true;
        };
        // Whoever speaks of one of them speaks of all.
        for (at, column) in shape.columns.iter().enumerate().filter(|(_, column)| grouped(column)) {
            if let Some(place) = node.cells.get_mut(at) {
                *place = value::default_cell(column);
            }
        }
        for (inner, value) in members {
            let is_it = |column: &Column| within(column) == Some(&*inner);
            match shape.columns.iter().position(is_it) {
                Some(_) if value.is_null() => {}
                Some(at) => self.put(node, shape, at, path, value),
                None => self.complain(&format_args!("{path}{name}.{inner}"), "is no member of this type"),
            }
        }
        true
    }

    fn list<'a>(&mut self, list: &'static List, path: &dyn fmt::Display, value: Json<'a>) -> Option<Vec<Node<'a>>> {
        let Json::List(items) = value else {
            self.complain(&format_args!("{path}{}", list.member), "must be a list");
            return None;
        };
        if items.len() > list.max {
            self.complain(&format_args!("{path}{}", list.member), &format!("has more than {} items", list.max));
            return None;
        }
        let mut nodes: Vec<Node<'a>> = Vec::with_capacity(items.len());
        for (at, item) in items.into_iter().enumerate() {
            if let Some(node) = self.item(list, &format_args!("{path}{}[{at}]", list.member), item) {
                nodes.push(node);
            }
        }
        if let Some(twice) = repeated(list, &nodes) {
            self.complain(&format_args!("{path}{}[{twice}]", list.member), "stands there twice");
        }
        Some(nodes)
    }

    fn item<'a>(&mut self, list: &'static List, path: &dyn fmt::Display, item: Json<'a>) -> Option<Node<'a>> {
        let node = match item {
            value if list.plain => {
                let mut node = Node::empty(&list.shape);
                let column = list.shape.columns.first()?;
                match self.cell(column, value) {
                    Ok(cell) => *node.cells.first_mut()? = cell,
                    Err(reason) => {
                        self.complain(path, &reason);
                        return None;
                    }
                }
                node
            }
            Json::Object(members) => self.node(&list.shape, &format_args!("{path}."), members),
            other => {
                self.complain(path, &format!("must be an object, not {}", other.kind()));
                return None;
            }
        };
        for (column, cell) in list.shape.columns.iter().zip(&node.cells) {
            // `""` as an id is no id.
            let missing =
                matches!(cell, Cell::Absent) || (matches!(column.kind, Kind::Ref(_)) && *cell == Cell::Int(0));
            if column.required && missing {
                let dot = if list.plain { "" } else { "." };
                self.complain(&format_args!("{path}{dot}{}", column.member), "is missing");
            }
        }
        Some(node)
    }

    /// Gives references whose type another member says their type.
    fn settle_types(&mut self, node: &mut Node<'_>, shape: &'static Shape, path: &dyn fmt::Display) {
        for (at, column) in shape.columns.iter().enumerate() {
            let (from, types) = match column.kind {
                Kind::Ref(Target::By(from, types)) => (shape.position(from), types),
                Kind::Ref(Target::Any(from, types)) => (shape.columns.iter().position(|c| c.member == from), types),
                _ => continue,
            };
            if !matches!(node.cells.get(at), Some(Cell::Ref(..))) {
                continue;
            }
            let Some(from) = from else { continue };
            let (number, member) = match (node.cells.get(from), shape.columns.get(from)) {
                (Some(Cell::Int(number)), Some(column)) => (Some(*number), column.member),
                (_, Some(column)) if !column.required => (value::default_int(column), column.member),
                (_, column) => (None, column.map_or("", |column| column.member)),
            };
            let found = types.iter().find(|(of, _)| Some(*of) == number).map(|(_, name)| *name);
            match (found, node.cells.get_mut(at)) {
                (Some(name), Some(Cell::Ref(place, _))) => *place = name,
                _ => {
                    self.complain(&format_args!("{path}{}", column.member), &format!("does not go with this {member}"));
                }
            }
        }
    }

    fn cell<'a>(&mut self, column: &'static Column, value: Json<'a>) -> Result<Cell<'a>, String> {
        match column.kind {
            Kind::Text(max) => value::text(value, max, false),
            Kind::Trimmed(max) => value::text(value, max, true),
            Kind::Int(min, max) => value::int(&value, min, max),
            Kind::OneOf(values) => value::one_of(&value, values),
            Kind::Word(words) => value::word(value, words),
            Kind::Flag => value::flag(&value),
            Kind::Time => value::time(&value),
            Kind::Day => match value {
                Json::Text(text) if text.is_empty() || time::parse_day(&text).is_some() => Ok(Cell::Text(text)),
                _ => Err("must be a day like 2025-01-31".to_owned()),
            },
            Kind::Amount => number(&value)
                .and_then(|number| Amount::of(&number))
                .map(|amount| Cell::Int(amount.0))
                .ok_or_else(|| "must be a number from 0 to 999999999999.99 with at most 2 decimals".to_owned()),
            Kind::Ref(target) => reference(target, value),
            Kind::Choice(field) => {
                let cell = value::int(&value, 0, 2_147_483_647)?;
                // Reason 99, `other`, exists in every tenant.
                if let Cell::Int(label) = cell
                    && label != 0
                    && (field, label) != ("fail_reason", 99)
                {
                    self.needs.push(("choice", format!("{field}:{label}")));
                }
                Ok(cell)
            }
            Kind::Custom(object) => self.custom(object, column.member, &value),
            Kind::JsonList => value::json_list(&value),
            Kind::JsonObject => value::json_object(&value),
            Kind::Attachments => value::attachments(&value),
            Kind::Joined(max) => value::joined(&value, max),
            Kind::Computed(..) => Err("is no member of this type".to_owned()),
        }
    }

    fn custom<'a>(&self, object: &str, member: &str, value: &Json<'_>) -> Result<Cell<'a>, String> {
        let Json::Object(members) = value else { return Err("must be an object".to_owned()) };
        let given: Map<String, Value> =
            members.iter().map(|(name, value)| (name.to_string(), value.to_value())).collect();
        let fields = self.fields.get(object).map_or(&[][..], Vec::as_slice);
        custom::parse_values(fields, &given, Profile::Open, member).map(Cell::Custom).map_err(|refusal| {
            let message = refusal.message();
            let detail = message.split_once(": ").map_or(message.as_str(), |(_, detail)| detail);
            detail.strip_prefix(member).unwrap_or(detail).trim_start().to_owned()
        })
    }
}

/// The id of another object. Types that others say come later, see [`Reader::settle_types`].
fn reference(target: Target, value: Json<'_>) -> Result<Cell<'_>, String> {
    let name = match target {
        Target::One(name) => name,
        Target::By(..) | Target::Any(..) => "",
    };
    match id_text(value) {
        Some(id) if id.is_empty() => Ok(Cell::Int(0)),
        Some(id) if ids::is_plausible(&id) => Ok(Cell::Ref(name, id)),
        _ => Err("must be an id: 1 to 128 visible ASCII characters".to_owned()),
    }
}

/// An id as text; firms whose ids are numbers may write them as such.
fn id_text(value: Json<'_>) -> Option<Cow<'_, str>> {
    match value {
        Json::Text(text) => Some(text),
        Json::Int(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

fn number(value: &Json<'_>) -> Option<Number> {
    match value {
        Json::Int(number) => Some((*number).into()),
        Json::Float(number) => Number::from_f64(*number),
        _ => None,
    }
}

/// The place of an item whose key stands before it already.
fn repeated(list: &List, nodes: &[Node<'_>]) -> Option<usize> {
    if list.key == 0 || nodes.len() < 2 {
        return None;
    }
    let key = |node: &Node<'_>| format!("{:?}", node.cells.get(..list.key));
    if nodes.len() > 16 {
        let mut seen = HashSet::new();
        return nodes.iter().position(|node| !seen.insert(key(node)));
    }
    let same = |one: &Node<'_>, other: &Node<'_>| one.cells.get(..list.key) == other.cells.get(..list.key);
    (1..nodes.len()).find(|at| nodes.iter().take(*at).any(|one| nodes.get(*at).is_some_and(|other| same(one, other))))
}

//! Third-party ids (chapter 07): what our objects are called in other systems. One of them may name several of our
//! objects, and an object may have several; a mapping whose object is gone counts as gone.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::context::Context;
use crate::refusal::{Code, Verdict};
use crate::store::db::{LockKey, Tx};
use crate::store::journal::{self, Entry};
use crate::store::third::{self, Mapping};

pub use crate::store::third::Kind;

/// An object of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inner {
    /// What kind of object.
    pub kind: Kind,
    /// Its id on the wire.
    pub id: String,
}

/// What ids mean, and which mean nothing. Both in the order asked for, each id once.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// Ids with what they mean, in the order in which the mappings were made.
    pub known: Vec<(String, T)>,
    /// Ids without a mapping.
    pub unknown: Vec<String>,
}

/// The objects that third-party ids name (7.1).
pub fn to_inner(tx: &mut Tx<'_>, ctx: &Context, third_ids: &[String]) -> Verdict<Found<Vec<Inner>>> {
    let mappings = third::of_third_ids(tx, ctx.corp, third_ids)?;
    let names = wire_ids(tx, ctx, &mappings)?;
    let mut inner: HashMap<String, Vec<Inner>> = HashMap::new();
    for Mapping { third_id, kind, object_id, .. } in mappings {
        if let Some(id) = names.get(&(kind, object_id)) {
            inner.entry(third_id).or_default().push(Inner { kind, id: id.clone() });
        }
    }
    Ok(in_order(third_ids, inner))
}

/// The third-party ids of objects whose kind is not told (7.3).
pub fn to_third(tx: &mut Tx<'_>, ctx: &Context, wire_ids: &[String]) -> Verdict<Found<(Kind, Vec<String>)>> {
    let mut objects: HashMap<(Kind, i64), String> = HashMap::new();
    for kind in Kind::ALL {
        let found = third::objects(tx, ctx.corp, kind, wire_ids)?;
        objects.extend(found.into_iter().map(|(wire_id, id)| ((kind, id), wire_id)));
    }
    let ids: Vec<i64> = objects.keys().map(|(_, id)| *id).collect();
    let mut thirds: HashMap<String, (Kind, Vec<String>)> = HashMap::new();
    for Mapping { third_id, kind, object_id, .. } in third::of_objects(tx, ctx.corp, &ids)? {
        if let Some(wire_id) = objects.get(&(kind, object_id)) {
            thirds.entry(wire_id.clone()).or_insert_with(|| (kind, Vec::new())).1.push(third_id);
        }
    }
    Ok(in_order(wire_ids, thirds))
}

/// Gives an object a third-party id (7.2). Unknown object: 1003, of staff 404; one that it has already: 1002.
pub fn create(tx: &mut Tx<'_>, ctx: &Context, object: &Inner, third_id: &str) -> Verdict<()> {
    let found = third::objects(tx, ctx.corp, object.kind, std::slice::from_ref(&object.id))?;
    let object_id = *found.get(&object.id).ok_or_else(|| unknown(object.kind))?;
    tx.lock(ctx.corp, &[LockKey::Object(object_id)])?;
    let mut present = third::of_objects(tx, ctx.corp, &[object_id])?.into_iter();
    if present.any(|mapping| mapping.third_id == third_id) {
        return Err(Code::Duplicate.because("the object has this third_id already"));
    }
    let id = ctx.ids.number(ctx.now);
    third::insert(tx, ctx.corp, &Mapping { id, third_id: third_id.to_owned(), kind: object.kind, object_id }, ctx.now)?;
    let entry = Entry {
        object_type: object.kind.noun(),
        object_id,
        action: "third.create",
        changes: json!({"third_id": {"add": [third_id]}}),
        events: Vec::new(),
    };
    journal::record(tx, ctx, &[entry])
}

fn unknown(kind: Kind) -> crate::refusal::Refusal {
    let code = if kind == Kind::Staff { Code::NoSuchStaff } else { Code::NotFound };
    code.because(format!("id is no object of type {}", kind.number()))
}

/// The wire ids of the objects of mappings, kind by kind.
fn wire_ids(tx: &mut Tx<'_>, ctx: &Context, mappings: &[Mapping]) -> Verdict<HashMap<(Kind, i64), String>> {
    let mut names = HashMap::new();
    for kind in Kind::ALL {
        let of_kind = mappings.iter().filter(|mapping| mapping.kind == kind);
        let ids: HashSet<i64> = of_kind.map(|mapping| mapping.object_id).collect();
        let ids: Vec<i64> = ids.into_iter().collect();
        let found = third::wire_ids(tx, ctx.corp, kind, &ids)?;
        names.extend(found.into_iter().map(|(id, wire_id)| ((kind, id), wire_id)));
    }
    Ok(names)
}

fn in_order<T>(asked: &[String], mut meanings: HashMap<String, T>) -> Found<T> {
    let mut found = Found { known: Vec::with_capacity(meanings.len()), unknown: Vec::new() };
    let mut seen = HashSet::with_capacity(asked.len());
    for id in asked.iter().filter(|id| seen.insert(id.as_str())) {
        match meanings.remove(id) {
            Some(meaning) => found.known.push((id.clone(), meaning)),
            None => found.unknown.push(id.clone()),
        }
    }
    found
}

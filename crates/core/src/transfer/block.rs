//! One block of an import: one transaction.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, json};

use super::draft::{Cell, Node};
use super::format::{List, Type};
use super::furnish;
use super::gather::Gathered;
use super::object::{Givens, Keyed, Object, merge, sort_sets};
use super::parse::Fields;
use super::report::Count;
use super::write::is_looked_up_late;
use super::{rules, tenant};
use crate::card::Touched;
use crate::context::Context;
use crate::refusal::Verdict;
use crate::store::db::{LockKey, Tx};
use crate::store::object::Kind;
use crate::store::{progress, transfer as store};

/// What a block shall do.
pub(super) struct Task {
    pub(super) ctx: Context,
    pub(super) tasks: Vec<(&'static Type, Vec<Ready>)>,
    pub(super) settings: Vec<(&'static str, String)>,
    pub(super) fields: Arc<Fields>,
    pub(super) gathered: Arc<Gathered>,
}

/// A line whose references are inner ids.
pub(super) enum Ready {
    /// A new object, made before its block begins.
    New(Keyed, Open),
    /// What a line says of an object that may be there, or that the catalogue gives something.
    Said(Said),
}

/// What a line says.
pub(super) struct Said {
    pub(super) id: i64,
    pub(super) key: String,
    pub(super) node: Node<'static>,
    pub(super) is_new: bool,
}

/// What the line of a new contact leaves to the database.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Open {
    pub(super) repeat: bool,
    pub(super) score: bool,
    pub(super) links: bool,
}

/// What a block has done.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) rows: u64,
    pub(super) counts: Vec<(&'static str, Count)>,
}

/// A new object and what its line leaves open.
pub(super) type New<'t> = (Cow<'t, Keyed>, Open);

impl Ready {
    pub(super) fn said(&self) -> Option<&Said> {
        match self {
            Ready::New(..) => None,
            Ready::Said(said) => Some(said),
        }
    }
}

impl Open {
    pub(super) fn of(of: &Type, node: &Node<'_>) -> Open {
        if of.name != "contact" {
            return Open::default();
        }
        let is_unsaid = |column: &str| {
            of.position(column).and_then(|at| node.cells.get(at)).is_none_or(|cell| *cell == Cell::Absent)
        };
        let links = of.list("related_customer").and_then(|at| node.lists.get(at)).is_some_and(Option::is_none);
        Open { repeat: is_unsaid("is_repeat"), score: is_unsaid("interactive_score"), links }
    }
}

/// What becomes of the objects of a type.
struct Decided<'t> {
    new: Vec<New<'t>>,
    changed: Vec<Keyed>,
    count: Count,
}

/// Says what would be done.
pub(super) fn compare(tx: &mut Tx<'_>, task: &Task) -> Verdict<Done> {
    let mut done = Done::default();
    let mut givens = givens(tx, task)?;
    for (of, rows) in &task.tasks {
        done.counts.push((of.name, decide(tx, task, of, rows, &mut givens)?.count));
    }
    count_tenant(&mut done, task, tenant::differs(&task.ctx.tenant, &task.settings));
    Ok(done)
}

/// Does it.
pub(super) fn write(tx: &mut Tx<'_>, task: &Task) -> Verdict<Done> {
    let mut done = Done::default();
    lock(tx, task)?;
    furnish::replace_furniture(tx, task)?;
    let (mut changes, mut touched) = (Map::new(), Vec::new());
    let settings_changed = tenant::apply(tx, &task.ctx, &task.settings)?;
    for (of, rows) in &task.tasks {
        if rows.is_empty() {
            continue;
        }
        let mut givens = givens(tx, task)?;
        let mut decided = decide(tx, task, of, rows, &mut givens)?;
        let links = furnish::new_objects(tx, task, of, &mut decided.new)?;
        store::delete(tx, task.ctx.corp, of, &decided.changed.iter().collect::<Vec<_>>())?;
        let new = decided.new.iter().map(|(object, _)| &**object);
        done.rows += store::load(tx, task.ctx.corp, of, &decided.changed.iter().chain(new).collect::<Vec<_>>())?;
        store::link(tx, task.ctx.corp, &links)?;
        if decided.count.new + decided.count.changed > 0 {
            changes.insert(of.name.to_owned(), json!({"new": decided.count.new, "changed": decided.count.changed}));
            touched.extend(touches(of, &decided.changed));
        }
        done.counts.push((of.name, decided.count));
    }
    furnish::one_default(tx, task)?;
    if !changes.is_empty() {
        let changes = serde_json::Value::Object(changes).to_string();
        store::record(tx, task.ctx.corp, task.ctx.now, &changes, &touched)?;
    }
    count_tenant(&mut done, task, settings_changed);
    Ok(done)
}

/// What cards may show of objects of a type. Nobody has a card of a new contact, and of follow-up records a card shows
/// what [`follow_ups`] makes of them.
fn touches(of: &Type, changed: &[Keyed]) -> Vec<Touched> {
    match of.name {
        "contact" => changed.iter().map(|contact| Touched::Contact(contact.id)).collect(),
        "progress" => Vec::new(),
        _ => vec![Touched::Tenant],
    }
}

fn count_tenant(done: &mut Done, task: &Task, changed: bool) {
    if !task.settings.is_empty() {
        let count = Count { changed: u64::from(changed), unchanged: u64::from(!changed), ..Count::default() };
        done.counts.push(("tenant", count));
    }
}

/// Others may change these objects at the same time: they wait for us, and we for them.
fn lock(tx: &mut Tx<'_>, task: &Task) -> Verdict<()> {
    let rows = task.tasks.iter().flat_map(|(_, rows)| rows).filter_map(Ready::said);
    let keys: Vec<LockKey<'_>> = rows.filter(|row| !row.is_new).map(|row| LockKey::Object(row.id)).collect();
    Ok(tx.lock(task.ctx.corp, &keys)?)
}

fn givens(tx: &mut Tx<'_>, task: &Task) -> Verdict<Givens> {
    let defaults = store::defaults(tx, task.ctx.corp)?;
    Ok(Givens { now: task.ctx.now, defaults, fields: Arc::clone(&task.fields) })
}

fn decide<'t>(
    tx: &mut Tx<'_>,
    task: &Task,
    of: &'static Type,
    rows: &'t [Ready],
    givens: &mut Givens,
) -> Verdict<Decided<'t>> {
    let said: Vec<&Said> = rows.iter().filter_map(Ready::said).collect();
    let mut stored = stored(tx, task.ctx.corp, of, &said)?;
    let mut decided = Decided { new: Vec::new(), changed: Vec::new(), count: Count::default() };
    for row in rows {
        let row = match row {
            Ready::New(object, open) => {
                decided.count.new += 1;
                decided.new.push((Cow::Borrowed(object), *open));
                continue;
            }
            Ready::Said(said) => said,
        };
        let before = stored.remove(&identity(of, row));
        let old = before.as_ref().map(|(_, object)| object);
        let object = make(of, row.node.clone(), old, givens);
        let id = before.as_ref().map_or(row.id, |(id, _)| *id);
        let keyed = Keyed { id, key: row.key.clone(), object };
        match old {
            None => {
                givens.defaults.ordinal += 1;
                decided.count.new += 1;
                decided.new.push((Cow::Owned(keyed), Open::of(of, &row.node)));
            }
            Some(old) if *old == keyed.object => decided.count.unchanged += 1,
            Some(_) => {
                decided.count.changed += 1;
                decided.changed.push(keyed);
            }
        }
    }
    Ok(decided)
}

/// The object that comes of a line, and of what was stored.
pub(super) fn make(of: &'static Type, line: Node<'static>, stored: Option<&Object>, givens: &Givens) -> Object {
    let mut object = merge(&of.shape, line, stored, givens);
    rules::settle(of, &mut object, givens);
    sort_sets(&of.shape, &mut object);
    object
}

/// What tells a line from others in the answer of the database.
fn identity(of: &Type, row: &Said) -> String {
    if is_looked_up_late(of) { mapping(of, &row.node) } else { row.id.to_string() }
}

/// `object:third-party id`
fn mapping(of: &Type, node: &Node<'_>) -> String {
    let cell = |column: &str| of.position(column).and_then(|at| node.cells.get(at));
    match (cell("object_id"), cell("third_id")) {
        (Some(Cell::Int(object)), Some(Cell::Text(third))) => format!("{object}:{third}"),
        _ => String::new(),
    }
}

/// The objects that the database holds already, by what tells them apart.
fn stored(tx: &mut Tx<'_>, corp: i64, of: &'static Type, rows: &[&Said]) -> Verdict<HashMap<String, (i64, Object)>> {
    let late = is_looked_up_late(of);
    let object = of.position("object_id");
    let ids: Vec<i64> = rows
        .iter()
        .filter_map(|row| match object.and_then(|at| row.node.cells.get(at)) {
            Some(Cell::Int(object)) if late => Some(*object),
            _ => (!late && !row.is_new).then_some(row.id),
        })
        .collect();
    let third = of.position("third_id");
    let found = store::read(tx, corp, of, &ids)?.into_iter().map(|mut found| {
        sort_sets(&of.shape, &mut found.object);
        let key = if late {
            format!("{}:{}", found.object.int(object), found.object.text(third))
        } else {
            found.id.to_string()
        };
        (key, (found.id, found.object))
    });
    Ok(found.collect())
}

/// Makes the follow-up fields of some objects fit their records.
pub(super) fn follow_ups(tx: &mut Tx<'_>, ctx: &Context, of: &'static Type, ids: &[i64]) -> Verdict<()> {
    let keys: Vec<LockKey<'_>> = ids.iter().map(|id| LockKey::Object(*id)).collect();
    tx.lock(ctx.corp, &keys)?;
    let stale = store::stale_follow_ups(tx, ctx.corp, of, ids)?;
    if stale.is_empty() {
        return Ok(());
    }
    let kind = if of.name == "contact" { Kind::Contact } else { Kind::Friend };
    progress::recompute(tx, ctx.corp, kind, &stale)?;
    let changes = json!({"follow_ups": stale.len()}).to_string();
    let contacts = stale.into_iter().filter(|_| kind == Kind::Contact).map(Touched::Contact);
    store::record(tx, ctx.corp, ctx.now, &changes, &contacts.collect::<Vec<_>>())
}

/// A list of an object by its member.
pub(super) fn items<'a>(
    of: &'static Type,
    object: &'a Object,
    member: &str,
) -> Option<(&'static List, &'a Vec<Object>)> {
    let at = of.list(member)?;
    Some((of.shape.lists.get(at)?, object.lists.get(at)?))
}

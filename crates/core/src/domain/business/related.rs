//! External people and collaborators of an opportunity (chapter 10, 10.7 and 10.8): removals first, then additions.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::announce::{self, Change};
use super::create::{People, by_kind, check_number, check_people, check_staff, collaborators, named_by_kind};
use super::state::{Locked, lock_one, refuse_voided};
use crate::context::Context;
use crate::domain::person::{self, Tie};
use crate::refusal::Verdict;
use crate::store::business::{self, Business};
use crate::store::db::Tx;
use crate::store::person as people_rows;
use crate::store::user as staff_rows;

/// Whom to add to the external people and whom to remove.
#[derive(Clone, Debug, Default)]
pub struct PeopleEdit {
    /// Somebody unknown: 1001.
    pub add: Vec<People>,
    /// Unknown ones are ignored.
    pub remove: Vec<People>,
}

/// Whom to add to the collaborators and whom to remove, by staff id.
#[derive(Clone, Debug, Default)]
pub struct StaffEdit {
    /// Somebody unknown: 1001.
    pub add: Vec<String>,
    /// Unknown ones are ignored.
    pub remove: Vec<String>,
}

/// Edits the external people of an opportunity.
pub fn customer_related(tx: &mut Tx<'_>, ctx: &Context, wire_id: &str, edit: &PeopleEdit) -> Verdict<()> {
    check_people(ctx, "add_customers", &edit.add)?;
    let wanted = by_kind(tx, ctx, "add_customers", &edit.add)?;
    let mut unwanted: HashSet<i64> = HashSet::new();
    for (kind, ids) in named_by_kind(&edit.remove) {
        unwanted.extend(person::known(tx, ctx, kind, &ids)?);
    }
    let told: Vec<i64> = wanted.iter().flat_map(|(_, ids)| ids).chain(&unwanted).copied().collect();
    let locked = lock_one(tx, ctx, "id", wire_id, &told)?;
    refuse_voided([&locked])?;
    let Locked { mut business, mut ties } = locked;

    let wish: HashSet<i64> = wanted.iter().flat_map(|(_, ids)| ids).copied().collect();
    let present: HashSet<i64> = ties.iter().map(|tie| tie.person_id).collect();
    let gone: HashSet<i64> = unwanted.iter().copied().filter(|id| present.contains(id) && !wish.contains(id)).collect();
    let new: Vec<Tie> = wanted
        .iter()
        .flat_map(|(kind, ids)| ids.iter().map(move |id| (*kind, *id)))
        .filter(|(_, id)| !present.contains(id))
        .map(|(kind, person_id)| Tie { person_id, kind, op_user_id: 0, create_time: ctx.now })
        .collect();
    if gone.is_empty() && new.is_empty() {
        return Ok(());
    }
    if !new.is_empty() {
        check_number(ctx, "add_customers", present.len() - gone.len() + new.len())?;
    }
    let gone_ids: Vec<i64> = gone.iter().copied().collect();
    business::remove_people(tx, ctx.corp, business.id, &gone_ids)?;
    business::add_people(tx, ctx.corp, business.id, &new)?;
    let moved: HashMap<i64, bool> =
        gone.iter().map(|id| (*id, false)).chain(new.iter().map(|tie| (tie.person_id, true))).collect();
    ties.extend(new);
    let changes = moved_people(tx, ctx, &ties, &moved)?;
    finish(tx, ctx, &mut business, &ties, moved, ("business.customer_related", changes))
}

/// Edits the collaborators of an opportunity.
pub fn staff_related(tx: &mut Tx<'_>, ctx: &Context, wire_id: &str, edit: &StaffEdit) -> Verdict<()> {
    check_staff(ctx, "add_users", &edit.add)?;
    let wanted = collaborators(tx, ctx, "add_users", &edit.add)?;
    let known = staff_rows::by_wire_ids(tx, ctx.corp, &edit.remove)?;
    let locked = lock_one(tx, ctx, "id", wire_id, &[])?;
    refuse_voided([&locked])?;
    let Locked { mut business, ties } = locked;
    let present = business::staff(tx, ctx.corp, &[business.id])?;
    let present: HashMap<i64, String> = present.into_iter().map(|(_, member)| (member.id, member.user_id)).collect();
    let unwanted = known.values().filter(|staff| present.contains_key(&staff.id) && !wanted.contains(&staff.id));
    let gone: Vec<i64> = unwanted.map(|staff| staff.id).collect();
    let new: Vec<i64> = wanted.into_iter().filter(|id| !present.contains_key(id)).collect();
    if gone.is_empty() && new.is_empty() {
        return Ok(());
    }
    if !new.is_empty() {
        check_number(ctx, "add_users", present.len() - gone.len() + new.len())?;
    }
    business::remove_staff(tx, ctx.corp, business.id, &gone)?;
    business::add_staff(tx, ctx.corp, business.id, &new, ctx.now)?;
    let names = staff_rows::wire_ids(tx, ctx.corp, &new)?;
    let added: Vec<&String> = new.iter().filter_map(|id| names.get(id)).collect();
    let removed: Vec<&String> = gone.iter().filter_map(|id| present.get(id)).collect();
    let changes = added_and_removed("staff_list", &json!(added), &json!(removed));
    finish(tx, ctx, &mut business, &ties, HashMap::new(), ("business.staff_related", changes))
}

/// Stores the time of the change and announces it to everybody who is or was related.
fn finish(
    tx: &mut Tx<'_>,
    ctx: &Context,
    business: &mut Business,
    ties: &[Tie],
    moved: HashMap<i64, bool>,
    (action, changes): (&'static str, Map<String, Value>),
) -> Verdict<()> {
    business.update_time = ctx.now;
    business::update(tx, ctx.corp, business)?;
    let events = vec![announce::updated(business, "change_content")];
    let change = Change { business, ties, moved, action, changes, events, histories: &[announce::UPDATED] };
    announce::record(tx, ctx, None, vec![change])
}

fn moved_people(
    tx: &mut Tx<'_>,
    ctx: &Context,
    ties: &[Tie],
    moved: &HashMap<i64, bool>,
) -> Verdict<Map<String, Value>> {
    let (mut added, mut removed) = (Vec::new(), Vec::new());
    for kind in [person::Kind::Contact, person::Kind::Friend, person::Kind::Visitor] {
        let of_kind = ties.iter().filter(|tie| tie.kind == kind && moved.contains_key(&tie.person_id));
        let ids: Vec<i64> = of_kind.map(|tie| tie.person_id).collect();
        let names = people_rows::wire_ids(tx, ctx.corp, kind, &ids)?;
        for (id, begun) in ids.iter().filter_map(|id| Some((id, moved.get(id)?))) {
            let list = if *begun { &mut added } else { &mut removed };
            list.extend(names.get(id).map(|id| json!({"id": id, "type": kind.number()})));
        }
    }
    Ok(added_and_removed("customer_list", &json!(added), &json!(removed)))
}

/// A list that has won and lost members: `{"customer_list":[removed, added]}`.
fn added_and_removed(name: &str, added: &Value, removed: &Value) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), json!([removed, added]))])
}

//! External related people of a company (chapter 05, 5.6 and 5.7).

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::announce::{self, Change};
use super::{lock_one, show};
use crate::card::Touched;
use crate::context::Context;
use crate::domain::person::{self, Kind, Tie};
use crate::domain::{customer, user};
use crate::refusal::Verdict;
use crate::store::company::{self, Company};
use crate::store::db::Tx;
use crate::store::journal::{self, Entry, Event};

/// Whom a call names as related people of which company. Repeated ids count once.
#[derive(Clone, Debug)]
pub struct People {
    /// The company.
    pub company_id: String,
    /// What kind of people.
    pub kind: Kind,
    /// Their ids on the wire.
    pub ids: Vec<String>,
    /// Staff id of the operator.
    pub op_user_id: Option<String>,
}

/// Relates people to a company; those who are related already are passed over. One who is unknown, or of another
/// kind, refuses the whole call (1001).
pub fn add_people(tx: &mut Tx<'_>, ctx: &Context, people: &People) -> Verdict<()> {
    let operator = user::operator_or_administrator(tx, ctx, "op_user_id", people.op_user_id.as_deref())?;
    let named = person::resolve(tx, ctx, "ids", people.kind, &people.ids)?;
    let company = lock_one(tx, ctx, &people.company_id)?;
    let present = present(tx, ctx, &company)?;
    let added: Vec<i64> = named.into_iter().filter(|id| !present.contains(id)).collect();
    if added.is_empty() {
        return Ok(());
    }
    let op_user_id = operator.as_ref().map_or(0, |staff| staff.id);
    let tie = |&person_id| Tie { person_id, kind: people.kind, op_user_id, create_time: ctx.now };
    company::add_people(tx, ctx.corp, company.id, &added.iter().map(tie).collect::<Vec<_>>())?;
    let friends = if people.kind == Kind::Friend { added.as_slice() } else { &[] };
    let told = customer::events(tx, ctx.corp, friends, customer::Change::Company, operator.as_ref())?;
    let moved = Moved { people, ids: &added, verb: "add", action: "company.customer_related.add" };
    record(tx, ctx, &company, &moved, Change::CustomerAdd, told)
}

/// Ends the relation of people with a company; ids that are unknown or not related are passed over. With
/// `delete_history` the company's journey loses what came from them.
pub fn remove_people(tx: &mut Tx<'_>, ctx: &Context, people: &People, delete_history: bool) -> Verdict<()> {
    user::operator(tx, ctx, "op_user_id", people.op_user_id.as_deref())?;
    let named = person::known(tx, ctx, people.kind, &people.ids)?;
    let company = lock_one(tx, ctx, &people.company_id)?;
    let present = present(tx, ctx, &company)?;
    let removed: Vec<i64> = named.into_iter().filter(|id| present.contains(id)).collect();
    if removed.is_empty() {
        return Ok(());
    }
    company::remove_people(tx, ctx.corp, company.id, &removed)?;
    if delete_history {
        company::remove_histories(tx, ctx.corp, company.id, &removed)?;
    }
    let moved = Moved { people, ids: &removed, verb: "remove", action: "company.customer_related.remove" };
    record(tx, ctx, &company, &moved, Change::Update, HashMap::new())
}

fn present(tx: &mut Tx<'_>, ctx: &Context, company: &Company) -> Verdict<HashSet<i64>> {
    Ok(company::people(tx, ctx.corp, &[company.id])?.into_iter().map(|(_, tie)| tie.person_id).collect())
}

/// People who came or went.
struct Moved<'a> {
    people: &'a People,
    ids: &'a [i64],
    verb: &'static str,
    action: &'static str,
}

/// One entry for the company with its events, then one for each person, whose list of companies changed too.
fn record(
    tx: &mut Tx<'_>,
    ctx: &Context,
    company: &Company,
    moved: &Moved<'_>,
    change: Change,
    mut told: HashMap<i64, Event>,
) -> Verdict<()> {
    let circle = show::circle(tx, ctx, company)?;
    let rows = crate::store::person::by_ids(tx, ctx.corp, moved.people.kind, moved.ids)?;
    let wire_ids: HashMap<i64, String> = rows.into_iter().map(|person| (person.id, person.wire_id)).collect();
    let listed: Vec<Value> =
        moved.ids.iter().map(|id| json!({"id": wire_ids.get(id), "type": moved.people.kind.number()})).collect();
    let mut entries = Vec::with_capacity(moved.ids.len() + 1);
    entries.push(Entry {
        object_type: "company",
        object_id: company.id,
        action: moved.action,
        changes: json!({"customer_list": {moved.verb: listed}}),
        events: announce::events(company, &circle, change).to_vec(),
    });
    let object_type = moved.people.kind.noun();
    for &object_id in moved.ids {
        if moved.people.kind == Kind::Contact {
            tx.touch(ctx.corp, Touched::Contact(object_id));
        }
        entries.push(Entry {
            object_type,
            object_id,
            action: moved.action,
            changes: json!({"company_list": {moved.verb: [&company.wire_id]}}),
            events: told.remove(&object_id).into_iter().collect(),
        });
    }
    journal::record(tx, ctx, &entries)
}

//! Owners and voiding of opportunities (chapter 10, 10.5 and 10.6), and how opportunities are locked.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::announce::{self, Change};
use crate::card::Touched;
use crate::context::Context;
use crate::domain::person::Tie;
use crate::domain::user;
use crate::refusal::{Code, Verdict};
use crate::store::business::{self, Business};
use crate::store::db::{LockKey, Tx};
use crate::store::user as staff_rows;

/// Gives opportunities to another owner, all or nothing. Those that are theirs already are passed over.
pub fn owner_change(
    tx: &mut Tx<'_>,
    ctx: &Context,
    wire_ids: &[String],
    owner_user_id: &str,
    operator: Option<&str>,
) -> Verdict<()> {
    let found = staff_rows::by_wire_ids(tx, ctx.corp, &[owner_user_id.to_owned()])?;
    let owner = user::new_owner(found.get(owner_user_id)).map_err(|code| code.because(reason(code)))?;
    let operator = user::operator(tx, ctx, "op_user_id", operator)?;
    let mut locked = lock(tx, ctx, "business_ids", wire_ids, &[])?;
    refuse_voided(&locked)?;
    locked.retain(|found| found.business.owner_id != owner.id);
    let mut changes = Vec::with_capacity(locked.len());
    for Locked { business, ties } in &mut locked {
        let from = std::mem::replace(&mut business.names.owner_id, owner.wire_id.clone());
        business.owner_id = owner.id;
        business.update_time = ctx.now;
        changes.push(Change {
            business,
            ties,
            moved: HashMap::new(),
            action: "business.owner_change",
            changes: Map::from_iter([("owner_id".to_owned(), json!([from, owner.wire_id]))]),
            events: vec![announce::updated(business, "change_owner")],
            histories: &[announce::UPDATED],
        });
    }
    let ids: Vec<i64> = changes.iter().map(|change| change.business.id).collect();
    business::set_owner(tx, ctx.corp, &ids, owner.id, ctx.now)?;
    announce::record(tx, ctx, operator.as_ref(), changes)
}

/// Why somebody cannot become owner.
fn reason(code: Code) -> &'static str {
    match code {
        Code::StaffLeft => "owner_user_id has left the company",
        Code::StaffInactive => "owner_user_id is not activated or may not use the product",
        _ => "owner_user_id is unknown",
    }
}

/// Voids an opportunity. It stays readable; only administration brings it back. Voided already: 1004.
pub fn disuse(tx: &mut Tx<'_>, ctx: &Context, wire_id: &str, abandon_reason: &str) -> Verdict<()> {
    let Locked { mut business, ties } = lock_one(tx, ctx, "business_id", wire_id, &[])?;
    if business.is_voided {
        return Err(Code::Repeated.because("the opportunity is voided already"));
    }
    business.is_voided = true;
    abandon_reason.clone_into(&mut business.abandon_reason);
    business.update_time = ctx.now;
    business::update(tx, ctx.corp, &business)?;
    tx.touch(ctx.corp, Touched::Business(business.id));
    let changed = [("status", json!([0, 1])), ("abandon_reason", json!(["", abandon_reason]))];
    let change = Change {
        business: &business,
        ties: &ties,
        moved: HashMap::new(),
        action: "business.disuse",
        changes: changed.into_iter().map(|(name, pair)| (name.to_owned(), pair)).collect::<Map<String, Value>>(),
        events: vec![announce::voided(&business)],
        histories: &[announce::VOIDED],
    };
    announce::record(tx, ctx, None, vec![change])
}

/// An opportunity and its people, which nobody else changes until the transaction ends.
pub(super) struct Locked {
    pub business: Business,
    pub ties: Vec<Tie>,
}

/// Locks opportunities together with everybody in whose journey a change of them is told, and reads them in the
/// order named, each once. `more` are people who are to be told too. The first one that is unknown: 1003.
pub(super) fn lock(
    tx: &mut Tx<'_>,
    ctx: &Context,
    param: &str,
    wire_ids: &[String],
    more: &[i64],
) -> Verdict<Vec<Locked>> {
    let known = business::ids(tx, ctx.corp, wire_ids)?;
    let mut seen = HashSet::with_capacity(known.len());
    let mut ids = Vec::with_capacity(known.len());
    for wire_id in wire_ids {
        let unknown = || Code::NotFound.because(format!("{param}: {wire_id} is unknown"));
        let id = *known.get(wire_id).ok_or_else(unknown)?;
        if seen.insert(id) {
            ids.push(id);
        }
    }
    // The circles first: under their lock it is certain who the people are. Then one lock for opportunities and
    // people; two would wait for each other's in turn.
    let circles: Vec<LockKey<'_>> = ids.iter().map(|&id| LockKey::Circle(id)).collect();
    tx.lock(ctx.corp, &circles)?;
    let ties = business::people(tx, ctx.corp, &ids)?;
    let people = ties.iter().map(|(_, tie)| &tie.person_id);
    let keys = ids.iter().chain(more).chain(people).map(|&id| LockKey::Object(id));
    tx.lock(ctx.corp, &keys.collect::<Vec<_>>())?;
    let mut by_business: HashMap<i64, Vec<Tie>> = HashMap::new();
    for (id, tie) in ties {
        by_business.entry(id).or_default().push(tie);
    }
    let mut rows = business::by_ids(tx, ctx.corp, &ids)?;
    let found = ids.iter().filter_map(|id| {
        let ties = by_business.remove(id).unwrap_or_default();
        Some(Locked { business: rows.remove(id)?, ties })
    });
    Ok(found.collect())
}

/// The one opportunity that a call is about.
pub(super) fn lock_one(tx: &mut Tx<'_>, ctx: &Context, param: &str, wire_id: &str, more: &[i64]) -> Verdict<Locked> {
    let found = lock(tx, ctx, param, &[wire_id.to_owned()], more)?.pop();
    found.ok_or_else(|| Code::NotFound.because(format!("{param} is unknown")))
}

/// Voided opportunities stay as they are: 1005.
pub(super) fn refuse_voided<'a>(locked: impl IntoIterator<Item = &'a Locked>) -> Verdict<()> {
    match locked.into_iter().find(|found| found.business.is_voided) {
        Some(found) => Err(Code::Forbidden.because(format!("the opportunity {} is voided", found.business.wire_id))),
        None => Ok(()),
    }
}

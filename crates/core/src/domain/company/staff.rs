//! Internal collaborators of a company (chapter 05, 5.8 and 5.9).

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::announce::{self, Change};
use super::{lock_one, show};
use crate::context::Context;
use crate::domain::user;
use crate::refusal::Verdict;
use crate::store::company::{self, Company};
use crate::store::db::Tx;
use crate::store::journal::{self, Entry};
use crate::store::user::{self as staff_rows, Staff};

/// Whom a call names as collaborators of which company. Repeated ids count once.
#[derive(Clone, Debug)]
pub struct Team {
    /// The company.
    pub company_id: String,
    /// Staff ids.
    pub user_ids: Vec<String>,
    /// Staff id of the operator.
    pub op_user_id: Option<String>,
}

/// Makes staff collaborators; those who are it already are passed over. One who is unknown (1001), not active (3001)
/// or gone (3002) refuses the whole call.
pub fn add_staff(tx: &mut Tx<'_>, ctx: &Context, team: &Team) -> Verdict<()> {
    user::operator(tx, ctx, "op_user_id", team.op_user_id.as_deref())?;
    let found = staff_rows::by_wire_ids(tx, ctx.corp, &team.user_ids)?;
    for user_id in &team.user_ids {
        user::new_owner_in("user_ids", found.get(user_id))?;
    }
    let company = lock_one(tx, ctx, &team.company_id)?;
    let present = present(tx, ctx, &company)?;
    let added: Vec<&Staff> = named(team, &found).into_iter().filter(|staff| !present.contains(&staff.id)).collect();
    if added.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = added.iter().map(|staff| staff.id).collect();
    company::add_staff(tx, ctx.corp, company.id, &ids, ctx.now)?;
    let wire_ids: Vec<&str> = added.iter().map(|staff| staff.wire_id.as_str()).collect();
    record(tx, ctx, &company, "company.staff_related.add", json!({"user_list": {"add": wire_ids}}))
}

/// Ends the collaboration of staff; ids that are unknown or no collaborators are passed over.
pub fn remove_staff(tx: &mut Tx<'_>, ctx: &Context, team: &Team) -> Verdict<()> {
    user::operator(tx, ctx, "op_user_id", team.op_user_id.as_deref())?;
    let found = staff_rows::by_wire_ids(tx, ctx.corp, &team.user_ids)?;
    let company = lock_one(tx, ctx, &team.company_id)?;
    let present = present(tx, ctx, &company)?;
    let removed: Vec<&Staff> = named(team, &found).into_iter().filter(|staff| present.contains(&staff.id)).collect();
    if removed.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = removed.iter().map(|staff| staff.id).collect();
    company::remove_staff(tx, ctx.corp, company.id, &ids)?;
    let wire_ids: Vec<&str> = removed.iter().map(|staff| staff.wire_id.as_str()).collect();
    record(tx, ctx, &company, "company.staff_related.remove", json!({"user_list": {"remove": wire_ids}}))
}

/// The staff that the call names, each once, in its order.
fn named<'a>(team: &Team, found: &'a HashMap<String, Staff>) -> Vec<&'a Staff> {
    let mut seen = HashSet::new();
    let known = team.user_ids.iter().filter_map(|user_id| found.get(user_id));
    known.filter(|staff| seen.insert(staff.id)).collect()
}

fn present(tx: &mut Tx<'_>, ctx: &Context, company: &Company) -> Verdict<HashSet<i64>> {
    let rows = company::collaborators(tx, ctx.corp, &[company.id])?;
    Ok(rows.into_iter().map(|collaborator| collaborator.id).collect())
}

fn record(tx: &mut Tx<'_>, ctx: &Context, company: &Company, action: &'static str, changes: Value) -> Verdict<()> {
    let circle = show::circle(tx, ctx, company)?;
    let events = announce::events(company, &circle, Change::Update).to_vec();
    journal::record(tx, ctx, &[Entry { object_type: "company", object_id: company.id, action, changes, events }])
}

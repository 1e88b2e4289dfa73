//! New owners of companies (chapter 05, 5.3).

use std::collections::{HashMap, HashSet};

use serde_json::json;

use super::announce;
use crate::context::Context;
use crate::domain::user;
use crate::refusal::{Code, Refusal, Verdict};
use crate::store::company::{self, Company};
use crate::store::db::{LockKey, Tx};
use crate::store::journal::{self, Entry};
use crate::store::{sea, user as staff_rows};

/// What a call asks for.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// The companies. One that is named twice is processed twice.
    pub company_ids: Vec<String>,
    /// Staff id of the new owner.
    pub owner_user_id: String,
    /// Staff id of the operator.
    pub op_user_id: Option<String>,
}

/// An item that was refused.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The id as the caller gave it.
    pub id: String,
    /// Why.
    pub refusal: Refusal,
}

/// Gives companies to a new owner; one in a public sea is claimed by that. Every item stands on its own:
/// unknown 1003, owned by this person already 1004.
pub fn owner_change(tx: &mut Tx<'_>, ctx: &Context, transfer: &Transfer) -> Verdict<Vec<Failure>> {
    let found = staff_rows::by_wire_ids(tx, ctx.corp, std::slice::from_ref(&transfer.owner_user_id))?;
    let owner = user::new_owner_in("owner_user_id", found.get(&transfer.owner_user_id))?;
    user::operator(tx, ctx, "op_user_id", transfer.op_user_id.as_deref())?;
    let mut companies = lock(tx, ctx, &transfer.company_ids)?;
    let names = Names::read(tx, ctx, companies.values())?;
    let (mut entries, mut failures, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for wire_id in &transfer.company_ids {
        let mut refuse = |code: Code| failures.push(Failure { id: wire_id.clone(), refusal: code.into() });
        let Some(company) = companies.get_mut(wire_id) else {
            refuse(Code::NotFound);
            continue;
        };
        if company.sea_id == 0 && company.owner_id == owner.id {
            refuse(Code::Repeated);
            continue;
        }
        let before = company.clone();
        company.owner_id = owner.id;
        company.sea_id = 0;
        changed.push(company.id);
        entries.push(Entry {
            object_type: "company",
            object_id: company.id,
            action: "company.owner_change",
            changes: names.difference(&before, &owner.wire_id),
            events: vec![announce::owner_change(company, owner, ctx.now)],
        });
    }
    company::set_owner(tx, ctx.corp, &changed, owner.id)?;
    journal::record(tx, ctx, &entries)?;
    Ok(failures)
}

/// Locks and reads the companies that exist, by wire id.
fn lock(tx: &mut Tx<'_>, ctx: &Context, wire_ids: &[String]) -> Verdict<HashMap<String, Company>> {
    let ids: HashSet<i64> = company::ids(tx, ctx.corp, wire_ids)?.into_values().collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let locks: Vec<LockKey<'_>> = ids.iter().map(|&id| LockKey::Object(id)).collect();
    tx.lock(ctx.corp, &locks)?;
    let rows = company::by_ids(tx, ctx.corp, &ids)?;
    Ok(rows.into_values().map(|company| (company.wire_id.clone(), company)).collect())
}

/// The wire ids of owners and seas, for the journal.
struct Names {
    staff: HashMap<i64, String>,
    seas: HashMap<i64, String>,
}

impl Names {
    fn read<'a>(tx: &mut Tx<'_>, ctx: &Context, companies: impl Iterator<Item = &'a Company>) -> Verdict<Names> {
        let owners: HashSet<i64> = companies.map(|company| company.owner_id).filter(|&id| id != 0).collect();
        let seas = sea::load(tx, ctx.corp, sea::Of::Companies)?;
        Ok(Names {
            staff: staff_rows::wire_ids(tx, ctx.corp, &owners.into_iter().collect::<Vec<_>>())?,
            seas: seas.into_iter().map(|sea| (sea.id, sea.wire_id)).collect(),
        })
    }

    fn difference(&self, before: &Company, owner: &str) -> serde_json::Value {
        let text = |names: &HashMap<i64, String>, id| names.get(&id).cloned().unwrap_or_default();
        let mut changes = json!({ "owner": [text(&self.staff, before.owner_id), owner] });
        if let (true, Some(changes)) = (before.sea_id != 0, changes.as_object_mut()) {
            changes.insert("sea_id".to_owned(), json!([text(&self.seas, before.sea_id), ""]));
            changes.insert("claim_status".to_owned(), json!(["0", "1"]));
        }
        changes
    }
}

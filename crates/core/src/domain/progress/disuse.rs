//! Follow-up records taken back (8.3).

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::json;

use super::create::{add_follow_up, in_journal};
use crate::card::Touched;
use crate::context::Context;
use crate::domain::object::Kind;
use crate::refusal::{Code, Refusal, Verdict};
use crate::store::db::{LockKey, Tx};
use crate::store::journal::{self, Entry};
use crate::store::progress::{self, Record};
use crate::store::{journey, user};

/// An item that was refused.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The id as the caller gave it.
    pub id: String,
    /// Why.
    pub refusal: Refusal,
}

/// Discards records, removes their journey items everywhere and computes anew what their objects keep of them.
/// Unknown: 1003; discarded already: 1004. No event.
pub fn disuse(tx: &mut Tx<'_>, ctx: &Context, ids: &[String]) -> Verdict<Vec<Failure>> {
    let known = lock(tx, ctx, ids)?;
    let mut left: HashMap<&str, &Record> = HashMap::new();
    for record in known.iter().filter(|record| !record.is_discarded) {
        left.insert(&record.wire_id, record);
    }
    let names: HashSet<&str> = known.iter().map(|record| record.wire_id.as_str()).collect();
    let (mut discarded, mut failures) = (Vec::new(), Vec::new());
    for id in ids {
        if let Some(record) = left.remove(id.as_str()) {
            discarded.push(record);
            continue;
        }
        let code = if names.contains(id.as_str()) { Code::Repeated } else { Code::NotFound };
        failures.push(Failure { id: id.clone(), refusal: code.into() });
    }
    store(tx, ctx, &discarded)?;
    Ok(failures)
}

/// The records, read after everything that they hang on was locked.
fn lock(tx: &mut Tx<'_>, ctx: &Context, ids: &[String]) -> Verdict<Vec<Record>> {
    let found = progress::by_wire_ids(tx, ctx.corp, ids)?;
    let locks: Vec<LockKey<'_>> = found.iter().map(|record| LockKey::Object(record.object_id)).collect();
    tx.lock(ctx.corp, &locks)?;
    progress::by_wire_ids(tx, ctx.corp, ids)
}

fn store(tx: &mut Tx<'_>, ctx: &Context, discarded: &[&Record]) -> Verdict<()> {
    let ids: Vec<i64> = discarded.iter().map(|record| record.id).collect();
    let mut objects: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for record in discarded {
        objects.entry(record.object_type).or_default().push(record.object_id);
    }
    progress::discard(tx, ctx.corp, &ids)?;
    journey::remove_of_source(tx, ctx.corp, 201, &ids)?;
    let (mut before, mut after) = (HashMap::new(), HashMap::new());
    for (object_type, mut objects) in objects {
        let Some(kind) = Kind::of(object_type) else { continue };
        objects.sort_unstable();
        objects.dedup();
        before.extend(progress::follow_ups(tx, ctx.corp, kind, &objects)?);
        progress::recompute(tx, ctx.corp, kind, &objects)?;
        after.extend(progress::follow_ups(tx, ctx.corp, kind, &objects)?);
        for &contact in objects.iter().filter(|_| kind == Kind::Contact) {
            tx.touch(ctx.corp, Touched::Contact(contact));
        }
    }
    let authors: Vec<i64> = discarded.iter().map(|record| record.create_user_id).collect();
    let authors = user::wire_ids(tx, ctx.corp, &authors)?;
    let mut entries = Vec::with_capacity(discarded.len());
    for record in discarded {
        let author = authors.get(&record.create_user_id).map_or("", String::as_str);
        let mut changes = json!({ "progress": [in_journal(record, author), null] });
        // The first record of an object tells what the call changed of it.
        let (before, after) = (before.remove(&record.object_id), after.remove(&record.object_id));
        add_follow_up(&mut changes, before.as_ref(), after.as_ref());
        let object_type = Kind::of(record.object_type).map_or("progress", Kind::noun);
        let object_id = record.object_id;
        entries.push(Entry { object_type, object_id, action: "progress.disuse", changes, events: Vec::new() });
    }
    journal::record(tx, ctx, &entries)
}

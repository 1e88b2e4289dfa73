//! Calls on many contacts. Every item of a call stands on its own: its fault goes into the list of failures,
//! the others go through.
//!
//! Rows are read and locked once, the items are decided in memory in the order given, and everything is
//! written together at the end, in few statements.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use super::announce::{self, Change, Names};
use crate::card::Touched;
use crate::context::Context;
use crate::domain::journey;
use crate::refusal::{Code, Refusal, Verdict};
use crate::store::contact::{self, Contact};
use crate::store::db::{LockKey, Tx};
use crate::store::journal::{self, Entry, Event};
use crate::store::journey::Item;
use crate::store::user::{self, Staff};

/// An item that was refused.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Its place in the call, from 0.
    pub index: usize,
    /// The id as the caller gave it.
    pub id: String,
    /// Why.
    pub refusal: Refusal,
}

/// What one item does to its contact.
pub(super) struct Step {
    pub(super) to: Contact,
    pub(super) changes: Vec<Change>,
    pub(super) item: Item,
}

/// The contacts of a call, as they become item by item.
pub(super) struct Batch {
    contacts: HashMap<String, Contact>,
    names: Names,
    changed: BTreeSet<i64>,
    entries: Vec<Entry>,
    items: Vec<Item>,
    failures: Vec<Failure>,
    seen: usize,
}

impl Batch {
    /// Locks and reads the contacts; `staff` are people who may become owners.
    pub(super) fn load(tx: &mut Tx<'_>, ctx: &Context, wire_ids: &[&str], staff: &[i64]) -> Verdict<Batch> {
        let mut ids: Vec<i64> = contact::ids(tx, ctx.corp, wire_ids)?.into_values().collect();
        ids.sort_unstable();
        let locks: Vec<LockKey<'_>> = ids.iter().map(|&id| LockKey::Object(id)).collect();
        tx.lock(ctx.corp, &locks)?;
        let rows = contact::by_ids(tx, ctx.corp, &ids)?;
        let names = Names::of(tx, ctx.corp, rows.values(), staff)?;
        Ok(Batch {
            contacts: rows.into_values().map(|contact| (contact.wire_id.clone(), contact)).collect(),
            names,
            changed: BTreeSet::new(),
            entries: Vec::new(),
            items: Vec::new(),
            failures: Vec::new(),
            seen: 0,
        })
    }

    /// The people who own the contacts now.
    pub(super) fn owners(&self, tx: &mut Tx<'_>, ctx: &Context) -> Verdict<HashMap<i64, Staff>> {
        let mut ids: Vec<i64> = self.contacts.values().map(|contact| contact.state.owner_id).collect();
        ids.retain(|&id| id != 0);
        ids.sort_unstable();
        ids.dedup();
        Ok(user::by_ids(tx, ctx.corp, &ids)?)
    }

    /// Decides the next item. An unknown contact fails it with 1003; `None` means that nothing changes.
    pub(super) fn item(
        &mut self,
        wire_id: &str,
        action: &'static str,
        decide: impl FnOnce(&Contact) -> Verdict<Option<Step>>,
    ) {
        let decided = match self.contacts.get(wire_id) {
            Some(contact) => decide(contact),
            None => Err(Code::NotFound.into()),
        };
        match decided {
            Ok(step) => {
                self.seen += 1;
                if let Some(step) = step {
                    self.take(step, action);
                }
            }
            Err(refusal) => self.refuse(wire_id, refusal),
        }
    }

    /// The next item fails whatever its contact is.
    pub(super) fn refuse(&mut self, wire_id: &str, refusal: Refusal) {
        self.failures.push(Failure { index: self.seen, id: wire_id.to_owned(), refusal });
        self.seen += 1;
    }

    fn take(&mut self, step: Step, action: &'static str) {
        let Step { to, changes, item } = step;
        let mut events: Vec<Event> =
            changes.iter().flat_map(|&change| announce::events(&to, &self.names, change)).collect();
        events.push(journey::clue_history(&to.wire_id, &item));
        let from = self.contacts.get(&to.wire_id);
        let changes = from.map_or(Value::Null, |from| Value::Object(difference(from, &to, &self.names)));
        self.entries.push(Entry { object_type: "contact", object_id: to.id, action, changes, events });
        self.items.push(item);
        self.changed.insert(to.id);
        self.contacts.insert(to.wire_id.clone(), to);
    }

    /// Writes every changed contact as it has become with `store`, the journey, the journal and the events.
    pub(super) fn write(
        self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        store: impl FnOnce(&mut Tx<'_>, i64, &[&Contact]) -> Verdict<()>,
    ) -> Verdict<Vec<Failure>> {
        let changed: Vec<&Contact> = self.contacts.values().filter(|c| self.changed.contains(&c.id)).collect();
        store(tx, ctx.corp, &changed)?;
        for &id in &self.changed {
            tx.touch(ctx.corp, Touched::Contact(id));
        }
        journey::record(tx, ctx, &self.items)?;
        journal::record(tx, ctx, &self.entries)?;
        Ok(self.failures)
    }
}

/// What really changed, from what to what, by the names on the wire.
pub(super) fn difference(from: &Contact, to: &Contact, names: &Names) -> Map<String, Value> {
    let texts = texts(from).into_iter().zip(texts(to)).map(|((name, from), (_, to))| (name, json!(from), json!(to)));
    let (old, new) = (&from.state, &to.state);
    let others = [
        ("gender", json!(from.gender), json!(to.gender)),
        ("age", json!(from.age), json!(to.age)),
        ("stage_id", json!(from.stage_id), json!(to.stage_id)),
        ("contact_custom", object(&from.custom), object(&to.custom)),
        ("status", json!(old.status), json!(new.status)),
        ("owner_id", json!(names.staff(old.owner_id)), json!(names.staff(new.owner_id))),
        ("sea_id", json!(names.sea(old.sea_id)), json!(names.sea(new.sea_id))),
        ("claim_time", json!(old.claim_time), json!(new.claim_time)),
        ("is_useless", json!(old.is_useless), json!(new.is_useless)),
    ];
    let changed = texts.chain(others).filter(|(_, from, to)| from != to);
    changed.map(|(name, from, to)| (name.to_owned(), json!([from, to]))).collect()
}

fn object(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// The texts of a contact by their names on the wire.
pub(super) fn texts(c: &Contact) -> Vec<(&'static str, &str)> {
    vec![
        ("user_name", &c.user_name),
        ("source_id", &c.source_id),
        ("source_name", &c.source_name),
        ("corp_name", &c.corp_name),
        ("corp_address", &c.corp_address),
        ("register_address", &c.register_address),
        ("legal_person", &c.legal_person),
        ("corp_founded_time", &c.corp_founded_time),
        ("industry", &c.industry),
        ("position", &c.position),
        ("email", &c.email),
        ("wx_id", &c.wx_id),
        ("qq", &c.qq),
        ("remark", &c.remark),
        ("avatar", &c.avatar),
        ("other_custom_field", &c.other_custom_field),
        ("region", &c.region),
        ("url", &c.url),
        ("searchword", &c.searchword),
        ("key_word", &c.key_word),
        ("plan_name", &c.plan_name),
        ("group_name", &c.group_name),
        ("creative_title", &c.creative_title),
        ("creative_description", &c.creative_description),
        ("advertiser_account_name", &c.advertiser_account_name),
    ]
}

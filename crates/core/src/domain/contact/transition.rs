//! The state machine of contacts (chapter 19, section 6): transfer, discard, recover, back to the sea.
//!
//! Every item of a call stands on its own: its fault goes into the list of failures, the others go through.
//! Rows are read and locked once, the items are decided in memory in the order given, and everything is
//! written together at the end.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use super::announce::{self, Change, Names};
use super::create::{owner_reason, sea_of};
use crate::card::Touched;
use crate::context::Context;
use crate::domain::journey::{self, Happening};
use crate::domain::user;
use crate::refusal::{Code, Refusal, Verdict};
use crate::store::contact::{self, Contact, State};
use crate::store::db::{LockKey, Tx};
use crate::store::journal::{self, Entry, Event};
use crate::store::user::{self as staff_rows, Staff};
use crate::store::{journey::Item, sea};

/// An item that was refused.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The id as the caller gave it.
    pub id: String,
    /// Why.
    pub refusal: Refusal,
}

/// One item of a transfer.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// The contact.
    pub id: String,
    /// The new owner's staff id, `""` when none is given; `None` if it is not even a string.
    pub owner_id: Option<String>,
}

/// Gives contacts to new owners (19.5). `operator` is who does it, none for the application.
pub fn owner_change(
    tx: &mut Tx<'_>,
    ctx: &Context,
    transfers: &[Transfer],
    operator: Option<&str>,
) -> Verdict<Vec<Failure>> {
    let operator = user::operator(tx, ctx, "op_user_id", operator)?;
    let owners: Vec<String> = transfers.iter().filter_map(|t| t.owner_id.clone()).collect();
    let owners = staff_rows::by_wire_ids(tx, ctx.corp, &owners)?;
    let ids: Vec<&str> = transfers.iter().map(|transfer| transfer.id.as_str()).collect();
    let mut batch = Batch::load(tx, ctx, &ids, owners.values().map(|staff| staff.id).collect())?;
    let former = batch.owners(tx, ctx)?;
    let name_of = |id: i64| former.get(&id).or_else(|| owners.values().find(|s| s.id == id)).map_or("", |s| &s.name);
    let actor = operator.as_ref().map_or(ctx.actor.display_name(), |staff| &staff.name);
    let staff = operator.as_ref().map_or(0, |staff| staff.id);
    for transfer in transfers {
        batch.item(ctx, &transfer.id, "contact.owner_change", |contact| {
            // The contact is known when this runs: within an item it is checked before the owner.
            let owner = new_owner(transfer, &owners)?;
            let from = contact.state;
            if from.status == 1 && from.owner_id == owner.id {
                return Err(Code::Repeated.into());
            }
            refuse_unless_owned(&from)?;
            let mut to = State { owner_id: owner.id, ..from };
            if from.status == 4 {
                to = State { status: 1, claim_time: ctx.now, ..to };
                let happening = Happening::Assigned(actor, &owner.name);
                let owner_too = (from.owner_id != owner.id).then_some(Change::Owner);
                let changes = std::iter::once(Change::Status).chain(owner_too).collect();
                return Ok(Step { to, changes, item: journey::of_contact(ctx, contact.id, staff, &happening) });
            }
            let happening = Happening::Transferred(name_of(from.owner_id), &owner.name);
            let item = journey::of_contact(ctx, contact.id, staff, &happening);
            Ok(Step { to, changes: vec![Change::Owner], item })
        });
    }
    batch.write(tx, ctx)
}

/// Discards contacts (19.6).
pub fn disuse(tx: &mut Tx<'_>, ctx: &Context, ids: &[String]) -> Verdict<Vec<Failure>> {
    each(tx, ctx, ids, "contact.disuse", |contact| {
        if contact.state.is_useless {
            return Err(Code::Repeated.into());
        }
        let happening = Happening::Discarded(ctx.actor.display_name());
        Ok(Step {
            to: State { is_useless: true, ..contact.state },
            changes: vec![Change::Disuse],
            item: journey::of_contact(ctx, contact.id, 0, &happening),
        })
    })
}

/// Takes discarded contacts back (19.7) into the state before; a sea that is gone becomes the default one.
pub fn recover(tx: &mut Tx<'_>, ctx: &Context, ids: &[String]) -> Verdict<Vec<Failure>> {
    let seas = sea::load(tx, ctx.corp, sea::Of::Contacts)?;
    let default_sea = seas.iter().find(|sea| sea.is_default).map_or(0, |sea| sea.id);
    each(tx, ctx, ids, "contact.recover", |contact| {
        if !contact.state.is_useless {
            return Err(Code::Repeated.into());
        }
        let mut to = State { is_useless: false, ..contact.state };
        if to.status == 0 && !seas.iter().any(|sea| sea.id == to.sea_id) {
            to.sea_id = default_sea;
        }
        let item = journey::of_contact(ctx, contact.id, 0, &Happening::Recovered);
        Ok(Step { to, changes: vec![Change::Recover], item })
    })
}

/// Puts contacts back into a public sea (19.8); no sea named: the default one.
pub fn back_to_sea(tx: &mut Tx<'_>, ctx: &Context, ids: &[String], sea_id: Option<&str>) -> Verdict<Vec<Failure>> {
    let sea_id = sea_of(tx, ctx, sea_id)?;
    each(tx, ctx, ids, "contact.back_to_sea", |contact| {
        let from = contact.state;
        if from.status == 0 {
            return Err(Code::Repeated.because("the contact is in a public sea already"));
        }
        refuse_unless_owned(&from)?;
        let owner = (from.owner_id != 0).then_some(Change::Owner);
        Ok(Step {
            to: State { status: 0, owner_id: 0, sea_id, claim_time: 0, is_useless: false },
            changes: std::iter::once(Change::Status).chain(owner).collect(),
            item: journey::of_contact(ctx, contact.id, 0, &Happening::BackToSea),
        })
    })
}

/// Contacts in the sea and discarded ones stay where they are.
fn refuse_unless_owned(state: &State) -> Verdict<()> {
    match state {
        State { is_useless: true, .. } => Err(Code::Forbidden.because("the contact is discarded")),
        State { status: 0, .. } => Err(Code::Forbidden.because("the contact is in a public sea")),
        _ => Ok(()),
    }
}

fn new_owner<'a>(transfer: &Transfer, owners: &'a HashMap<String, Staff>) -> Verdict<&'a Staff> {
    let Some(owner_id) = &transfer.owner_id else {
        return Err(Code::BadValue.because("owner_id must be a string"));
    };
    user::new_owner(owners.get(owner_id)).map_err(|code| match code {
        Code::UnknownReference => Refusal::from(code).with_text("归属人id不存在"),
        code => code.because(owner_reason(code)),
    })
}

fn each(
    tx: &mut Tx<'_>,
    ctx: &Context,
    ids: &[String],
    action: &'static str,
    decide: impl Fn(&Contact) -> Verdict<Step>,
) -> Verdict<Vec<Failure>> {
    let wanted: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut batch = Batch::load(tx, ctx, &wanted, Vec::new())?;
    for id in ids {
        batch.item(ctx, id, action, &decide);
    }
    batch.write(tx, ctx)
}

/// What one item does to its contact.
struct Step {
    to: State,
    changes: Vec<Change>,
    item: Item,
}

/// The contacts of a call, as they become item by item.
struct Batch {
    contacts: HashMap<String, Contact>,
    names: Names,
    changed: BTreeSet<i64>,
    entries: Vec<Entry>,
    items: Vec<Item>,
    failures: Vec<Failure>,
}

impl Batch {
    /// Locks and reads the contacts; `staff` are people who may become owners.
    fn load(tx: &mut Tx<'_>, ctx: &Context, wire_ids: &[&str], staff: Vec<i64>) -> Verdict<Batch> {
        let mut ids: Vec<i64> = contact::ids(tx, ctx.corp, wire_ids)?.into_values().collect();
        ids.sort_unstable();
        let locks: Vec<LockKey<'_>> = ids.iter().map(|&id| LockKey::Object(id)).collect();
        tx.lock(ctx.corp, &locks)?;
        let rows = contact::by_ids(tx, ctx.corp, &ids)?;
        let names = Names::of(tx, ctx.corp, rows.values(), &staff)?;
        Ok(Batch {
            contacts: rows.into_values().map(|contact| (contact.wire_id.clone(), contact)).collect(),
            names,
            changed: BTreeSet::new(),
            entries: Vec::new(),
            items: Vec::new(),
            failures: Vec::new(),
        })
    }

    /// The people who own the contacts now.
    fn owners(&self, tx: &mut Tx<'_>, ctx: &Context) -> Verdict<HashMap<i64, Staff>> {
        let mut ids: Vec<i64> = self.contacts.values().map(|contact| contact.state.owner_id).collect();
        ids.retain(|&id| id != 0);
        ids.sort_unstable();
        ids.dedup();
        Ok(staff_rows::by_ids(tx, ctx.corp, &ids)?)
    }

    fn item(
        &mut self,
        ctx: &Context,
        wire_id: &str,
        action: &'static str,
        decide: impl FnOnce(&Contact) -> Verdict<Step>,
    ) {
        let decided = match self.contacts.get(wire_id) {
            Some(contact) => decide(contact),
            None => Err(Code::NotFound.into()),
        };
        match (decided, self.contacts.get_mut(wire_id)) {
            (Ok(step), Some(contact)) => {
                let from = std::mem::replace(&mut contact.state, step.to);
                let mut events: Vec<Event> =
                    step.changes.iter().flat_map(|&change| announce::events(contact, &self.names, change)).collect();
                events.push(journey::clue_history(&contact.wire_id, &step.item));
                let changes = difference(&from, &step.to, &self.names);
                self.entries.push(Entry { object_type: "contact", object_id: contact.id, action, changes, events });
                self.items.push(step.item);
                self.changed.insert(contact.id);
            }
            (Err(refusal), _) => self.failures.push(Failure { id: wire_id.to_owned(), refusal }),
            (Ok(_), None) => debug_assert!(false, "decided without a contact at {}", ctx.now),
        }
    }

    /// Writes the last state of every contact, the journey, the journal and the events.
    fn write(self, tx: &mut Tx<'_>, ctx: &Context) -> Verdict<Vec<Failure>> {
        let mut by_state: HashMap<State, Vec<i64>> = HashMap::new();
        for contact in self.contacts.values().filter(|contact| self.changed.contains(&contact.id)) {
            by_state.entry(contact.state).or_default().push(contact.id);
        }
        for (state, ids) in &by_state {
            contact::set_state(tx, ctx.corp, ids, state)?;
        }
        for &id in &self.changed {
            tx.touch(ctx.corp, Touched::Contact(id));
        }
        journey::record(tx, ctx, &self.items)?;
        journal::record(tx, ctx, &self.entries)?;
        Ok(self.failures)
    }
}

fn difference(from: &State, to: &State, names: &Names) -> Value {
    let pairs = [
        ("status", json!(from.status), json!(to.status)),
        ("owner_id", json!(names.staff(from.owner_id)), json!(names.staff(to.owner_id))),
        ("sea_id", json!(names.sea(from.sea_id)), json!(names.sea(to.sea_id))),
        ("claim_time", json!(from.claim_time), json!(to.claim_time)),
        ("is_useless", json!(from.is_useless), json!(to.is_useless)),
    ];
    let changed = pairs.into_iter().filter(|(_, from, to)| from != to);
    Value::Object(changed.map(|(name, from, to)| (name.to_owned(), json!([from, to]))).collect::<Map<_, _>>())
}

//! The state machine of contacts (chapter 19, section 6): transfer, discard, recover, back to the sea.

use std::collections::HashMap;

use super::announce::Change;
use super::batch::{Batch, Failure, Step};
use super::create::{owner_reason, sea_of};
use crate::context::Context;
use crate::domain::journey::{self, Happening};
use crate::domain::user;
use crate::refusal::{Code, Refusal, Verdict};
use crate::store::catalogue;
use crate::store::contact::{self, Contact, State};
use crate::store::db::Tx;
use crate::store::journey::Item;
use crate::store::user::{self as staff_rows, Staff};

/// One item of a transfer.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// The contact.
    pub id: String,
    /// The new owner's staff id, `""` when none is given; `None` if it is not even a string.
    pub owner_id: Option<String>,
}

/// Gives contacts to new owners (19.5). `operator` is who does it, none for the application, behind the name of
/// the parameter.
pub fn owner_change(
    tx: &mut Tx<'_>,
    ctx: &Context,
    transfers: &[Transfer],
    operator: (&str, Option<&str>),
) -> Verdict<Vec<Failure>> {
    let operator = user::operator(tx, ctx, operator.0, operator.1)?;
    let owners: Vec<String> = transfers.iter().filter_map(|t| t.owner_id.clone()).collect();
    let owners = staff_rows::by_wire_ids(tx, ctx.corp, &owners)?;
    let ids: Vec<&str> = transfers.iter().map(|transfer| transfer.id.as_str()).collect();
    let mut batch = Batch::load(tx, ctx, &ids, &owners.values().map(|staff| staff.id).collect::<Vec<_>>())?;
    let former = batch.owners(tx, ctx)?;
    let name_of = |id: i64| former.get(&id).or_else(|| owners.values().find(|s| s.id == id)).map_or("", |s| &s.name);
    let actor = operator.as_ref().map_or(ctx.actor.display_name(), |staff| &staff.name);
    let staff = operator.as_ref().map_or(0, |staff| staff.id);
    for transfer in transfers {
        batch.item(&transfer.id, "contact.owner_change", |contact| {
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
                let item = journey::of_contact(ctx, contact.id, staff, &happening);
                return Ok(Some(moved(contact, to, changes, item)));
            }
            let happening = Happening::Transferred(name_of(from.owner_id), &owner.name);
            let item = journey::of_contact(ctx, contact.id, staff, &happening);
            Ok(Some(moved(contact, to, vec![Change::Owner], item)))
        });
    }
    batch.write(tx, ctx, contact::set_states)
}

/// Discards contacts (19.6).
pub fn disuse(tx: &mut Tx<'_>, ctx: &Context, ids: &[String]) -> Verdict<Vec<Failure>> {
    each(tx, ctx, ids, "contact.disuse", |contact| {
        if contact.state.is_useless {
            return Err(Code::Repeated.into());
        }
        let happening = Happening::Discarded(ctx.actor.display_name());
        let to = State { is_useless: true, ..contact.state };
        Ok(moved(contact, to, vec![Change::Disuse], journey::of_contact(ctx, contact.id, 0, &happening)))
    })
}

/// Takes discarded contacts back (19.7) into the state before; a sea that is gone becomes the default one.
pub fn recover(tx: &mut Tx<'_>, ctx: &Context, ids: &[String]) -> Verdict<Vec<Failure>> {
    let catalogue = catalogue::of(tx, ctx.corp)?;
    each(tx, ctx, ids, "contact.recover", |contact| {
        if !contact.state.is_useless {
            return Err(Code::Repeated.into());
        }
        let mut to = State { is_useless: false, ..contact.state };
        if to.status == 0 && !catalogue.seas.iter().any(|sea| sea.id == to.sea_id) {
            to.sea_id = catalogue.default_sea().map_or(0, |sea| sea.id);
        }
        let item = journey::of_contact(ctx, contact.id, 0, &Happening::Recovered);
        Ok(moved(contact, to, vec![Change::Recover], item))
    })
}

/// Puts contacts back into a public sea (19.8); no sea named: the default one.
pub fn back_to_sea(tx: &mut Tx<'_>, ctx: &Context, ids: &[String], sea_id: Option<&str>) -> Verdict<Vec<Failure>> {
    let sea_id = sea_of(&*catalogue::of(tx, ctx.corp)?, sea_id)?;
    each(tx, ctx, ids, "contact.back_to_sea", |contact| {
        let from = contact.state;
        if from.status == 0 {
            return Err(Code::Repeated.because("the contact is in a public sea already"));
        }
        refuse_unless_owned(&from)?;
        let owner = (from.owner_id != 0).then_some(Change::Owner);
        let to = State { status: 0, owner_id: 0, sea_id, claim_time: 0, is_useless: false };
        let changes = std::iter::once(Change::Status).chain(owner).collect();
        Ok(moved(contact, to, changes, journey::of_contact(ctx, contact.id, 0, &Happening::BackToSea)))
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

/// The step of a contact into another state.
fn moved(contact: &Contact, state: State, changes: Vec<Change>, item: Item) -> Step {
    Step { to: Contact { state, ..contact.clone() }, changes, item }
}

fn each(
    tx: &mut Tx<'_>,
    ctx: &Context,
    ids: &[String],
    action: &'static str,
    decide: impl Fn(&Contact) -> Verdict<Step>,
) -> Verdict<Vec<Failure>> {
    let wanted: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut batch = Batch::load(tx, ctx, &wanted, &[])?;
    for id in ids {
        batch.item(id, action, |contact| decide(contact).map(Some));
    }
    batch.write(tx, ctx, contact::set_states)
}

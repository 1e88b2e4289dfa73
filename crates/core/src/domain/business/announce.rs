//! What a change of an opportunity announces: its own event, and a journey item on the opportunity, its contacts
//! and friends and its company (chapter 21, sections 6, 7.6 and 8).

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::amount::Amount;
use crate::card::Touched;
use crate::context::Context;
use crate::domain::journey;
use crate::domain::person::{Kind, Tie};
use crate::refusal::Verdict;
use crate::store::business::Business;
use crate::store::db::Tx;
use crate::store::journal::{self, Entry, Event};
use crate::store::journey::Item;
use crate::store::person;
use crate::store::user::Staff;

/// 205.
pub(super) const ADDED: i64 = 205;
/// 206.
pub(super) const WON: i64 = 206;
/// 207.
pub(super) const LOST: i64 = 207;
/// 209.
pub(super) const VOIDED: i64 = 209;
/// 210.
pub(super) const UPDATED: i64 = 210;

/// A real change of one opportunity.
pub(super) struct Change<'a> {
    /// As it is now.
    pub business: &'a Business,
    /// Everybody in whose journey it is told, also those who are related no more.
    pub ties: &'a [Tie],
    /// People whose relation has begun (true) or ended (false).
    pub moved: HashMap<i64, bool>,
    /// What was done.
    pub action: &'static str,
    /// What changed from what to what.
    pub changes: Map<String, Value>,
    /// The events of the opportunity itself.
    pub events: Vec<Event>,
    /// The types of its journey items, in order.
    pub histories: &'a [i64],
}

/// Writes the journeys and the journal of changes, in this order. `staff` is who acted, none for the application.
pub(super) fn record(tx: &mut Tx<'_>, ctx: &Context, staff: Option<&Staff>, changes: Vec<Change<'_>>) -> Verdict<()> {
    let wire_ids = wire_ids(tx, ctx, &changes)?;
    let mut items = Vec::new();
    let mut entries = Vec::new();
    for change in changes {
        let acted = staff.map_or(0, |staff| staff.id);
        let on = |object: (i64, i64)| -> Vec<Item> {
            let name = &change.business.business_name;
            let items = change.histories.iter().map(|&kind| journey::item(ctx, object, kind, name, acted));
            items.map(|item| Item { source_id: change.business.id, ..item }).collect()
        };
        items.extend(on((7, change.business.id)));
        let mut told = Vec::new();
        for tie in change.ties {
            let Some(wire_id) = wire_ids.get(&tie.person_id) else { continue };
            let own = on((tie.kind.number(), tie.person_id));
            told.push(of_person(tx, ctx, &change, tie, wire_id, staff, &own));
            items.extend(own);
        }
        if change.business.company_id != 0 {
            items.extend(on((3, change.business.company_id)));
        }
        let Change { business, action, changes, events, .. } = change;
        let changes = Value::Object(changes);
        entries.push(Entry { object_type: "business", object_id: business.id, action, changes, events });
        entries.extend(told);
    }
    journey::record(tx, ctx, &items)?;
    journal::record(tx, ctx, &entries)
}

/// The journal row of a contact or friend: the events of their journey, and whether they take part.
fn of_person(
    tx: &mut Tx<'_>,
    ctx: &Context,
    change: &Change<'_>,
    tie: &Tie,
    wire_id: &str,
    staff: Option<&Staff>,
    items: &[Item],
) -> Entry {
    let business = &change.business.wire_id;
    let mut changes = Map::new();
    if let Some(begun) = change.moved.get(&tie.person_id) {
        let (from, to) = if *begun { (None, Some(business)) } else { (Some(business), None) };
        changes.insert("business_list".to_owned(), json!([from, to]));
        if tie.kind == Kind::Contact {
            tx.touch(ctx.corp, Touched::Contact(tie.person_id));
        }
    }
    let ids: Vec<&String> = items.iter().map(|item| &item.wire_id).collect();
    changes.insert("history".to_owned(), json!([null, ids]));
    let acted = staff.map_or("", |staff| &staff.wire_id);
    let events = items.iter().filter_map(|item| journey::event(wire_id, acted, item)).collect();
    let object_type = tie.kind.noun();
    Entry { object_type, object_id: tie.person_id, action: change.action, changes: Value::Object(changes), events }
}

/// The wire ids of the contacts and friends of all changes; visitors have no journey.
fn wire_ids(tx: &mut Tx<'_>, ctx: &Context, changes: &[Change<'_>]) -> Verdict<HashMap<i64, String>> {
    let mut found = HashMap::new();
    for kind in [Kind::Contact, Kind::Friend] {
        let ties = changes.iter().flat_map(|change| change.ties).filter(|tie| tie.kind == kind);
        let mut ids: Vec<i64> = ties.map(|tie| tie.person_id).collect();
        ids.sort_unstable();
        ids.dedup();
        found.extend(person::wire_ids(tx, ctx.corp, kind, &ids)?);
    }
    Ok(found)
}

/// `opportunity_add`.
pub(super) fn added(b: &Business) -> Event {
    let payload = Add {
        business_id: &b.wire_id,
        business_opp_number: &b.business_opp_number,
        business_name: &b.business_name,
        company_id: filled(&b.names.company_id),
        stage: b.stage,
        owner_id: &b.names.owner_id,
        except_amount: b.except_amount.map(Amount),
        except_date: filled(&b.except_date),
        create_user_id: &b.names.create_user_id,
        create_time: b.create_time,
    };
    Event::new("opportunity_add", &payload)
}

/// `opportunity_update` of one `change_type`.
pub(super) fn updated(b: &Business, change_type: &'static str) -> Event {
    let payload = Update {
        stage: b.stage,
        owner_id: &b.names.owner_id,
        company_id: filled(&b.names.company_id),
        business_id: &b.wire_id,
        change_type,
        create_time: b.create_time,
        except_date: filled(&b.except_date),
        update_time: b.update_time,
        winning_date: filled(&b.winning_date),
        business_name: &b.business_name,
        except_amount: b.except_amount.map(Amount),
        create_user_id: &b.names.create_user_id,
        winning_amount: b.winning_amount.map(Amount),
        business_opp_number: &b.business_opp_number,
    };
    Event::new("opportunity_update", &payload)
}

/// `opportunity_disuse`.
pub(super) fn voided(b: &Business) -> Event {
    let (business_id, business_name, abandon_reason) = (&b.wire_id, &b.business_name, &b.abandon_reason);
    Event::new("opportunity_disuse", &Disuse { business_id, business_name, abandon_reason })
}

fn filled(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

#[derive(Serialize)]
struct Add<'a> {
    business_id: &'a str,
    business_opp_number: &'a str,
    business_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    company_id: Option<&'a str>,
    stage: i64,
    owner_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    except_amount: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    except_date: Option<&'a str>,
    create_user_id: &'a str,
    create_time: i64,
}

/// Its last documented member, `approval_completion_time`, is left out: there are no approvals.
#[derive(Serialize)]
struct Update<'a> {
    stage: i64,
    owner_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    company_id: Option<&'a str>,
    business_id: &'a str,
    change_type: &'static str,
    create_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    except_date: Option<&'a str>,
    update_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    winning_date: Option<&'a str>,
    business_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    except_amount: Option<Amount>,
    create_user_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    winning_amount: Option<Amount>,
    business_opp_number: &'a str,
}

#[derive(Serialize)]
struct Disuse<'a> {
    business_id: &'a str,
    business_name: &'a str,
    abandon_reason: &'a str,
}

//! Edit of the relation that a staff member has with a friend (chapter 03, 3.3).

use serde_json::{Map, Value, json};

use super::announce::{self, Change};
use crate::card::Touched;
use crate::contact_way;
use crate::context::Context;
use crate::domain::custom;
use crate::domain::journey::{self, Happening};
use crate::refusal::{Code, Verdict};
use crate::store::custom as fields;
use crate::store::customer::{self, Customer, Relation};
use crate::store::db::{LockKey, Tx};
use crate::store::journal::{self, Entry};
use crate::store::user::{self, Staff};

/// What an edit says: `None` leaves a member as it is, `""` and an empty list clear it.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the members bear the names of chapter 03, 3.3")]
pub struct Patch {
    pub remark: Option<String>,
    /// Replaces the list.
    pub remark_mobiles: Option<Vec<String>>,
    pub description: Option<String>,
    /// Digits.
    pub age: Option<String>,
    pub wx_id: Option<String>,
    pub qq: Option<String>,
    pub position: Option<String>,
    pub email: Option<String>,
    /// Merged key by key; they belong to the friend, not to the relation.
    pub customer_custom: Map<String, Value>,
}

/// Changes the relation of `user_id` with a friend, and the friend's custom fields. A number that contacts have links
/// them. Unknown staff: 1001, unknown friend: 3000, no relation: 1003. Without a real change nothing is written.
pub fn edit(tx: &mut Tx<'_>, ctx: &Context, user_id: &str, customer_id: &str, patch: &Patch) -> Verdict<()> {
    let given = &patch.customer_custom;
    let field_list = if given.is_empty() { Vec::new() } else { fields::fields(tx, ctx.corp, "external_user")? };
    let values = custom::parse_values(&field_list, given, ctx.profile, "customer_custom")?;
    let staff = user::by_wire_ids(tx, ctx.corp, &[user_id.to_owned()])?.remove(user_id);
    let staff = staff.ok_or_else(|| Code::UnknownReference.because("user_id is unknown"))?;
    let (customer, before) = lock(tx, ctx, &staff, customer_id, patch)?;

    let after = patch.applied(&before);
    let custom = match values.as_slice() {
        [] => customer.custom.clone(),
        values => custom::merge(&field_list, &customer.custom, values),
    };
    let changes = difference(&staff, (&before, &after), (&customer.custom, &custom));
    if changes.is_empty() {
        return Ok(());
    }
    store(tx, ctx, &before, &after)?;
    if changes.contains_key("customer_custom") {
        customer::update_custom(tx, ctx.corp, customer.id, &custom)?;
    }
    let event = announce::events(tx, ctx.corp, &[customer.id], Change::Remark, Some(&staff))?.remove(&customer.id);
    let mut entries = vec![Entry {
        object_type: "customer",
        object_id: customer.id,
        action: "customer.edit",
        changes: Value::Object(changes),
        events: event.into_iter().collect(),
    }];
    entries.extend(link(tx, ctx, &staff, &customer, (&before, &after))?);
    journal::record(tx, ctx, &entries)
}

/// The friend and the relation, behind the lock that the friend and the numbers given share with whoever creates a
/// contact under one of them.
fn lock(
    tx: &mut Tx<'_>,
    ctx: &Context,
    staff: &Staff,
    customer_id: &str,
    patch: &Patch,
) -> Verdict<(Customer, Relation)> {
    let wanted = [customer_id.to_owned()];
    let unknown = || Code::NoSuchFriend.because("customer_id is unknown");
    let id = customer::by_wire_ids(tx, ctx.corp, &wanted)?.pop().ok_or_else(unknown)?.id;
    let keys: Vec<String> = patch.remark_mobiles.iter().flatten().map(|mobile| contact_way::key(mobile)).collect();
    let names = keys.iter().filter(|key| !key.is_empty()).map(|key| LockKey::Name("contact_way", key));
    let locks: Vec<LockKey<'_>> = std::iter::once(LockKey::Object(id)).chain(names).collect();
    tx.lock(ctx.corp, &locks)?;
    let customer = customer::by_ids(tx, ctx.corp, &[id])?.pop().ok_or_else(unknown)?;
    let relations = customer::relations(tx, ctx.corp, &[id])?;
    let own = relations.into_iter().find(|relation| relation.staff_id == staff.id);
    let own = own.ok_or_else(|| Code::NotFound.because("user_id has no relation with the friend"))?;
    Ok((customer, own))
}

impl Patch {
    fn applied(&self, before: &Relation) -> Relation {
        let mut after = before.clone();
        let texts = [
            (&self.remark, &mut after.remark),
            (&self.description, &mut after.description),
            (&self.age, &mut after.age),
            (&self.wx_id, &mut after.wx_id),
            (&self.qq, &mut after.qq),
            (&self.position, &mut after.position),
            (&self.email, &mut after.email),
        ];
        for (given, stored) in texts {
            if let Some(given) = given {
                stored.clone_from(given);
            }
        }
        if let Some(given) = &self.remark_mobiles {
            after.remark_mobiles.clear();
            for number in given.iter().filter(|number| !number.is_empty()) {
                if !after.remark_mobiles.contains(number) {
                    after.remark_mobiles.push(number.clone());
                }
            }
        }
        after
    }
}

fn store(tx: &mut Tx<'_>, ctx: &Context, before: &Relation, after: &Relation) -> Verdict<()> {
    customer::update_relation(tx, ctx.corp, after)?;
    if before.remark_mobiles == after.remark_mobiles {
        return Ok(());
    }
    let numbers: Vec<(&str, String)> =
        after.remark_mobiles.iter().map(|mobile| (mobile.as_str(), contact_way::key(mobile))).collect();
    customer::replace_mobiles(tx, ctx.corp, after, &numbers)
}

/// Links the friend with every contact that has one of its new numbers: journey 404 and an entry for each.
fn link(
    tx: &mut Tx<'_>,
    ctx: &Context,
    staff: &Staff,
    customer: &Customer,
    (before, after): (&Relation, &Relation),
) -> Verdict<Vec<Entry>> {
    let keys = |relation: &Relation| relation.remark_mobiles.iter().map(|m| contact_way::key(m)).collect::<Vec<_>>();
    let known = keys(before);
    let new = keys(after);
    let new: Vec<&str> = new.iter().filter(|key| !known.contains(key)).map(String::as_str).collect();
    let contacts = customer::unlinked_contacts(tx, ctx.corp, customer.id, &new)?;
    let locks: Vec<LockKey<'_>> = contacts.iter().map(|(id, _)| LockKey::Object(*id)).collect();
    tx.lock(ctx.corp, &locks)?;
    let links: Vec<(i64, i64)> = contacts.iter().map(|(contact, _)| (*contact, customer.id)).collect();
    customer::link(tx, ctx.corp, &links, ctx.now)?;
    let mut items = Vec::with_capacity(contacts.len());
    let mut entries = Vec::with_capacity(contacts.len());
    for (contact, wire_id) in &contacts {
        tx.touch(ctx.corp, Touched::Contact(*contact));
        let item = journey::of_contact(ctx, *contact, staff.id, &Happening::Converted);
        entries.push(Entry {
            object_type: "contact",
            object_id: *contact,
            action: "customer.edit",
            changes: json!({"related_customer": {"add": [{"id": customer.wire_id, "type": 1}]}}),
            events: vec![journey::clue_history(wire_id, &item)],
        });
        items.push(item);
    }
    journey::record(tx, ctx, &items)?;
    Ok(entries)
}

/// What really changed: `{"follow_users": {staff: {"remark": [from, to]}}, "customer_custom": [from, to]}`.
fn difference(
    staff: &Staff,
    (before, after): (&Relation, &Relation),
    (custom_before, custom_after): (&str, &str),
) -> Map<String, Value> {
    let members = |r: &Relation| {
        [
            ("remark", json!(r.remark)),
            ("remark_mobiles", json!(r.remark_mobiles)),
            ("description", json!(r.description)),
            ("age", json!(r.age)),
            ("wx_id", json!(r.wx_id)),
            ("qq", json!(r.qq)),
            ("position", json!(r.position)),
            ("email", json!(r.email)),
        ]
    };
    let pairs = members(before).into_iter().zip(members(after)).filter(|((_, from), (_, to))| from != to);
    let relation: Map<String, Value> =
        pairs.map(|((name, from), (_, to))| (name.to_owned(), json!([from, to]))).collect();
    let mut changes = Map::new();
    if !relation.is_empty() {
        changes.insert("follow_users".to_owned(), json!({ staff.wire_id.as_str(): relation }));
    }
    let object = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let (from, to) = (object(custom_before), object(custom_after));
    if from != to {
        changes.insert("customer_custom".to_owned(), json!([from, to]));
    }
    changes
}

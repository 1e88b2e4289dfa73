//! Edit of a contact (chapter 19, 19.4; the lead twin 4.7 has the same rules).

use serde_json::{Map, Value, json};

use super::announce::{self, Change, Names};
use crate::card::Touched;
use crate::context::Context;
use crate::domain::custom;
use crate::domain::journey::{self, Happening};
use crate::refusal::{Code, Verdict};
use crate::store::contact::{self, Contact};
use crate::store::db::{LockKey, Tx};
use crate::store::journal::{self, Entry};
use crate::store::{custom as fields, stage};

/// What an edit says: `None` leaves a member as it is, `""` and 0 clear it.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the members bear the names of chapter 19, 19.4")]
pub struct Patch {
    pub user_name: Option<String>,
    pub position: Option<String>,
    pub gender: Option<i64>,
    pub age: Option<i64>,
    pub wx_id: Option<String>,
    pub qq: Option<String>,
    pub email: Option<String>,
    pub remark: Option<String>,
    /// Merged key by key.
    pub contact_custom: Map<String, Value>,
}

/// The system field that an edit may set through `contact_custom`.
const STAGE: &str = "customer_stage";

/// Changes a contact. Without a real change nothing is written and nothing announced.
pub fn edit(tx: &mut Tx<'_>, ctx: &Context, wire_id: &str, patch: &Patch) -> Verdict<()> {
    let mut values = patch.contact_custom.clone();
    let stage = match values.shift_remove(STAGE) {
        Some(label) => Some(stage_of(tx, ctx, &label)?),
        None => None,
    };
    let field_list = if values.is_empty() { Vec::new() } else { fields::fields(tx, ctx.corp, "contact")? };
    let values = custom::parse_values(&field_list, &values, ctx.profile, "contact_custom")?;

    let before = lock_one(tx, ctx, wire_id)?;
    let mut after = before.clone();
    patch.apply(&mut after);
    if !values.is_empty() {
        after.custom = custom::merge(&field_list, &before.custom, &values);
    }
    if let Some(stage_id) = stage {
        after.stage_id = stage_id;
    }
    let changes = difference(&before, &after);
    if changes.is_empty() {
        return Ok(());
    }
    contact::update_edited(tx, ctx.corp, &after)?;
    tx.touch(ctx.corp, Touched::Contact(after.id));
    let item = journey::of_contact(ctx, after.id, 0, &Happening::Edited);
    journey::record(tx, ctx, std::slice::from_ref(&item))?;
    let names = Names::of(tx, ctx.corp, std::iter::once(&after), &[])?;
    let mut events = announce::events(&after, &names, Change::Content).to_vec();
    events.push(journey::clue_history(&after.wire_id, &item));
    let changes = Value::Object(changes);
    let entry = Entry { object_type: "contact", object_id: after.id, action: "contact.edit", changes, events };
    journal::record(tx, ctx, &[entry])
}

impl Patch {
    fn apply(&self, contact: &mut Contact) {
        let texts = [
            (&self.user_name, &mut contact.user_name),
            (&self.position, &mut contact.position),
            (&self.wx_id, &mut contact.wx_id),
            (&self.qq, &mut contact.qq),
            (&self.email, &mut contact.email),
            (&self.remark, &mut contact.remark),
        ];
        for (given, stored) in texts {
            if let Some(given) = given {
                stored.clone_from(given);
            }
        }
        contact.gender = self.gender.unwrap_or(contact.gender);
        contact.age = self.age.unwrap_or(contact.age);
    }
}

/// The stage with this option label; empty clears.
fn stage_of(tx: &mut Tx<'_>, ctx: &Context, given: &Value) -> Verdict<i64> {
    let label = match given {
        Value::Null => return Ok(0),
        Value::String(text) if text.is_empty() => return Ok(0),
        Value::Array(items) if items.is_empty() => return Ok(0),
        Value::String(text) => text.parse().ok(),
        other => other.as_i64().or_else(|| other.as_f64().and_then(|n| format!("{n}").parse().ok())),
    };
    let stages = stage::load(tx, ctx.corp)?;
    let found = stages.iter().find(|stage| Some(stage.label) == label);
    found
        .map(|stage| stage.id)
        .ok_or_else(|| Code::BadValue.because(format!("contact_custom.{STAGE} must be the label of an option")))
}

fn lock_one(tx: &mut Tx<'_>, ctx: &Context, wire_id: &str) -> Verdict<Contact> {
    let unknown = || Code::NotFound.because("contact_id is unknown");
    let id = contact::ids(tx, ctx.corp, &[wire_id])?.remove(wire_id).ok_or_else(unknown)?;
    tx.lock(ctx.corp, &[LockKey::Object(id)])?;
    contact::by_ids(tx, ctx.corp, &[id])?.remove(&id).ok_or_else(unknown)
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

/// What an edit really changed, from what to what.
fn difference(before: &Contact, after: &Contact) -> Map<String, Value> {
    let mut changes = Map::new();
    for ((name, from), (_, to)) in texts(before).into_iter().zip(texts(after)) {
        if from != to {
            changes.insert(name.to_owned(), json!([from, to]));
        }
    }
    let numbers = [
        ("gender", before.gender, after.gender),
        ("age", before.age, after.age),
        ("stage_id", before.stage_id, after.stage_id),
    ];
    for (name, from, to) in numbers {
        if from != to {
            changes.insert(name.to_owned(), json!([from, to]));
        }
    }
    let object = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let (from, to) = (object(&before.custom), object(&after.custom));
    if from != to {
        changes.insert("contact_custom".to_owned(), json!([from, to]));
    }
    changes
}

//! Creation of a contact (chapter 19, 19.1; the lead twin 4.1 has the same rules).

use serde_json::{Map, Value, json};

use super::Family;
use super::announce::{self, Change, Names};
use crate::context::Context;
use crate::domain::journey::{self, Happening};
use crate::domain::{custom, user};
use crate::refusal::{Code, Verdict};
use crate::store::catalogue::{self, Catalogue};
use crate::store::contact::{self, Contact, State, Way};
use crate::store::customer;
use crate::store::db::{LockKey, Tx};
use crate::store::journal::{self, Entry};
use crate::store::journey as journey_items;
use crate::store::user::Staff;
use crate::{contact_way, region};

/// A contact as the caller describes it: the form is checked, references are not.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The plain texts and numbers. Ids, state, ways and everything derived are filled in here.
    pub plain: Contact,
    /// Ways in the order given, without empty ones.
    pub ways: Vec<DraftWay>,
    /// 0, 1 or 4.
    pub status: i64,
    /// When the contact came to be, ms; none: now.
    pub create_time: Option<i64>,
    /// Staff id of the creator; none: the owner.
    pub create_user_id: Option<String>,
    /// Staff id of the owner; ignored with status 0.
    pub owner_id: Option<String>,
    /// Sea for status 0; none: the default sea.
    pub sea_id: Option<String>,
    /// Label of the source channel; none: the default channel.
    pub from_channel_id: Option<String>,
    /// Six-digit region code; none: derived from the region.
    pub region_code: Option<i64>,
    /// Custom fields by `api_name`.
    pub custom: Map<String, Value>,
}

/// A contact way as given; without a kind it is inferred.
#[derive(Clone, Debug)]
pub struct DraftWay {
    /// 1 mobile, 2 landline, 3 e-mail, or any other number.
    pub kind: Option<i64>,
    /// The number or address, trimmed.
    pub contact_way: String,
}

/// Times further ahead than this are refused.
const AHEAD_MS: i64 = 5 * 60 * 1_000;

/// Stores a contact with its journey, journal entry and events. Answers its id.
pub fn create(tx: &mut Tx<'_>, ctx: &Context, family: Family, draft: &Draft) -> Verdict<String> {
    let catalogue = catalogue::of(tx, ctx.corp)?;
    let mut contact = prepare(ctx, &catalogue, family, draft)?;
    let people = resolve(tx, ctx, &catalogue, draft, &mut contact)?;
    let keys: Vec<&str> = contact.ways.iter().map(|way| way.key.as_str()).filter(|key| !key.is_empty()).collect();
    let locks: Vec<LockKey<'_>> = keys.iter().map(|key| LockKey::Name("contact_way", key)).collect();
    tx.lock(ctx.corp, &locks)?;
    let known = contact::matches(tx, ctx.corp, &keys)?;
    if ctx.tenant.refuse_duplicates && !known.taken.is_empty() {
        return Err(duplicate(family, draft, &known.taken));
    }
    contact.is_repeat = !known.taken.is_empty();
    contact::insert(tx, ctx.corp, &contact)?;
    let links: Vec<(i64, i64)> = known.friends.iter().map(|(_, friend)| (contact.id, *friend)).collect();
    customer::link(tx, ctx.corp, &links, ctx.now)?;
    let first = known.friends.into_iter().next().map(|(wire_id, _)| (contact.id, wire_id));
    let names = Names::known(catalogue, &people.all(), first);
    announce(tx, ctx, &contact, &names, people.creator.as_ref(), links.len())?;
    Ok(contact.wire_id)
}

/// Everything that needs no object but the field list.
fn prepare(ctx: &Context, catalogue: &Catalogue, family: Family, draft: &Draft) -> Verdict<Contact> {
    let create_time = draft.create_time.unwrap_or(ctx.now);
    if create_time > ctx.now + AHEAD_MS {
        return Err(Code::BadValue.because("create_time is more than 5 minutes ahead"));
    }
    let mut custom = "{}".to_owned();
    if !draft.custom.is_empty() {
        let values = custom::parse_values(&catalogue.fields, &draft.custom, ctx.profile, family.custom_param())?;
        custom = custom::merge(&catalogue.fields, "{}", &values);
    }
    Ok(Contact {
        id: ctx.ids.number(ctx.now),
        wire_id: ctx.ids.wire(ctx.now),
        ways: distinct_ways(&draft.ways),
        region_code: draft.region_code.unwrap_or_else(|| region::code_of(&draft.plain.region)),
        custom,
        create_time,
        ..draft.plain.clone()
    })
}

/// Two ways with the same key are one, the first.
fn distinct_ways(given: &[DraftWay]) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::with_capacity(given.len());
    for way in given {
        let key = contact_way::key(&way.contact_way);
        if key.is_empty() || !ways.iter().any(|known| known.key == key) {
            let kind = way.kind.unwrap_or_else(|| contact_way::infer_type(&way.contact_way));
            ways.push(Way { kind, contact_way: way.contact_way.clone(), key });
        }
    }
    ways
}

/// Who takes part in a creation.
struct People {
    owner: Option<Staff>,
    /// The owner, if nobody else is named.
    creator: Option<Staff>,
}

impl People {
    fn all(&self) -> Vec<&Staff> {
        self.owner.iter().chain(&self.creator).collect()
    }
}

/// Puts the referenced objects into the contact: people, sea, channel, stage.
fn resolve(
    tx: &mut Tx<'_>,
    ctx: &Context,
    catalogue: &Catalogue,
    draft: &Draft,
    contact: &mut Contact,
) -> Verdict<People> {
    let owner_id = draft.owner_id.as_deref().filter(|_| draft.status != 0);
    let wanted: Vec<String> =
        [draft.create_user_id.as_deref(), owner_id].into_iter().flatten().map(Into::into).collect();
    let staff = catalogue.staff(tx, ctx.corp, &wanted)?;
    let creator = match draft.create_user_id.as_deref() {
        None => None,
        Some(id) => Some(staff.get(id).ok_or_else(|| Code::UnknownReference.because("create_user_id is unknown"))?),
    };
    let owner = match owner_id {
        None => None,
        Some(id) => Some(user::new_owner(staff.get(id)).map_err(|code| code.because(owner_reason(code)))?),
    };
    let creator = creator.or(owner);
    contact.create_user_id = creator.map_or(0, |staff| staff.id);
    contact.state = State {
        status: draft.status,
        owner_id: owner.map_or(0, |staff| staff.id),
        sea_id: if draft.status == 0 { sea_of(catalogue, draft.sea_id.as_deref())? } else { 0 },
        claim_time: if draft.status == 1 { contact.create_time } else { 0 },
        is_useless: false,
    };
    contact.channel_id = channel_of(catalogue, draft.from_channel_id.as_deref())?;
    contact.stage_id = catalogue.stages.first().map_or(0, |stage| stage.id);
    Ok(People { owner: owner.cloned(), creator: creator.cloned() })
}

/// Why somebody cannot become owner.
pub(super) fn owner_reason(code: Code) -> &'static str {
    match code {
        Code::StaffLeft => "owner_id has left the company",
        Code::StaffInactive => "owner_id is not activated or may not use the product",
        _ => "owner_id is unknown",
    }
}

/// A named sea of contacts, or the default one.
pub(super) fn sea_of(catalogue: &Catalogue, wire_id: Option<&str>) -> Verdict<i64> {
    let found = match wire_id {
        None => catalogue.default_sea(),
        Some(wire_id) => catalogue.seas.iter().find(|sea| sea.wire_id == wire_id),
    };
    found.map(|sea| sea.id).ok_or_else(|| Code::UnknownReference.because("sea_id is unknown"))
}

fn channel_of(catalogue: &Catalogue, label: Option<&str>) -> Verdict<i64> {
    let Some(label) = label else { return Ok(catalogue.channels.default_id()) };
    let found = label.parse().ok().and_then(|label| catalogue.channels.by_label(label));
    found.map(|channel| channel.id).ok_or_else(|| Code::UnknownReference.because("from_channel_id is unknown"))
}

/// Names the way by its place in the request.
fn duplicate(family: Family, draft: &Draft, taken: &[String]) -> crate::refusal::Refusal {
    if family == Family::Clue {
        return Code::Duplicate.because("mobile already exists");
    }
    let place = draft.ways.iter().position(|way| taken.contains(&contact_way::key(&way.contact_way)));
    Code::Duplicate.because(format!("contact_ways[{}] already exists", place.unwrap_or(0)))
}

fn announce(
    tx: &mut Tx<'_>,
    ctx: &Context,
    contact: &Contact,
    names: &Names,
    creator: Option<&Staff>,
    friends: usize,
) -> Verdict<()> {
    let name = creator.map_or(ctx.actor.display_name(), |staff| &staff.name);
    let staff = creator.map_or(0, |staff| staff.id);
    let created = if contact.state.status == 0 { Happening::CreatedIntoSea(name) } else { Happening::Created(name) };
    let mut items = vec![journey::of_contact(ctx, contact.id, staff, &created)];
    items.extend((0..friends).map(|_| journey::of_contact(ctx, contact.id, staff, &Happening::Converted)));
    // Not `journey::record`: a new contact is related to no company.
    journey_items::insert(tx, ctx, &items)?;

    let mut events = announce::events(contact, names, Change::Add).to_vec();
    events.extend(items.iter().map(|item| journey::clue_history(&contact.wire_id, item)));
    let entry = Entry {
        object_type: "contact",
        object_id: contact.id,
        action: "contact.create",
        changes: created_from_nothing(contact, names),
        events,
    };
    journal::record(tx, ctx, &[entry])
}

/// Every filled field as a change from nothing.
fn created_from_nothing(c: &Contact, names: &Names) -> Value {
    let mut changes = super::batch::texts(c)
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), json!([null, value])))
        .collect::<Map<_, _>>();
    let ways: Vec<Value> = c.ways.iter().map(|w| json!({"type": w.kind, "contact_way": w.contact_way})).collect();
    let custom: Value = serde_json::from_str(&c.custom).unwrap_or_default();
    let more = [
        ("contact_id", json!(c.wire_id)),
        ("contact_ways", json!(ways)),
        ("status", json!(c.state.status)),
        ("owner_id", json!(names.staff(c.state.owner_id))),
        ("create_user_id", json!(names.staff(c.create_user_id))),
        ("sea_id", json!(names.sea(c.state.sea_id))),
        ("claim_time", json!(c.state.claim_time)),
        ("create_time", json!(c.create_time)),
        ("is_repeat", json!(c.is_repeat)),
        ("channel_id", json!(c.channel_id)),
        ("stage_id", json!(c.stage_id)),
        ("clue_source", json!(c.clue_source)),
        ("source_type", json!(c.source_type)),
        ("population_size", json!(c.population_size)),
        ("gender", json!(c.gender)),
        ("age", json!(c.age)),
        ("region_code", json!(c.region_code)),
        ("contact_custom", custom),
    ];
    let said = more.into_iter().filter(|(_, value)| !is_default(value));
    changes.extend(said.map(|(name, value)| (name.to_owned(), json!([null, value]))));
    Value::Object(changes)
}

/// What a contact has without being told.
fn is_default(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(true) => false,
    }
}

//! What a change of a contact announces: `contact_add` and `contact_update`, each followed by the retired
//! twin that speaks of leads (chapter 21, section 7.3). A payload is the state after the change.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::refusal::Verdict;
use crate::store::catalogue::{self, Catalogue};
use crate::store::contact::{self, AddSource, Contact};
use crate::store::customer;
use crate::store::db::Tx;
use crate::store::journal::Event;
use crate::store::user::{self, Staff};

/// What happened, in the words of `change_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Add,
    Content,
    Owner,
    Status,
    Disuse,
    Recover,
}

impl Change {
    /// `change_type` of `contact_update`.
    fn of_contact(self) -> Option<&'static str> {
        match self {
            Change::Add => None,
            Change::Content => Some("change_content"),
            Change::Owner => Some("change_owner"),
            Change::Status => Some("change_status"),
            Change::Disuse => Some("contact_disuse"),
            Change::Recover => Some("contact_recover"),
        }
    }

    /// `change_type` of `clue_update`, which has no recovery.
    fn of_clue(self) -> Option<&'static str> {
        match self {
            Change::Disuse => Some("clue_disuse"),
            Change::Recover => Some("change_status"),
            other => other.of_contact(),
        }
    }
}

/// The texts behind the inner ids of some contacts.
#[derive(Debug)]
pub(super) struct Names {
    catalogue: Arc<Catalogue>,
    staff: HashMap<i64, String>,
    /// By contact: the friend linked first.
    friends: HashMap<i64, String>,
}

impl Names {
    /// Reads what the payloads of these contacts need; `staff` are people that may become owners.
    pub(super) fn of<'a>(
        tx: &mut Tx<'_>,
        corp: i64,
        contacts: impl Iterator<Item = &'a Contact>,
        staff: &[i64],
    ) -> Verdict<Names> {
        let mut people = staff.to_vec();
        let mut ids = Vec::new();
        for contact in contacts {
            people.extend([contact.state.owner_id, contact.create_user_id]);
            ids.push(contact.id);
        }
        people.retain(|&id| id != 0);
        people.sort_unstable();
        people.dedup();
        Ok(Names {
            catalogue: catalogue::of(tx, corp)?,
            staff: user::wire_ids(tx, corp, &people)?,
            friends: customer::first_of(tx, corp, &ids)?,
        })
    }

    /// Those of one contact whose people and first friend are known.
    pub(super) fn known(catalogue: Arc<Catalogue>, people: &[&Staff], friend: Option<(i64, String)>) -> Names {
        let staff = people.iter().map(|staff| (staff.id, staff.wire_id.clone())).collect();
        Names { catalogue, staff, friends: friend.into_iter().collect() }
    }

    /// A staff id on the wire, `""` for none.
    pub(super) fn staff(&self, id: i64) -> &str {
        text(&self.staff, id)
    }

    /// A sea id on the wire, `""` for none.
    pub(super) fn sea(&self, id: i64) -> &str {
        self.catalogue.sea(id)
    }
}

fn text(names: &HashMap<i64, String>, id: i64) -> &str {
    names.get(&id).map_or("", String::as_str)
}

/// The event of a change, then its twin.
pub(super) fn events(contact: &Contact, names: &Names, change: Change) -> [Event; 2] {
    let (kind, twin) = match change {
        Change::Add => ("contact_add", "clue_add"),
        _ => ("contact_update", "clue_update"),
    };
    [
        Event::new(kind, &contact_payload(contact, names, change.of_contact())),
        Event::new(twin, &clue_payload(contact, names, change.of_clue())),
    ]
}

#[derive(Serialize)]
struct ContactPayload<'a> {
    contact_id: &'a str,
    user_name: &'a str,
    contact_ways: Vec<WayPayload<'a>>,
    status: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_source: Option<SourcePayload<'a>>,
    from_channel_name: &'a str,
    level: &'a str,
    other_custom_field: &'a str,
    position: &'a str,
    creative_title: &'a str,
    creative_description: &'a str,
    population_size: i64,
    industry: &'a str,
    create_time: i64,
    corp_name: &'a str,
    register_address: &'a str,
    searchword: &'a str,
    region: &'a str,
    url: &'a str,
    plan_name: &'a str,
    group_name: &'a str,
    key_word: &'a str,
    legal_person: &'a str,
    corp_address: &'a str,
    owner_id: &'a str,
    create_user_id: &'a str,
    sea_id: &'a str,
    is_useless: bool,
    gender: i64,
    age: i64,
    email: &'a str,
    contact_custom: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    change_type: Option<&'a str>,
}

/// Types are strings here, integers in contact rows.
#[derive(Serialize)]
struct WayPayload<'a> {
    r#type: String,
    contact_way: &'a str,
}

#[derive(Serialize)]
struct SourcePayload<'a> {
    r#type: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    component_id: &'a str,
    component_name: &'a str,
}

fn contact_payload<'a>(c: &'a Contact, names: &'a Names, change_type: Option<&'a str>) -> ContactPayload<'a> {
    let way = |way: &'a contact::Way| WayPayload { r#type: way.kind.to_string(), contact_way: &way.contact_way };
    ContactPayload {
        contact_id: &c.wire_id,
        user_name: &c.user_name,
        contact_ways: c.ways.iter().map(way).collect(),
        status: c.state.status,
        contact_source: c.has_source().then(|| SourcePayload {
            r#type: c.source_type.to_string(),
            component_id: &c.source_id,
            component_name: &c.source_name,
        }),
        from_channel_name: text(&names.catalogue.channel_paths, c.channel_id),
        level: text(&names.catalogue.levels, c.level),
        other_custom_field: &c.other_custom_field,
        position: &c.position,
        creative_title: &c.creative_title,
        creative_description: &c.creative_description,
        population_size: c.population_size,
        industry: &c.industry,
        create_time: c.create_time,
        corp_name: &c.corp_name,
        register_address: &c.register_address,
        searchword: &c.searchword,
        region: &c.region,
        url: &c.url,
        plan_name: &c.plan_name,
        group_name: &c.group_name,
        key_word: &c.key_word,
        legal_person: &c.legal_person,
        corp_address: &c.corp_address,
        owner_id: names.staff(c.state.owner_id),
        create_user_id: names.staff(c.create_user_id),
        sea_id: names.sea(c.state.sea_id),
        is_useless: c.state.is_useless,
        gender: c.gender,
        age: c.age,
        email: &c.email,
        contact_custom: c.custom_json(),
        change_type,
    }
}

#[derive(Serialize)]
struct CluePayload<'a> {
    clue_id: &'a str,
    user_name: &'a str,
    mobile: &'a str,
    clue_source: i64,
    from_channel_name: &'a str,
    level: &'a str,
    corp_name: &'a str,
    corp_address: &'a str,
    register_address: &'a str,
    legal_person: &'a str,
    keyword: &'a str,
    searchword: &'a str,
    region: &'a str,
    plan_name: &'a str,
    group_name: &'a str,
    status: i64,
    sea_id: &'a str,
    is_useless: bool,
    create_user_id: &'a str,
    customer_id: &'a str,
    owner_id: &'a str,
    url: &'a str,
    gender: i64,
    position: &'a str,
    population_size: i64,
    industry: &'a str,
    create_time: i64,
    other_custom_field: &'a str,
    add_source: AddSource<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change_type: Option<&'a str>,
}

fn clue_payload<'a>(c: &'a Contact, names: &'a Names, change_type: Option<&'a str>) -> CluePayload<'a> {
    let customer_id = text(&names.friends, c.id);
    CluePayload {
        clue_id: &c.wire_id,
        user_name: &c.user_name,
        mobile: c.mobile(),
        clue_source: c.clue_source,
        from_channel_name: text(&names.catalogue.channel_paths, c.channel_id),
        level: text(&names.catalogue.levels, c.level),
        corp_name: &c.corp_name,
        corp_address: &c.corp_address,
        register_address: &c.register_address,
        legal_person: &c.legal_person,
        keyword: &c.key_word,
        searchword: &c.searchword,
        region: &c.region,
        plan_name: &c.plan_name,
        group_name: &c.group_name,
        status: c.state.lead_status(!customer_id.is_empty()),
        sea_id: names.sea(c.state.sea_id),
        is_useless: c.state.is_useless,
        create_user_id: names.staff(c.create_user_id),
        customer_id,
        owner_id: names.staff(c.state.owner_id),
        url: &c.url,
        gender: c.gender,
        position: &c.position,
        population_size: c.population_size,
        industry: &c.industry,
        create_time: c.create_time,
        other_custom_field: &c.other_custom_field,
        add_source: c.add_source(),
        change_type,
    }
}

//! Contacts as the endpoints of leads show them: 48 members (chapter 04). Made from the same rows as cards, but not
//! kept: those endpoints are deprecated.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::render::{Around, Business, Company, TagGroup, of, text};
use crate::ids;
use crate::refusal::Verdict;
use crate::store::contact::{self, AddSource, Contact};
use crate::store::db::Tx;
use crate::store::{choice, sea};

/// The JSON text of leads in the order of their wire ids; unknown ids are left out.
pub fn leads(tx: &mut Tx<'_>, corp: i64, wire_ids: &[String]) -> Verdict<Vec<Box<RawValue>>> {
    let wanted: Vec<&str> = wire_ids.iter().map(String::as_str).filter(|id| ids::is_plausible(id)).collect();
    let ids: Vec<i64> = contact::ids(tx, corp, &wanted)?.into_values().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let contacts = contact::by_ids(tx, corp, &ids)?;
    let around = Around::read(tx, corp, &ids, &contacts)?;
    let own = Own {
        levels: choice::values(tx, corp, "level")?,
        seas: sea::load(tx, corp, sea::Of::Contacts)?.into_iter().map(|sea| (sea.id, sea.wire_id)).collect(),
    };
    let mut rows: HashMap<&str, Box<RawValue>> = HashMap::with_capacity(contacts.len());
    for contact in contacts.values() {
        // A plain struct with string keys can always be written.
        let Ok(json) = to_raw_value(&row(contact, &around, &own)) else { continue };
        rows.insert(&contact.wire_id, json);
    }
    Ok(wire_ids.iter().filter_map(|wire_id| rows.remove(wire_id.as_str())).collect())
}

/// What leads show and contacts do not.
struct Own {
    levels: HashMap<i64, String>,
    seas: HashMap<i64, String>,
}

#[derive(Serialize)]
struct Row<'a> {
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
    is_repeat: bool,
    is_useless: bool,
    create_user_id: &'a str,
    customer_id: &'a str,
    owner_id: &'a str,
    url: &'a str,
    gender: i64,
    position: &'a str,
    population_size: i64,
    industry: &'a str,
    create_time: String,
    add_source: AddSource<'a>,
    company_list: Vec<Company<'a>>,
    business_list: Vec<Business<'a>>,
    tag_group_list: Vec<TagGroup<'a>>,
    latest_progress_id: &'a str,
    first_progress_time: i64,
    last_follow_time: i64,
    customer_stage: &'a str,
    claim_time: i64,
    corp_founded_time: &'a str,
    creative_title: &'a str,
    creative_description: &'a str,
    advertiser_account_name: &'a str,
    age: i64,
    wx_id: &'a str,
    qq: &'a str,
    email: &'a str,
    remark: &'a str,
    other_custom_field: &'a str,
    clue_custom_field: &'a RawValue,
}

fn row<'a>(c: &'a Contact, around: &'a Around, own: &'a Own) -> Row<'a> {
    // By creation of the link, so the first friend is the one linked first.
    let customer_id = of(&around.related, c.id).iter().find(|row| row.kind == 1).map_or("", |row| &row.wire_id);
    Row {
        clue_id: &c.wire_id,
        user_name: &c.user_name,
        mobile: c.mobile(),
        clue_source: c.clue_source,
        from_channel_name: text(&around.channels, c.channel_id),
        level: text(&own.levels, c.level),
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
        sea_id: text(&own.seas, c.state.sea_id),
        is_repeat: c.is_repeat,
        is_useless: c.state.is_useless,
        create_user_id: text(&around.staff, c.create_user_id),
        customer_id,
        owner_id: text(&around.staff, c.state.owner_id),
        url: &c.url,
        gender: c.gender,
        position: &c.position,
        population_size: c.population_size,
        industry: &c.industry,
        create_time: c.create_time.to_string(),
        add_source: c.add_source(),
        company_list: around.companies(c.id),
        business_list: around.businesses(c.id),
        tag_group_list: around.tag_groups(c.id),
        latest_progress_id: &c.latest_progress_id,
        first_progress_time: c.first_progress_time,
        last_follow_time: c.last_follow_time,
        customer_stage: text(&around.stages, c.stage_id),
        claim_time: c.state.claim_time,
        corp_founded_time: &c.corp_founded_time,
        creative_title: &c.creative_title,
        creative_description: &c.creative_description,
        advertiser_account_name: &c.advertiser_account_name,
        age: c.age,
        wx_id: &c.wx_id,
        qq: &c.qq,
        email: &c.email,
        remark: &c.remark,
        other_custom_field: &c.other_custom_field,
        clue_custom_field: c.custom_json(),
    }
}

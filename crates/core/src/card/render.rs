//! From rows to the JSON of a contact: 39 members of `contact/batch`, then seven more of `contact/list`
//! (chapter 19, sections 2 and 3).

use std::collections::HashMap;

use serde::Serialize;
use serde_json::value::RawValue;

use super::Touched;
use crate::refusal::Verdict;
use crate::store::card::{self, LinkRow, RelatedRow, TagRow};
use crate::store::contact::{self, AddSource, Contact};
use crate::store::db::Tx;
use crate::store::{channel, stage, user};

/// The form of the text. Whoever changes what is written for the same rows raises it: stored cards of another form
/// are stale. A test below notices.
pub(super) const FORM: i64 = 1;

/// A rendered contact.
pub(super) struct Rendered {
    pub(super) wire_id: String,
    pub(super) contact_id: i64,
    pub(super) json: String,
    pub(super) batch_end: usize,
    pub(super) is_listed: bool,
    /// Everything else whose change makes the text wrong.
    pub(super) shows: Vec<Touched>,
}

/// Renders contacts by inner id, from rows of this snapshot and from nothing else: the text may be stored.
pub(super) fn rows(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<Rendered>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let contacts = contact::by_ids(tx, corp, ids)?;
    let around = Around::read(tx, corp, ids, &contacts)?;
    Ok(contacts.values().map(|contact| render(contact, &around)).collect())
}

/// What the contacts show of other objects.
pub(super) struct Around {
    tags: HashMap<i64, Vec<TagRow>>,
    businesses: HashMap<i64, Vec<LinkRow>>,
    companies: HashMap<i64, Vec<LinkRow>>,
    pub(super) related: HashMap<i64, Vec<RelatedRow>>,
    pub(super) staff: HashMap<i64, String>,
    pub(super) channels: HashMap<i64, String>,
    lineages: HashMap<i64, Vec<i64>>,
    pub(super) stages: HashMap<i64, String>,
}

impl Around {
    pub(super) fn read(tx: &mut Tx<'_>, corp: i64, ids: &[i64], contacts: &HashMap<i64, Contact>) -> Verdict<Around> {
        let mut staff: Vec<i64> = contacts.values().flat_map(|c| [c.state.owner_id, c.create_user_id]).collect();
        staff.retain(|&id| id != 0);
        staff.sort_unstable();
        staff.dedup();
        let channels = channel::load(tx, corp)?;
        Ok(Around {
            tags: by_contact(card::tags(tx, corp, ids)?, |row| row.contact_id),
            businesses: by_contact(card::businesses(tx, corp, ids)?, |row| row.contact_id),
            companies: by_contact(card::companies(tx, corp, ids)?, |row| row.contact_id),
            related: by_contact(card::related(tx, corp, ids)?, |row| row.contact_id),
            staff: user::wire_ids(tx, corp, &staff)?,
            channels: channels.paths(),
            lineages: channels.lineages(),
            stages: stage::load(tx, corp)?.into_iter().map(|stage| (stage.id, stage.name)).collect(),
        })
    }

    /// `tag_group_list` of a contact.
    pub(super) fn tag_groups(&self, contact_id: i64) -> Vec<TagGroup<'_>> {
        tag_groups(of(&self.tags, contact_id))
    }

    /// `business_list` of a contact: without voided ones.
    pub(super) fn businesses(&self, contact_id: i64) -> Vec<Business<'_>> {
        let shown = of(&self.businesses, contact_id).iter().filter(|row| !row.is_voided);
        shown.map(|row| Business { business_id: &row.wire_id, business_name: &row.name }).collect()
    }

    /// `company_list` of a contact.
    pub(super) fn companies(&self, contact_id: i64) -> Vec<Company<'_>> {
        let shown = of(&self.companies, contact_id).iter();
        shown.map(|row| Company { company_id: &row.wire_id, company_name: &row.name }).collect()
    }
}

fn by_contact<T>(rows: Vec<T>, contact_id: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut map: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        map.entry(contact_id(&row)).or_default().push(row);
    }
    map
}

pub(super) fn of<T>(map: &HashMap<i64, Vec<T>>, id: i64) -> &[T] {
    map.get(&id).map_or(&[], Vec::as_slice)
}

pub(super) fn text(map: &HashMap<i64, String>, id: i64) -> &str {
    map.get(&id).map_or("", String::as_str)
}

fn render(contact: &Contact, around: &Around) -> Rendered {
    let mut json = Vec::with_capacity(2_048);
    // Plain structs with string keys, written to memory: neither can fail.
    let _ = serde_json::to_writer(&mut json, &batch_row(contact, around));
    json.pop();
    let batch_end = json.len();
    let tail = serde_json::to_vec(&list_tail(contact, around)).unwrap_or_default();
    json.push(b',');
    json.extend_from_slice(tail.get(1..).unwrap_or_default());
    Rendered {
        wire_id: contact.wire_id.clone(),
        contact_id: contact.id,
        json: String::from_utf8(json).unwrap_or_default(),
        batch_end,
        is_listed: contact.state.status != 0,
        shows: shows(contact, around),
    }
}

fn shows(contact: &Contact, around: &Around) -> Vec<Touched> {
    let mut shows = vec![Touched::Tenant, Touched::Stage(contact.stage_id)];
    shows.extend(of(&around.lineages, contact.channel_id).iter().map(|&channel| Touched::Channel(channel)));
    shows.extend(of(&around.tags, contact.id).iter().map(|tag| Touched::Tag(tag.id)));
    shows.extend(of(&around.businesses, contact.id).iter().map(|business| Touched::Business(business.id)));
    shows.extend(of(&around.companies, contact.id).iter().map(|company| Touched::Company(company.id)));
    shows
}

#[derive(Serialize)]
struct BatchRow<'a> {
    contact_id: &'a str,
    user_name: &'a str,
    contact_ways: Vec<WayRow<'a>>,
    status: i64,
    contact_source: SourceRow<'a>,
    from_channel_name: &'a str,
    corp_name: &'a str,
    corp_address: &'a str,
    register_address: &'a str,
    legal_person: &'a str,
    corp_founded_time: &'a str,
    searchword: &'a str,
    region: &'a str,
    plan_name: &'a str,
    group_name: &'a str,
    is_repeat: bool,
    is_useless: bool,
    create_user_id: &'a str,
    owner_id: &'a str,
    url: &'a str,
    email: &'a str,
    age: i64,
    gender: i64,
    population_size: i64,
    industry: &'a str,
    position: &'a str,
    create_time: i64,
    last_follow_time: i64,
    first_progress_time: i64,
    tag_group_list: Vec<TagGroup<'a>>,
    business_list: Vec<Business<'a>>,
    company_list: Vec<Company<'a>>,
    latest_progress_id: &'a str,
    customer_stage: &'a str,
    claim_time: i64,
    related_customer: Vec<Related<'a>>,
    contact_custom: &'a RawValue,
    region_code: i64,
    interactive_score: i64,
}

#[derive(Serialize)]
struct WayRow<'a> {
    r#type: i64,
    #[serde(skip_serializing_if = "str::is_empty")]
    contact_way: &'a str,
}

#[derive(Serialize)]
struct SourceRow<'a> {
    r#type: i64,
    component_id: &'a str,
    component_name: &'a str,
}

#[derive(Serialize)]
pub(super) struct TagGroup<'a> {
    group_id: &'a str,
    group_name: &'a str,
    r#type: String,
    create_time: i64,
    tag_info: Vec<Tag<'a>>,
}

#[derive(Serialize)]
struct Tag<'a> {
    tag_id: &'a str,
    tag_name: &'a str,
    r#type: String,
    create_time: i64,
    tag_user_id: &'a str,
}

#[derive(Serialize)]
pub(super) struct Business<'a> {
    business_id: &'a str,
    business_name: &'a str,
}

#[derive(Serialize)]
pub(super) struct Company<'a> {
    company_id: &'a str,
    company_name: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    id: &'a str,
    r#type: i64,
}

fn batch_row<'a>(c: &'a Contact, around: &'a Around) -> BatchRow<'a> {
    BatchRow {
        contact_id: &c.wire_id,
        user_name: &c.user_name,
        contact_ways: ways(c),
        status: c.state.status,
        contact_source: SourceRow { r#type: c.source_type, component_id: &c.source_id, component_name: &c.source_name },
        from_channel_name: text(&around.channels, c.channel_id),
        corp_name: &c.corp_name,
        corp_address: &c.corp_address,
        register_address: &c.register_address,
        legal_person: &c.legal_person,
        corp_founded_time: &c.corp_founded_time,
        searchword: &c.searchword,
        region: &c.region,
        plan_name: &c.plan_name,
        group_name: &c.group_name,
        is_repeat: c.is_repeat,
        is_useless: c.state.is_useless,
        create_user_id: text(&around.staff, c.create_user_id),
        owner_id: text(&around.staff, c.state.owner_id),
        url: &c.url,
        email: &c.email,
        age: c.age,
        gender: c.gender,
        population_size: c.population_size,
        industry: &c.industry,
        position: &c.position,
        create_time: c.create_time,
        last_follow_time: c.last_follow_time,
        first_progress_time: c.first_progress_time,
        tag_group_list: around.tag_groups(c.id),
        business_list: around.businesses(c.id),
        company_list: around.companies(c.id),
        latest_progress_id: &c.latest_progress_id,
        customer_stage: text(&around.stages, c.stage_id),
        claim_time: c.state.claim_time,
        related_customer: of(&around.related, c.id)
            .iter()
            .map(|row| Related { id: &row.wire_id, r#type: row.kind })
            .collect(),
        contact_custom: c.custom_json(),
        region_code: c.region_code,
        interactive_score: c.interactive_score,
    }
}

/// A contact without any way shows one item without the member `contact_way`.
fn ways(contact: &Contact) -> Vec<WayRow<'_>> {
    if contact.ways.is_empty() {
        return vec![WayRow { r#type: 0, contact_way: "" }];
    }
    contact.ways.iter().map(|way| WayRow { r#type: way.kind, contact_way: &way.contact_way }).collect()
}

/// The rows come in library order, so the tags of a group stand together.
fn tag_groups(rows: &[TagRow]) -> Vec<TagGroup<'_>> {
    rows.chunk_by(|a, b| a.group_id == b.group_id)
        .filter_map(|tags| {
            let group = tags.first()?;
            Some(TagGroup {
                group_id: &group.group_id,
                group_name: &group.group_name,
                r#type: group.kind.to_string(),
                create_time: group.group_create_time,
                tag_info: tags.iter().map(tag).collect(),
            })
        })
        .collect()
}

fn tag(row: &TagRow) -> Tag<'_> {
    Tag {
        tag_id: &row.tag_id,
        tag_name: &row.tag_name,
        r#type: row.kind.to_string(),
        create_time: row.create_time,
        tag_user_id: &row.tag_user_id,
    }
}

#[derive(Serialize)]
struct ListTail<'a> {
    clue_source: i64,
    add_source: AddSource<'a>,
    remark: &'a str,
    avatar: &'a str,
    other_custom_field: &'a str,
    wx_id: &'a str,
    user_list: Vec<&'a str>,
}

fn list_tail<'a>(c: &'a Contact, around: &'a Around) -> ListTail<'a> {
    let owner = text(&around.staff, c.state.owner_id);
    ListTail {
        clue_source: c.clue_source,
        add_source: c.add_source(),
        remark: &c.remark,
        avatar: &c.avatar,
        other_custom_field: &c.other_custom_field,
        wx_id: &c.wx_id,
        user_list: if owner.is_empty() { Vec::new() } else { vec![owner] },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contact::{State, Way};

    const TEXT: &[&str] = &[
        r#"{"contact_id":"c","user_name":"名","contact_ways":[{"type":1,"contact_way":"138"}],"status":1,"#,
        r#""contact_source":{"type":0,"component_id":"","component_name":""},"from_channel_name":"道","#,
        r#""corp_name":"","corp_address":"","register_address":"","legal_person":"","corp_founded_time":"","#,
        r#""searchword":"","region":"","plan_name":"","group_name":"","is_repeat":false,"is_useless":false,"#,
        r#""create_user_id":"","owner_id":"s","url":"","email":"","age":0,"gender":0,"population_size":0,"#,
        r#""industry":"","position":"","create_time":0,"last_follow_time":0,"first_progress_time":0,"#,
        r#""tag_group_list":[{"group_id":"g","group_name":"组","type":"1","create_time":7,"tag_info":[{"tag_id":"t","#,
        r#""tag_name":"标","type":"1","create_time":8,"tag_user_id":"s"}]}],"business_list":[{"business_id":"11","#,
        r#""business_name":"名"}],"company_list":[{"company_id":"12","company_name":"名"}],"latest_progress_id":"","#,
        r#""customer_stage":"段","claim_time":0,"related_customer":[{"id":"f","type":1}],"contact_custom":{"zz":1},"#,
        r#""region_code":0,"interactive_score":0,"clue_source":0,"add_source":{},"remark":"","avatar":"","#,
        r#""other_custom_field":"","wx_id":"","user_list":["s"]}"#,
    ];

    #[test]
    fn the_text_of_the_same_rows_changes_only_with_its_form() {
        let contact = Contact {
            id: 1,
            wire_id: "c".to_owned(),
            user_name: "名".to_owned(),
            ways: vec![Way { kind: 1, contact_way: "138".to_owned(), key: "138".to_owned() }],
            state: State { status: 1, owner_id: 5, ..State::default() },
            channel_id: 3,
            custom: r#"{"zz":1}"#.to_owned(),
            ..Contact::default()
        };
        let tag = TagRow {
            contact_id: 1,
            id: 2,
            group_id: "g".to_owned(),
            group_name: "组".to_owned(),
            kind: 1,
            group_create_time: 7,
            tag_id: "t".to_owned(),
            tag_name: "标".to_owned(),
            create_time: 8,
            tag_user_id: "s".to_owned(),
        };
        let link =
            |id| LinkRow { contact_id: 1, id, wire_id: id.to_string(), name: "名".to_owned(), is_voided: false };
        let around = Around {
            tags: HashMap::from([(1, vec![tag])]),
            businesses: HashMap::from([(1, vec![link(11)])]),
            companies: HashMap::from([(1, vec![link(12)])]),
            related: HashMap::from([(1, vec![RelatedRow { contact_id: 1, wire_id: "f".to_owned(), kind: 1 }])]),
            staff: HashMap::from([(5, "s".to_owned())]),
            channels: HashMap::from([(3, "道".to_owned())]),
            lineages: HashMap::from([(3, vec![3, 4])]),
            stages: HashMap::from([(0, "段".to_owned())]),
        };
        let row = render(&contact, &around);
        assert_eq!((FORM, row.json), (1, TEXT.concat()), "raise FORM together with this text");
    }
}

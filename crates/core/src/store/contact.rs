//! Contacts: the tables `contact`, `contact_way` and `contact_customer` (chapter 19).

use std::collections::HashMap;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::refusal::Verdict;
use crate::store::db::{Arg, DbError, Row, Tx};

/// A row of `contact` with its ways. References are inner ids, 0 for none.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the columns bear the names of chapter 19, section 2 and 4")]
pub struct Contact {
    pub id: i64,
    pub wire_id: String,
    pub ways: Vec<Way>,
    pub user_name: String,
    pub state: State,
    pub is_repeat: bool,
    pub create_user_id: i64,
    pub channel_id: i64,
    pub stage_id: i64,
    pub level: i64,
    pub clue_source: i64,
    pub source_type: i64,
    pub source_id: String,
    pub source_name: String,
    pub corp_name: String,
    pub corp_address: String,
    pub register_address: String,
    pub legal_person: String,
    pub corp_founded_time: String,
    pub industry: String,
    pub population_size: i64,
    pub position: String,
    pub gender: i64,
    pub age: i64,
    pub email: String,
    pub wx_id: String,
    pub qq: String,
    pub remark: String,
    pub avatar: String,
    pub other_custom_field: String,
    pub region: String,
    pub region_code: i64,
    pub url: String,
    pub searchword: String,
    pub key_word: String,
    pub plan_name: String,
    pub group_name: String,
    pub creative_title: String,
    pub creative_description: String,
    pub advertiser_account_name: String,
    /// JSON object: `api_name` to value.
    pub custom: String,
    pub create_time: i64,
    pub first_progress_time: i64,
    pub last_follow_time: i64,
    /// The id on the wire of the newest follow-up record, `""` for none.
    pub latest_progress_id: String,
    pub interactive_score: i64,
}

impl Contact {
    /// Whether a marketing component brought the contact in.
    pub fn has_source(&self) -> bool {
        self.source_type != 0 || !self.source_id.is_empty()
    }

    /// The custom fields as JSON text; stored text is always an object.
    pub fn custom_json(&self) -> &RawValue {
        serde_json::from_str(&self.custom).unwrap_or(RawValue::NULL)
    }

    /// The component in the older shape.
    pub fn add_source(&self) -> AddSource<'_> {
        if self.has_source() {
            AddSource { id: Some(&self.source_id), r#type: Some(self.source_type), name: Some(&self.source_name) }
        } else {
            AddSource::default()
        }
    }

    /// The number that lead endpoints show: the first way of type 1, else the first one without `@`.
    pub fn mobile(&self) -> &str {
        let mobile = self.ways.iter().find(|way| way.kind == 1);
        let other = || self.ways.iter().find(|way| !way.contact_way.contains('@'));
        mobile.or_else(other).map_or("", |way| &way.contact_way)
    }
}

/// The component that brought a contact in, as `add_source` shows it: `{}` when there is none.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AddSource<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

/// What the state machine of chapter 19, section 6 moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    /// 0 in the public sea, 1 claimed, 4 to be assigned.
    pub status: i64,
    /// Staff, 0 for none.
    pub owner_id: i64,
    /// Not 0 exactly while the status is 0.
    pub sea_id: i64,
    /// When the contact last became claimed, ms; 0 while it is not.
    pub claim_time: i64,
    /// Discarded.
    pub is_useless: bool,
}

impl State {
    /// The status on the endpoints of leads: 3 for a claimed one that has become a WeCom friend. It is never stored.
    pub const fn lead_status(self, has_friend: bool) -> i64 {
        if self.status == 1 && has_friend { 3 } else { self.status }
    }
}

/// One way to reach a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// 1 mobile, 2 landline, 3 e-mail, or any other number.
    pub kind: i64,
    /// The number or address as given.
    pub contact_way: String,
    /// Its key for matching, `""` for none.
    pub key: String,
}

const COLUMNS: &str = "id, wire_id, user_name, status, owner_id, sea_id, claim_time, is_useless, is_repeat, \
    create_user_id, channel_id, stage_id, level, clue_source, source_type, source_id, source_name, corp_name, \
    corp_address, register_address, legal_person, corp_founded_time, industry, population_size, position, gender, \
    age, email, wx_id, qq, remark, avatar, other_custom_field, region, region_code, url, searchword, key_word, \
    plan_name, group_name, creative_title, creative_description, advertiser_account_name, custom, create_time, \
    first_progress_time, last_follow_time, latest_progress_id, interactive_score";

fn from_row(row: &Row<'_>) -> Result<Contact, DbError> {
    let state = State {
        status: row.get(3)?,
        owner_id: row.get(4)?,
        sea_id: row.get(5)?,
        claim_time: row.get(6)?,
        is_useless: row.get::<i64>(7)? != 0,
    };
    Ok(Contact {
        id: row.get(0)?,
        wire_id: row.get(1)?,
        ways: Vec::new(),
        user_name: row.get(2)?,
        state,
        is_repeat: row.get::<i64>(8)? != 0,
        create_user_id: row.get(9)?,
        channel_id: row.get(10)?,
        stage_id: row.get(11)?,
        level: row.get(12)?,
        clue_source: row.get(13)?,
        source_type: row.get(14)?,
        source_id: row.get(15)?,
        source_name: row.get(16)?,
        corp_name: row.get(17)?,
        corp_address: row.get(18)?,
        register_address: row.get(19)?,
        legal_person: row.get(20)?,
        corp_founded_time: row.get(21)?,
        industry: row.get(22)?,
        population_size: row.get(23)?,
        position: row.get(24)?,
        gender: row.get(25)?,
        age: row.get(26)?,
        email: row.get(27)?,
        wx_id: row.get(28)?,
        qq: row.get(29)?,
        remark: row.get(30)?,
        avatar: row.get(31)?,
        other_custom_field: row.get(32)?,
        region: row.get(33)?,
        region_code: row.get(34)?,
        url: row.get(35)?,
        searchword: row.get(36)?,
        key_word: row.get(37)?,
        plan_name: row.get(38)?,
        group_name: row.get(39)?,
        creative_title: row.get(40)?,
        creative_description: row.get(41)?,
        advertiser_account_name: row.get(42)?,
        custom: row.get(43)?,
        create_time: row.get(44)?,
        first_progress_time: row.get(45)?,
        last_follow_time: row.get(46)?,
        latest_progress_id: row.get(47)?,
        interactive_score: row.get(48)?,
    })
}

/// Stores a new contact with its ways.
pub fn insert(tx: &mut Tx<'_>, corp: i64, c: &Contact) -> Verdict<()> {
    let (useless, repeat) = (i64::from(c.state.is_useless), i64::from(c.is_repeat));
    let args: [&dyn Arg; 50] = [
        &corp,
        &c.id,
        &c.wire_id,
        &c.user_name,
        &c.state.status,
        &c.state.owner_id,
        &c.state.sea_id,
        &c.state.claim_time,
        &useless,
        &repeat,
        &c.create_user_id,
        &c.channel_id,
        &c.stage_id,
        &c.level,
        &c.clue_source,
        &c.source_type,
        &c.source_id,
        &c.source_name,
        &c.corp_name,
        &c.corp_address,
        &c.register_address,
        &c.legal_person,
        &c.corp_founded_time,
        &c.industry,
        &c.population_size,
        &c.position,
        &c.gender,
        &c.age,
        &c.email,
        &c.wx_id,
        &c.qq,
        &c.remark,
        &c.avatar,
        &c.other_custom_field,
        &c.region,
        &c.region_code,
        &c.url,
        &c.searchword,
        &c.key_word,
        &c.plan_name,
        &c.group_name,
        &c.creative_title,
        &c.creative_description,
        &c.advertiser_account_name,
        &c.custom,
        &c.create_time,
        &c.first_progress_time,
        &c.last_follow_time,
        &c.latest_progress_id,
        &c.interactive_score,
    ];
    tx.insert(&format!("contact (corp_id, {COLUMNS})"), args.len(), &args)?;
    insert_ways(tx, corp, c)
}

fn insert_ways(tx: &mut Tx<'_>, corp: i64, c: &Contact) -> Verdict<()> {
    let ordinals: Vec<i64> = (0i64..).take(c.ways.len()).collect();
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(c.ways.len() * 6);
    for (way, ordinal) in c.ways.iter().zip(&ordinals) {
        args.extend_from_slice(&[&corp, &c.id, ordinal, &way.kind, &way.contact_way, &way.key]);
    }
    tx.insert("contact_way (corp_id, contact_id, ordinal, type, contact_way, way_key)", 6, &args)?;
    Ok(())
}

/// The inner ids of contacts by their wire ids; unknown ones are left out.
pub fn ids(tx: &mut Tx<'_>, corp: i64, wire_ids: &[&str]) -> Verdict<HashMap<String, i64>> {
    let sql = "select wire_id, id from contact where corp_id = $1 and wire_id in ({list})";
    Ok(tx.query_in(sql, &[&corp], wire_ids, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// Contacts with their ways, by inner id.
pub fn by_ids(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<HashMap<i64, Contact>> {
    let sql = format!("select {COLUMNS} from contact where corp_id = $1 and id in ({{list}})");
    let rows = tx.query_in(&sql, &[&corp], ids, from_row)?;
    let mut contacts: HashMap<i64, Contact> = rows.into_iter().map(|contact| (contact.id, contact)).collect();
    for (id, way) in ways(tx, corp, ids)? {
        if let Some(contact) = contacts.get_mut(&id) {
            contact.ways.push(way);
        }
    }
    Ok(contacts)
}

/// The ways of contacts, in the order given at creation.
pub fn ways(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<(i64, Way)>> {
    let sql = "select contact_id, type, contact_way, way_key from contact_way \
               where corp_id = $1 and contact_id in ({list}) order by contact_id, ordinal";
    Ok(tx.query_in(sql, &[&corp], ids, |row| {
        Ok((row.get(0)?, Way { kind: row.get(1)?, contact_way: row.get(2)?, key: row.get(3)? }))
    })?)
}

/// What the tenant knows already of the keys of a new contact.
#[derive(Debug, Default)]
pub struct Matches {
    /// Keys that a contact has.
    pub taken: Vec<String>,
    /// WeCom friends with one of the keys, as (wire id, id), in the order in which links of the same moment are shown.
    pub friends: Vec<(String, i64)>,
}

/// Looks for contacts and friends with one of these keys.
pub fn matches(tx: &mut Tx<'_>, corp: i64, keys: &[&str]) -> Verdict<Matches> {
    let sql = "select way_key, 0 from contact_way where corp_id = $1 and way_key <> '' and way_key in ({list}) \
               union select c.wire_id, c.id from customer_mobile m \
               join customer c on c.corp_id = m.corp_id and c.id = m.customer_id \
               where m.corp_id = $1 and m.mobile_key <> '' and m.mobile_key in ({list})";
    let mut found = tx.query_in(sql, &[&corp], keys, |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?)))?;
    found.sort();
    let (taken, friends): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, friend)| *friend == 0);
    Ok(Matches { taken: taken.into_iter().map(|(key, _)| key).collect(), friends })
}

/// Puts contacts into their states.
pub fn set_states(tx: &mut Tx<'_>, corp: i64, contacts: &[&Contact]) -> Verdict<()> {
    let sql = "update contact set status = $2, owner_id = $3, sea_id = $4, claim_time = $5, is_useless = $6 \
               where corp_id = $1 and id in ({list})";
    let mut by_state: HashMap<State, Vec<i64>> = HashMap::new();
    for contact in contacts {
        by_state.entry(contact.state).or_default().push(contact.id);
    }
    for (state, ids) in &by_state {
        let useless = i64::from(state.is_useless);
        tx.execute_in(sql, &[&corp, &state.status, &state.owner_id, &state.sea_id, &state.claim_time, &useless], ids)?;
    }
    Ok(())
}

/// Stores what an edit may change.
pub fn update_edited(tx: &mut Tx<'_>, corp: i64, contacts: &[&Contact]) -> Verdict<()> {
    let sql = "update contact set user_name = v.column3, position = v.column4, gender = v.column5, age = v.column6, \
               wx_id = v.column7, qq = v.column8, email = v.column9, remark = v.column10, custom = v.column11, \
               stage_id = v.column12 from ({rows}) as v where contact.corp_id = v.column1 and contact.id = v.column2";
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(contacts.len() * 12);
    for c in contacts {
        args.extend_from_slice(&[&corp, &c.id, &c.user_name, &c.position, &c.gender, &c.age]);
        args.extend_from_slice(&[&c.wx_id, &c.qq, &c.email, &c.remark, &c.custom, &c.stage_id]);
    }
    tx.execute_rows(sql, 12, &args)?;
    Ok(())
}

/// The wire ids of contacts that have one of these keys, with the key: `(key, create_time, wire_id)`.
pub fn with_keys(tx: &mut Tx<'_>, corp: i64, keys: &[&str]) -> Verdict<Vec<(String, i64, String)>> {
    let sql = "select w.way_key, c.create_time, c.wire_id from contact_way w \
               join contact c on c.corp_id = w.corp_id and c.id = w.contact_id \
               where w.corp_id = $1 and w.way_key <> '' and w.way_key in ({list})";
    Ok(tx.query_in(sql, &[&corp], keys, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
}

/// Which contacts a list shows.
#[derive(Clone, Debug)]
pub struct Filter {
    /// First moment of creation, ms, inclusive.
    pub from: i64,
    /// Last moment of creation, ms, exclusive.
    pub before: i64,
    /// Only contacts of this owner.
    pub owner_id: Option<i64>,
}

/// At most `limit` contacts outside the sea behind a position, ascending by `(create_time, wire_id)`.
pub fn page(
    tx: &mut Tx<'_>,
    corp: i64,
    filter: &Filter,
    after: &(i64, String),
    limit: i64,
) -> Verdict<Vec<(i64, String)>> {
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let (time, wire_id) = after;
    let from = filter.from.max(*time);
    let args: [&dyn Arg; 7] = [&corp, &from, &filter.before, time, wire_id, &limit, &filter.owner_id.unwrap_or(0)];
    let sql = "select create_time, wire_id from contact where corp_id = $1 and status <> 0 \
               and create_time >= $2 and create_time < $3 and (create_time, wire_id) > ($4, $5)";
    let order = "order by create_time, wire_id limit $6";
    Ok(match filter.owner_id {
        None => tx.query(&format!("{sql} {order}"), args.get(..6).unwrap_or(&args), row)?,
        Some(_) => tx.query(&format!("{sql} and owner_id = $7 and owner_id <> 0 {order}"), &args, row)?,
    })
}

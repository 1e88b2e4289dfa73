//! WeCom friends: the tables `customer`, `customer_follow`, `customer_mobile`, and links to contacts (chapter 03).

use std::collections::{HashMap, HashSet};

use crate::ids;
use crate::refusal::Verdict;
use crate::store::db::{Arg, DbError, Row, Tx};

/// A row of `customer`. References are inner ids, 0 for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns bear the names of chapter 03")]
pub struct Customer {
    pub id: i64,
    pub wire_id: String,
    pub external_userid: String,
    pub name: String,
    pub avatar: String,
    /// 1 WeChat user, 2 WeCom user.
    pub kind: i64,
    pub gender: i64,
    pub position: String,
    pub corp_name: String,
    pub corp_full_name: String,
    pub unionid: String,
    pub stage_id: i64,
    /// JSON object: `api_name` to value.
    pub custom: String,
    pub first_progress_time: i64,
    /// The id on the wire of the newest follow-up record, `""` for none.
    pub latest_progress_id: String,
}

/// The relation of a staff member with a friend: an item of `follow_users`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns bear the names of chapter 03")]
pub struct Relation {
    pub customer_id: i64,
    pub staff_id: i64,
    /// The staff member's id on the wire.
    pub userid: String,
    pub remark: String,
    pub remark_corp_name: String,
    pub description: String,
    pub add_way: i64,
    pub lost_state: bool,
    pub source_type: i64,
    pub source_id: String,
    pub source_name: String,
    pub position: String,
    /// Digits, `""` when unknown.
    pub age: String,
    pub wx_id: String,
    pub qq: String,
    pub email: String,
    pub create_time: i64,
    pub remark_mobiles: Vec<String>,
}

/// A tag that stands in a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of chapter 03")]
pub struct RelationTag {
    pub customer_id: i64,
    pub staff_id: i64,
    pub group_id: String,
    pub group_name: String,
    pub tag_id: String,
    pub tag_name: String,
    /// 1 company tag, 2 personal tag.
    pub kind: i64,
}

const CUSTOMER: &str = "select id, wire_id, external_userid, name, avatar, type, gender, position, corp_name, \
    corp_full_name, unionid, stage_id, custom, first_progress_time, latest_progress_id from customer";

fn customer_of(row: &Row<'_>) -> Result<Customer, DbError> {
    Ok(Customer {
        id: row.get(0)?,
        wire_id: row.get(1)?,
        external_userid: row.get(2)?,
        name: row.get(3)?,
        avatar: row.get(4)?,
        kind: row.get(5)?,
        gender: row.get(6)?,
        position: row.get(7)?,
        corp_name: row.get(8)?,
        corp_full_name: row.get(9)?,
        unionid: row.get(10)?,
        stage_id: row.get(11)?,
        custom: row.get(12)?,
        first_progress_time: row.get(13)?,
        latest_progress_id: row.get(14)?,
    })
}

/// Friends by wire id; unknown ones are missing.
pub fn by_wire_ids(tx: &mut Tx<'_>, corp: i64, wire_ids: &[String]) -> Verdict<Vec<Customer>> {
    let asked: Vec<&str> = wire_ids.iter().map(String::as_str).filter(|id| ids::is_plausible(id)).collect();
    let sql = format!("{CUSTOMER} where corp_id = $1 and wire_id in ({{list}})");
    Ok(tx.query_in(&sql, &[&corp], &asked, customer_of)?)
}

/// Friends by inner id.
pub fn by_ids(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<Customer>> {
    Ok(tx.query_in(&format!("{CUSTOMER} where corp_id = $1 and id in ({{list}})"), &[&corp], ids, customer_of)?)
}

/// The earliest friend with WeCom's id.
pub fn by_external_userid(tx: &mut Tx<'_>, corp: i64, external_userid: &str) -> Verdict<Option<Customer>> {
    let sql = format!(
        "{CUSTOMER} where corp_id = $1 and external_userid <> '' and external_userid = $2 \
         order by create_time, wire_id limit 1"
    );
    Ok(tx.query_opt(&sql, &[&corp, &external_userid], customer_of)?)
}

/// The wire id of the earliest friend with this union id.
pub fn by_unionid(tx: &mut Tx<'_>, corp: i64, unionid: &str) -> Verdict<Option<String>> {
    let sql = "select wire_id from customer where corp_id = $1 and unionid <> '' and unionid = $2 \
               order by create_time, wire_id limit 1";
    Ok(tx.query_opt(sql, &[&corp, &unionid], |row| row.get(0))?)
}

/// The relations of friends with their numbers, of each friend in the order in which they were made.
pub fn relations(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<Relation>> {
    let sql = "select f.customer_id, f.staff_id, s.wire_id, f.remark, f.remark_corp_name, f.description, f.add_way, \
               f.lost_state, f.source_type, f.source_id, f.source_name, f.position, f.age, f.wx_id, f.qq, f.email, \
               f.create_time from customer_follow f join staff s on s.corp_id = f.corp_id and s.id = f.staff_id \
               where f.corp_id = $1 and f.customer_id in ({list}) order by f.customer_id, f.create_time, s.wire_id";
    let mut relations = tx.query_in(sql, &[&corp], ids, relation_of)?;
    let sql = "select customer_id, staff_id, mobile from customer_mobile \
               where corp_id = $1 and customer_id in ({list}) order by customer_id, staff_id, ordinal";
    let mut mobiles: HashMap<(i64, i64), Vec<String>> = HashMap::new();
    tx.query_in(sql, &[&corp], ids, |row| {
        mobiles.entry((row.get(0)?, row.get(1)?)).or_default().push(row.get(2)?);
        Ok(())
    })?;
    for relation in &mut relations {
        relation.remark_mobiles = mobiles.remove(&(relation.customer_id, relation.staff_id)).unwrap_or_default();
    }
    Ok(relations)
}

fn relation_of(row: &Row<'_>) -> Result<Relation, DbError> {
    Ok(Relation {
        customer_id: row.get(0)?,
        staff_id: row.get(1)?,
        userid: row.get(2)?,
        remark: row.get(3)?,
        remark_corp_name: row.get(4)?,
        description: row.get(5)?,
        add_way: row.get(6)?,
        lost_state: row.get::<i64>(7)? != 0,
        source_type: row.get(8)?,
        source_id: row.get(9)?,
        source_name: row.get(10)?,
        position: row.get(11)?,
        age: row.get(12)?,
        wx_id: row.get(13)?,
        qq: row.get(14)?,
        email: row.get(15)?,
        create_time: row.get(16)?,
        remark_mobiles: Vec::new(),
    })
}

/// The tags in the relations of friends, in library order.
pub fn tags(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<RelationTag>> {
    let sql = "select l.object_id, l.relation_id, g.wire_id, g.name, t.wire_id, t.name, g.type from tagging l \
               join tag t on t.corp_id = l.corp_id and t.id = l.tag_id \
               join tag_group g on g.corp_id = t.corp_id and g.id = t.group_id \
               where l.corp_id = $1 and l.object_type = 1 and l.object_id in ({list}) \
               order by l.object_id, g.ordinal, g.id, t.ordinal, t.id";
    Ok(tx.query_in(sql, &[&corp], ids, |row| {
        Ok(RelationTag {
            customer_id: row.get(0)?,
            staff_id: row.get(1)?,
            group_id: row.get(2)?,
            group_name: row.get(3)?,
            tag_id: row.get(4)?,
            tag_name: row.get(5)?,
            kind: row.get(6)?,
        })
    })?)
}

/// The contacts that friends are linked with, as (friend, wire id of the contact), by creation of the link.
pub fn contacts(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<(i64, String)>> {
    let sql = "select l.customer_id, c.wire_id from contact_customer l \
               join contact c on c.corp_id = l.corp_id and c.id = l.contact_id \
               where l.corp_id = $1 and l.customer_type = 1 and l.customer_id in ({list}) \
               order by l.customer_id, l.create_time, c.wire_id";
    Ok(tx.query_in(sql, &[&corp], ids, |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// The wire ids of friends of a staff member, or with a number of this key in a relation, or both in the same one;
/// each once, by creation of the relation.
pub fn related(tx: &mut Tx<'_>, corp: i64, staff_id: Option<i64>, key: Option<&str>) -> Verdict<Vec<String>> {
    const OF_STAFF: &str = "select f.create_time, c.wire_id from customer_follow f \
         join customer c on c.corp_id = f.corp_id and c.id = f.customer_id where f.corp_id = $1 and f.staff_id = $2";
    const WITH_KEY: &str = "select f.create_time, c.wire_id from customer_mobile m \
         join customer_follow f on f.corp_id = m.corp_id and f.customer_id = m.customer_id and f.staff_id = m.staff_id \
         join customer c on c.corp_id = m.corp_id and c.id = m.customer_id \
         where m.corp_id = $1 and m.mobile_key <> '' and m.mobile_key = $2 and (m.staff_id = $3 or $3 = 0)";
    let staff_id = staff_id.unwrap_or(0);
    let row = |row: &Row<'_>| Ok((row.get::<i64>(0)?, row.get::<String>(1)?));
    let mut found = match key {
        None => tx.query(OF_STAFF, &[&corp, &staff_id], row)?,
        Some(key) => tx.query(WITH_KEY, &[&corp, &key, &staff_id], row)?,
    };
    // Sorted here: an order in SQL would let the planner walk through all friends instead.
    found.sort_unstable();
    let mut seen = HashSet::with_capacity(found.len());
    found.retain(|(_, wire_id)| seen.insert(wire_id.clone()));
    Ok(found.into_iter().map(|(_, wire_id)| wire_id).collect())
}

/// Stores what an edit may change of a relation, but for its numbers.
pub fn update_relation(tx: &mut Tx<'_>, corp: i64, r: &Relation) -> Verdict<()> {
    let sql = "update customer_follow set remark = $4, description = $5, age = $6, wx_id = $7, qq = $8, \
               position = $9, email = $10 where corp_id = $1 and customer_id = $2 and staff_id = $3";
    let args: [&dyn Arg; 10] =
        [&corp, &r.customer_id, &r.staff_id, &r.remark, &r.description, &r.age, &r.wx_id, &r.qq, &r.position, &r.email];
    tx.execute(sql, &args)?;
    Ok(())
}

/// Replaces the numbers of a relation; `numbers` come with their keys.
pub fn replace_mobiles(tx: &mut Tx<'_>, corp: i64, r: &Relation, numbers: &[(&str, String)]) -> Verdict<()> {
    let sql = "delete from customer_mobile where corp_id = $1 and customer_id = $2 and staff_id = $3";
    tx.execute(sql, &[&corp, &r.customer_id, &r.staff_id])?;
    let ordinals: Vec<i64> = (0i64..).take(numbers.len()).collect();
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(numbers.len() * 6);
    for ((mobile, key), ordinal) in numbers.iter().zip(&ordinals) {
        args.extend_from_slice(&[&corp, &r.customer_id, &r.staff_id, ordinal, mobile, key]);
    }
    tx.insert("customer_mobile (corp_id, customer_id, staff_id, ordinal, mobile, mobile_key)", 6, &args)?;
    Ok(())
}

/// Stores the custom fields of a friend, a JSON object.
pub fn update_custom(tx: &mut Tx<'_>, corp: i64, id: i64, custom: &str) -> Verdict<()> {
    tx.execute("update customer set custom = $3 where corp_id = $1 and id = $2", &[&corp, &id, &custom])?;
    Ok(())
}

/// The contacts that are not linked with a friend and have a way with one of these keys, as (id, wire id), earliest
/// first.
pub fn unlinked_contacts(tx: &mut Tx<'_>, corp: i64, friend: i64, keys: &[&str]) -> Verdict<Vec<(i64, String)>> {
    let sql = "select distinct c.create_time, c.wire_id, c.id from contact_way w \
               join contact c on c.corp_id = w.corp_id and c.id = w.contact_id \
               where w.corp_id = $1 and w.way_key <> '' and w.way_key in ({list}) \
               and not exists (select 1 from contact_customer l where l.corp_id = c.corp_id \
                and l.contact_id = c.id and l.customer_id = $2)";
    let mut found = tx.query_in(sql, &[&corp, &friend], keys, |row| {
        Ok((row.get::<i64>(0)?, row.get::<String>(1)?, row.get::<i64>(2)?))
    })?;
    found.sort();
    Ok(found.into_iter().map(|(_, wire_id, id)| (id, wire_id)).collect())
}

/// Links contacts with friends, given as (contact, friend).
pub fn link(tx: &mut Tx<'_>, corp: i64, links: &[(i64, i64)], now: i64) -> Verdict<()> {
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(links.len() * 5);
    for (contact, friend) in links {
        args.extend_from_slice(&[&corp, contact, friend, &1i64, &now]);
    }
    let into = "contact_customer (corp_id, contact_id, customer_id, customer_type, create_time)";
    tx.insert(into, 5, &args)?;
    Ok(())
}

/// The wire id of the friend that each contact was linked with first, by inner contact id.
pub fn first_of(tx: &mut Tx<'_>, corp: i64, contacts: &[i64]) -> Verdict<HashMap<i64, String>> {
    let sql = "select l.contact_id, f.wire_id from contact_customer l \
               join customer f on f.corp_id = l.corp_id and f.id = l.customer_id \
               where l.corp_id = $1 and l.customer_type = 1 and l.contact_id in ({list}) \
               order by l.create_time desc, f.wire_id desc";
    // The last one into the map is the first one linked.
    Ok(tx.query_in(sql, &[&corp], contacts, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

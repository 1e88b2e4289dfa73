//! Related people of companies and opportunities: contacts, WeCom friends and visitors, looked at alike.

use std::collections::HashMap;

use crate::ids;
use crate::refusal::Verdict;
use crate::store::db::{DbError, Tx};

/// What kind of person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Type 0.
    Contact,
    /// Type 1, a WeCom friend.
    Friend,
    /// Type 4.
    Visitor,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Contact, Kind::Friend, Kind::Visitor];

    /// The kind of a `type`; none for a number that is no person's.
    pub fn of(number: i64) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Its `type`.
    pub const fn number(self) -> i64 {
        match self {
            Kind::Contact => 0,
            Kind::Friend => 1,
            Kind::Visitor => 4,
        }
    }

    /// The noun of its table and of its journal.
    pub const fn noun(self) -> &'static str {
        match self {
            Kind::Contact => "contact",
            Kind::Friend => "customer",
            Kind::Visitor => "visitor",
        }
    }
}

/// A person as companies and opportunities show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The inner id.
    pub id: i64,
    /// The id on the wire.
    pub wire_id: String,
    /// Contact, friend or visitor.
    pub kind: Kind,
    /// `user_name` of a contact, the name of a friend or visitor.
    pub nick_name: String,
    /// Job title, `""` when unknown.
    pub position: String,
    /// Numbers, each once: the ways of a contact that are no address, the noted numbers of a friend.
    pub mobiles: Vec<String>,
    /// The remark on a contact; on a friend that of its earliest relation.
    pub remark: String,
}

/// That a person belongs to a company or an opportunity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tie {
    /// The person's inner id.
    pub person_id: i64,
    /// What kind of person.
    pub kind: Kind,
    /// Who made the relation, inner staff id; 0 where that is not kept.
    pub op_user_id: i64,
    /// When it was made, ms.
    pub create_time: i64,
}

/// The inner ids of people of one kind by their wire ids; unknown ones, and those of another kind, are missing.
pub fn ids(tx: &mut Tx<'_>, corp: i64, kind: Kind, wire_ids: &[String]) -> Verdict<HashMap<String, i64>> {
    let asked: Vec<&str> = wire_ids.iter().map(String::as_str).filter(|id| ids::is_plausible(id)).collect();
    let sql = format!("select wire_id, id from {} where corp_id = $1 and wire_id in ({{list}})", kind.noun());
    Ok(tx.query_in(&sql, &[&corp], &asked, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// The wire ids of people of one kind by their inner ids.
pub fn wire_ids(tx: &mut Tx<'_>, corp: i64, kind: Kind, ids: &[i64]) -> Verdict<HashMap<i64, String>> {
    let sql = format!("select id, wire_id from {} where corp_id = $1 and id in ({{list}})", kind.noun());
    Ok(tx.query_in(&sql, &[&corp], ids, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// People of one kind by inner id.
pub fn by_ids(tx: &mut Tx<'_>, corp: i64, kind: Kind, ids: &[i64]) -> Verdict<Vec<Person>> {
    let (name, position, remark) = match kind {
        Kind::Contact => ("user_name", "position", "remark"),
        Kind::Friend => ("name", "position", "''"),
        Kind::Visitor => ("name", "''", "''"),
    };
    let sql = format!(
        "select id, wire_id, {name}, {position}, {remark} from {} where corp_id = $1 and id in ({{list}})",
        kind.noun()
    );
    let mut people = tx.query_in(&sql, &[&corp], ids, |row| {
        Ok(Person {
            id: row.get(0)?,
            wire_id: row.get(1)?,
            kind,
            nick_name: row.get(2)?,
            position: row.get(3)?,
            mobiles: Vec::new(),
            remark: row.get(4)?,
        })
    })?;
    let mut mobiles = mobiles(tx, corp, kind, ids)?;
    let mut remarks = if kind == Kind::Friend { first_remarks(tx, corp, ids)? } else { HashMap::new() };
    for person in &mut people {
        person.mobiles = mobiles.remove(&person.id).unwrap_or_default();
        if let Some(remark) = remarks.remove(&person.id) {
            person.remark = remark;
        }
    }
    Ok(people)
}

fn mobiles(tx: &mut Tx<'_>, corp: i64, kind: Kind, ids: &[i64]) -> Result<HashMap<i64, Vec<String>>, DbError> {
    let sql = match kind {
        Kind::Contact => {
            "select contact_id, contact_way from contact_way where corp_id = $1 and contact_id in ({list}) \
             order by contact_id, ordinal"
        }
        Kind::Friend => {
            "select m.customer_id, m.mobile from customer_mobile m \
             left join customer_follow f on f.corp_id = m.corp_id and f.customer_id = m.customer_id \
              and f.staff_id = m.staff_id \
             where m.corp_id = $1 and m.customer_id in ({list}) \
             order by m.customer_id, coalesce(f.create_time, 0), m.staff_id, m.ordinal"
        }
        Kind::Visitor => return Ok(HashMap::new()),
    };
    let mut mobiles: HashMap<i64, Vec<String>> = HashMap::new();
    for (id, number) in tx.query_in(sql, &[&corp], ids, |row| Ok((row.get::<i64>(0)?, row.get::<String>(1)?)))? {
        let known = mobiles.entry(id).or_default();
        if !number.is_empty() && !number.contains(['@', '＠', '﹫']) && !known.contains(&number) {
            known.push(number);
        }
    }
    Ok(mobiles)
}

/// The remark on each friend in the relation that was made first.
fn first_remarks(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Result<HashMap<i64, String>, DbError> {
    // The last one into the map is the earliest relation.
    let sql = "select customer_id, remark from customer_follow where corp_id = $1 and customer_id in ({list}) \
               order by create_time desc, staff_id desc";
    Ok(tx.query_in(sql, &[&corp], ids, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// The contacts that friends are linked with, as (friend, contact), by creation of the link.
pub fn contacts_of_friends(tx: &mut Tx<'_>, corp: i64, friends: &[i64]) -> Verdict<Vec<(i64, i64)>> {
    let sql = "select customer_id, contact_id from contact_customer \
               where corp_id = $1 and customer_type = 1 and customer_id in ({list}) \
               order by customer_id, create_time, contact_id";
    Ok(tx.query_in(sql, &[&corp], friends, |row| Ok((row.get(0)?, row.get(1)?)))?)
}

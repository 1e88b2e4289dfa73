//! Ids that other systems give to our objects (chapter 07): the table `third`, many to many.

use std::collections::HashMap;

use crate::ids;
use crate::refusal::Verdict;
use crate::store::db::Tx;

/// A kind of object that can have third-party ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Type 0.
    Contact,
    /// Type 1, a WeCom friend.
    Friend,
    /// Type 2.
    Staff,
    /// Type 3.
    Company,
    /// Type 7, an opportunity.
    Business,
}

impl Kind {
    /// Every kind, by number.
    pub const ALL: [Kind; 5] = [Kind::Contact, Kind::Friend, Kind::Staff, Kind::Company, Kind::Business];

    /// The kind of a `type`; none for a number without one.
    pub fn of(number: i64) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Its `type`.
    pub const fn number(self) -> i64 {
        match self {
            Kind::Contact => 0,
            Kind::Friend => 1,
            Kind::Staff => 2,
            Kind::Company => 3,
            Kind::Business => 7,
        }
    }

    /// The noun of its table and of its journal.
    pub const fn noun(self) -> &'static str {
        match self {
            Kind::Contact => "contact",
            Kind::Friend => "customer",
            Kind::Staff => "staff",
            Kind::Company => "company",
            Kind::Business => "business",
        }
    }
}

/// A third-party id of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Ascends in the order in which mappings were made.
    pub id: i64,
    /// The id in the other system.
    pub third_id: String,
    /// What kind of object.
    pub kind: Kind,
    /// Inner id of the object.
    pub object_id: i64,
}

/// The inner ids of objects of a kind by their wire ids; unknown ones are missing.
pub fn objects(tx: &mut Tx<'_>, corp: i64, kind: Kind, wire_ids: &[String]) -> Verdict<HashMap<String, i64>> {
    let asked: Vec<&str> = wire_ids.iter().map(String::as_str).filter(|id| ids::is_plausible(id)).collect();
    let sql = format!("select wire_id, id from {} where corp_id = $1 and wire_id in ({{list}})", kind.noun());
    Ok(tx.query_in(&sql, &[&corp], &asked, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// The wire ids of objects of a kind by their inner ids; those that are gone are missing.
pub fn wire_ids(tx: &mut Tx<'_>, corp: i64, kind: Kind, ids: &[i64]) -> Verdict<HashMap<i64, String>> {
    let sql = format!("select id, wire_id from {} where corp_id = $1 and id in ({{list}})", kind.noun());
    Ok(tx.query_in(&sql, &[&corp], ids, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// The mappings of third-party ids, in the order in which they were made.
pub fn of_third_ids(tx: &mut Tx<'_>, corp: i64, third_ids: &[String]) -> Verdict<Vec<Mapping>> {
    let sql = "select id, third_id, type, object_id from third where corp_id = $1 and third_id in ({list})";
    mappings(tx, corp, sql, third_ids)
}

/// The mappings of objects, in the order in which they were made.
pub fn of_objects(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Verdict<Vec<Mapping>> {
    let sql = "select id, third_id, type, object_id from third where corp_id = $1 and object_id in ({list})";
    mappings(tx, corp, sql, ids)
}

fn mappings<A: crate::store::db::Arg>(tx: &mut Tx<'_>, corp: i64, sql: &str, list: &[A]) -> Verdict<Vec<Mapping>> {
    let rows = tx.query_in(sql, &[&corp], list, |row| {
        let (id, third_id, object_id) = (row.get(0)?, row.get(1)?, row.get(3)?);
        Ok(Kind::of(row.get(2)?).map(|kind| Mapping { id, third_id, kind, object_id }))
    })?;
    let mut mappings: Vec<Mapping> = rows.into_iter().flatten().collect();
    mappings.sort_by_key(|mapping| mapping.id);
    Ok(mappings)
}

/// Stores a mapping.
pub fn insert(tx: &mut Tx<'_>, corp: i64, mapping: &Mapping, now: i64) -> Verdict<()> {
    let sql = "insert into third (corp_id, object_id, third_id, id, type, create_time) values ($1, $2, $3, $4, $5, $6)";
    let kind = mapping.kind.number();
    tx.execute(sql, &[&corp, &mapping.object_id, &mapping.third_id, &mapping.id, &kind, &now])?;
    Ok(())
}

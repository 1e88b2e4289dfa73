//! Public seas: one set for contacts, another for companies, each with one default sea.

use std::collections::HashMap;

use crate::refusal::Verdict;
use crate::store::db::Tx;

/// Whose seas: the object type number of chapter 00, section 11.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Contacts and leads.
    Contacts = 0,
    /// Companies.
    Companies = 3,
}

/// A sea.
#[derive(Clone, Debug)]
pub struct Sea {
    /// The inner id.
    pub id: i64,
    /// The id on the wire.
    pub wire_id: String,
    /// The display name.
    pub name: String,
    /// Whether it is the default one of its set.
    pub is_default: bool,
}

/// A person who may use a sea.
#[derive(Clone, Debug)]
pub struct SeaUser {
    /// Staff id on the wire.
    pub user_id: String,
    /// Display name.
    pub user_name: String,
}

/// The seas of a set: the default one first, the others by creation.
pub fn load(tx: &mut Tx<'_>, corp: i64, of: Of) -> Verdict<Vec<Sea>> {
    let sql = "select id, wire_id, name, is_default from sea where corp_id = $1 and object_type = $2 \
               order by is_default desc, create_time, wire_id";
    Ok(tx.query(sql, &[&corp, &(of as i64)], |row| {
        Ok(Sea { id: row.get(0)?, wire_id: row.get(1)?, name: row.get(2)?, is_default: row.get::<i64>(3)? != 0 })
    })?)
}

/// The people of every sea of a set that names some, by inner sea id.
pub fn users(tx: &mut Tx<'_>, corp: i64, of: Of) -> Verdict<HashMap<i64, Vec<SeaUser>>> {
    let sql = "select m.sea_id, s.wire_id, s.name from sea_staff m \
               join sea on sea.corp_id = m.corp_id and sea.id = m.sea_id \
               join staff s on s.corp_id = m.corp_id and s.id = m.staff_id \
               where m.corp_id = $1 and sea.object_type = $2 order by m.sea_id, m.ordinal";
    let rows = tx.query(sql, &[&corp, &(of as i64)], |row| {
        Ok((row.get::<i64>(0)?, SeaUser { user_id: row.get(1)?, user_name: row.get(2)? }))
    })?;
    let mut by_sea: HashMap<i64, Vec<SeaUser>> = HashMap::new();
    for (sea, user) in rows {
        by_sea.entry(sea).or_default().push(user);
    }
    Ok(by_sea)
}

/// All active staff with the right to use the product: the people of a sea that names nobody.
pub fn everybody(tx: &mut Tx<'_>, corp: i64) -> Verdict<Vec<SeaUser>> {
    let sql = "select wire_id, name from staff where corp_id = $1 and status = 1 and saas_status = 1 \
               order by create_time, wire_id";
    Ok(tx.query(sql, &[&corp], |row| Ok(SeaUser { user_id: row.get(0)?, user_name: row.get(1)? }))?)
}

/// Adds the default sea of a set; every tenant has one of each.
pub fn insert_default(tx: &mut Tx<'_>, corp: i64, of: Of, sea: &Sea, now: i64) -> Verdict<()> {
    tx.execute(
        "insert into sea (corp_id, id, wire_id, object_type, name, is_default, create_time) \
         values ($1, $2, $3, $4, $5, 1, $6)",
        &[&corp, &sea.id, &sea.wire_id, &(of as i64), &sea.name, &now],
    )?;
    Ok(())
}

//! Staff and the departments they belong to (chapter 02).

use std::collections::HashMap;

use super::db::{DbError, Row, Tx};
use crate::ids;

/// What other chapters need to know of a staff member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// The inner id.
    pub id: i64,
    /// The id on the wire (`userid`, `user_id`, `owner_id` …).
    pub wire_id: String,
    /// Display name, as journeys show it.
    pub name: String,
    /// 1 active, 2 disabled, 4 not activated, 5 left.
    pub status: i64,
    /// 1 may use the CRM, 0 may not.
    pub saas_status: i64,
}

/// A staff member as the directory shows it.
#[derive(Clone, Debug)]
pub struct Person {
    /// The inner id.
    pub id: i64,
    /// The id on the wire.
    pub wire_id: String,
    /// WeCom's id, `""` when none.
    pub wxcp_userid: String,
    /// Display name, verbatim.
    pub name: String,
    /// Mobile, `""` before the person authorised it.
    pub mobile: String,
    /// Departments in the person's own order; none for a person who left.
    pub depts: Vec<Dept>,
    /// Job title.
    pub position: String,
    /// 0 undefined, 1 male, 2 female.
    pub gender: i64,
    /// E-mail address.
    pub email: String,
    /// URL of the picture.
    pub avatar: String,
    /// Landline.
    pub telephone: String,
    /// Nickname in the directory.
    pub alias: String,
    /// 1 active, 2 disabled, 4 not activated, 5 left.
    pub status: i64,
    /// 1 may use the CRM, 0 may not.
    pub saas_status: i64,
    /// URL of the person's QR code.
    pub qr_code: String,
    /// Extended attributes, a JSON array, `""` when none.
    pub extattr: String,
    /// When the person entered the directory: with the wire id the order of every list.
    pub create_time: i64,
}

/// A department as a person shows it.
#[derive(Clone, Debug)]
pub struct Dept {
    /// The department's id on the wire.
    pub wire_id: String,
    /// Its name.
    pub name: String,
}

/// `status` of a staff member who left.
pub const LEFT: i64 = 5;

const PERSON: &str = "select id, wire_id, wxcp_userid, name, mobile, position, gender, email, avatar, telephone, \
                      alias, status, saas_status, qr_code, extattr, create_time from staff";

/// Staff by wire id. Ids that are unknown, or cannot be ids, are missing from the answer.
pub fn by_wire_ids(tx: &mut Tx<'_>, corp: i64, wire_ids: &[String]) -> Result<HashMap<String, Staff>, DbError> {
    let asked: Vec<&str> = wire_ids.iter().map(String::as_str).filter(|id| ids::is_plausible(id)).collect();
    let sql = "select id, wire_id, name, status, saas_status from staff where corp_id = $1 and wire_id in ({list})";
    let found = tx.query_in(sql, &[&corp], &asked, staff_of)?;
    Ok(found.into_iter().map(|staff| (staff.wire_id.clone(), staff)).collect())
}

/// All staff by wire id, those who left too; nothing if they are more than `limit`.
pub fn all(tx: &mut Tx<'_>, corp: i64, limit: usize) -> Result<Option<HashMap<String, Staff>>, DbError> {
    let sql = "select id, wire_id, name, status, saas_status from staff where corp_id = $1 limit $2";
    let rows = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let found = tx.query(sql, &[&corp, &rows], staff_of)?;
    let few = found.len() <= limit;
    Ok(few.then(|| found.into_iter().map(|staff| (staff.wire_id.clone(), staff)).collect()))
}

/// Staff by inner id, e.g. the former owner whose name a journey shows.
pub fn by_ids(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Result<HashMap<i64, Staff>, DbError> {
    let sql = "select id, wire_id, name, status, saas_status from staff where corp_id = $1 and id in ({list})";
    let found = tx.query_in(sql, &[&corp], ids, staff_of)?;
    Ok(found.into_iter().map(|staff| (staff.id, staff)).collect())
}

/// The wire ids behind inner ids; 0 (nobody) and unknown ids are missing from the answer.
pub fn wire_ids(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Result<HashMap<i64, String>, DbError> {
    let sql = "select id, wire_id from staff where corp_id = $1 and id in ({list})";
    let found = tx.query_in(sql, &[&corp], ids, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.into_iter().collect())
}

/// The staff member whom the console names as administrator, the earliest if there are several.
pub fn administrator(tx: &mut Tx<'_>, corp: i64) -> Result<Option<Staff>, DbError> {
    let sql = "select id, wire_id, name, status, saas_status from staff where corp_id = $1 and is_admin = 1 \
               order by create_time, wire_id limit 1";
    tx.query_opt(sql, &[&corp], staff_of)
}

/// One person by wire id.
pub fn person(tx: &mut Tx<'_>, corp: i64, wire_id: &str) -> Result<Option<Person>, DbError> {
    if !ids::is_plausible(wire_id) {
        return Ok(None);
    }
    let sql = format!("{PERSON} where corp_id = $1 and wire_id = $2");
    let mut found = tx.query(&sql, &[&corp, &wire_id], person_of)?;
    fill_depts(tx, corp, &mut found)?;
    Ok(found.pop())
}

/// People by inner id, ordered by (`create_time`, wire id), each once.
pub fn people(tx: &mut Tx<'_>, corp: i64, ids: &[i64]) -> Result<Vec<Person>, DbError> {
    let mut distinct = ids.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let sql = format!("{PERSON} where corp_id = $1 and id in ({{list}})");
    let mut found = tx.query_in(&sql, &[&corp], &distinct, person_of)?;
    fill_depts(tx, corp, &mut found)?;
    found.sort_by(|a, b| (a.create_time, &a.wire_id).cmp(&(b.create_time, &b.wire_id)));
    Ok(found)
}

/// People behind a position in the order (`create_time`, wire id), at most `limit`.
pub fn people_after(
    tx: &mut Tx<'_>,
    corp: i64,
    after: (i64, &str),
    with_left: bool,
    limit: i64,
) -> Result<Vec<Person>, DbError> {
    let left = if with_left { "" } else { " and status <> 5" };
    let sql = format!(
        "{PERSON} where corp_id = $1 and (create_time, wire_id) > ($2, $3){left} order by create_time, wire_id limit {limit}"
    );
    let mut found = tx.query(&sql, &[&corp, &after.0, &after.1], person_of)?;
    fill_depts(tx, corp, &mut found)?;
    Ok(found)
}

/// Inner ids of the people whose mobile has one of the keys.
pub fn ids_by_mobile_keys(tx: &mut Tx<'_>, corp: i64, keys: &[String]) -> Result<Vec<i64>, DbError> {
    let sql = "select id from staff where corp_id = $1 and mobile_key <> '' and mobile_key in ({list})";
    tx.query_in(sql, &[&corp], keys, |row| row.get(0))
}

/// Inner ids of the people whose name and e-mail the caller wants.
///
/// The test runs here and not in SQL: the two databases do not agree on what a capital letter is.
pub fn ids_where(tx: &mut Tx<'_>, corp: i64, wanted: impl Fn(&str, &str) -> bool) -> Result<Vec<i64>, DbError> {
    let sql = "select id, name, email from staff where corp_id = $1";
    let found = tx.query(sql, &[&corp], |row| {
        let id: i64 = row.get(0)?;
        Ok(wanted(row.text(1)?, row.text(2)?).then_some(id))
    })?;
    Ok(found.into_iter().flatten().collect())
}

/// Inner ids of the people in some departments, those who left apart; a person in two of them may come twice.
pub fn ids_in_departments(tx: &mut Tx<'_>, corp: i64, departments: &[i64]) -> Result<Vec<i64>, DbError> {
    let sql = "select m.staff_id from staff_department m \
               join staff s on s.corp_id = m.corp_id and s.id = m.staff_id and s.status <> 5 \
               where m.corp_id = $1 and m.department_id in ({list})";
    tx.query_in(sql, &[&corp], departments, |row| row.get(0))
}

fn staff_of(row: &Row<'_>) -> Result<Staff, DbError> {
    Ok(Staff {
        id: row.get(0)?,
        wire_id: row.get(1)?,
        name: row.get(2)?,
        status: row.get(3)?,
        saas_status: row.get(4)?,
    })
}

fn person_of(row: &Row<'_>) -> Result<Person, DbError> {
    Ok(Person {
        id: row.get(0)?,
        wire_id: row.get(1)?,
        wxcp_userid: row.get(2)?,
        name: row.get(3)?,
        mobile: row.get(4)?,
        depts: Vec::new(),
        position: row.get(5)?,
        gender: row.get(6)?,
        email: row.get(7)?,
        avatar: row.get(8)?,
        telephone: row.get(9)?,
        alias: row.get(10)?,
        status: row.get(11)?,
        saas_status: row.get(12)?,
        qr_code: row.get(13)?,
        extattr: row.get(14)?,
        create_time: row.get(15)?,
    })
}

fn fill_depts(tx: &mut Tx<'_>, corp: i64, people: &mut [Person]) -> Result<(), DbError> {
    let present: Vec<i64> = people.iter().filter(|p| p.status != LEFT).map(|p| p.id).collect();
    let sql = "select m.staff_id, d.wire_id, d.name from staff_department m \
               join department d on d.corp_id = m.corp_id and d.id = m.department_id \
               where m.corp_id = $1 and m.staff_id in ({list}) order by m.staff_id, m.ordinal";
    let mut depts: HashMap<i64, Vec<Dept>> = HashMap::new();
    tx.query_in(sql, &[&corp], &present, |row| {
        let dept = Dept { wire_id: row.get(1)?, name: row.get(2)? };
        depts.entry(row.get(0)?).or_default().push(dept);
        Ok(())
    })?;
    for person in people {
        person.depts = depts.remove(&person.id).unwrap_or_default();
    }
    Ok(())
}

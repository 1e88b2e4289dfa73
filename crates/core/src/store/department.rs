//! Departments and their heads (chapter 02).

use std::collections::HashMap;

use super::db::{DbError, Tx};

/// A department.
#[derive(Clone, Debug)]
pub struct Department {
    /// The inner id.
    pub id: i64,
    /// The id on the wire.
    pub wire_id: String,
    /// The inner id of the department above, 0 for the root.
    pub parent_id: i64,
    /// Display name.
    pub name: String,
}

/// All departments of a tenant in the order (`create_time`, wire id). There are few, and every question
/// about them is one about the tree.
pub fn all(tx: &mut Tx<'_>, corp: i64) -> Result<Vec<Department>, DbError> {
    let sql = "select id, wire_id, parent_id, name from department where corp_id = $1 order by create_time, wire_id";
    tx.query(sql, &[&corp], |row| {
        Ok(Department { id: row.get(0)?, wire_id: row.get(1)?, parent_id: row.get(2)?, name: row.get(3)? })
    })
}

/// The wire ids of the heads of departments, in their order.
pub fn leaders(tx: &mut Tx<'_>, corp: i64, departments: &[i64]) -> Result<HashMap<i64, Vec<String>>, DbError> {
    let sql = "select l.department_id, s.wire_id from department_leader l \
               join staff s on s.corp_id = l.corp_id and s.id = l.staff_id \
               where l.corp_id = $1 and l.department_id in ({list}) order by l.department_id, l.ordinal";
    let mut leaders: HashMap<i64, Vec<String>> = HashMap::new();
    tx.query_in(sql, &[&corp], departments, |row| {
        leaders.entry(row.get(0)?).or_default().push(row.get(1)?);
        Ok(())
    })?;
    Ok(leaders)
}

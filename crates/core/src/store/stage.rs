//! Stages of a customer: the tenant's list, in pipeline order.

use crate::refusal::Verdict;
use crate::store::db::Tx;

/// A stage.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The inner id.
    pub id: i64,
    /// The option's label in the object description.
    pub label: i64,
    /// The text that contacts show.
    pub name: String,
}

/// The stages of a tenant. The first one is that of a new contact.
pub fn load(tx: &mut Tx<'_>, corp: i64) -> Verdict<Vec<Stage>> {
    let sql = "select id, label, name from stage where corp_id = $1 order by ordinal, id";
    Ok(tx.query(sql, &[&corp], |row| Ok(Stage { id: row.get(0)?, label: row.get(1)?, name: row.get(2)? }))?)
}

//! Options of system fields that the tenant configures: the level of a contact, reasons for a lost deal.

use std::collections::HashMap;

use crate::refusal::Verdict;
use crate::store::db::Tx;

/// The display texts of a choice by label.
pub fn values(tx: &mut Tx<'_>, corp: i64, field: &str) -> Verdict<HashMap<i64, String>> {
    let sql = "select label, value from choice where corp_id = $1 and field = $2";
    Ok(tx.query(sql, &[&corp, &field], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

//! Pipelines of opportunities with their stages (chapter 10): the tables `process`, `process_stage`, `process_staff`.

use std::collections::HashMap;

use crate::refusal::Verdict;
use crate::store::custom::Choice;
use crate::store::db::Tx;

/// A pipeline.
#[derive(Clone, Debug)]
pub struct Process {
    /// The inner id.
    pub id: i64,
    /// The id on the wire, `0` for the one that every tenant has.
    pub wire_id: String,
    /// Display name.
    pub name: String,
    /// Its stages in console order, won (100) and lost (99) only where the tenant has placed them.
    pub stages: Vec<Choice>,
}

/// The pipelines of a tenant in console order.
pub fn load(tx: &mut Tx<'_>, corp: i64) -> Verdict<Vec<Process>> {
    let sql =
        "select process_id, stage, name from process_stage where corp_id = $1 order by process_id, ordinal, stage";
    let mut stages: HashMap<i64, Vec<Choice>> = HashMap::new();
    tx.query(sql, &[&corp], |row| {
        stages.entry(row.get(0)?).or_default().push(Choice { label: row.get(1)?, value: row.get(2)? });
        Ok(())
    })?;
    let sql = "select id, wire_id, name from process where corp_id = $1 order by ordinal, id";
    Ok(tx.query(sql, &[&corp], |row| {
        let id = row.get(0)?;
        let stages = stages.remove(&id).unwrap_or_default();
        Ok(Process { id, wire_id: row.get(1)?, name: row.get(2)?, stages })
    })?)
}

/// Who may use pipelines, as (pipeline, staff); a pipeline without members is open to everybody.
pub fn members(tx: &mut Tx<'_>, corp: i64) -> Verdict<Vec<(i64, i64)>> {
    let sql = "select process_id, staff_id from process_staff where corp_id = $1";
    Ok(tx.query(sql, &[&corp], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

//! The rows that a tenant cannot do without, written when it is made.

use crate::context::Tenant;
use crate::ids::Ids;
use crate::refusal::Verdict;
use crate::store::db::Tx;
use crate::store::sea::{self, Of, Sea};

/// Stages of a customer; the first one is that of a new contact.
const STAGES: &[&str] = &["新客户", "跟进中", "已成交"];
/// Grades of a contact.
const LEVELS: &[&str] = &["A", "B", "C", "D"];
/// Stages of the one pipeline: 100 is won, 99 is lost.
const PIPELINE: &[(i64, &str)] = &[(1, "初步洽谈"), (100, "赢单"), (99, "丢单")];

/// Root department, default seas and channel, stages, grades, reasons and the pipeline `0`.
pub fn insert(tx: &mut Tx<'_>, tenant: &Tenant, ids: &Ids, now: i64) -> Verdict<()> {
    for of in [Of::Contacts, Of::Companies] {
        let name = "默认公海".to_owned();
        let sea = Sea { id: ids.number(now), wire_id: ids.wire(now), name, is_default: true };
        sea::insert_default(tx, tenant.corp, of, &sea, now)?;
    }
    directory(tx, tenant, ids, now)?;
    channels(tx, tenant.corp, ids, now)?;
    for (place, name) in (1i64..).zip(STAGES) {
        let sql = "insert into stage (corp_id, id, label, name, ordinal) values ($1, $2, $3, $4, $3)";
        tx.execute(sql, &[&tenant.corp, &ids.number(now), &place, name])?;
    }
    for (place, level) in (1i64..).zip(LEVELS) {
        choice(tx, tenant.corp, "level", place, level)?;
    }
    choice(tx, tenant.corp, "fail_reason", 99, "其他")?;
    pipeline(tx, tenant.corp, ids, now)
}

fn directory(tx: &mut Tx<'_>, tenant: &Tenant, ids: &Ids, now: i64) -> Verdict<()> {
    let sql = "insert into department (corp_id, id, wire_id, name, create_time) values ($1, $2, $3, $4, $5)";
    tx.execute(sql, &[&tenant.corp, &ids.number(now), &ids.wire(now), &tenant.name, &now])?;
    Ok(())
}

/// `其他-其他`, two levels of one name; the lower one is the default.
fn channels(tx: &mut Tx<'_>, corp: i64, ids: &Ids, now: i64) -> Verdict<()> {
    let sql = "insert into channel (corp_id, id, label, parent_id, name, is_default, ordinal) \
               values ($1, $2, $3, $4, '其他', $5, $3)";
    let (upper, lower) = (ids.number(now), ids.number(now));
    tx.execute(sql, &[&corp, &upper, &1i64, &0i64, &0i64])?;
    tx.execute(sql, &[&corp, &lower, &2i64, &upper, &1i64])?;
    Ok(())
}

fn choice(tx: &mut Tx<'_>, corp: i64, field: &str, label: i64, value: &str) -> Verdict<()> {
    let sql = "insert into choice (corp_id, field, label, value, ordinal) values ($1, $2, $3, $4, $3)";
    tx.execute(sql, &[&corp, &field, &label, &value])?;
    Ok(())
}

fn pipeline(tx: &mut Tx<'_>, corp: i64, ids: &Ids, now: i64) -> Verdict<()> {
    let process = ids.number(now);
    let sql = "insert into process (corp_id, id, wire_id, name, ordinal) values ($1, $2, '0', '默认流程', 0)";
    tx.execute(sql, &[&corp, &process])?;
    for (place, (stage, name)) in (0i64..).zip(PIPELINE) {
        let sql = "insert into process_stage (corp_id, process_id, stage, name, ordinal) values ($1, $2, $3, $4, $5)";
        tx.execute(sql, &[&corp, &process, stage, name, &place])?;
    }
    Ok(())
}

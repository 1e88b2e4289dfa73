//! Tenants. Few rows, read as a whole: the statements here are those of the house, not of one tenant.

use jiff::tz::TimeZone;

use crate::context::Tenant;
use crate::refusal::Verdict;
use crate::sign::{hex, unhex};
use crate::store::db::{DbError, Row, Tx};

const COLUMNS: &str = "corp_id, wire_id, name, duplicate_policy, multi_process, time_zone, public_base_url, cursor_key";

/// Every tenant, the oldest first.
pub fn all(tx: &mut Tx<'_>) -> Verdict<Vec<Tenant>> {
    Ok(tx.query(&format!("select {COLUMNS} from corp order by corp_id"), &[], read)?)
}

/// The tenant with this public id.
pub fn find(tx: &mut Tx<'_>, wire_id: &str) -> Verdict<Option<Tenant>> {
    Ok(tx.query_opt(&format!("select {COLUMNS} from corp where wire_id = $1"), &[&wire_id], read)?)
}

/// Adds a tenant.
pub fn insert(tx: &mut Tx<'_>, tenant: &Tenant, now: i64) -> Verdict<()> {
    let (policy, multi_process, time_zone) = (policy(tenant), i64::from(tenant.multi_process), zone(tenant));
    tx.execute(
        "insert into corp (corp_id, wire_id, name, duplicate_policy, multi_process, time_zone, public_base_url, \
         cursor_key, create_time) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &tenant.corp,
            &tenant.wire_id,
            &tenant.name,
            &policy,
            &multi_process,
            &time_zone,
            &tenant.public_base_url,
            &hex(&tenant.cursor_key),
            &now,
        ],
    )?;
    Ok(())
}

/// Writes the settings of a tenant; its ids and its key never change.
pub fn update(tx: &mut Tx<'_>, tenant: &Tenant) -> Verdict<()> {
    let (policy, multi_process, time_zone) = (policy(tenant), i64::from(tenant.multi_process), zone(tenant));
    tx.execute(
        "update corp set name = $2, duplicate_policy = $3, multi_process = $4, time_zone = $5, public_base_url = $6 \
         where corp_id = $1",
        &[&tenant.corp, &tenant.name, &policy, &multi_process, &time_zone, &tenant.public_base_url],
    )?;
    Ok(())
}

fn policy(tenant: &Tenant) -> &'static str {
    if tenant.refuse_duplicates { "refuse" } else { "flag" }
}

fn zone(tenant: &Tenant) -> String {
    tenant.time_zone.iana_name().unwrap_or("UTC").to_owned()
}

fn read(row: &Row<'_>) -> Result<Tenant, DbError> {
    Ok(Tenant {
        corp: row.get(0)?,
        wire_id: row.get(1)?,
        name: row.get(2)?,
        refuse_duplicates: row.text(3)? == "refuse",
        multi_process: row.get::<i64>(4)? != 0,
        time_zone: TimeZone::get(row.text(5)?)
            .map_err(|_| DbError::Unsupported("a tenant has an unknown time zone"))?,
        public_base_url: row.get(6)?,
        cursor_key: unhex(row.text(7)?).ok_or(DbError::Unsupported("a tenant has a damaged cursor key"))?,
    })
}

//! What an import asks and changes beside whole objects: defaults of the tenant, what a new tenant got, numbers that
//! meet, follow-up fields, the journal.

use crate::card::Touched;
use crate::refusal::Verdict;
use crate::store::db::{Arg, DbError, Tx};
use crate::transfer::format::Type;
use crate::transfer::object::{Keyed, Object};

use super::{delete, id_sql, key_sql};

/// What a tenant gives to objects whose line does not say, 0 for what it has not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Defaults {
    /// The default sea of contacts.
    pub contact_sea: i64,
    /// The default sea of companies.
    pub company_sea: i64,
    /// The default channel.
    pub channel: i64,
    /// The first stage.
    pub stage: i64,
    /// The pipeline `0`.
    pub process: i64,
    /// Behind the last place of everything in the catalogue.
    pub ordinal: i64,
}

/// Reads the defaults of a tenant.
pub fn defaults(tx: &mut Tx<'_>, corp: i64) -> Verdict<Defaults> {
    let mut one = |sql: &str| -> Result<i64, DbError> {
        Ok(tx.query_opt(sql, &[&corp], |row| row.get::<Option<i64>>(0))?.flatten().unwrap_or(0))
    };
    let mut ordinal = 0;
    for table in ["tag_group", "tag", "channel", "stage", "choice", "field", "process"] {
        ordinal = ordinal.max(one(&format!("select max(ordinal) from {table} where corp_id = $1"))?);
    }
    Ok(Defaults {
        contact_sea: one("select id from sea where corp_id = $1 and object_type = 0 and is_default = 1")?,
        company_sea: one("select id from sea where corp_id = $1 and object_type = 3 and is_default = 1")?,
        channel: one("select id from channel where corp_id = $1 and is_default = 1")?,
        stage: one("select id from stage where corp_id = $1 order by ordinal, id limit 1")?,
        process: one("select id from process where corp_id = $1 and wire_id = '0'")?,
        ordinal: ordinal + 1,
    })
}

/// Whether nothing was ever done with a tenant: it has what every new tenant has, and applications perhaps.
pub fn is_fresh(tx: &mut Tx<'_>, corp: i64) -> Verdict<bool> {
    let sql = "select 1 from journal where corp_id = $1 and object_type not in ('corp', 'app') limit 1";
    Ok(tx.query_opt(sql, &[&corp], |row| row.get::<i64>(0))?.is_none())
}

/// Rows of a catalogue table whose condition holds, but for those with these inner ids, are deleted.
pub fn clear(tx: &mut Tx<'_>, corp: i64, of: &'static Type, condition: &str, but: &[String]) -> Verdict<()> {
    let sql = format!("select {}, {} from {} where corp_id = $1 and {condition}", id_sql(of), key_sql(of), of.table);
    let found: Vec<(i64, String)> = tx.query(&sql, &[&corp], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let object = || Object { values: Vec::new(), lists: Vec::new() };
    let gone: Vec<Keyed> = found
        .into_iter()
        .filter(|(_, key)| !but.contains(key))
        .map(|(id, key)| Keyed { id, key, object: object() })
        .collect();
    delete(tx, corp, of, &gone.iter().collect::<Vec<_>>())
}

/// The root department, if there is one: its wire id.
pub fn root(tx: &mut Tx<'_>, corp: i64) -> Verdict<Option<String>> {
    let sql =
        "select wire_id from department where corp_id = $1 and parent_id = 0 order by create_time, wire_id limit 1";
    Ok(tx.query_opt(sql, &[&corp], |row| row.get(0))?)
}

/// Makes everything else of a table no default any more.
pub fn only_default(tx: &mut Tx<'_>, corp: i64, table: &str, condition: &str, id: i64) -> Verdict<()> {
    let sql =
        format!("update {table} set is_default = 0 where corp_id = $1 and id <> $2 and is_default = 1 and {condition}");
    tx.execute(&sql, &[&corp, &id])?;
    Ok(())
}

/// Contact ways with one of these keys: key, `create_time` and wire id of the contact, its inner id.
pub fn ways_with_keys(tx: &mut Tx<'_>, corp: i64, keys: &[&str]) -> Verdict<Vec<(String, i64, String, i64)>> {
    let sql = "select w.way_key, c.create_time, c.wire_id, c.id from contact_way w \
               join contact c on c.corp_id = w.corp_id and c.id = w.contact_id \
               where w.corp_id = $1 and w.way_key <> '' and w.way_key in ({list})";
    Ok(tx.query_in(sql, &[&corp], keys, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?)
}

/// Numbers of WeCom friends with one of these keys: key, inner id and `create_time` of the friend.
pub fn friends_with_keys(tx: &mut Tx<'_>, corp: i64, keys: &[&str]) -> Verdict<Vec<(String, i64, i64)>> {
    let sql = "select m.mobile_key, c.id, c.create_time from customer_mobile m \
               join customer c on c.corp_id = m.corp_id and c.id = m.customer_id \
               where m.corp_id = $1 and m.mobile_key <> '' and m.mobile_key in ({list})";
    Ok(tx.query_in(sql, &[&corp], keys, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
}

/// Links contacts with WeCom friends where they are not linked yet: contact, friend, time.
pub fn link(tx: &mut Tx<'_>, corp: i64, links: &[(i64, i64, i64)]) -> Verdict<()> {
    let sql = "insert into contact_customer (corp_id, contact_id, customer_id, customer_type, create_time) \
               values ($1, $2, $3, 1, $4) on conflict (corp_id, contact_id, customer_id) do nothing";
    for (contact, friend, time) in links {
        tx.execute(sql, &[&corp, contact, friend, time])?;
    }
    Ok(())
}

/// Contacts or WeCom friends whose fields about follow-ups do not fit the records that there are; those without
/// records keep what they were given.
pub fn stale_follow_ups(tx: &mut Tx<'_>, corp: i64, of: &Type, ids: &[i64]) -> Verdict<Vec<i64>> {
    let last = if of.position("last_follow_time").is_some() { "last_follow_time" } else { "r.last" };
    let sql = format!(
        "select o.id from {} o join (select object_id, min(create_time) as first, max(create_time) as last \
         from progress where corp_id = $1 and discarded = 0 and object_id in ({{list}}) group by object_id) r \
         on r.object_id = o.id where o.corp_id = $1 and (o.first_progress_time <> r.first or {last} <> r.last \
         or o.latest_progress_id <> (select p.wire_id from progress p where p.corp_id = o.corp_id \
         and p.object_id = o.id and p.discarded = 0 order by p.create_time desc, p.wire_id desc limit 1))",
        of.table
    );
    Ok(tx.query_in(&sql, &[&corp], ids, |row| row.get(0))?)
}

/// Gives a tenant the id that it had elsewhere.
pub fn rename_corp(tx: &mut Tx<'_>, corp: i64, wire_id: &str) -> Verdict<()> {
    tx.execute("update corp set wire_id = $2 where corp_id = $1", &[&corp, &wire_id])?;
    Ok(())
}

/// Opportunities with one of these numbers: number and wire id.
pub fn with_numbers(tx: &mut Tx<'_>, corp: i64, numbers: &[String]) -> Verdict<Vec<(String, String)>> {
    let sql =
        "select business_opp_number, wire_id from business where corp_id = $1 and business_opp_number in ({list})";
    Ok(tx.query_in(sql, &[&corp], numbers, |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// The one journal row of a block, which has `touched` this. Other processes learn from the row that what they keep
/// of the tenant is stale; stored cards are stale one by one.
pub fn record(tx: &mut Tx<'_>, corp: i64, now: i64, changes: &str, touched: &[Touched]) -> Verdict<()> {
    let numbered_at_once = tx.position_now();
    for id in tx.journal_ids(1)? {
        let position = numbered_at_once.then_some(id);
        let args: [&dyn Arg; 5] = [&corp, &id, &position, &now, &changes];
        let sql = "insert into journal (corp_id, id, position, at, actor, request_id, object_type, object_id, action, \
                   changes) values ($1, $2, $3, $4, 'system', '', 'import', 0, 'import.write', $5)";
        tx.execute(sql, &args)?;
    }
    for touched in touched {
        tx.touch(corp, *touched);
    }
    Ok(())
}

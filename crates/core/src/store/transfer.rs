//! Whole objects with their lists, read, deleted and loaded for `kailing import` and `kailing export`.
//!
//! The statements are made from the tables of [`crate::transfer::format`], so that a column stands in one place.

use std::collections::HashMap;

use super::db::{Arg, DbError, Row, Tx, Value};
use crate::refusal::Verdict;
use crate::transfer::format::{Column, Key, Kind, List, Shape, Type};
use crate::transfer::object::{Keyed, Object};

/// The expression of what tells objects of a type apart.
fn key_sql(of: &Type) -> String {
    match of.key {
        Key::Wire => "wire_id".to_owned(),
        Key::Label => "cast(label as text)".to_owned(),
        Key::Pair(first, second, false) => format!("{first} || ':' || {second}"),
        Key::Pair(first, second, true) => format!("{first} || ':' || cast({second} as text)"),
        Key::Third => "third_id".to_owned(),
    }
}

/// The expression of the inner id.
fn id_sql(of: &Type) -> &'static str {
    if of.has_id() { "id" } else { "label + (case when field = 'level' then 0 else 4294967296 end)" }
}

/// All objects of a type by what tells them apart. For types of which there are few.
pub fn all(tx: &mut Tx<'_>, corp: i64, of: &Type) -> Verdict<Vec<(String, i64)>> {
    let sql = format!("select {}, {} from {} where corp_id = $1", key_sql(of), id_sql(of), of.table);
    Ok(tx.query(&sql, &[&corp], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// The tables of some types that hold rows of a tenant.
pub fn filled(tx: &mut Tx<'_>, corp: i64, types: &[&'static Type]) -> Verdict<Vec<&'static str>> {
    let mut filled = Vec::new();
    for of in types {
        let sql = format!("select 1 from {} where corp_id = $1 limit 1", of.table);
        filled.extend(tx.query_opt(&sql, &[&corp], |row| row.get::<i64>(0))?.map(|_| of.table));
    }
    Ok(filled)
}

/// The stages of all pipelines as `pipeline:stage`.
pub fn process_stages(tx: &mut Tx<'_>, corp: i64) -> Verdict<Vec<String>> {
    let sql = "select p.wire_id || ':' || cast(s.stage as text) from process_stage s \
               join process p on p.corp_id = s.corp_id and p.id = s.process_id where s.corp_id = $1";
    Ok(tx.query(sql, &[&corp], |row| row.get(0))?)
}

/// The seas of one set by wire id.
pub fn seas(tx: &mut Tx<'_>, corp: i64, object_type: i64) -> Verdict<Vec<(String, i64)>> {
    let sql = "select wire_id, id from sea where corp_id = $1 and object_type = $2";
    Ok(tx.query(sql, &[&corp, &object_type], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Objects of a table by wire id; unknown ones are missing.
pub fn find(tx: &mut Tx<'_>, corp: i64, table: &str, wire_ids: &[String]) -> Verdict<Vec<(String, i64)>> {
    let sql = format!("select wire_id, id from {table} where corp_id = $1 and wire_id in ({{list}})");
    Ok(tx.query_in(&sql, &[&corp], wire_ids, |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Wire ids, or what stands for them, by inner id; unknown ones are missing.
pub fn keys(tx: &mut Tx<'_>, corp: i64, of: &Type, ids: &[i64]) -> Verdict<HashMap<i64, String>> {
    let sql = format!("select id, {} from {} where corp_id = $1 and id in ({{list}})", key_sql(of), of.table);
    Ok(tx.query_in(&sql, &[&corp], ids, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// All objects of a type in the order of an export, by (`create_time`, id), in the catalogue by place, mappings
/// as they were made: the number by which [`read`] finds the object, and its inner id. Rows come later.
pub fn in_order(tx: &mut Tx<'_>, corp: i64, of: &Type) -> Verdict<Vec<(i64, i64)>> {
    if of.position("create_time").is_none() || of.key == Key::Third {
        let order = if of.position("ordinal").is_some() { "ordinal, 2" } else { "2" };
        let found = if of.has_id() { locator(of) } else { id_sql(of) };
        let sql = format!("select {found}, {} from {} where corp_id = $1 order by {order}", id_sql(of), of.table);
        return Ok(tx.query(&sql, &[&corp], |row| Ok((row.get(0)?, row.get(1)?)))?);
    }
    let mut times = times(tx, corp, of)?;
    times.sort_unstable();
    settle_ties(tx, corp, of, &mut times)?;
    Ok(times.into_iter().map(|(_, id)| (id, id)).collect())
}

/// (`create_time`, id) of every object, read in pieces: a driver may keep all rows of one answer in memory.
fn times(tx: &mut Tx<'_>, corp: i64, of: &Type) -> Verdict<Vec<(i64, i64)>> {
    const PIECE: i64 = 50_000;
    let sql = format!("select create_time, id from {} where corp_id = $1 and id > $2 order by id limit $3", of.table);
    let mut times: Vec<(i64, i64)> = Vec::new();
    loop {
        let after = times.last().map_or(i64::MIN, |(_, id)| *id);
        let piece = tx.query(&sql, &[&corp, &after, &PIECE], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if piece.is_empty() {
            return Ok(times);
        }
        times.extend(piece);
    }
}

/// Orders objects of the same time by their wire id; they stand side by side already.
fn settle_ties(tx: &mut Tx<'_>, corp: i64, of: &Type, times: &mut [(i64, i64)]) -> Verdict<()> {
    let ties: Vec<i64> = times
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|group| group.len() > 1)
        .flat_map(|group| group.iter().map(|(_, id)| *id))
        .collect();
    let names = keys(tx, corp, of, &ties)?;
    for group in times.chunk_by_mut(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
        group.sort_by(|a, b| names.get(&a.1).cmp(&names.get(&b.1)));
    }
    Ok(())
}

/// Objects with their lists, in no order; unknown ids are missing.
pub fn read(tx: &mut Tx<'_>, corp: i64, of: &'static Type, ids: &[i64]) -> Verdict<Vec<Keyed>> {
    let columns = columns_sql(&of.shape);
    let sql = format!("select {}, {}, {columns} from {} where corp_id = $1", id_sql(of), key_sql(of), of.table);
    let row = |row: &Row<'_>| {
        let values = values_of(&of.shape, row, 2)?;
        Ok(Keyed { id: row.get(0)?, key: row.get(1)?, object: Object { values, lists: Vec::new() } })
    };
    let mut found = match of.key {
        _ if of.has_id() => tx.query_in(&format!("{sql} and {} in ({{list}})", locator(of)), &[&corp], ids, row)?,
        _ => tx.query(&sql, &[&corp], row)?.into_iter().filter(|found| ids.contains(&found.id)).collect(),
    };
    for list in of.shape.lists {
        let mut items = items(tx, corp, list, ids)?;
        for found in &mut found {
            found.object.lists.push(items.remove(&(found.id, 0)).unwrap_or_default());
        }
    }
    Ok(found)
}

/// Mappings have no index of their numbers: they are found by their objects.
fn locator(of: &Type) -> &'static str {
    if of.key == Key::Third { "object_id" } else { "id" }
}

/// Items by object, and inside items by object and item.
fn items(tx: &mut Tx<'_>, corp: i64, list: &'static List, owners: &[i64]) -> Verdict<HashMap<(i64, i64), Vec<Object>>> {
    let mut nested = Vec::with_capacity(list.shape.lists.len());
    for inner in list.shape.lists {
        nested.push(items(tx, corp, inner, owners)?);
    }
    let (owner, within) = (list.owner, list.inner.unwrap_or("0"));
    let fixed = list.fixed.map(|(column, value)| format!(" and {column} = {value}")).unwrap_or_default();
    let order = list.ordinal.map(|ordinal| format!(" order by {owner}, {ordinal}")).unwrap_or_default();
    let sql = format!(
        "select {owner}, {within}, {} from {} where corp_id = $1 and {owner} in ({{list}}){fixed}{order}",
        columns_sql(&list.shape),
        list.table
    );
    let mut found: HashMap<(i64, i64), Vec<Object>> = HashMap::new();
    tx.query_in(&sql, &[&corp], owners, |row| {
        let (owner, within): (i64, i64) = (row.get(0)?, row.get(1)?);
        let values = values_of(&list.shape, row, 2)?;
        let mut object = Object { values, lists: Vec::new() };
        let key = (owner, object.int(Some(0)));
        object.lists = nested.iter_mut().map(|inner| inner.remove(&key).unwrap_or_default()).collect();
        found.entry((owner, within)).or_default().push(object);
        Ok(())
    })?;
    Ok(found)
}

/// Deletes objects with their lists.
pub fn delete(tx: &mut Tx<'_>, corp: i64, of: &'static Type, objects: &[&Keyed]) -> Verdict<()> {
    let ids: Vec<i64> = objects.iter().map(|object| object.id).collect();
    match of.key {
        _ if !of.has_id() => {
            let sql = format!("delete from {} where corp_id = $1 and {} = $2", of.table, key_sql(of));
            for object in objects {
                tx.execute(&sql, &[&corp, &object.key])?;
            }
        }
        Key::Third => {
            let (at, sql) =
                (of.position("object_id"), "delete from third where corp_id = $1 and object_id = $2 and id = $3");
            for object in objects {
                tx.execute(sql, &[&corp, &object.object.int(at), &object.id])?;
            }
        }
        _ => {
            tx.execute_in(
                &format!("delete from {} where corp_id = $1 and id in ({{list}})", of.table),
                &[&corp],
                &ids,
            )?;
        }
    }
    delete_items(tx, corp, &of.shape, &ids)
}

fn delete_items(tx: &mut Tx<'_>, corp: i64, shape: &'static Shape, owners: &[i64]) -> Verdict<()> {
    for list in shape.lists {
        let fixed = list.fixed.map(|(column, value)| format!(" and {column} = {value}")).unwrap_or_default();
        let sql = format!("delete from {} where corp_id = $1 and {} in ({{list}}){fixed}", list.table, list.owner);
        tx.execute_in(&sql, &[&corp], owners)?;
        delete_items(tx, corp, &list.shape, owners)?;
    }
    Ok(())
}

/// Loads objects with their lists. Answers the number of rows.
pub fn load(tx: &mut Tx<'_>, corp: i64, of: &'static Type, mut objects: Vec<Keyed>) -> Verdict<u64> {
    if objects.is_empty() {
        return Ok(0);
    }
    let mut items: Vec<(&'static List, Vec<Vec<Value>>)> = Vec::new();
    for object in &mut objects {
        collect_items(&of.shape, &mut object.object, (corp, object.id), None, &mut items);
    }
    let mut columns = vec!["corp_id"];
    columns.extend(of.has_id().then_some("id"));
    columns.extend(match of.key {
        Key::Wire => Some("wire_id"),
        Key::Label => Some("label"),
        _ => None,
    });
    columns.extend(stored(&of.shape).map(|column| column.column));
    let mut loaded = tx.load(of.table, &columns, &mut objects.into_iter().map(|object| row_of(corp, of, object)))?;
    for (list, rows) in items {
        loaded += tx.load(list.table, &item_columns(list), &mut rows.into_iter())?;
    }
    Ok(loaded)
}

fn row_of(corp: i64, of: &'static Type, object: Keyed) -> Vec<Value> {
    let mut row = Vec::with_capacity(object.object.values.len() + 3);
    row.push(Value::Int(corp));
    row.extend(of.has_id().then_some(Value::Int(object.id)));
    row.extend(match of.key {
        Key::Wire => Some(Value::from(object.key)),
        Key::Label => Some(Value::Int(object.key.parse().unwrap_or(0))),
        _ => None,
    });
    row.extend(stored_values(&of.shape, object.object.values));
    row
}

fn collect_items(
    shape: &'static Shape,
    object: &mut Object,
    (corp, owner): (i64, i64),
    within: Option<i64>,
    out: &mut Vec<(&'static List, Vec<Vec<Value>>)>,
) {
    for (list, items) in shape.lists.iter().zip(std::mem::take(&mut object.lists)) {
        for (ordinal, mut item) in (0i64..).zip(items) {
            let own = item.int(Some(0));
            collect_items(&list.shape, &mut item, (corp, owner), Some(own), out);
            let mut row = vec![Value::Int(corp), Value::Int(owner)];
            row.extend(list.inner.and(within).map(Value::Int));
            row.extend(list.ordinal.map(|_| Value::Int(ordinal)));
            row.extend(list.fixed.map(|(_, value)| Value::Int(value)));
            row.extend(stored_values(&list.shape, item.values));
            match out.iter_mut().find(|(known, _)| std::ptr::eq(*known, list)) {
                Some((_, rows)) => rows.push(row),
                None => out.push((list, vec![row])),
            }
        }
    }
}

fn item_columns(list: &'static List) -> Vec<&'static str> {
    let mut columns = vec!["corp_id", list.owner];
    columns.extend(list.inner);
    columns.extend(list.ordinal);
    columns.extend(list.fixed.map(|(column, _)| column));
    columns.extend(stored(&list.shape).map(|column| column.column));
    columns
}

/// The columns of a shape that a table has.
fn stored(shape: &'static Shape) -> impl Iterator<Item = &'static Column> {
    shape.columns.iter().filter(|column| !column.column.is_empty())
}

fn stored_values(shape: &'static Shape, values: Vec<Value>) -> impl Iterator<Item = Value> {
    shape.columns.iter().zip(values).filter(|(column, _)| !column.column.is_empty()).map(|(_, value)| value)
}

fn columns_sql(shape: &'static Shape) -> String {
    stored(shape).map(|column| column.column).collect::<Vec<_>>().join(", ")
}

fn values_of(shape: &'static Shape, row: &Row<'_>, first: usize) -> Result<Vec<Value>, DbError> {
    let mut at = first;
    let mut values = Vec::with_capacity(shape.columns.len());
    for column in shape.columns {
        if column.column.is_empty() {
            values.push(Value::Null);
            continue;
        }
        values.push(match column.kind {
            Kind::Amount => row.get::<Option<i64>>(at)?.map_or(Value::Null, Value::Int),
            _ if is_text(column.kind) => Value::from(row.get::<String>(at)?),
            _ => Value::Int(row.get(at)?),
        });
        at += 1;
    }
    Ok(values)
}

fn is_text(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Text(_)
            | Kind::Trimmed(_)
            | Kind::Word(_)
            | Kind::Day
            | Kind::Custom(_)
            | Kind::JsonList
            | Kind::JsonObject
            | Kind::Attachments
            | Kind::Joined(_)
            | Kind::Computed(..)
    )
}

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

/// The one journal row of a block. Other processes learn from it that the tenant's cards are stale.
pub fn record(tx: &mut Tx<'_>, corp: i64, now: i64, changes: &str) -> Verdict<()> {
    let numbered_at_once = tx.position_now();
    for id in tx.journal_ids(1)? {
        let position = numbered_at_once.then_some(id);
        let args: [&dyn Arg; 5] = [&corp, &id, &position, &now, &changes];
        let sql = "insert into journal (corp_id, id, position, at, actor, request_id, object_type, object_id, action, \
                   changes) values ($1, $2, $3, $4, 'system', '', 'import', 0, 'import.write', $5)";
        tx.execute(sql, &args)?;
    }
    tx.touch(corp, crate::card::Touched::Tenant);
    Ok(())
}

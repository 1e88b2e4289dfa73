//! Whole objects with their lists, read, deleted and loaded for `kailing import` and `kailing export`.
//!
//! The statements are made from the tables of [`crate::transfer::format`], so that a column stands in one place.
//! What an import asks besides stands in `surroundings`.

mod surroundings;

use std::collections::HashMap;

use super::db::{Arg, DbError, Row, Tx, Value};
use crate::refusal::Verdict;
use crate::transfer::format::{Column, Key, Kind, List, Shape, Type};
use crate::transfer::object::{Keyed, Object};

pub use surroundings::*;

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
pub fn load(tx: &mut Tx<'_>, corp: i64, of: &'static Type, objects: &[&Keyed]) -> Verdict<u64> {
    if objects.is_empty() {
        return Ok(0);
    }
    let mut columns = vec!["corp_id"];
    columns.extend(of.has_id().then_some("id"));
    columns.extend(match of.key {
        Key::Wire => Some("wire_id"),
        Key::Label => Some("label"),
        _ => None,
    });
    columns.extend(stored(&of.shape).map(|column| column.column));
    let labels: Vec<i64> = match of.key {
        Key::Label => objects.iter().map(|object| object.key.parse().unwrap_or(0)).collect(),
        _ => Vec::new(),
    };
    let mut rows = objects.iter().enumerate().map(|(at, object)| {
        let mut row: Vec<&dyn Arg> = Vec::with_capacity(columns.len());
        row.push(&corp);
        if of.has_id() {
            row.push(&object.id);
        }
        match (of.key, labels.get(at)) {
            (Key::Wire, _) => row.push(&object.key),
            (_, Some(label)) => row.push(label),
            _ => {}
        }
        row.extend(stored_values(&of.shape, &object.object));
        row
    });
    let loaded = tx.load(of.table, &columns, &mut rows)?;
    let owners: Vec<Owner<'_>> = objects.iter().map(|object| (&object.id, None, &object.object)).collect();
    Ok(loaded + load_items(tx, corp, &of.shape, &owners)?)
}

/// Whose lists are loaded: the inner id of the object, inside an item its first value, and what has the lists.
type Owner<'a> = (&'a i64, Option<&'a Value>, &'a Object);

fn load_items(tx: &mut Tx<'_>, corp: i64, shape: &'static Shape, owners: &[Owner<'_>]) -> Verdict<u64> {
    let mut loaded = 0;
    for (at, list) in shape.lists.iter().enumerate() {
        let lists = || owners.iter().filter_map(move |owner| Some((owner, owner.2.lists.get(at)?)));
        let longest = lists().map(|(_, items)| items.len()).max().unwrap_or(0);
        if longest == 0 {
            continue;
        }
        let (columns, ordinals) = (item_columns(list), (0i64..).take(longest).collect::<Vec<_>>());
        let mut rows = lists().flat_map(|((owner, within, _), items)| {
            items.iter().zip(&ordinals).map(|(item, ordinal)| {
                let mut row: Vec<&dyn Arg> = Vec::with_capacity(columns.len());
                row.push(&corp);
                row.push(*owner);
                row.extend(list.inner.and(*within).map(|within| within as &dyn Arg));
                row.extend(list.ordinal.map(|_| ordinal as &dyn Arg));
                row.extend(list.fixed.as_ref().map(|(_, value)| value as &dyn Arg));
                row.extend(stored_values(&list.shape, item));
                row
            })
        });
        loaded += tx.load(list.table, &columns, &mut rows)?;
        if !list.shape.lists.is_empty() {
            let inner: Vec<Owner<'_>> = lists()
                .flat_map(|((owner, ..), items)| items.iter().map(|item| (*owner, item.values.first(), item)))
                .collect();
            loaded += load_items(tx, corp, &list.shape, &inner)?;
        }
    }
    Ok(loaded)
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

fn stored_values<'a>(shape: &'static Shape, object: &'a Object) -> impl Iterator<Item = &'a dyn Arg> {
    let both = shape.columns.iter().zip(&object.values);
    both.filter(|(column, _)| !column.column.is_empty()).map(|(_, value)| value as &dyn Arg)
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

//! The rows of `contact/create`, inserted by the bare driver: the contacts that one database has and another lacks.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

use kailing_core::store::db::Value;
use postgres::{Client, NoTls};
use rusqlite::{Connection, params_from_iter};

use crate::{Result, sqlite};

/// Where a create writes, and the column that holds the contact.
const TABLES: [(&str, &str); 5] = [
    ("contact", "id"),
    ("contact_way", "contact_id"),
    ("history", "object_id"),
    ("journal", "object_id"),
    ("event", "object_id"),
];

/// Creates of one commit on SQLite, as many as the server commits together.
const BATCH: usize = 64;

/// Connections to PostgreSQL, as many as the server has.
const CONNECTIONS: usize = 12;

const LAST: &str = "select coalesce(max(id), 0) from contact";

/// The rows of one create in one table.
#[derive(Default)]
struct Part {
    rows: i64,
    width: i64,
    values: Vec<Value>,
}

/// The rows of one create, in the order of [`TABLES`].
type Create = [Part; TABLES.len()];

/// One writer: a savepoint for each create, a durable commit for each 64.
pub(crate) fn sqlite(from: &str, to: &str) -> Result<String> {
    let target = sqlite::open(to)?;
    let creates = of_sqlite(&Connection::open(from)?, target.query_row(LAST, [], |row| row.get(0))?)?;
    let began = Instant::now();
    for batch in creates.chunks(BATCH) {
        target.prepare_cached("begin immediate")?.execute([])?;
        for create in batch {
            target.prepare_cached("savepoint one")?.execute([])?;
            for (sql, part) in statements(create, '?') {
                target.prepare_cached(&sql)?.execute(params_from_iter(&part.values))?;
            }
            target.prepare_cached("release one")?.execute([])?;
        }
        target.prepare_cached("commit")?.execute([])?;
    }
    Ok(format!("{} {:.3}", creates.len(), began.elapsed().as_secs_f64()))
}

/// Twelve connections: a transaction for each create.
pub(crate) fn postgres(from: &str, to: &str) -> Result<String> {
    let last = Client::connect(to, NoTls)?.query_one(LAST, &[])?.get(0);
    let creates = of_postgres(&mut Client::connect(from, NoTls)?, last)?;
    let share = creates.len().div_ceil(CONNECTIONS).max(1);
    let began = Instant::now();
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            creates.chunks(share).map(|part| scope.spawn(|| insert(to, part).map_err(|e| e.to_string()))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a thread panicked")?)
    })?;
    Ok(format!("{} {:.3}", creates.len(), began.elapsed().as_secs_f64()))
}

fn insert(to: &str, creates: &[Create]) -> Result<()> {
    let mut client = Client::connect(to, NoTls)?;
    let mut prepared = BTreeMap::new();
    for create in creates {
        let mut transaction = client.transaction()?;
        for (sql, part) in statements(create, '$') {
            if !prepared.contains_key(&sql) {
                prepared.insert(sql.clone(), transaction.prepare(&sql)?);
            }
            let values: Vec<&(dyn postgres::types::ToSql + Sync)> =
                part.values.iter().map(|value| value as &(dyn postgres::types::ToSql + Sync)).collect();
            transaction.execute(&prepared[&sql], &values)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

fn statements(create: &Create, placeholder: char) -> impl Iterator<Item = (String, &Part)> {
    TABLES.iter().zip(create).filter(|(_, part)| part.rows > 0).map(move |((table, _), part)| {
        let mut sql = format!("insert into {table} values ");
        for row in 0..part.rows {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for column in 1..=part.width {
                let comma = if column == 1 { "" } else { ", " };
                // Writing to a string cannot fail.
                let _ = write!(sql, "{comma}{placeholder}{}", row * part.width + column);
            }
            sql.push(')');
        }
        (sql, part)
    })
}

fn of_sqlite(source: &Connection, last: i64) -> Result<Vec<Create>> {
    let mut creates = BTreeMap::<i64, Create>::new();
    for (place, (table, key)) in TABLES.iter().enumerate() {
        let mut statement = source.prepare(&format!("select {key}, t.* from {table} t where {key} > ?"))?;
        let width = statement.column_count();
        let mut rows = statement.query([last])?;
        while let Some(row) = rows.next()? {
            let mut values = sqlite::values(row, width)?;
            values.remove(0);
            add(&mut creates, row.get(0)?, place, values)?;
        }
    }
    Ok(creates.into_values().collect())
}

fn of_postgres(source: &mut Client, last: i64) -> Result<Vec<Create>> {
    let mut creates = BTreeMap::<i64, Create>::new();
    for (place, (table, key)) in TABLES.iter().enumerate() {
        for row in source.query(&format!("select {key}, t.* from {table} t where {key} > $1"), &[&last])? {
            let value = |column: usize| -> Result<Value> {
                if row.columns()[column].type_() == &postgres::types::Type::INT8 {
                    return Ok(row.try_get::<_, Option<i64>>(column)?.into());
                }
                Ok(row.try_get::<_, Option<String>>(column)?.into())
            };
            let values = (1..row.len()).map(value).collect::<Result<_>>()?;
            add(&mut creates, row.try_get(0)?, place, values)?;
        }
    }
    Ok(creates.into_values().collect())
}

fn add(creates: &mut BTreeMap<i64, Create>, contact: i64, place: usize, values: Vec<Value>) -> Result<()> {
    let part = &mut creates.entry(contact).or_default()[place];
    part.rows += 1;
    part.width = i64::try_from(values.len())?;
    part.values.extend(values);
    Ok(())
}

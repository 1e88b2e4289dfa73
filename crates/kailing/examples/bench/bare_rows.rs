//! All rows of an SQLite file, inserted by the bare driver into a new file: same tables, transactions of the same size.

use std::time::{Duration, Instant};

use kailing_core::store::db::Value;
use rusqlite::{Connection, Rows, Statement, params_from_iter};

use crate::{Result, sqlite};

/// Contacts of one transaction of `kailing demo`.
const BLOCK: usize = 10_000;

struct Table {
    insert: String,
    width: usize,
    rows: usize,
}

/// As `kailing demo` does: every transaction has a share of every table.
pub(crate) fn demo(from: &str, to: &str, contacts: usize) -> Result<String> {
    copy(from, to, |target, tables, rows| {
        let blocks = contacts.div_ceil(BLOCK).max(1);
        let mut took = Duration::ZERO;
        for block in 0..blocks {
            let shares = tables.iter().zip(rows.iter_mut());
            let values = shares.map(|(table, rows)| read(table, rows, (block, blocks))).collect::<Result<Vec<_>>>()?;
            took += write(target, tables, &values)?;
        }
        Ok(took)
    })
}

/// As `kailing import` does: table after table, in as many transactions as the import had.
pub(crate) fn import(from: &str, to: &str) -> Result<String> {
    let sql = "select count(*) from journal where action = 'import.write'";
    let transactions: i64 = Connection::open(from)?.query_row(sql, [], |row| row.get(0))?;
    let transactions = usize::try_from(transactions)?.max(1);
    copy(from, to, |target, tables, rows| {
        let most = tables.iter().map(|table| table.rows).sum::<usize>().div_ceil(transactions).max(1);
        let mut took = Duration::ZERO;
        for (table, rows) in tables.iter().zip(rows.iter_mut()) {
            let blocks = table.rows.div_ceil(most);
            for block in 0..blocks {
                let values = read(table, rows, (block, blocks))?;
                took += write(target, std::slice::from_ref(table), &[values])?;
            }
        }
        Ok(took)
    })
}

/// Copies all rows with `f`, which says how long its writing took. Reading is not counted.
fn copy(
    from: &str,
    to: &str,
    f: impl FnOnce(&Connection, &[Table], &mut [Rows<'_>]) -> Result<Duration>,
) -> Result<String> {
    let source = Connection::open(from)?;
    let target = sqlite::open(to)?;
    copy_schema(&source, &target)?;
    let names = names(&source)?;
    let mut statements = names.iter().map(|name| Ok(source.prepare(&all(name))?)).collect::<Result<Vec<_>>>()?;
    let tables = tables(&source, &names, &statements)?;
    let mut rows = statements.iter_mut().map(|statement| Ok(statement.query([])?)).collect::<Result<Vec<_>>>()?;
    let mut took = f(&target, &tables, &mut rows)?;
    let began = Instant::now();
    target.close().map_err(|(_, error)| error)?;
    took += began.elapsed();
    let total: usize = tables.iter().map(|table| table.rows).sum();
    Ok(format!("{total} {:.3}", took.as_secs_f64()))
}

fn all(table: &str) -> String {
    format!("select * from {table}")
}

fn copy_schema(source: &Connection, target: &Connection) -> Result<()> {
    let sql = "select sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by rowid";
    let mut statement = source.prepare(sql)?;
    for sql in statement.query_map([], |row| row.get::<_, String>(0))? {
        target.execute_batch(&sql?)?;
    }
    Ok(())
}

fn names(source: &Connection) -> Result<Vec<String>> {
    let sql = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by rowid";
    Ok(source.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

fn tables(source: &Connection, names: &[String], statements: &[Statement<'_>]) -> Result<Vec<Table>> {
    names
        .iter()
        .zip(statements)
        .map(|(name, statement)| {
            let rows: i64 = source.query_row(&format!("select count(*) from {name}"), [], |row| row.get(0))?;
            let width = statement.column_count();
            let marks = vec!["?"; width].join(", ");
            Ok(Table { insert: format!("insert into {name} values ({marks})"), width, rows: usize::try_from(rows)? })
        })
        .collect()
}

/// The share that one block has of a table.
fn read(table: &Table, rows: &mut Rows<'_>, (block, blocks): (usize, usize)) -> Result<Vec<Vec<Value>>> {
    let count = table.rows * (block + 1) / blocks - table.rows * block / blocks;
    let mut values = Vec::with_capacity(count);
    while values.len() < count {
        let row = rows.next()?.ok_or("a table has fewer rows than it said")?;
        values.push(sqlite::values(row, table.width)?);
    }
    Ok(values)
}

/// One transaction. Answers how long it took.
fn write(target: &Connection, tables: &[Table], values: &[Vec<Vec<Value>>]) -> Result<Duration> {
    let began = Instant::now();
    target.execute_batch("begin immediate")?;
    for (table, rows) in tables.iter().zip(values) {
        let mut statement = target.prepare_cached(&table.insert)?;
        for row in rows {
            statement.execute(params_from_iter(row))?;
        }
    }
    target.execute_batch("commit")?;
    Ok(began.elapsed())
}

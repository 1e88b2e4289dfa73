//! The rows of demo data, inserted by the bare driver: same tables, same order, transactions of the same size.

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

/// Copies all rows. Reading them is not counted.
pub(crate) fn run(from: &str, to: &str, contacts: usize) -> Result<String> {
    let source = Connection::open(from)?;
    let target = sqlite::open(to)?;
    copy_schema(&source, &target)?;
    let names = names(&source)?;
    let mut statements = names.iter().map(|name| Ok(source.prepare(&all(name))?)).collect::<Result<Vec<_>>>()?;
    let tables = tables(&source, &names, &statements)?;
    let mut rows = statements.iter_mut().map(|statement| Ok(statement.query([])?)).collect::<Result<Vec<_>>>()?;
    let blocks = contacts.div_ceil(BLOCK).max(1);
    let mut took = Duration::ZERO;
    for block in 0..blocks {
        let values = read(&tables, &mut rows, (block, blocks))?;
        let began = Instant::now();
        write(&target, &tables, &values)?;
        took += began.elapsed();
    }
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

/// The share that one block has of every table.
fn read(tables: &[Table], rows: &mut [Rows<'_>], (block, blocks): (usize, usize)) -> Result<Vec<Vec<Vec<Value>>>> {
    let mut share = Vec::with_capacity(tables.len());
    for (table, rows) in tables.iter().zip(rows) {
        let count = table.rows * (block + 1) / blocks - table.rows * block / blocks;
        let mut values = Vec::with_capacity(count);
        while values.len() < count {
            let row = rows.next()?.ok_or("a table has fewer rows than it said")?;
            values.push(sqlite::values(row, table.width)?);
        }
        share.push(values);
    }
    Ok(share)
}

fn write(target: &Connection, tables: &[Table], values: &[Vec<Vec<Value>>]) -> Result<()> {
    target.execute_batch("begin immediate")?;
    for (table, rows) in tables.iter().zip(values) {
        let mut statement = target.prepare_cached(&table.insert)?;
        for row in rows {
            statement.execute(params_from_iter(row))?;
        }
    }
    target.execute_batch("commit")?;
    Ok(())
}

//! SQLite without Kailing: files opened with the same settings as the server's, rows as they are.

use kailing_core::store::db::Value;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use crate::Result;

/// Opens a file to write, with the settings of the server's writer.
pub(crate) fn open(file: &str) -> Result<Connection> {
    let connection = Connection::open(file)?;
    connection.set_prepared_statement_cache_capacity(256);
    connection.execute_batch(
        "pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -32768; \
         pragma wal_autocheckpoint = 2000; pragma temp_store = memory; pragma foreign_keys = on;",
    )?;
    Ok(connection)
}

/// All values of a row.
pub(crate) fn values(row: &Row<'_>, width: usize) -> Result<Vec<Value>> {
    (0..width)
        .map(|column| match row.get_ref(column)? {
            ValueRef::Null => Ok(Value::Null),
            ValueRef::Integer(number) => Ok(Value::Int(number)),
            ValueRef::Text(text) => Ok(Value::from(String::from_utf8(text.to_vec())?)),
            other => Err(format!("a value of type {}", other.data_type()).into()),
        })
        .collect()
}

/// Somebody who may own contacts.
pub(crate) fn owner(file: &str) -> Result<String> {
    let sql = "select wire_id from staff where status = 1 and saas_status = 1 order by id desc limit 1";
    Ok(Connection::open(file)?.query_row(sql, [], |row| row.get(0))?)
}

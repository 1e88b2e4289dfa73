//! Follows what other processes commit to the same SQLite file.

use rusqlite::Connection;

use super::statement;
use crate::store::db::follow::Change;
use crate::store::db::shared::Shared;
use crate::store::db::{Column, DbError};

/// Rows of one look.
const ROWS: i64 = 5_000;

/// A connection that watches.
pub(in crate::store::db) struct SqliteTail {
    connection: Connection,
    version: i64,
    position: i64,
}

impl SqliteTail {
    /// Starts at the end of the journal: before that nothing was read that could be stale.
    pub(super) fn new(connection: Connection) -> Result<SqliteTail, DbError> {
        let mut tail = SqliteTail { connection, version: 0, position: 0 };
        tail.version = tail.number("pragma data_version")?;
        tail.position = tail.number("select coalesce(max(position), 0) from journal")?;
        Ok(tail)
    }

    /// Reads the journal if somebody has committed since. The version is kept only after the rows were
    /// read, so that a failure is made up for.
    pub(in crate::store::db) fn follow(&mut self, shared: &Shared) -> Result<(), DbError> {
        let version = self.number("pragma data_version")?;
        if version != self.version {
            while self.changes(shared)? == ROWS {}
            self.version = version;
        }
        shared.tail_was_read();
        Ok(())
    }

    fn changes(&mut self, shared: &Shared) -> Result<i64, DbError> {
        let sql = "select id, corp_id, object_type, object_id, position from journal where position > $1 \
                   order by position limit $2";
        let mut rows = Vec::new();
        let read = |row: &super::super::Row<'_>| {
            let change =
                Change { id: row.get(0)?, corp: row.get(1)?, object_type: row.get(2)?, object_id: row.get(3)? };
            Ok((change, row.get::<i64>(4)?))
        };
        statement::query(&self.connection, sql, &[&self.position, &ROWS], read, &mut rows)?;
        let mut count = 0;
        for (change, position) in rows {
            count += 1;
            self.position = position;
            if !shared.is_own(change.id) {
                change.publish(shared);
            }
        }
        Ok(count)
    }

    fn number(&self, sql: &str) -> Result<i64, DbError> {
        self.connection.query_row_and_then(sql, [], |row| i64::from_sqlite(row, 0))
    }
}

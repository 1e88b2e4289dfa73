//! One PostgreSQL connection with its prepared statements.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::Statement;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};

use super::desk::Desk;
use super::line::{Errand, Line};
use crate::store::db::row::{Inner, Row};
use crate::store::db::value::Parameter;
use crate::store::db::{Arg, DbError, Kind};

/// A connection and what was prepared on it.
pub(in crate::store::db) struct Session {
    line: Line,
    desk: Arc<Desk>,
    /// By text, then by the kinds of the values.
    statements: HashMap<Box<str>, Vec<(Vec<Kind>, Statement)>>,
    capacity: usize,
}

impl Session {
    pub(super) fn new(line: Line, capacity: usize) -> Session {
        Session { line, desk: Arc::default(), statements: HashMap::new(), capacity }
    }

    /// Lets the desk of a worker see what happens here.
    pub(super) fn sit_at(&mut self, desk: &Arc<Desk>) {
        self.desk = Arc::clone(desk);
    }

    pub(in crate::store::db) fn execute(&mut self, sql: &str, args: &[&dyn Arg]) -> Result<u64, DbError> {
        let statement = self.prepared(sql, args)?;
        let values = parameters(args);
        let result = self.desk.ask(|| self.line.ask(async |client| client.execute(&statement, &values).await));
        self.checked(result)
    }

    /// Runs a statement whose answer does not matter with the next one, or with the commit. If it fails, that fails.
    pub(in crate::store::db) fn put_by(&mut self, sql: &str, args: &[&dyn Arg]) -> Result<(), DbError> {
        let statement = self.prepared(sql, args)?;
        let values = args.iter().map(|arg| arg.owned()).collect();
        self.put(Errand { statement, values, is_kept: false })
    }

    pub(in crate::store::db) fn query<T>(
        &mut self,
        sql: &str,
        args: &[&dyn Arg],
        mut f: impl FnMut(&Row<'_>) -> Result<T, DbError>,
        found: &mut Vec<T>,
    ) -> Result<(), DbError> {
        let statement = self.prepared(sql, args)?;
        let values = parameters(args);
        let result = self.desk.ask(|| self.line.ask(async |client| client.query(&statement, &values).await));
        let rows = self.checked(result)?;
        found.reserve(rows.len());
        for row in &rows {
            found.push(f(&Row(Inner::Postgres(row)))?);
        }
        Ok(())
    }

    pub(in crate::store::db) fn load(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: &mut dyn Iterator<Item = Vec<&dyn Arg>>,
    ) -> Result<u64, DbError> {
        // Rows may come as slowly as they are made.
        self.batch("set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0")?;
        let names = columns.join(", ");
        let sql = format!("copy {table} ({names}) from stdin binary");
        let copied = self.line.ask(async |client| {
            let shape = client.prepare(&format!("select {names} from {table} limit 0")).await?;
            let types: Vec<Type> = shape.columns().iter().map(|column| column.type_().clone()).collect();
            let mut writer = pin!(BinaryCopyInWriter::new(client.copy_in(&sql).await?, &types));
            for row in rows {
                if row.len() != types.len() {
                    return Ok(Err(row.len()));
                }
                writer.as_mut().write(&parameters(&row)).await?;
            }
            writer.finish().await.map(Ok)
        })?;
        copied.map_err(|given| DbError::Values { wanted: columns.len(), given, sql })
    }

    /// Puts a lock by, and behind it the drawing of a number that a write which locks mostly needs: it must not be
    /// older than the lock. [`Session::drawn`] gives it.
    pub(in crate::store::db) fn lock(
        &mut self,
        lock: &str,
        corp: i64,
        slots: Vec<i64>,
        draw: &str,
    ) -> Result<(), DbError> {
        self.line.keep_nothing();
        let statement = self.prepared_as(lock, vec![Kind::Int, Kind::Null])?;
        let values = vec![Parameter::One(corp.into()), Parameter::Integers(slots)];
        self.put(Errand { statement, values, is_kept: false })?;
        let statement = self.prepared(draw, &[])?;
        self.put(Errand { statement, values: Vec::new(), is_kept: true })
    }

    /// Numbers that were drawn behind the last lock, up to so many.
    pub(in crate::store::db) fn drawn(&mut self, n: usize) -> Vec<i64> {
        self.line.take_kept(n)
    }

    fn put(&mut self, errand: Errand) -> Result<(), DbError> {
        let result = self.desk.ask(|| self.line.put_by(errand));
        self.checked(result)
    }

    /// A statement with arrays of integers after its integers.
    pub(in crate::store::db) fn execute_arrays(
        &mut self,
        sql: &str,
        args: &[i64],
        arrays: &[&[i64]],
    ) -> Result<u64, DbError> {
        let kinds = args.iter().map(|_| Kind::Int).chain(arrays.iter().map(|_| Kind::Null)).collect();
        let statement = self.prepared_as(sql, kinds)?;
        let integers = args.iter().map(|arg| arg as &(dyn ToSql + Sync));
        let values: Vec<_> = integers.chain(arrays.iter().map(|array| array as &(dyn ToSql + Sync))).collect();
        let result = self.desk.ask(|| self.line.ask(async |client| client.execute(&statement, &values).await));
        self.checked(result)
    }

    /// Runs statements without parameters, unprepared.
    pub(in crate::store::db) fn batch(&mut self, sql: &str) -> Result<(), DbError> {
        let result = self.desk.ask(|| self.line.ask(async |client| client.batch_execute(sql).await));
        self.checked(result)
    }

    /// Begins a transaction together with its first statement.
    pub(super) fn begin(&mut self, sql: &str) -> Result<(), DbError> {
        let statement = self.prepared(sql, &[])?;
        self.line.begin(Errand { statement, values: Vec::new(), is_kept: false });
        Ok(())
    }

    /// Whether the transaction could not begin, so that another connection may do its work. Not to be asked after a
    /// commit was sent: what came of that is unknown.
    pub(super) fn never_began(&self) -> bool {
        self.line.never_began()
    }

    /// Undoes the transaction. What was put by need not be sent.
    pub(in crate::store::db) fn rollback(&mut self) -> Result<(), DbError> {
        self.line.forget();
        if self.line.has_begun() { self.batch("rollback") } else { Ok(()) }
    }

    /// Whether the server answers within a time.
    pub(in crate::store::db) fn is_alive(&mut self, within: Duration) -> bool {
        let alive = self.line.ask_aside(async |client| {
            Ok(tokio::time::timeout(within, client.check_connection()).await.is_ok_and(|answer| answer.is_ok()))
        });
        alive.unwrap_or(false)
    }

    fn prepared(&mut self, sql: &str, args: &[&dyn Arg]) -> Result<Statement, DbError> {
        let known = self.statements.get(sql).and_then(|kinds| {
            kinds.iter().find(|(kinds, _)| kinds.iter().copied().eq(args.iter().map(|arg| arg.kind())))
        });
        if let Some((_, statement)) = known {
            return Ok(statement.clone());
        }
        let statement = self.prepared_as(sql, args.iter().map(|arg| arg.kind()).collect())?;
        let wanted = statement.params().len();
        if wanted == args.len() {
            Ok(statement)
        } else {
            Err(DbError::Values { wanted, given: args.len(), sql: sql.to_owned() })
        }
    }

    fn prepared_as(&mut self, sql: &str, kinds: Vec<Kind>) -> Result<Statement, DbError> {
        let known = self.statements.get(sql).and_then(|all| all.iter().find(|(same, _)| *same == kinds));
        if let Some((_, statement)) = known {
            return Ok(statement.clone());
        }
        let types: Vec<Type> = kinds.iter().map(|kind| type_of(*kind)).collect();
        let result = self.desk.ask(|| self.line.ask_aside(async |client| client.prepare_typed(sql, &types).await));
        let statement = self.checked(result)?;
        // A clumsy eviction for a case that does not occur: all statements of the house fit.
        if self.statements.len() >= self.capacity {
            self.statements.clear();
        }
        self.statements.entry(sql.into()).or_default().push((kinds, statement.clone()));
        Ok(statement)
    }

    /// Forgets all plans when a migration of another process has made one of them useless.
    fn checked<T>(&mut self, result: Result<T, tokio_postgres::Error>) -> Result<T, DbError> {
        result.map_err(|error| {
            if matches!(error.code(), Some(&SqlState::FEATURE_NOT_SUPPORTED | &SqlState::INVALID_SQL_STATEMENT_NAME)) {
                self.statements.clear();
            }
            error.into()
        })
    }
}

fn parameters<'a>(args: &[&'a dyn Arg]) -> Vec<&'a (dyn ToSql + Sync)> {
    args.iter().map(|arg| *arg as &(dyn ToSql + Sync)).collect()
}

/// Integers are declared, so that `$1 + 1` or `coalesce($1, 0)` do not become 32 bits wide.
fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Int => Type::INT8,
        Kind::Text => Type::TEXT,
        Kind::Bytes => Type::BYTEA,
        Kind::Null => Type::UNKNOWN,
    }
}

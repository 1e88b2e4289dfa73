//! Statements on an SQLite connection.

use std::borrow::Cow;

use rusqlite::{Connection, Statement, ToSql};

use crate::store::db::row::{Inner, Row};
use crate::store::db::{Arg, DbError, lists};

pub(in crate::store::db) fn execute(connection: &Connection, sql: &str, args: &[&dyn Arg]) -> Result<u64, DbError> {
    let mut statement = connection.prepare_cached(&question_marks(sql))?;
    bind(&mut statement, sql, args)?;
    Ok(u64::try_from(statement.raw_execute()?).unwrap_or(u64::MAX))
}

pub(in crate::store::db) fn query<T>(
    connection: &Connection,
    sql: &str,
    args: &[&dyn Arg],
    mut f: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    found: &mut Vec<T>,
) -> Result<(), DbError> {
    let mut statement = connection.prepare_cached(&question_marks(sql))?;
    bind(&mut statement, sql, args)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        found.push(f(&Row(Inner::Sqlite(row)))?);
    }
    Ok(())
}

pub(in crate::store::db) fn load(
    connection: &Connection,
    table: &str,
    columns: &[&str],
    rows: &mut dyn Iterator<Item = Vec<&dyn Arg>>,
) -> Result<u64, DbError> {
    let sql = lists::insert_sql(&format!("{table} ({})", columns.join(", ")), columns.len(), 1, '?');
    let mut statement = connection.prepare_cached(&sql)?;
    let mut loaded = 0;
    for row in rows {
        if row.len() != columns.len() {
            return Err(DbError::Values { wanted: columns.len(), given: row.len(), sql });
        }
        for (index, value) in row.into_iter().enumerate() {
            let value: &dyn ToSql = value;
            statement.raw_bind_parameter(index + 1, value)?;
        }
        statement.raw_execute()?;
        loaded += 1;
    }
    Ok(loaded)
}

fn bind(statement: &mut Statement<'_>, sql: &str, args: &[&dyn Arg]) -> Result<(), DbError> {
    let wanted = statement.parameter_count();
    if wanted != args.len() {
        return Err(DbError::Values { wanted, given: args.len(), sql: sql.to_owned() });
    }
    for (index, arg) in args.iter().enumerate() {
        let value: &dyn ToSql = *arg;
        statement.raw_bind_parameter(index + 1, value)?;
    }
    Ok(())
}

/// `$7` becomes `?7`. To SQLite `$7` is a name, which it would look for in a list of all names.
fn question_marks(sql: &str) -> Cow<'_, str> {
    if !sql.contains('$') {
        return Cow::Borrowed(sql);
    }
    let mut changed = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once('$') {
        changed.push_str(before);
        changed.push(if after.starts_with(|c: char| c.is_ascii_digit()) { '?' } else { '$' });
        rest = after;
    }
    changed.push_str(rest);
    Cow::Owned(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_parameters_become_question_marks_and_nothing_else_does() {
        assert_eq!(question_marks("a = $1 and b = $12 or c = '$'"), "a = ?1 and b = ?12 or c = '$'");
        assert_eq!(question_marks("select 1"), "select 1");
    }
}

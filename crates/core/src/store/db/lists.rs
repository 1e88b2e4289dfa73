//! The SQL of lists and of inserts of many rows, in few different lengths so that statements stay cached.

use std::fmt::Write as _;
use std::iter::repeat_n;

use super::{Arg, DbError};

/// Lengths that a list is padded to. A page has 100 rows.
const LIST: [usize; 6] = [1, 8, 64, 128, 512, 2_048];
/// Rows of one insert. Most changes have up to four events.
const ROWS: [usize; 6] = [64, 8, 4, 3, 2, 1];
/// Values of one statement; SQLite takes 32,766, PostgreSQL 65,535.
const VALUES: usize = 32_766;

/// A list in pieces that fit into one statement.
pub(super) fn pieces<A>(list: &[A]) -> std::slice::Chunks<'_, A> {
    list.chunks(LIST[LIST.len() - 1])
}

/// The statement with `{list}` filled in, and its values: those of the statement, then those of the list,
/// the last of which is repeated up to one of the lengths.
pub(super) fn fill<'a, A: Arg>(
    sql: &str,
    args: &[&'a dyn Arg],
    list: &'a [A],
    placeholder: char,
) -> (String, Vec<&'a dyn Arg>) {
    let length = LIST.into_iter().find(|length| *length >= list.len()).unwrap_or(list.len());
    let mut values = Vec::with_capacity(args.len() + length);
    values.extend_from_slice(args);
    values.extend(list.iter().map(|item| item as &dyn Arg));
    if let Some(last) = values.last().copied() {
        values.extend(repeat_n(last, length - list.len()));
    }
    let mut numbers = String::with_capacity(length * 6);
    number(&mut numbers, args.len() + 1, length, placeholder);
    (sql.replace("{list}", &numbers), values)
}

/// The values of an insert, in pieces of as many rows as one statement inserts.
pub(super) fn insert_pieces<'s, 'a>(
    width: usize,
    args: &'s [&'a dyn Arg],
) -> Result<impl Iterator<Item = &'s [&'a dyn Arg]> + use<'s, 'a>, DbError> {
    if width == 0 || width > VALUES || !args.len().is_multiple_of(width) {
        return Err(DbError::Unsupported("an insert whose values do not fill its rows"));
    }
    let mut rest = args;
    Ok(std::iter::from_fn(move || {
        let fits = |rows: &usize| rows * width <= rest.len() && rows * width <= VALUES;
        let rows = ROWS.into_iter().find(fits)?;
        let (piece, others) = rest.split_at_checked(rows * width)?;
        rest = others;
        Some(piece)
    }))
}

/// `insert into t (…) values ($1,$2),($3,$4)`.
pub(super) fn insert_sql(into: &str, width: usize, rows: usize, placeholder: char) -> String {
    format!("insert into {into} {}", rows_sql(width, rows, placeholder))
}

/// `values ($1,$2),($3,$4)`.
pub(super) fn rows_sql(width: usize, rows: usize, placeholder: char) -> String {
    let mut sql = String::from("values ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ",(" });
        number(&mut sql, row * width + 1, width, placeholder);
        sql.push(')');
    }
    sql
}

/// Appends `$7,$8,$9`.
fn number(sql: &mut String, first: usize, count: usize, placeholder: char) {
    for n in first..first + count {
        if n > first {
            sql.push(',');
        }
        sql.push(placeholder);
        // Writing to a string cannot fail.
        let _ = write!(sql, "{n}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_padded_with_its_last_item() {
        let list: Vec<i64> = (0..9).collect();
        let (sql, values) = fill("a = $1 and b in ({list})", &[&"x"], &list, '$');
        assert_eq!(values.len(), 65);
        assert!(sql.starts_with("a = $1 and b in ($2,$3") && sql.ends_with(",$65)"), "{sql}");
    }

    #[test]
    fn an_insert_runs_in_pieces_of_few_different_numbers_of_rows() {
        let value = 1i64;
        let args: Vec<&dyn Arg> = vec![&value; 3 * 86];
        let rows: Vec<usize> = insert_pieces(3, &args).unwrap().map(|piece| piece.len() / 3).collect();
        assert_eq!(rows, [64, 8, 8, 4, 2]);
        assert_eq!(insert_sql("t (a, b)", 2, 2, '?'), "insert into t (a, b) values (?1,?2),(?3,?4)");
    }

    #[test]
    fn an_insert_of_wide_rows_stays_below_the_limit_of_values() {
        let value = 1i64;
        let args: Vec<&dyn Arg> = vec![&value; 600 * 64];
        assert!(insert_pieces(600, &args).unwrap().all(|piece| piece.len() == 600 * 8));
        assert!(insert_pieces(7, &args[..8]).is_err());
        assert_eq!(insert_pieces(7, &[]).unwrap().count(), 0);
    }
}

//! Rows that come out of statements, read by position.

use std::error::Error;

use tokio_postgres::types::{FromSql, Type};

use super::DbError;

/// One row of an answer.
pub struct Row<'r>(pub(super) Inner<'r>);

pub(super) enum Inner<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// The value of a column, from 0.
    pub fn get<T: Column>(&self, index: usize) -> Result<T, DbError> {
        match self.0 {
            Inner::Sqlite(row) => T::from_sqlite(row, index),
            Inner::Postgres(row) => T::from_postgres(row, index),
        }
    }

    /// The text of a column without copying it. Null is an error.
    pub fn text(&self, index: usize) -> Result<&str, DbError> {
        match self.0 {
            Inner::Sqlite(row) => row.get_ref(index)?.as_str().map_err(|error| mismatch(index, "text", &error)),
            Inner::Postgres(row) => Ok(row.try_get(index)?),
        }
    }

    /// The bytes of a text without copying or checking it. Null is an error.
    pub fn bytes(&self, index: usize) -> Result<&[u8], DbError> {
        match self.0 {
            Inner::Sqlite(row) => row.get_ref(index)?.as_bytes().map_err(|error| mismatch(index, "text", &error)),
            Inner::Postgres(row) => Ok(row.try_get::<_, Unchecked<'_>>(index)?.0),
        }
    }
}

/// The bytes of a text as they come.
struct Unchecked<'r>(&'r [u8]);

impl<'r> FromSql<'r> for Unchecked<'r> {
    fn from_sql(_: &Type, raw: &'r [u8]) -> Result<Unchecked<'r>, Box<dyn Error + Sync + Send>> {
        Ok(Unchecked(raw))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TEXT
    }
}

/// A type that a column can be read as: `i64`, `String`, `Vec<u8>`, and `Option` of these.
pub trait Column: Sized {
    #[doc(hidden)]
    fn from_sqlite(row: &rusqlite::Row<'_>, index: usize) -> Result<Self, DbError>;
    #[doc(hidden)]
    fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Self, DbError>;
}

impl Column for i64 {
    fn from_sqlite(row: &rusqlite::Row<'_>, index: usize) -> Result<i64, DbError> {
        Ok(row.get(index)?)
    }

    fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<i64, DbError> {
        row.try_get(index).map(|Integer(value)| value).map_err(DbError::from)
    }
}

impl Column for Option<i64> {
    fn from_sqlite(row: &rusqlite::Row<'_>, index: usize) -> Result<Option<i64>, DbError> {
        Ok(row.get(index)?)
    }

    fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Option<i64>, DbError> {
        let value: Option<Integer> = row.try_get(index)?;
        Ok(value.map(|Integer(value)| value))
    }
}

/// The types that both drivers read alike.
trait Plain: rusqlite::types::FromSql + for<'a> FromSql<'a> {}
impl Plain for String {}
impl Plain for Option<String> {}
impl Plain for Vec<u8> {}
impl Plain for Option<Vec<u8>> {}

impl<T: Plain> Column for T {
    fn from_sqlite(row: &rusqlite::Row<'_>, index: usize) -> Result<T, DbError> {
        Ok(row.get(index)?)
    }

    fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<T, DbError> {
        Ok(row.try_get(index)?)
    }
}

/// An integer of any width. SQLite knows one integer type only, so that `count`, `length`, comparisons,
/// constants and sums must not differ from one database to the other.
struct Integer(i64);

impl<'a> FromSql<'a> for Integer {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Integer, Box<dyn Error + Sync + Send>> {
        let value = match *ty {
            Type::INT8 => i64::from_sql(ty, raw)?,
            Type::INT4 => i32::from_sql(ty, raw)?.into(),
            Type::INT2 => i16::from_sql(ty, raw)?.into(),
            Type::BOOL => bool::from_sql(ty, raw)?.into(),
            _ => whole_numeric(raw).ok_or("a sum that is no 64-bit integer")?,
        };
        Ok(Integer(value))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::INT2 | Type::BOOL | Type::NUMERIC)
    }
}

/// A `numeric` without fraction: digits of base 10,000 after count, weight, sign and scale, all 16 bits.
fn whole_numeric(raw: &[u8]) -> Option<i64> {
    let words: Vec<i16> =
        raw.chunks_exact(2).filter_map(|pair| Some(i16::from_be_bytes(pair.try_into().ok()?))).collect();
    let [_, weight, sign, _, digits @ ..] = words.as_slice() else { return None };
    let places = usize::try_from(*weight + 1).ok()?;
    if digits.iter().skip(places).any(|digit| *digit != 0) {
        return None;
    }
    let all = digits.iter().copied().chain(std::iter::repeat(0)).take(places);
    let size = all.into_iter().try_fold(0i64, |sum, digit| sum.checked_mul(10_000)?.checked_sub(i64::from(digit)))?;
    match sign {
        0 => size.checked_neg(),
        0x4000 => Some(size),
        _ => None,
    }
}

fn mismatch(index: usize, wanted: &'static str, found: &dyn Error) -> DbError {
    DbError::Column { index, wanted, found: found.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerics_without_fraction_are_integers() {
        let raw = |words: &[i16]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
        assert_eq!(whole_numeric(&raw(&[0, 0, 0, 0])), Some(0));
        assert_eq!(whole_numeric(&raw(&[2, 1, 0, 0, 12, 3456])), Some(123_456));
        assert_eq!(whole_numeric(&raw(&[1, 1, 0x4000, 0, 12])), Some(-120_000));
        assert_eq!(whole_numeric(&raw(&[2, 0, 0, 2, 12, 5000])), None);
        assert_eq!(whole_numeric(&raw(&[1, 9, 0, 0, 9999])), None);
    }
}

//! Values that go into statements: what both databases can store.

use std::borrow::Cow;
use std::error::Error;

use bytes::BytesMut;
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// The kind of a value, so that PostgreSQL need not guess the type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `bigint`
    Int,
    /// `text`
    Text,
    /// `bytea`
    Bytes,
    /// A null that is told its type by the statement.
    Null,
}

/// A value that both databases can store. Integers are always `i64`, so that no column type can differ.
pub trait Arg: rusqlite::ToSql + ToSql + Sync {
    /// The kind of the value.
    fn kind(&self) -> Kind;
    /// A copy that stays.
    fn owned(&self) -> Parameter;
}

impl Arg for i64 {
    fn kind(&self) -> Kind {
        Kind::Int
    }

    fn owned(&self) -> Parameter {
        Parameter::One(Value::Int(*self))
    }
}

impl Arg for String {
    fn kind(&self) -> Kind {
        Kind::Text
    }

    fn owned(&self) -> Parameter {
        Parameter::One(self.clone().into())
    }
}

impl Arg for &str {
    fn kind(&self) -> Kind {
        Kind::Text
    }

    fn owned(&self) -> Parameter {
        Parameter::One((*self).to_owned().into())
    }
}

impl Arg for Cow<'_, str> {
    fn kind(&self) -> Kind {
        Kind::Text
    }

    fn owned(&self) -> Parameter {
        Parameter::One(self.clone().into_owned().into())
    }
}

impl Arg for Vec<u8> {
    fn kind(&self) -> Kind {
        Kind::Bytes
    }

    fn owned(&self) -> Parameter {
        Parameter::Bytes(self.clone())
    }
}

impl Arg for Option<i64> {
    fn kind(&self) -> Kind {
        Kind::Int
    }

    fn owned(&self) -> Parameter {
        Parameter::One((*self).into())
    }
}

impl Arg for Option<String> {
    fn kind(&self) -> Kind {
        Kind::Text
    }

    fn owned(&self) -> Parameter {
        Parameter::One(self.clone().into())
    }
}

impl Arg for Option<&str> {
    fn kind(&self) -> Kind {
        Kind::Text
    }

    fn owned(&self) -> Parameter {
        Parameter::One(self.map(str::to_owned).into())
    }
}

impl<T: Arg> Arg for &T {
    fn kind(&self) -> Kind {
        (**self).kind()
    }

    fn owned(&self) -> Parameter {
        (**self).owned()
    }
}

/// A value whose kind is known only at run time, e.g. in rows of a bulk load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An integer.
    Int(i64),
    /// A text.
    Text(Cow<'static, str>),
    /// Nothing.
    Null,
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::Text(Cow::Owned(value))
    }
}

impl From<&'static str> for Value {
    fn from(value: &'static str) -> Value {
        Value::Text(Cow::Borrowed(value))
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

impl Arg for Value {
    fn kind(&self) -> Kind {
        match self {
            Value::Int(_) => Kind::Int,
            Value::Text(_) => Kind::Text,
            Value::Null => Kind::Null,
        }
    }

    fn owned(&self) -> Parameter {
        Parameter::One(self.clone())
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Int(value) => ValueRef::Integer(*value),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
            Value::Null => ValueRef::Null,
        }))
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Value::Int(value) => value.to_sql_checked(ty, out),
            Value::Text(value) => value.as_ref().to_sql_checked(ty, out),
            Value::Null => Ok(IsNull::Yes),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// What a statement is given that runs later.
#[derive(Debug)]
pub enum Parameter {
    /// A number, a text or nothing.
    One(Value),
    /// Bytes.
    Bytes(Vec<u8>),
    /// An array, which PostgreSQL only has.
    Integers(Vec<i64>),
}

impl ToSql for Parameter {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Parameter::One(value) => value.to_sql_checked(ty, out),
            Parameter::Bytes(value) => value.to_sql_checked(ty, out),
            Parameter::Integers(values) => values.to_sql_checked(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

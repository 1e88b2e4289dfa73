//! What can go wrong between us and a database, in one line that says what to do.

use std::path::PathBuf;

use tokio_postgres::error::SqlState;

/// A statement or a transaction that failed. Reaches the log as the cause of a 500, never the wire.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// SQLite refused.
    #[error("{}", explain_sqlite(.0))]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL refused, or the connection broke.
    #[error("{}", explain_postgres(.0))]
    Postgres(#[from] tokio_postgres::Error),
    /// A column was read as something that it is not.
    #[error("column {index} cannot be read as {wanted}: {found}")]
    Column {
        /// Position in the row, from 0.
        index: usize,
        /// The type that was asked for.
        wanted: &'static str,
        /// What the database sent.
        found: String,
    },
    /// A statement was given another number of values than it has parameters.
    #[error("a statement with {wanted} parameters got {given} values: {sql}")]
    Values {
        /// Parameters of the statement.
        wanted: usize,
        /// Values given.
        given: usize,
        /// The statement.
        sql: String,
    },
    /// Too many calls wait already.
    #[error("too many calls are waiting for the database")]
    Busy,
    /// No connection to PostgreSQL is alive just now.
    #[error("the database cannot be reached; it is tried again in the background")]
    Away,
    /// A server accepted the connection but does not answer.
    #[error("the server does not answer; check that it is PostgreSQL and that it is well")]
    Silent,
    /// The database was closed, because the program stops.
    #[error("the database is closed")]
    Closed,
    /// A closure of ours panicked. Its transaction was undone.
    #[error("a transaction panicked: {0}")]
    Panicked(String),
    /// A closure went on after a failed statement. Its transaction was undone.
    #[error("a transaction went on after a failed statement")]
    WentOn,
    /// Something only one of the databases can do, or a value out of bounds.
    #[error("{0}")]
    Unsupported(&'static str),
}

impl DbError {
    /// Another transaction was in the way (40001, 40P01): the same transaction may succeed when run again.
    pub fn is_conflict(&self) -> bool {
        let DbError::Postgres(error) = self else { return false };
        matches!(error.code(), Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED))
    }

    /// A unique index holds the value already.
    pub fn is_duplicate(&self) -> bool {
        match self {
            DbError::Sqlite(rusqlite::Error::SqliteFailure(error, _)) => matches!(
                error.extended_code,
                rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            ),
            DbError::Postgres(error) => error.code() == Some(&SqlState::UNIQUE_VIOLATION),
            _ => false,
        }
    }

    /// A lock was not given within `lock_timeout`.
    pub(super) fn is_lock_timeout(&self) -> bool {
        matches!(self, DbError::Postgres(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE))
    }

    /// The connection is gone, so that the next statement needs a new one.
    pub(super) fn is_lost(&self) -> bool {
        let DbError::Postgres(error) = self else { return false };
        if error.is_closed() {
            return true;
        }
        error.code().map_or_else(
            || std::error::Error::source(error).is_some_and(<dyn std::error::Error + 'static>::is::<std::io::Error>),
            |code| ["08", "57P"].iter().any(|class| code.code().starts_with(class)),
        )
    }
}

/// Why a database could not be opened. One line, without the password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The text is not the address of a database.
    #[error("{0:?} is not the address of a database; use sqlite:PATH or postgres://USER@HOST/DATABASE")]
    Address(String),
    /// The directory of the SQLite file is missing.
    #[error("the directory {} does not exist; create it, or name another file with --database", .0.display())]
    NoDirectory(PathBuf),
    /// The file cannot be opened, is no database or is damaged.
    #[error("cannot open {database}: {cause}")]
    Unusable {
        /// The address without password.
        database: String,
        /// What the database said.
        cause: DbError,
    },
    /// The database works, but not with this program.
    #[error("cannot use {database}: {reason}")]
    Unfit {
        /// The address without password.
        database: String,
        /// What does not fit, and what to do.
        reason: String,
    },
}

fn explain_sqlite(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode as Code;
    let hint = match error.sqlite_error_code() {
        Some(Code::DiskFull) => "the disk is full; nothing was stored; free some space",
        Some(Code::ReadOnly) => "the file or its directory is read-only; give this user the right to write there",
        Some(Code::CannotOpen) => "the file cannot be opened; check that it is a file and that this user may read it",
        Some(Code::PermissionDenied) => "this user may not use the file",
        Some(Code::DatabaseCorrupt) => "the file is damaged; restore a backup",
        Some(Code::NotADatabase) => "the file is not an SQLite database; name another one",
        Some(Code::DatabaseBusy | Code::DatabaseLocked) => "another program keeps the database locked",
        Some(Code::SystemIoFailure) => "the disk reported an error",
        _ => {
            // The driver repeats the whole statement; what is wrong with it is enough.
            let rusqlite::Error::SqlInputError { msg, .. } = error else { return format!("SQLite: {error}") };
            return format!("SQLite: {msg}");
        }
    };
    format!("{hint} (SQLite: {error})")
}

/// The text of a PostgreSQL error with its code. The driver's own text hides the server's message.
fn explain_postgres(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), std::error::Error::source(error)) {
        (Some(answer), _) => {
            let detail = answer.detail().map(|d| format!(" ({d})")).unwrap_or_default();
            format!("PostgreSQL: {}{detail} [{}]", answer.message(), answer.code().code())
        }
        (None, Some(cause)) => format!("PostgreSQL: {error}: {cause}"),
        (None, None) => format!("PostgreSQL: {error}"),
    }
}

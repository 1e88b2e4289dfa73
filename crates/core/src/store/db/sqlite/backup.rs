//! A copy of an SQLite database while it is in use.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use crate::store::db::{BackupError, DbError};

/// Pages of one step. Nobody waits for the copy in WAL mode, and a small step keeps memory small.
const PAGES: i32 = 4_096;

/// Copies the database into a new file and checks the copy.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(to.display().to_string()));
    }
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(DbError::from)?;
    // One snapshot from the first to the last page: otherwise every commit would start the copy anew.
    source.execute_batch("begin; select count(*) from sqlite_schema;").map_err(DbError::from)?;
    let mut target = Connection::open(to).map_err(DbError::from)?;
    Backup::new(&source, &mut target)
        .and_then(|backup| backup.run_to_completion(PAGES, Duration::ZERO, None))
        .map_err(DbError::from)?;
    let check: String = target.query_row("pragma quick_check(1)", [], |row| row.get(0)).map_err(DbError::from)?;
    if check == "ok" { Ok(()) } else { Err(BackupError::Damaged(check)) }
}

//! The tables of the house: numbered pairs of migrations, applied once and in order.
//!
//! Each runs in one transaction together with its row in `schema_migration`. A database that does not fit is
//! refused with a line that says what to do.

use sha2::{Digest as _, Sha256};

use super::{DbError, OpenError, Tx};

/// A step, in the words of both databases.
struct Migration {
    number: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "house",
        sqlite: include_str!("../../../migrations/sqlite/0001_house.sql"),
        postgres: include_str!("../../../migrations/postgres/0001_house.sql"),
    },
    Migration {
        number: 2,
        name: "directory",
        sqlite: include_str!("../../../migrations/sqlite/0002_directory.sql"),
        postgres: include_str!("../../../migrations/postgres/0002_directory.sql"),
    },
    Migration {
        number: 3,
        name: "catalogue",
        sqlite: include_str!("../../../migrations/sqlite/0003_catalogue.sql"),
        postgres: include_str!("../../../migrations/postgres/0003_catalogue.sql"),
    },
    Migration {
        number: 4,
        name: "contact",
        sqlite: include_str!("../../../migrations/sqlite/0004_contact.sql"),
        postgres: include_str!("../../../migrations/postgres/0004_contact.sql"),
    },
    Migration {
        number: 5,
        name: "sales",
        sqlite: include_str!("../../../migrations/sqlite/0005_sales.sql"),
        postgres: include_str!("../../../migrations/postgres/0005_sales.sql"),
    },
    Migration {
        number: 6,
        name: "relations",
        sqlite: include_str!("../../../migrations/sqlite/0006_relations.sql"),
        postgres: include_str!("../../../migrations/postgres/0006_relations.sql"),
    },
    Migration {
        number: 7,
        name: "callback",
        sqlite: include_str!("../../../migrations/sqlite/0007_callback.sql"),
        postgres: include_str!("../../../migrations/postgres/0007_callback.sql"),
    },
    Migration {
        number: 8,
        name: "card",
        sqlite: include_str!("../../../migrations/sqlite/0008_card.sql"),
        postgres: include_str!("../../../migrations/postgres/0008_card.sql"),
    },
];

/// Why a database does not fit.
#[derive(Debug)]
pub(super) enum Misfit {
    Failed(DbError),
    Reason(String),
}

impl Misfit {
    pub(super) fn explain(self, database: String) -> OpenError {
        match self {
            Misfit::Failed(cause) => OpenError::Unusable { database, cause },
            Misfit::Reason(reason) => OpenError::Unfit { database, reason },
        }
    }
}

impl From<DbError> for Misfit {
    fn from(error: DbError) -> Misfit {
        Misfit::Failed(error)
    }
}

/// Checks what was applied and applies what is missing. Outside of any transaction; on PostgreSQL the
/// caller holds the advisory lock of migrations.
pub(super) fn run(tx: &mut Tx<'_>, may_change: bool) -> Result<(), Misfit> {
    loop {
        // Looked at without a lock first, so that a long write of another process does not delay the start.
        let Some(missing) = next(tx)? else { return Ok(()) };
        if !may_change {
            let name = missing.name;
            return Err(Misfit::Reason(format!(
                "it lacks migration {} ({name}); start the server once",
                missing.number
            )));
        }
        let begin = if tx.position_now() { "begin immediate" } else { "begin read write" };
        tx.batch(begin)?;
        let applied = step(tx);
        let ended = tx.batch(if applied.is_ok() { "commit" } else { "rollback" });
        applied?;
        ended?;
    }
}

/// One migration, looked for again under the lock: another process may have been faster.
fn step(tx: &mut Tx<'_>) -> Result<(), Misfit> {
    let Some(migration) = next(tx)? else { return Ok(()) };
    tracing::info!(number = migration.number, name = migration.name, "applying a migration");
    tx.batch(
        "create table if not exists schema_migration (number bigint not null primary key, name text not null, \
         checksum text not null, started bigint not null, finished bigint)",
    )?;
    let started = tx.now()?;
    let (number, name, checksum) = (migration.number, migration.name, checksum(migration, tx));
    let sql = "insert into schema_migration (number, name, checksum, started) values ($1, $2, $3, $4)";
    tx.execute(sql, &[&number, &name, &checksum, &started])?;
    tx.batch(if tx.position_now() { migration.sqlite } else { migration.postgres })?;
    let finished = tx.now()?;
    tx.execute("update schema_migration set finished = $1 where number = $2", &[&finished, &number])?;
    Ok(())
}

/// The first migration that is missing, if what was applied is what this program knows.
fn next(tx: &mut Tx<'_>) -> Result<Option<&'static Migration>, Misfit> {
    let tables = tables(tx)?;
    if !tables.iter().any(|table| table == "schema_migration") {
        return match tables.first() {
            None => Ok(MIGRATIONS.first()),
            Some(table) => Err(Misfit::Reason(format!(
                "it holds tables of another program ({table}); name an empty or a new database"
            ))),
        };
    }
    let sql = "select number, name, checksum, finished from schema_migration order by number";
    let applied = tx.query(sql, &[], |row| {
        Ok((row.get::<i64>(0)?, row.get::<String>(1)?, row.get::<String>(2)?, row.get::<Option<i64>>(3)?))
    })?;
    for (index, (number, name, applied_checksum, finished)) in applied.iter().enumerate() {
        let known = MIGRATIONS.get(index).filter(|migration| migration.number == *number);
        let problem = match known {
            _ if finished.is_none() => "was begun but not finished; restore a backup",
            None => "is unknown to this program; start a newer version of it",
            Some(migration) if *applied_checksum != checksum(migration, tx) => {
                "was applied in another wording than this program has; start the version that made the database"
            }
            Some(_) => continue,
        };
        return Err(Misfit::Reason(format!("migration {number} ({name}) {problem}")));
    }
    Ok(MIGRATIONS.get(applied.len()))
}

fn tables(tx: &mut Tx<'_>) -> Result<Vec<String>, DbError> {
    let sql = if tx.position_now() {
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' order by name"
    } else {
        "select tablename::text from pg_tables where schemaname = current_schema() order by 1"
    };
    tx.query(sql, &[], |row| row.get(0))
}

fn checksum(migration: &Migration, tx: &Tx<'_>) -> String {
    use std::fmt::Write as _;
    let text = if tx.position_now() { migration.sqlite } else { migration.postgres };
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

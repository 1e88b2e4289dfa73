//! SQLite: one writing thread that commits whatever waits at once, and some reading threads.

mod backup;
mod plans;
pub(super) mod statement;
pub(super) mod tail;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::lane::{Lane, Threads, Way, Work};
use super::shared::Shared;
use super::tx::{Access, Tx};
use super::{BackupError, DatabaseUrl, DbError, OpenError, Options, migrate};
use tail::SqliteTail;
use worker::Worker;

/// An open SQLite file.
pub(super) struct Store {
    path: PathBuf,
    writes: Lane,
    reads: Lane,
    alive: Arc<AtomicUsize>,
    writer: Threads,
    readers: Threads,
}

impl Store {
    /// Opens the file, makes it when it is missing, and starts the threads.
    pub(super) fn open(
        path: &Path,
        options: &Options,
        shared: &Arc<Shared>,
    ) -> Result<(Store, Option<SqliteTail>), OpenError> {
        check_directory(path)?;
        let unusable = |cause| OpenError::Unusable { database: name(path), cause };
        make_private(path);
        let writer = writer(path, options).map_err(unusable)?;
        migrate::run(&mut Tx::on_sqlite(&writer, Access::Write), options.migrate)
            .map_err(|misfit| misfit.explain(name(path)))?;
        plans::steady(&writer).map_err(unusable)?;
        let store = Store {
            path: path.to_owned(),
            writes: Lane::new(options.waiting),
            reads: Lane::new(options.waiting),
            alive: Arc::default(),
            writer: Threads::default(),
            readers: Threads::default(),
        };
        let start = || {
            store.start(&store.writer, "kailing-write", writer, &store.writes, shared)?;
            for _ in 0..options.readers.max(1) {
                store.start(&store.readers, "kailing-read", reader(path, options)?, &store.reads, shared)?;
            }
            options.follow.then(|| SqliteTail::new(reader(path, options)?)).transpose()
        };
        let tail = start().map_err(unusable)?;
        Ok((store, tail))
    }

    pub(super) fn send(&self, work: Work) -> Result<(), DbError> {
        if work.way == Way::Write { self.writes.send(work) } else { self.reads.send(work) }
    }

    pub(super) fn waiting(&self) -> (usize, usize) {
        (self.reads.len(), self.writes.len())
    }

    pub(super) fn connections(&self) -> usize {
        self.alive.load(Ordering::Relaxed)
    }

    pub(super) fn backup(&self, to: &Path) -> Result<(), BackupError> {
        backup::copy(&self.path, to)
    }

    pub(super) fn close(&self) {
        // The writer goes last: the last connection moves the write-ahead log into the file.
        self.reads.close();
        self.readers.join();
        self.writes.close();
        self.writer.join();
    }

    fn start(
        &self,
        threads: &Threads,
        name: &str,
        connection: Connection,
        lane: &Lane,
        shared: &Arc<Shared>,
    ) -> Result<(), DbError> {
        self.alive.fetch_add(1, Ordering::Relaxed);
        let (shared, works, alive) = (Arc::clone(shared), lane.receiver(), Arc::clone(&self.alive));
        threads.start(name, move || {
            Worker { connection, works, shared }.run();
            alive.fetch_sub(1, Ordering::Relaxed);
        })
    }
}

/// The connection that writes. `page_size` only matters for a new file and comes before the first write.
fn writer(path: &Path, options: &Options) -> Result<Connection, DbError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE, options)?;
    // SQLite opens a file that it may not write without a word.
    if connection.is_readonly("main")? {
        let read_only = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY);
        return Err(rusqlite::Error::SqliteFailure(read_only, None).into());
    }
    connection.execute_batch(
        "pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -32768; \
         pragma wal_autocheckpoint = 2000; pragma journal_size_limit = 67108864;",
    )?;
    Ok(connection)
}

/// A connection that reads. It must be allowed to write the file that readers of a WAL share.
fn reader(path: &Path, options: &Options) -> Result<Connection, DbError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, options)?;
    connection.execute_batch("pragma query_only = on; pragma cache_size = -16384;")?;
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags, options: &Options) -> Result<Connection, DbError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.set_prepared_statement_cache_capacity(options.statements);
    // Otherwise plans depend on the values, and a statement is prepared anew whenever one of them changes.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Savepoints would spill into files without `temp_store`. No `mmap_size`: mapped pages would count as
    // memory of the process.
    connection.execute_batch("pragma busy_timeout = 5000; pragma temp_store = memory; pragma foreign_keys = on;")?;
    Ok(connection)
}

fn check_directory(path: &Path) -> Result<(), OpenError> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() && !parent.is_dir() => {
            Err(OpenError::NoDirectory(parent.to_owned()))
        }
        _ => Ok(()),
    }
}

/// Makes a missing file readable for its owner only: it holds personal data. The files beside it inherit
/// that. Whatever goes wrong here, opening the database says it better.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

fn name(path: &Path) -> String {
    DatabaseUrl::Sqlite(path.to_owned()).to_string()
}

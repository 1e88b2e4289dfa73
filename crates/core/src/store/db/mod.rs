//! One way to SQLite and to PostgreSQL: transactions as closures, statements with `$n`, rows by position.
//!
//! Nothing outside this folder knows which database it is. The dialect that both share is described in
//! `docs/sql.md`. A closure runs on a thread of the database, so that callers only wait for a [`Pending`].

mod error;
mod follow;
mod lane;
pub mod lease;
mod lists;
mod lock;
mod migrate;
mod pending;
mod postgres;
mod row;
mod shared;
mod sqlite;
mod touch;
mod tx;
mod url;
mod value;

pub use error::{DbError, OpenError};
pub use lock::LockKey;
pub use pending::Pending;
pub use row::{Column, Row};
pub use shared::Statistics;
pub use tx::Tx;
pub use url::DatabaseUrl;
pub use value::{Arg, Kind, Value};

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::card::Generations;
use crate::refusal::{Code, Refusal, Verdict};
use follow::Follower;
use lane::{Way, Work};
use shared::Shared;

/// How a database is opened. Start from `Options::default()`.
#[derive(Clone, Debug)]
pub struct Options {
    /// Raised by every commit, here and in other processes.
    pub generations: Arc<Generations>,
    /// Reading threads on SQLite. Default: as many as the machine has processors, at least 4, at most 16.
    pub readers: usize,
    /// Connections to PostgreSQL, 2 or more. Default 12.
    pub connections: usize,
    /// Prepared statements that a connection keeps. Default 256.
    pub statements: usize,
    /// Calls that may wait for a thread before more are refused, reads and writes each. Default 4,096.
    pub waiting: usize,
    /// Longest time of one PostgreSQL statement. Default 30 s.
    pub statement_timeout: Duration,
    /// Longest time to connect to PostgreSQL. Default 5 s.
    pub connect_timeout: Duration,
    /// Apply missing migrations; otherwise a database that lacks some is refused. Default yes.
    pub migrate: bool,
    /// Follow the changes of other processes. Default yes; commands that end soon need not.
    pub follow: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            generations: Arc::default(),
            readers: std::thread::available_parallelism().map_or(4, |n| n.get().clamp(4, 16)),
            connections: 12,
            statements: 256,
            waiting: 4_096,
            statement_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            migrate: true,
            follow: true,
        }
    }
}

/// An open database. Clones share it; it is closed with the last of them or by [`Db::close`].
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    engine: Arc<Engine>,
    follower: Option<Follower>,
}

/// The threads of the one database or the other.
enum Engine {
    Sqlite(sqlite::Store),
    Postgres(postgres::Pool),
}

impl Db {
    /// Opens a database, makes or migrates its tables, and refuses one that does not fit this program.
    /// Blocks for as long as that takes.
    #[expect(clippy::needless_pass_by_value, reason = "callers write the options in place")]
    pub fn open(url: &DatabaseUrl, options: Options) -> Result<Db, OpenError> {
        let shared = Arc::new(Shared::new(Arc::clone(&options.generations)));
        let (engine, tail) = match url {
            DatabaseUrl::Sqlite(path) => {
                let (store, tail) = sqlite::Store::open(path, &options, &shared)?;
                (Engine::Sqlite(store), tail.map(follow::Tail::Sqlite))
            }
            DatabaseUrl::Postgres(text) => {
                let (pool, tail) = postgres::Pool::open(url, text, &options, &shared)?;
                (Engine::Postgres(pool), tail.map(|tail| follow::Tail::Postgres(Box::new(tail))))
            }
        };
        let engine = Arc::new(engine);
        let follower = Follower::start(tail, &engine, &shared);
        Ok(Db { inner: Arc::new(Inner { shared, engine, follower: Some(follower) }) })
    }

    /// Runs statements that only read, all on one consistent snapshot.
    pub fn read<T, F>(&self, f: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Verdict<T> + Send + 'static,
    {
        self.inner.engine.submit(Way::Read, once(f))
    }

    /// Runs a single statement that only reads, a little faster than [`Db::read`]. Several statements would
    /// each see another moment.
    pub fn get<T, F>(&self, f: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Verdict<T> + Send + 'static,
    {
        self.inner.engine.submit(Way::Get, once(f))
    }

    /// Runs a transaction: `Ok` commits durably, `Err` undoes. The closure may be run again, up to three
    /// times, when another transaction was in its way, so it must not have effects outside the database.
    pub fn write<T, F>(&self, f: F) -> Pending<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Verdict<T> + Send + 'static,
    {
        self.inner.engine.submit(Way::Write, f)
    }

    /// What commits raise.
    pub fn generations(&self) -> &Arc<Generations> {
        &self.inner.shared.generations
    }

    /// Numbers for `/metrics`.
    pub fn statistics(&self) -> Statistics {
        let engine = &self.inner.engine;
        self.inner.shared.statistics(engine.waiting(), engine.connections())
    }

    /// Whether calls can be served: the database is open, reachable, and nobody took our node number.
    pub fn ready(&self) -> bool {
        self.inner.engine.can_write() && !self.inner.shared.is_node_lost()
    }

    /// Whether the changes of other processes were read within the last 500 ms. While not, cards in memory
    /// may be older than promised, and readers fall back to rows.
    pub fn tail_is_fresh(&self) -> bool {
        self.inner.shared.is_tail_fresh()
    }

    /// Leases a node number, 0 to 1,022, for ids that no other process gives out; 1,023 stays reserved for
    /// demo data and imports. It is renewed while the database is open. Blocks; `holder` is for people.
    pub fn lease_node(&self, holder: &str) -> Verdict<u16> {
        lease::take_node(&self.inner.engine, &self.inner.shared, holder)
    }

    /// Writes a consistent copy of an SQLite database into a new file, while others read and write, and
    /// checks the copy. Blocks for as long as that takes.
    pub fn backup(&self, to: &Path) -> Result<(), BackupError> {
        match &*self.inner.engine {
            Engine::Sqlite(store) => store.backup(to),
            Engine::Postgres(_) => Err(BackupError::NotSqlite),
        }
    }

    /// Finishes what was begun, refuses everything else and closes the database. Blocks.
    pub fn close(self) {
        self.inner.close();
    }
}

/// Why a backup failed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has tools of its own.
    #[error("only SQLite databases are copied; use pg_dump for PostgreSQL")]
    NotSqlite,
    /// A backup never overwrites.
    #[error("{0} exists already; name a new file")]
    Exists(String),
    /// Copying or checking failed.
    #[error("the backup failed: {0}")]
    Failed(#[from] DbError),
    /// The copy is not sound.
    #[error("the copy is damaged: {0}")]
    Damaged(String),
}

impl Inner {
    fn close(&self) {
        if let Some(follower) = &self.follower {
            follower.stop();
        }
        lease::give_back(&self.engine, &self.shared);
        match &*self.engine {
            Engine::Sqlite(store) => store.close(),
            Engine::Postgres(pool) => pool.close(),
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

impl Engine {
    fn submit<T, F>(&self, way: Way, closure: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Verdict<T> + Send + 'static,
    {
        let (job, pending) = pending::job(closure);
        let sent = match self {
            Engine::Sqlite(store) => store.send(Work { way, job }),
            Engine::Postgres(pool) => pool.send(Work { way, job }),
        };
        match sent {
            Ok(()) => pending,
            Err(error) => pending::refused(error),
        }
    }

    /// Calls that wait: reads, writes.
    fn waiting(&self) -> (usize, usize) {
        match self {
            Engine::Sqlite(store) => store.waiting(),
            Engine::Postgres(pool) => pool.waiting(),
        }
    }

    /// Whether a write would be tried now, which takes more than a read.
    fn can_write(&self) -> bool {
        match self {
            Engine::Sqlite(store) => store.connections() > 0,
            Engine::Postgres(pool) => pool.can_write(),
        }
    }

    /// Connections that are alive.
    fn connections(&self) -> usize {
        match self {
            Engine::Sqlite(store) => store.connections(),
            Engine::Postgres(pool) => pool.connections(),
        }
    }
}

/// A closure that runs once, in the shape of one that may run again.
fn once<T, F>(f: F) -> impl FnMut(&mut Tx<'_>) -> Verdict<T> + Send + 'static
where
    F: FnOnce(&mut Tx<'_>) -> Verdict<T> + Send + 'static,
{
    let mut f = Some(f);
    move |tx| f.take().map_or_else(|| Err(Refusal::from(Code::Unavailable)), |f| f(tx))
}

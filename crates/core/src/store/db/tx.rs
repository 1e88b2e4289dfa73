//! A transaction: the statements of one closure, on whichever database.

use std::sync::Arc;

use super::postgres::session::Session;
use super::shared::Shared;
use super::sqlite::statement;
use super::{Arg, DbError, LockKey, Row, lists, lock};
use crate::card::Touched;
use crate::store::catalogue::{Catalogue, Kept};

const LOCK: &str = "insert into lock_slot (corp_id, slot) select $1, slot from unnest($2::bigint[]) as wanted (slot) \
                    on conflict (corp_id, slot) do update set slot = excluded.slot";
const JOURNAL_ID: &str = "select nextval('journal_id')";

/// The statements that a closure may run. All take `$1`, `$2` … on both databases and are cached by their
/// text. After a failed statement nothing else may follow: the transaction is undone even if the closure
/// says `Ok`.
pub struct Tx<'a> {
    link: Link<'a>,
    access: Access,
    failed: bool,
    notes: Notes,
    memory: Option<Memory<'a>>,
}

/// What the process remembers beside the database.
#[derive(Clone, Copy)]
struct Memory<'a> {
    shared: &'a Shared,
    /// The clock from before anything was read.
    since: u64,
}

/// The connection that the transaction runs on.
enum Link<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut Session),
}

/// What a closure may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// What the commit has to tell others.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// What makes cards stale.
    pub(super) touched: Vec<(i64, Touched)>,
    /// Journal rows of ours, which the tail need not report to us.
    pub(super) journal: Vec<i64>,
    /// What was read of catalogues. Others may use it once it is certain that nothing of it is undone.
    pub(super) catalogues: Vec<(i64, Kept)>,
}

impl<'a> Tx<'a> {
    pub(super) fn on_sqlite(connection: &'a rusqlite::Connection, access: Access) -> Tx<'a> {
        Tx { link: Link::Sqlite(connection), access, failed: false, notes: Notes::default(), memory: None }
    }

    pub(super) fn on_postgres(session: &'a mut Session, access: Access) -> Tx<'a> {
        Tx { link: Link::Postgres(session), access, failed: false, notes: Notes::default(), memory: None }
    }

    /// Lets it use what the process remembers. To be called before anything is read.
    pub(super) fn remembering(mut self, shared: &'a Shared) -> Tx<'a> {
        self.memory = Some(Memory { shared, since: shared.generations.now() });
        self
    }

    /// Runs a statement that returns no rows; the answer is the number of rows it changed.
    pub fn execute(&mut self, sql: &str, args: &[&dyn Arg]) -> Result<u64, DbError> {
        let result = self.may_write().and_then(|()| match &mut self.link {
            Link::Sqlite(connection) => statement::execute(connection, sql, args),
            Link::Postgres(session) => session.execute(sql, args),
        });
        self.note(result)
    }

    /// Runs a statement and reads every row.
    pub fn query<T>(
        &mut self,
        sql: &str,
        args: &[&dyn Arg],
        f: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        let mut rows = Vec::new();
        self.query_into(sql, args, f, &mut rows)?;
        Ok(rows)
    }

    /// Runs a statement and reads its first row, if there is one.
    pub fn query_opt<T>(
        &mut self,
        sql: &str,
        args: &[&dyn Arg],
        f: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError> {
        Ok(self.query(sql, args, f)?.into_iter().next())
    }

    /// Like [`Tx::query`], with `{list}` in the SQL standing for the items of `list`, whose numbers follow
    /// those of `args`. Long lists run in pieces of 2,048 and the rows are joined, so an order of the
    /// statement holds within a piece only. An empty list asks nothing and has no rows.
    pub fn query_in<T, A: Arg>(
        &mut self,
        sql: &str,
        args: &[&dyn Arg],
        list: &[A],
        mut f: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        let mut rows = Vec::new();
        for piece in lists::pieces(list) {
            let (sql, args) = lists::fill(sql, args, piece, self.placeholder());
            self.query_into(&sql, &args, &mut f, &mut rows)?;
        }
        Ok(rows)
    }

    /// Like [`Tx::execute`] with `{list}` as in [`Tx::query_in`]; the answer is the sum over the pieces.
    pub fn execute_in<A: Arg>(&mut self, sql: &str, args: &[&dyn Arg], list: &[A]) -> Result<u64, DbError> {
        let mut changed = 0;
        for piece in lists::pieces(list) {
            let (sql, args) = lists::fill(sql, args, piece, self.placeholder());
            changed += self.execute(&sql, &args)?;
        }
        Ok(changed)
    }

    /// Inserts rows. `into` is `table (column, …)`, `args` the values of all rows one after the other,
    /// `width` to a row. Runs in statements of 64 rows and less; on PostgreSQL together with the next statement that
    /// has an answer, or with the commit, which fails in its place.
    pub fn insert(&mut self, into: &str, width: usize, args: &[&dyn Arg]) -> Result<(), DbError> {
        for piece in lists::insert_pieces(width, args)? {
            let sql = lists::insert_sql(into, width, piece.len() / width, self.placeholder());
            self.put_by(&sql, piece)?;
        }
        Ok(())
    }

    /// Like [`Tx::execute_in`] for a statement whose answer does not matter: it is sent as those of [`Tx::insert`] are.
    pub(super) fn put_by_in<A: Arg>(&mut self, sql: &str, args: &[&dyn Arg], list: &[A]) -> Result<(), DbError> {
        for piece in lists::pieces(list) {
            let (sql, args) = lists::fill(sql, args, piece, self.placeholder());
            self.put_by(&sql, &args)?;
        }
        Ok(())
    }

    /// Changes many rows, each in its own way. `{rows}` in the SQL stands for a `values` list of `args`, `width`
    /// to a row, whose columns are `column1`, `column2` …: `update t set x = v.column3 from ({rows}) as v
    /// where t.corp_id = v.column1 and t.id = v.column2`. Runs in statements of 64 rows and less.
    pub fn execute_rows(&mut self, sql: &str, width: usize, args: &[&dyn Arg]) -> Result<u64, DbError> {
        let mut changed = 0;
        for piece in lists::insert_pieces(width, args)? {
            let sql = sql.replace("{rows}", &lists::rows_sql(width, piece.len() / width, self.placeholder()));
            changed += self.execute(&sql, piece)?;
        }
        Ok(changed)
    }

    /// Loads many rows at once, for demo data and imports: one prepared insert on SQLite, a binary `COPY`
    /// on PostgreSQL. Each row has the values of `columns` in their order.
    pub fn load(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: &mut dyn Iterator<Item = Vec<&dyn Arg>>,
    ) -> Result<u64, DbError> {
        let result = self.may_write().and_then(|()| match &mut self.link {
            Link::Sqlite(connection) => statement::load(connection, table, columns, rows),
            Link::Postgres(session) => session.load(table, columns, rows),
        });
        self.note(result)
    }

    /// Makes other transactions that lock one of the same keys wait until this one has ended. To be called
    /// before anything is read on which a decision rests: on PostgreSQL it goes out with the next statement. Different
    /// keys may share a lock.
    pub fn lock(&mut self, corp: i64, keys: &[LockKey<'_>]) -> Result<(), DbError> {
        if keys.is_empty() {
            return Ok(());
        }
        let result = match &mut self.link {
            Link::Sqlite(_) => Ok(()),
            // Rows are written in the order of the array, and so waited for in that order.
            Link::Postgres(session) => session.lock(LOCK, corp, lock::slots(keys), JOURNAL_ID),
        };
        self.note(result)
    }

    /// Says that cards which show this are stale once the transaction has committed.
    pub fn touch(&mut self, corp: i64, touched: Touched) {
        self.notes.touched.push((corp, touched));
    }

    /// Whether catalogues in memory can be trusted now.
    pub(in crate::store) fn keeps_catalogues(&self) -> bool {
        self.memory.is_some_and(|memory| memory.shared.is_tail_fresh())
    }

    /// The catalogue of a tenant from memory, if it is certain to be the newest one. What this transaction has
    /// changed itself is in no memory.
    pub(in crate::store) fn kept_catalogue(&self, corp: i64) -> Option<Arc<Catalogue>> {
        let is_own = |(touched_corp, touched): &(i64, Touched)| *touched_corp == corp && touched.is_catalogue();
        if !self.keeps_catalogues() || self.notes.touched.iter().any(is_own) {
            return None;
        }
        let shared = self.memory?.shared;
        shared.catalogues.fresh(corp, &shared.generations)
    }

    /// Keeps a catalogue that was read just now: at once when all that was read is committed. A writer may have read
    /// what is undone later, by itself or by its neighbours in the same commit, so its own waits for the commit.
    pub(in crate::store) fn keep_catalogue(&mut self, corp: i64, catalogue: &Arc<Catalogue>) {
        let Some(Memory { shared, since }) = self.memory else { return };
        let kept = Kept { since, catalogue: Arc::clone(catalogue) };
        match self.access {
            Access::Read => shared.catalogues.keep(corp, kept),
            Access::Write => self.notes.catalogues.push((corp, kept)),
        }
    }

    /// Numbers for new journal rows, ascending. On PostgreSQL to be drawn after [`Tx::lock`].
    pub fn journal_ids(&mut self, n: usize) -> Result<Vec<i64>, DbError> {
        let Ok(count @ 1..) = i64::try_from(n) else { return Ok(Vec::new()) };
        let ids: Vec<i64> = if self.position_now() {
            let first = self.draw(0, "journal", count)?;
            (first..first + count).collect()
        } else {
            self.draw_journal_ids(n)?
        };
        self.notes.journal.extend_from_slice(&ids);
        Ok(ids)
    }

    /// The rest of what the last lock has drawn, and then new ones. What was put by and comes with these is older than
    /// they are, so it is lost.
    fn draw_journal_ids(&mut self, n: usize) -> Result<Vec<i64>, DbError> {
        let Link::Postgres(session) = &mut self.link else {
            return Err(DbError::Unsupported("SQLite has no sequences"));
        };
        let mut ids = session.drawn(n);
        if let Ok(more @ 1..) = i64::try_from(n - ids.len()) {
            let sql = "select nextval('journal_id') from generate_series(1, $1)";
            ids.extend(self.query(sql, &[&more], |row| row.get::<i64>(0))?);
            ids.sort_unstable();
            if let Link::Postgres(session) = &mut self.link {
                session.drawn(usize::MAX);
            }
        }
        Ok(ids)
    }

    /// The first of `n` gap-free event numbers of a tenant on SQLite; on PostgreSQL none, since the
    /// sequencer numbers events after they were committed.
    pub fn event_numbers(&mut self, corp: i64, n: i64) -> Result<Option<i64>, DbError> {
        if self.position_now() { self.draw(corp, "event", n).map(Some) } else { Ok(None) }
    }

    /// Whether the writer of a journal row gives it its position at once, equal to its id (SQLite), or
    /// leaves it null for the sequencer (PostgreSQL).
    pub fn position_now(&self) -> bool {
        matches!(self.link, Link::Sqlite(_))
    }

    /// Raises a counter of table `counter` by `n` and returns the first number that was drawn. The row of
    /// the counter stays locked until the transaction ends.
    pub fn draw(&mut self, corp: i64, name: &str, n: i64) -> Result<i64, DbError> {
        let last = self.query_opt(
            "insert into counter (corp_id, name, value) values ($1, $2, $3) \
             on conflict (corp_id, name) do update set value = counter.value + excluded.value returning value",
            &[&corp, &name, &n],
            |row| row.get::<i64>(0),
        )?;
        last.map(|last| last - n + 1).ok_or(DbError::Unsupported("a counter gave no number"))
    }

    /// The time of the database in epoch milliseconds, on which all processes agree. For leases.
    pub(super) fn now(&mut self) -> Result<i64, DbError> {
        let sql = match self.link {
            Link::Sqlite(_) => "select cast(unixepoch('subsec') * 1000 as integer)",
            Link::Postgres(_) => "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)",
        };
        self.query_opt(sql, &[], |row| row.get(0))?.ok_or(DbError::Unsupported("the database has no clock"))
    }

    /// Runs statements without parameters, e.g. a migration.
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), DbError> {
        let result = match &mut self.link {
            Link::Sqlite(connection) => connection.execute_batch(sql).map_err(DbError::from),
            Link::Postgres(session) => session.batch(sql),
        };
        self.note(result)
    }

    /// A statement with arrays of integers after its integers; PostgreSQL only.
    pub(super) fn on_arrays(&mut self, sql: &str, args: &[i64], arrays: &[&[i64]]) -> Result<u64, DbError> {
        let result = match &mut self.link {
            Link::Sqlite(_) => Err(DbError::Unsupported("SQLite has no arrays")),
            Link::Postgres(session) => session.execute_arrays(sql, args, arrays),
        };
        self.note(result)
    }

    /// What was touched so far.
    pub(super) fn touched(&self) -> &[(i64, Touched)] {
        &self.notes.touched
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed
    }

    pub(super) fn into_notes(self) -> Notes {
        self.notes
    }

    fn query_into<T>(
        &mut self,
        sql: &str,
        args: &[&dyn Arg],
        f: impl FnMut(&Row<'_>) -> Result<T, DbError>,
        rows: &mut Vec<T>,
    ) -> Result<(), DbError> {
        let result = match &mut self.link {
            Link::Sqlite(connection) => statement::query(connection, sql, args, f, rows),
            Link::Postgres(session) => session.query(sql, args, f, rows),
        };
        self.note(result)
    }

    fn put_by(&mut self, sql: &str, args: &[&dyn Arg]) -> Result<(), DbError> {
        let result = self.may_write().and_then(|()| match &mut self.link {
            Link::Sqlite(connection) => statement::execute(connection, sql, args).map(drop),
            Link::Postgres(session) => session.put_by(sql, args),
        });
        self.note(result)
    }

    fn may_write(&self) -> Result<(), DbError> {
        match self.access {
            Access::Write => Ok(()),
            Access::Read => Err(DbError::Unsupported("a read changes nothing; use Db::write")),
        }
    }

    fn note<T>(&mut self, result: Result<T, DbError>) -> Result<T, DbError> {
        self.failed |= result.is_err();
        result
    }

    fn placeholder(&self) -> char {
        if self.position_now() { '?' } else { '$' }
    }
}

//! The thread behind one SQLite connection.

use std::sync::Arc;

use crossbeam_channel::Receiver;
use rusqlite::Connection;

use super::statement;
use crate::refusal::Refusal;
use crate::store::db::DbError;
use crate::store::db::lane::{Way, Work};
use crate::store::db::pending::{Job, Outcome};
use crate::store::db::shared::{Counts, Shared};
use crate::store::db::tx::{Access, Notes, Tx};

/// Writes that share one commit, and so one wait for the disk.
const BATCH: usize = 64;

/// A connection, what it is to do, and whom to tell.
pub(super) struct Worker {
    pub(super) connection: Connection,
    pub(super) works: Receiver<Work>,
    pub(super) shared: Arc<Shared>,
}

/// The writes of one commit.
#[derive(Default)]
struct Batch {
    jobs: Vec<Box<dyn Job>>,
    notes: Vec<Notes>,
}

impl Worker {
    /// Works until nobody can send any more.
    pub(super) fn run(self) {
        while let Ok(work) = self.works.recv() {
            match work.way {
                Way::Write => self.write(work.job),
                way => self.read(way, work.job),
            }
        }
        if let Err((_, error)) = self.connection.close() {
            tracing::warn!(%error, "the database was not closed cleanly; nothing is lost");
        }
    }

    fn read(&self, way: Way, mut job: Box<dyn Job>) {
        if !job.caller().listens() {
            return;
        }
        Counts::add(&self.shared.counts.reads, 1);
        let snapshot = way == Way::Read;
        let begun = if snapshot { self.statement("begin deferred") } else { Ok(()) };
        if begun.is_ok() {
            job.run(&mut Tx::on_sqlite(&self.connection, Access::Read).remembering(&self.shared));
        }
        let ended = if snapshot && begun.is_ok() { self.statement("commit") } else { begun };
        if ended.is_err() {
            self.undo();
        }
        job.answer(self.fate(ended));
    }

    /// Runs a write and whatever waits behind it, then commits them together. Everybody hears of it after
    /// the commit, refused ones too: they may have seen what their neighbours wrote.
    fn write(&self, first: Box<dyn Job>) {
        let mut batch = Batch::default();
        let ended = match self.statement("begin immediate") {
            Ok(()) => self.fill(first, &mut batch).and_then(|()| {
                self.shared.remember(&batch.notes);
                self.statement("commit")
            }),
            Err(error) => {
                batch.jobs.push(first);
                Err(error)
            }
        };
        Counts::add(&self.shared.counts.writes, batch.jobs.len());
        if ended.is_ok() {
            Counts::add(&self.shared.counts.commits, 1);
            self.shared.publish(&batch.notes);
        } else {
            self.undo();
            self.shared.forget(&batch.notes);
        }
        let fate = self.fate(ended);
        for job in batch.jobs {
            job.answer(fate.clone());
        }
    }

    fn fill(&self, first: Box<dyn Job>, batch: &mut Batch) -> Result<(), DbError> {
        self.one(first, batch)?;
        while batch.jobs.len() < BATCH {
            let Ok(work) = self.works.try_recv() else { break };
            self.one(work.job, batch)?;
        }
        Ok(())
    }

    /// Runs one write of a batch in a savepoint. An error means that the whole batch is lost.
    fn one(&self, mut job: Box<dyn Job>, batch: &mut Batch) -> Result<(), DbError> {
        let begun = self.statement("savepoint job");
        if let Err(error) = begun {
            batch.jobs.push(job);
            return Err(error);
        }
        let mut tx = Tx::on_sqlite(&self.connection, Access::Write).remembering(&self.shared);
        let outcome = job.run(&mut tx);
        let notes = tx.into_notes();
        batch.jobs.push(job);
        // A full disk undoes the whole transaction, whatever the closure made of it.
        if self.connection.is_autocommit() {
            return Err(DbError::Unsupported("the whole transaction was undone, perhaps because the disk is full"));
        }
        if outcome == Outcome::Commit {
            batch.notes.push(notes);
        } else {
            self.statement("rollback to job")?;
        }
        self.statement("release job")
    }

    fn undo(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.statement("rollback")
        {
            tracing::error!(%error, "a transaction could not be undone");
        }
    }

    fn statement(&self, sql: &str) -> Result<(), DbError> {
        statement::execute(&self.connection, sql, &[]).map(drop)
    }

    fn fate(&self, ended: Result<(), DbError>) -> Result<(), Refusal> {
        ended.map_err(|error| {
            Counts::add(&self.shared.counts.errors, 1);
            tracing::error!(%error, "a transaction failed");
            Refusal::from(error)
        })
    }
}

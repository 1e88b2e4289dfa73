//! The thread behind one PostgreSQL connection.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, never, select};

use super::Queues;
use super::connect::Connector;
use super::desk::Desk;
use super::session::Session;
use crate::refusal::Refusal;
use crate::store::db::DbError;
use crate::store::db::lane::{Way, Work};
use crate::store::db::pending::{Job, Outcome};
use crate::store::db::shared::{Counts, Shared, now};
use crate::store::db::tx::{Access, Notes, Tx};

/// How a transaction that writes begins.
const BEGIN: &str = "begin isolation level read committed read write";
/// Reruns of a transaction that met another one.
const RERUNS: usize = 3;
/// How long an idle connection is left alone before it is looked at.
const IDLE: Duration = Duration::from_secs(10);
/// How soon an idle connection is looked at when another was lost.
const DOUBT: Duration = Duration::from_secs(1);
/// How long a connection may take to show that it is alive.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);
/// Pauses between attempts to connect.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Serves the queues on one connection, and makes a new one when it is lost.
pub(super) struct Worker {
    connector: Arc<Connector>,
    queues: Arc<Queues>,
    desk: Arc<Desk>,
    shared: Arc<Shared>,
    stopped: Receiver<()>,
    writes: Receiver<Work>,
}

/// Why a worker stopped serving.
#[derive(PartialEq, Eq)]
enum End {
    Closed,
    Lost,
}

impl Worker {
    pub(super) fn new(
        connector: &Arc<Connector>,
        queues: &Arc<Queues>,
        desk: &Arc<Desk>,
        shared: &Arc<Shared>,
        stopped: Receiver<()>,
    ) -> Worker {
        Worker {
            connector: Arc::clone(connector),
            queues: Arc::clone(queues),
            desk: Arc::clone(desk),
            shared: Arc::clone(shared),
            stopped,
            writes: if desk.only_reads { never() } else { queues.writes.receiver() },
        }
    }

    /// Works until the database is closed. The connection counts as alive when this begins.
    pub(super) fn run(self, first: Session) {
        let mut session = Some(first);
        while let Some(mut alive) = session {
            alive.sit_at(&self.desk);
            let end = self.serve(&mut alive);
            if end == End::Lost {
                Counts::add(&self.shared.counts.losses, 1);
                self.queues.losses.fetch_add(1, Ordering::SeqCst);
            }
            // Whoever found it stuck has counted it already.
            if !self.desk.recover() {
                self.queues.leave(&self.desk);
            }
            drop(alive);
            session = if end == End::Lost { self.reconnect() } else { None };
        }
    }

    fn serve(&self, session: &mut Session) -> End {
        let mut losses = self.queues.losses.load(Ordering::SeqCst);
        let mut seen = now();
        let reads = self.queues.reads.receiver();
        loop {
            let work = select! {
                recv(reads) -> work => work.map(Some),
                recv(self.writes) -> work => work.map(Some),
                default(DOUBT) => Ok(None),
            };
            let Ok(work) = work else { return self.finish(session) };
            let lost = self.queues.losses.load(Ordering::SeqCst);
            let doubtful = losses != lost || (work.is_none() && now().duration_since(seen) > IDLE);
            if doubtful && !session.is_alive(SIGN_OF_LIFE) {
                if let Some(work) = work {
                    self.give_back(work);
                }
                return End::Lost;
            }
            if doubtful || work.is_some() {
                (losses, seen) = (lost, now());
            }
            let Some(work) = work else { continue };
            self.desk.serve(Some(work.job.caller()));
            let worked = self.work(session, work);
            self.desk.serve(None);
            if worked.is_err() || self.desk.is_stuck() {
                return End::Lost;
            }
        }
    }

    /// One queue is closed: what still waits in the other is served, then the work is over.
    fn finish(&self, session: &mut Session) -> End {
        let reads = self.queues.reads.receiver();
        while let Ok(work) = reads.try_recv().or_else(|_| self.writes.try_recv()) {
            if self.work(session, work).is_err() {
                break;
            }
        }
        End::Closed
    }

    /// Runs a closure. An error means that the connection is lost.
    fn work(&self, session: &mut Session, work: Work) -> Result<(), ()> {
        if work.way != Way::Write && !work.job.caller().listens() {
            return Ok(());
        }
        let begun = match work.way {
            Way::Get => Ok(()),
            // A read runs once, so it must be certain that it can. A write may be run again elsewhere.
            Way::Read => session.batch("begin isolation level repeatable read read only"),
            Way::Write => session.begin(BEGIN),
        };
        if let Err(error) = begun {
            tracing::warn!(%error, "a transaction could not begin");
            // Nothing was done yet, so another connection may do it.
            self.give_back(work);
            return Err(());
        }
        if work.way == Way::Write { self.write(session, work.job) } else { self.read(session, work.way, work.job) }
    }

    fn read(&self, session: &mut Session, way: Way, mut job: Box<dyn Job>) -> Result<(), ()> {
        Counts::add(&self.shared.counts.reads, 1);
        let mut tx = Tx::on_postgres(session, Access::Read).remembering(&self.shared);
        job.run(&mut tx);
        let failed = tx.has_failed();
        job.answer(Ok(()));
        let alive = match way {
            Way::Get => !failed || session.is_alive(SIGN_OF_LIFE),
            _ => session.batch(if failed { "rollback" } else { "commit" }).is_ok(),
        };
        if alive { Ok(()) } else { Err(()) }
    }

    fn write(&self, session: &mut Session, mut job: Box<dyn Job>) -> Result<(), ()> {
        for run in 0..=RERUNS {
            if run > 0 {
                Counts::add(&self.shared.counts.reruns, 1);
                session.begin(BEGIN).map_err(drop)?;
            }
            Counts::add(&self.shared.counts.writes, 1);
            let mut tx = Tx::on_postgres(session, Access::Write).remembering(&self.shared);
            let outcome = job.run(&mut tx);
            let notes = [tx.into_notes()];
            if outcome != Outcome::Commit && session.never_began() && !self.desk.is_stuck() {
                tracing::warn!("a transaction could not begin");
                self.give_back(Work { way: Way::Write, job });
                return Err(());
            }
            let ended = match outcome {
                Outcome::Commit => self.commit(session, &notes),
                Outcome::Undo | Outcome::Again => session.rollback(),
            };
            match ended {
                Ok(()) if outcome == Outcome::Again && run < RERUNS => {}
                Err(error) if error.is_conflict() && run < RERUNS => {}
                Ok(()) => {
                    job.answer(Ok(()));
                    return Ok(());
                }
                Err(error) => return self.failed(session, job, error),
            }
        }
        Ok(())
    }

    fn commit(&self, session: &mut Session, notes: &[Notes]) -> Result<(), DbError> {
        self.shared.remember(notes);
        let committed = session.batch("commit");
        if committed.is_ok() {
            Counts::add(&self.shared.counts.commits, 1);
            self.shared.publish(notes);
        } else {
            self.shared.forget(notes);
        }
        committed
    }

    /// A commit or a rollback failed. Whether the commit took place is unknown when its answer was lost.
    fn failed(&self, session: &mut Session, job: Box<dyn Job>, error: DbError) -> Result<(), ()> {
        Counts::add(&self.shared.counts.errors, 1);
        tracing::error!(%error, "a transaction failed");
        let lost = error.is_lost() || !session.is_alive(SIGN_OF_LIFE);
        job.answer(Err(Refusal::from(error)));
        if lost { Err(()) } else { Ok(()) }
    }

    /// Lets another connection do it; without one the caller hears so at once.
    fn give_back(&self, work: Work) {
        if let Err(error) = self.queues.send(work) {
            tracing::warn!(%error, "a call was refused");
        }
    }

    /// Tries until there is a connection again, or none if the database is closed meanwhile.
    fn reconnect(&self) -> Option<Session> {
        let mut pause = FIRST_PAUSE;
        tracing::warn!("a connection to PostgreSQL was lost");
        while self.stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
            let connected = self.connector.attempt().and_then(|attempt| {
                select! {
                    recv(attempt) -> session => session.unwrap_or(Err(DbError::Away)),
                    recv(self.stopped) -> _ => Err(DbError::Closed),
                }
            });
            match connected {
                Ok(session) => {
                    self.queues.join(&self.desk);
                    tracing::info!("connected to PostgreSQL again");
                    return Some(session);
                }
                Err(DbError::Closed) => return None,
                Err(error) => tracing::warn!(%error, "PostgreSQL cannot be reached"),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        None
    }
}

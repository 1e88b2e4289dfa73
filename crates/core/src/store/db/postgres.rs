//! PostgreSQL: some connections, each with a thread, behind two queues.
//!
//! A quarter of the connections only read, so that writes which wait for each other's locks never keep
//! readers out. While no connection is alive everything is refused at once.

mod connect;
mod desk;
mod line;
mod sequencer;
pub(super) mod session;
pub(super) mod tail;
mod worker;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use super::lane::{Lane, Threads, Way, Work};
use super::shared::Shared;
use super::tx::{Access, Tx};
use super::{DatabaseUrl, DbError, OpenError, Options, migrate};
use connect::Connector;
use desk::Desk;
use tail::PostgresTail;
use worker::Worker;

/// How much longer than its own time limit a statement may take before the server counts as stuck.
const GRACE: Duration = Duration::from_secs(5);

/// The open connections.
pub(super) struct Pool {
    queues: Arc<Queues>,
    stop: Mutex<Option<Sender<()>>>,
    threads: Threads,
}

/// What callers and workers share.
struct Queues {
    writes: Lane,
    reads: Lane,
    /// Connections that are alive, those that only read and the others.
    readers: AtomicUsize,
    writers: AtomicUsize,
    /// What each connection is doing.
    desks: Vec<Arc<Desk>>,
    /// How often a connection was lost. Others look at theirs when it has grown.
    losses: AtomicUsize,
}

impl Queues {
    fn send(&self, work: Work) -> Result<(), DbError> {
        let (lane, alive) = if work.way == Way::Write {
            (&self.writes, self.writers.load(Ordering::SeqCst))
        } else {
            (&self.reads, self.alive())
        };
        if alive == 0 {
            return Err(DbError::Away);
        }
        lane.send(work)?;
        // The last connection may have died since: nobody would come for the work.
        self.drain_if_alone();
        Ok(())
    }

    /// Watches for a server that keeps its connections but does not answer.
    fn watch(&self, limit: Duration, stopped: &Receiver<()>) {
        while stopped.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
            for desk in self.desks.iter().filter(|desk| desk.gets_stuck(limit)) {
                tracing::error!("PostgreSQL does not answer");
                self.losses.fetch_add(1, Ordering::SeqCst);
                self.leave(desk);
            }
        }
    }

    fn alive(&self) -> usize {
        self.readers.load(Ordering::SeqCst) + self.writers.load(Ordering::SeqCst)
    }

    /// A connection can be used from now on.
    fn join(&self, desk: &Desk) {
        self.count(desk).fetch_add(1, Ordering::SeqCst);
    }

    /// A connection cannot be used any more.
    fn leave(&self, desk: &Desk) {
        self.count(desk).fetch_sub(1, Ordering::SeqCst);
        self.drain_if_alone();
    }

    fn count(&self, desk: &Desk) -> &AtomicUsize {
        if desk.only_reads { &self.readers } else { &self.writers }
    }

    fn drain_if_alone(&self) {
        if self.writers.load(Ordering::SeqCst) == 0 {
            self.writes.drain();
        }
        if self.alive() == 0 {
            self.reads.drain();
        }
    }
}

impl Pool {
    /// Connects, checks and migrates the database, and starts the threads.
    pub(super) fn open(
        url: &DatabaseUrl,
        text: &str,
        options: &Options,
        shared: &Arc<Shared>,
    ) -> Result<(Pool, Option<PostgresTail>), OpenError> {
        let connector = Arc::new(Connector::new(url, text, options)?);
        let unusable = |cause| OpenError::Unusable { database: url.to_string(), cause };
        let mut first = connector.first(url)?;
        first.batch("set statement_timeout = 0; select pg_advisory_lock(7205759403792793)").map_err(unusable)?;
        migrate::run(&mut Tx::on_postgres(&mut first, Access::Write), options.migrate)
            .map_err(|misfit| misfit.explain(url.to_string()))?;
        drop(first);
        let count = options.connections.max(2);
        let queues = Arc::new(Queues {
            writes: Lane::new(options.waiting),
            reads: Lane::new(options.waiting),
            readers: AtomicUsize::new(0),
            writers: AtomicUsize::new(0),
            losses: AtomicUsize::new(0),
            desks: (0..count).map(|number| Arc::new(Desk::new(number < count.div_ceil(4)))).collect(),
        });
        let (stop, stopped) = bounded(0);
        let pool = Pool { queues, stop: Mutex::new(Some(stop)), threads: Threads::default() };
        for desk in &pool.queues.desks {
            let session = connector.connect().map_err(unusable)?;
            let worker = Worker::new(&connector, &pool.queues, desk, shared, stopped.clone());
            pool.queues.join(desk);
            pool.threads.start("kailing-postgres", move || worker.run(session)).map_err(unusable)?;
        }
        let (queues, limit) = (Arc::clone(&pool.queues), options.statement_timeout + GRACE);
        pool.threads.start("kailing-watch", move || queues.watch(limit, &stopped)).map_err(unusable)?;
        let tail = options.follow.then(|| PostgresTail::new(connector)).transpose().map_err(unusable)?;
        Ok((pool, tail))
    }

    pub(super) fn send(&self, work: Work) -> Result<(), DbError> {
        self.queues.send(work)
    }

    pub(super) fn waiting(&self) -> (usize, usize) {
        (self.queues.reads.len(), self.queues.writes.len())
    }

    pub(super) fn can_write(&self) -> bool {
        self.queues.writers.load(Ordering::SeqCst) > 0
    }

    pub(super) fn connections(&self) -> usize {
        self.queues.alive()
    }

    pub(super) fn close(&self) {
        drop(self.stop.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.queues.writes.close();
        self.queues.reads.close();
        self.threads.join();
    }
}

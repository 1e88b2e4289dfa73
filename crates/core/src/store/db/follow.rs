//! The background thread of an open database: follows the changes of other processes, renews our leases
//! and, on PostgreSQL, numbers what was committed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, select};

use super::lane::Threads;
use super::shared::{Shared, now};
use super::{DbError, Engine, lease};
use crate::card::Touched;
use crate::store::db::postgres::tail::PostgresTail;
use crate::store::db::sqlite::tail::SqliteTail;

/// How often the journal of others is looked at.
const PULSE: Duration = Duration::from_millis(200);
/// The pause between two rounds when commits follow each other closely.
const PAUSE: Duration = Duration::from_millis(25);
/// How often the node number is renewed, a quarter of its time.
const RENEWAL: Duration = Duration::from_secs(15);

/// The connection that follows the journal.
pub(super) enum Tail {
    Sqlite(SqliteTail),
    Postgres(Box<PostgresTail>),
}

/// The handle of the thread.
pub(super) struct Follower {
    stop: Mutex<Option<Sender<()>>>,
    threads: Threads,
}

impl Follower {
    /// Starts following. Without a tail only leases are renewed.
    pub(super) fn start(tail: Option<Tail>, engine: &Arc<Engine>, shared: &Arc<Shared>) -> Follower {
        let (stop, stopped) = bounded(0);
        let (engine, shared) = (Arc::clone(engine), Arc::clone(shared));
        let follower = Follower { stop: Mutex::new(Some(stop)), threads: Threads::default() };
        let run = move || Follow { tail, engine, shared, stopped }.run();
        if let Err(error) = follower.threads.start("kailing-follow", run) {
            tracing::error!(%error, "changes of other processes are not followed");
        }
        follower
    }

    pub(super) fn stop(&self) {
        drop(self.stop.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.threads.join();
    }
}

struct Follow {
    tail: Option<Tail>,
    engine: Arc<Engine>,
    shared: Arc<Shared>,
    stopped: Receiver<()>,
}

impl Follow {
    fn run(mut self) {
        let wake = self.shared.wake();
        let mut renewed = now();
        let mut well = true;
        loop {
            let result = self.follow();
            if let (Err(error), true) = (&result, well) {
                tracing::warn!(%error, "the changes of other processes cannot be followed; cards are read from rows");
            }
            well = result.is_ok();
            if now().duration_since(renewed) >= RENEWAL {
                renewed = now();
                if let Err(refusal) = lease::renew_node(&self.engine, &self.shared) {
                    tracing::warn!(%refusal, "the node number could not be renewed");
                }
            }
            if self.stopped.recv_timeout(PAUSE) != Err(RecvTimeoutError::Timeout) {
                return self.give_up();
            }
            select! {
                recv(self.stopped) -> _ => return self.give_up(),
                recv(wake) -> _ => {}
                default(PULSE.saturating_sub(PAUSE)) => {}
            }
        }
    }

    /// Lets another process number at once what was committed here.
    fn give_up(&mut self) {
        let Some(Tail::Postgres(tail)) = &mut self.tail else { return };
        if let Err(error) = tail.give_up() {
            tracing::debug!(%error, "the duty to number events was not given up; it is free again in seconds");
        }
    }

    fn follow(&mut self) -> Result<(), DbError> {
        match &mut self.tail {
            Some(Tail::Sqlite(tail)) => tail.follow(&self.shared),
            Some(Tail::Postgres(tail)) => tail.follow(&self.shared),
            None => Ok(()),
        }
    }
}

/// A journal row as the tail sees it.
pub(super) struct Change {
    pub(super) id: i64,
    pub(super) corp: i64,
    pub(super) object_type: String,
    pub(super) object_id: i64,
}

impl Change {
    /// Makes stale what shows the changed object.
    pub(super) fn publish(&self, shared: &Shared) {
        if let Some(touched) = self.touched() {
            shared.generations.raise(self.corp, touched);
        }
    }

    fn touched(&self) -> Option<Touched> {
        Some(match self.object_type.as_str() {
            "contact" => Touched::Contact(self.object_id),
            "tag" => Touched::Tag(self.object_id),
            "channel" => Touched::Channel(self.object_id),
            "stage" => Touched::Stage(self.object_id),
            "company" => Touched::Company(self.object_id),
            "business" => Touched::Business(self.object_id),
            "sea" | "field" | "staff" => Touched::Catalogue,
            // A group stands for all its tags, a block of an import for whatever it holds.
            "corp" | "import" | "demo" | "tag_group" | "choice" => Touched::Tenant,
            _ => return None,
        })
    }
}

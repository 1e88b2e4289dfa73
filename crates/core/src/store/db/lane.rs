//! A bounded queue in front of database threads, and the threads behind it.

use std::sync::{Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};

use super::DbError;
use super::pending::Job;

/// How a closure uses the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// One reading statement.
    Get,
    /// Reading statements on one snapshot.
    Read,
    /// A transaction.
    Write,
}

/// A closure on its way to a thread.
pub(super) struct Work {
    pub(super) way: Way,
    pub(super) job: Box<dyn Job>,
}

/// A bounded queue. It refuses when it is full, since whoever waits that long has given up.
pub(super) struct Lane {
    sender: RwLock<Option<Sender<Work>>>,
    receiver: Receiver<Work>,
}

impl Lane {
    pub(super) fn new(capacity: usize) -> Lane {
        let (sender, receiver) = bounded(capacity.max(1));
        Lane { sender: RwLock::new(Some(sender)), receiver }
    }

    pub(super) fn send(&self, work: Work) -> Result<(), DbError> {
        let sender = self.sender.read().unwrap_or_else(PoisonError::into_inner);
        match sender.as_ref().map(|sender| sender.try_send(work)) {
            Some(Ok(())) => Ok(()),
            Some(Err(TrySendError::Full(_))) => Err(DbError::Busy),
            Some(Err(TrySendError::Disconnected(_))) | None => Err(DbError::Closed),
        }
    }

    pub(super) fn receiver(&self) -> Receiver<Work> {
        self.receiver.clone()
    }

    pub(super) fn len(&self) -> usize {
        self.receiver.len()
    }

    /// Refuses whatever waits.
    pub(super) fn drain(&self) {
        while self.receiver.try_recv().is_ok() {}
    }

    /// Takes nothing more. What waits is still served.
    pub(super) fn close(&self) {
        drop(self.sender.write().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// How long the end waits for a thread. Only one that waits for a silent server takes longer.
const LAST_WAIT: Duration = Duration::from_secs(20);

/// Threads to wait for at the end, each with a channel that closes when it is done.
#[derive(Default)]
pub(super) struct Threads(Mutex<Vec<(JoinHandle<()>, Receiver<()>)>>);

impl Threads {
    pub(super) fn start(&self, name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), DbError> {
        let (working, done) = bounded(0);
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            run();
            drop(working);
        });
        let thread = thread.map_err(|_| DbError::Unsupported("the system refuses another thread"))?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((thread, done));
        Ok(())
    }

    pub(super) fn join(&self) {
        let threads = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for (thread, done) in threads {
            // The last handle may be dropped by a closure on one of these threads.
            if thread.thread().id() == std::thread::current().id() {
                continue;
            }
            if done.recv_timeout(LAST_WAIT) == Err(RecvTimeoutError::Timeout) {
                tracing::warn!("a database thread still waits for an answer; it is left behind");
            } else if thread.join().is_err() {
                tracing::error!("a database thread panicked");
            }
        }
    }
}

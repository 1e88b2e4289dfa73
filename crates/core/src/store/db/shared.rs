//! What all threads of an open database share: generations, counts, our own journal rows, the tail's pulse.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::tx::Notes;
use crate::card::Generations;
use crate::store::catalogue::Catalogues;

/// A tail that was read longer ago than this is not fresh.
const FRESH: Duration = Duration::from_millis(500);
/// Journal ids remembered at most; without them our own rows only cost a card that is made again.
const OWN: usize = 100_000;

/// Counts since the database was opened, for `/metrics`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Reading closures that ran.
    pub reads: u64,
    /// Writing closures that ran, refused ones included.
    pub writes: u64,
    /// Commits; on SQLite one commit holds many writes.
    pub commits: u64,
    /// Transactions that failed for reasons of the database.
    pub errors: u64,
    /// Transactions that were run again after a conflict.
    pub reruns: u64,
    /// Connections that were lost.
    pub losses: u64,
    /// Reads that wait for a thread now.
    pub waiting_reads: u64,
    /// Writes that wait for a thread now.
    pub waiting_writes: u64,
    /// Connections that are alive now.
    pub connections: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) reads: AtomicU64,
    pub(super) writes: AtomicU64,
    pub(super) commits: AtomicU64,
    pub(super) errors: AtomicU64,
    pub(super) reruns: AtomicU64,
    pub(super) losses: AtomicU64,
}

/// Our lease of a node number.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) holder: String,
}

pub(super) struct Shared {
    pub(super) generations: Arc<Generations>,
    pub(super) catalogues: Catalogues,
    pub(super) counts: Counts,
    node: Mutex<Option<Node>>,
    node_lost: AtomicBool,
    own: Mutex<HashSet<i64>>,
    tail: Mutex<Option<Instant>>,
    wake: (Sender<()>, Receiver<()>),
}

impl Shared {
    pub(super) fn new(generations: Arc<Generations>) -> Shared {
        Shared {
            generations,
            catalogues: Catalogues::default(),
            counts: Counts::default(),
            node: Mutex::default(),
            node_lost: AtomicBool::default(),
            own: Mutex::default(),
            tail: Mutex::default(),
            wake: bounded(1),
        }
    }

    /// Remembers journal rows of ours, just before their commit.
    pub(super) fn remember(&self, notes: &[Notes]) {
        let mut own = lock(&self.own);
        if own.len() > OWN {
            own.clear();
        }
        own.extend(notes.iter().flat_map(|notes| notes.journal.iter().copied()));
    }

    /// Forgets them again, when the commit failed: perhaps only its answer was lost.
    pub(super) fn forget(&self, notes: &[Notes]) {
        let mut own = lock(&self.own);
        for id in notes.iter().flat_map(|notes| &notes.journal) {
            own.remove(id);
        }
    }

    /// Makes cards stale after a commit, before anybody is told of it.
    pub(super) fn publish(&self, notes: &[Notes]) {
        for (corp, touched) in notes.iter().flat_map(|notes| &notes.touched) {
            self.generations.raise(*corp, *touched);
        }
        for (corp, kept) in notes.iter().flat_map(|notes| &notes.catalogues) {
            self.catalogues.keep(*corp, kept.clone());
        }
        if notes.iter().any(|notes| !notes.journal.is_empty()) {
            // When it is full somebody is woken already.
            let _ = self.wake.0.try_send(());
        }
    }

    /// Whether a journal row is our own. Asked once a row.
    pub(super) fn is_own(&self, id: i64) -> bool {
        lock(&self.own).remove(&id)
    }

    /// Told when something was committed here.
    pub(super) fn wake(&self) -> Receiver<()> {
        self.wake.1.clone()
    }

    pub(super) fn tail_was_read(&self) {
        *lock(&self.tail) = Some(now());
    }

    pub(super) fn is_tail_fresh(&self) -> bool {
        lock(&self.tail).is_some_and(|at| now().duration_since(at) < FRESH)
    }

    pub(super) fn node(&self) -> Option<Node> {
        lock(&self.node).clone()
    }

    pub(super) fn set_node(&self, node: Option<Node>) {
        *lock(&self.node) = node;
    }

    pub(super) fn is_node_lost(&self) -> bool {
        self.node_lost.load(Ordering::Relaxed)
    }

    pub(super) fn lose_node(&self) {
        self.node_lost.store(true, Ordering::Relaxed);
    }

    pub(super) fn statistics(&self, (reads, writes): (usize, usize), connections: usize) -> Statistics {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Statistics {
            reads: count(&self.counts.reads),
            writes: count(&self.counts.writes),
            commits: count(&self.counts.commits),
            errors: count(&self.counts.errors),
            reruns: count(&self.counts.reruns),
            losses: count(&self.counts.losses),
            waiting_reads: u64::try_from(reads).unwrap_or(u64::MAX),
            waiting_writes: u64::try_from(writes).unwrap_or(u64::MAX),
            connections: u64::try_from(connections).unwrap_or(u64::MAX),
        }
    }
}

impl Counts {
    pub(super) fn add(counter: &AtomicU64, n: usize) {
        counter.fetch_add(u64::try_from(n).unwrap_or(0), Ordering::Relaxed);
    }
}

#[expect(clippy::disallowed_methods, reason = "measures how long ago the tail was read; no time of the domain")]
pub(super) fn now() -> Instant {
    Instant::now()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! What a connection is doing, as seen by the thread that watches all of them.
//!
//! The driver waits for an answer without a limit. When a server stops to answer but keeps its connections
//! open, e.g. because its machine sleeps, the callers must hear of it and others must not queue up.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::store::db::pending::Caller;
use crate::store::db::shared::now;

/// The place where one worker works.
#[derive(Default)]
pub(in crate::store::db) struct Desk {
    /// Kept for reads, so that writes which wait for locks do not keep readers out.
    pub(super) only_reads: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// When the server was asked what it has not answered yet.
    asked: Option<Instant>,
    caller: Option<Arc<dyn Caller>>,
    stuck: bool,
}

impl Desk {
    pub(super) fn new(only_reads: bool) -> Desk {
        Desk { only_reads, ..Desk::default() }
    }

    /// Whose closure runs now.
    pub(super) fn serve(&self, caller: Option<Arc<dyn Caller>>) {
        self.state().caller = caller;
    }

    /// Waits for an answer that must come within the time of a statement.
    pub(super) fn ask<T>(&self, call: impl FnOnce() -> T) -> T {
        self.state().asked = Some(now());
        let answer = call();
        self.state().asked = None;
        answer
    }

    /// Looks whether the answer is overdue. If so the caller is told, and the answer is `true` once.
    pub(super) fn gets_stuck(&self, limit: Duration) -> bool {
        let mut state = self.state();
        if state.stuck || state.asked.is_none_or(|asked| now().duration_since(asked) < limit) {
            return false;
        }
        state.stuck = true;
        if let Some(caller) = state.caller.take() {
            caller.abandon();
        }
        true
    }

    pub(super) fn is_stuck(&self) -> bool {
        self.state().stuck
    }

    /// Whether it was stuck; from now on it is not.
    pub(super) fn recover(&self) -> bool {
        std::mem::take(&mut *self.state()).stuck
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

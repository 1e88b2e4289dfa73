//! An answer that is on its way from a database thread, and the job that brings it.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::{DbError, Tx};
use crate::refusal::{Refusal, Verdict};

/// The verdict of a transaction that runs on a database thread.
///
/// Dropping it does not stop a write; a read that nobody waits for is not begun.
#[must_use = "nothing is known of the transaction until this is awaited or waited for"]
pub struct Pending<T> {
    receiver: oneshot::Receiver<Verdict<T>>,
}

impl<T> Pending<T> {
    /// Waits on the calling thread. Not for asynchronous code, which awaits instead.
    pub fn wait(self) -> Verdict<T> {
        self.receiver.blocking_recv().unwrap_or_else(|_| Err(DbError::Away.into()))
    }
}

impl<T> Future for Pending<T> {
    type Output = Verdict<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Verdict<T>> {
        Pin::new(&mut self.receiver).poll(cx).map(|answer| answer.unwrap_or_else(|_| Err(DbError::Away.into())))
    }
}

/// What a transaction came to, before the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The closure agreed: keep its changes.
    Commit,
    /// The closure refused or panicked: undo its changes.
    Undo,
    /// Another transaction was in the way: undo, then run again.
    Again,
}

/// A closure waiting for a database thread. Dropped without an answer, it answers 500.
pub(super) trait Job: Send {
    /// Who waits for the answer.
    fn caller(&self) -> Arc<dyn Caller>;
    /// Runs the closure; the verdict is kept until [`Job::answer`].
    fn run(&mut self, tx: &mut Tx<'_>) -> Outcome;
    /// Tells the caller the verdict, or the reason why it cannot stand.
    fn answer(self: Box<Self>, fate: Result<(), Refusal>);
}

/// Somebody who waits for an answer.
pub(super) trait Caller: Send + Sync {
    /// Whether an answer is still wanted.
    fn listens(&self) -> bool;
    /// Answers 500 now. What the closure comes to later is not heard.
    fn abandon(&self);
}

struct Task<T, F> {
    closure: F,
    verdict: Option<Verdict<T>>,
    line: Arc<Line<T>>,
}

struct Line<T>(Mutex<Option<oneshot::Sender<Verdict<T>>>>);

impl<T> Line<T> {
    fn sender(&self) -> MutexGuard<'_, Option<oneshot::Sender<Verdict<T>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Send> Caller for Line<T> {
    fn listens(&self) -> bool {
        self.sender().as_ref().is_some_and(|sender| !sender.is_closed())
    }

    fn abandon(&self) {
        drop(self.sender().take());
    }
}

/// A job and the place where its answer arrives.
pub(super) fn job<T, F>(closure: F) -> (Box<dyn Job>, Pending<T>)
where
    T: Send + 'static,
    F: FnMut(&mut Tx<'_>) -> Verdict<T> + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    let line = Arc::new(Line(Mutex::new(Some(sender))));
    (Box::new(Task { closure, verdict: None, line }), Pending { receiver })
}

/// An answer that is known already.
pub(super) fn refused<T>(error: DbError) -> Pending<T> {
    let (sender, receiver) = oneshot::channel();
    drop(sender.send(Err(error.into())));
    Pending { receiver }
}

impl<T, F> Job for Task<T, F>
where
    T: Send + 'static,
    F: FnMut(&mut Tx<'_>) -> Verdict<T> + Send,
{
    fn caller(&self) -> Arc<dyn Caller> {
        self.line.clone()
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Outcome {
        let verdict = catch_unwind(AssertUnwindSafe(|| (self.closure)(tx)))
            .unwrap_or_else(|panic| Err(DbError::Panicked(panic_text(panic.as_ref())).into()))
            .and_then(|value| if tx.has_failed() { Err(DbError::WentOn.into()) } else { Ok(value) })
            .and_then(|value| Ok(tx.spoil_cards().map(|()| value)?));
        let outcome = match &verdict {
            Ok(_) => Outcome::Commit,
            Err(refusal) if refusal.cause().is_some_and(DbError::is_conflict) => Outcome::Again,
            Err(_) => Outcome::Undo,
        };
        self.verdict = Some(verdict);
        outcome
    }

    fn answer(self: Box<Self>, fate: Result<(), Refusal>) {
        let verdict = match (fate, self.verdict) {
            (Err(refusal), _) => Err(refusal),
            (Ok(()), Some(verdict)) => verdict,
            (Ok(()), None) => Err(DbError::Away.into()),
        };
        if let Some(sender) = self.line.sender().take() {
            // Nobody listens when the caller has hung up.
            drop(sender.send(verdict));
        }
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

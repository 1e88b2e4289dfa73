//! The sending itself: several objects at a time, the events of one object one after the other.

use std::collections::{HashMap, HashSet, VecDeque};
use std::pin::pin;
use std::sync::Arc;

use kailing_api::clock::Clock;
use kailing_core::store::db::Db;
use kailing_core::store::event::by_hand::{self, Sent};
use kailing_core::store::event::{self, Event, Order};
use tokio::task::JoinSet;

use super::super::choice::Chosen;
use super::pace::{Pace, Rate};
use super::receiver::Receiver;
use crate::failure::Failure;
use crate::signals;
use crate::working::Display;

/// Requests at a time.
const AT_ONCE: usize = 16;

/// Events that are held in memory, so that there are several objects to choose from.
const HELD: usize = 256;

/// Failures that are remembered.
const REMEMBERED: usize = 1_000;

/// What became of the events.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) delivered: usize,
    pub(super) failed: usize,
    /// Events that it did not come to, because somebody stopped it.
    pub(super) unsent: usize,
    /// The first failures.
    pub(super) failures: Vec<Failed>,
}

/// An event that was not delivered.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) seq: i64,
    pub(super) event_id: String,
    pub(super) kind: String,
    pub(super) outcome: String,
}

/// Sends events, in the order of their numbers, until all are sent or Ctrl-C.
pub(super) fn run(
    db: Db,
    corp: i64,
    seqs: VecDeque<i64>,
    receiver: Receiver,
    rate: Option<Rate>,
) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let total = seqs.len();
    let outcome = runtime.block_on(async {
        let desk = Desk {
            db,
            corp,
            receiver: Arc::new(receiver),
            seqs,
            waiting: VecDeque::new(),
            busy: HashSet::new(),
            broken: HashMap::new(),
            sending: JoinSet::new(),
            outcome: Outcome::default(),
        };
        desk.work(rate, total).await
    });
    // Nobody waits for a name server that hangs.
    runtime.shutdown_background();
    outcome
}

/// What is to be sent and what is on its way.
struct Desk {
    db: Db,
    corp: i64,
    receiver: Arc<Receiver>,
    /// Not read yet.
    seqs: VecDeque<i64>,
    /// Read, in order.
    waiting: VecDeque<Event>,
    /// Objects of which an event is on its way.
    busy: HashSet<i64>,
    /// Objects with the number of the event that failed: those behind it are not sent.
    broken: HashMap<i64, i64>,
    sending: JoinSet<(Event, Result<(), String>)>,
    outcome: Outcome,
}

impl Desk {
    async fn work(mut self, rate: Option<Rate>, total: usize) -> Result<Outcome, Failure> {
        let (mut display, mut pace, mut stop) = (Display::new("events"), Pace::new(rate), pin!(signals::stop()?));
        let mut stopped = false;
        loop {
            let mut late = false;
            while !stopped && self.sending.len() < AT_ONCE {
                self.refill().await?;
                let Some(place) = self.next() else { break };
                if !pace.admit() {
                    late = true;
                    break;
                }
                self.start(place);
            }
            if self.sending.is_empty() && !late {
                break;
            }
            tokio::select! {
                Some(done) = self.sending.join_next() => match done {
                    Ok((event, result)) => self.finish(event, result),
                    Err(error) => return Err(Failure::runtime(error)),
                },
                () = pace.ready(), if late => {}
                () = &mut stop, if !stopped => stopped = true,
            }
            display.show("sending", count(self.outcome.delivered + self.outcome.failed), count(total));
        }
        self.outcome.unsent = total - self.outcome.delivered - self.outcome.failed;
        Ok(self.outcome)
    }

    /// Reads further events when few are left.
    async fn refill(&mut self) -> Result<(), Failure> {
        while self.waiting.len() < HELD / 2 && !self.seqs.is_empty() {
            let room = (HELD - self.waiting.len()).min(self.seqs.len());
            let seqs: Vec<i64> = self.seqs.drain(..room).collect();
            let (corp, mut chosen) = (self.corp, Chosen::numbers(&seqs));
            while !chosen.span.is_empty() {
                let wanted = chosen.clone();
                let read =
                    self.db.read(move |tx| event::page(tx, corp, &wanted.filter, wanted.span, Order::Ascending, HELD));
                let page = read.await?;
                chosen.span = page.rest;
                self.waiting.extend(page.events);
            }
        }
        Ok(())
    }

    /// The place of the first event whose object has none on its way. Those behind a failed one are given up.
    fn next(&mut self) -> Option<usize> {
        let mut place = 0;
        while let Some(event) = self.waiting.get(place) {
            if let Some(failed) = self.broken.get(&event.object_id) {
                let why = format!("not sent, because event {failed} of the same object was not delivered");
                if let Some(event) = self.waiting.remove(place) {
                    self.outcome.fail(event, why);
                }
            } else if self.busy.contains(&event.object_id) {
                place += 1;
            } else {
                return Some(place);
            }
        }
        None
    }

    fn start(&mut self, place: usize) {
        let Some(event) = self.waiting.remove(place) else { return };
        self.busy.insert(event.object_id);
        let (db, corp, receiver) = (self.db.clone(), self.corp, Arc::clone(&self.receiver));
        self.sending.spawn(async move {
            let result = send(&db, corp, &receiver, &event).await;
            (event, result)
        });
    }

    fn finish(&mut self, event: Event, result: Result<(), String>) {
        self.busy.remove(&event.object_id);
        match result {
            Ok(()) => self.outcome.delivered += 1,
            Err(why) => {
                self.broken.insert(event.object_id, event.seq);
                self.outcome.fail(event, why);
            }
        }
    }
}

impl Outcome {
    fn fail(&mut self, event: Event, outcome: String) {
        self.failed += 1;
        if self.failures.len() < REMEMBERED {
            self.failures.push(Failed { seq: event.seq, event_id: event.event_id, kind: event.kind, outcome });
        }
    }
}

/// Sends an event and records the attempt, if it went to an application's own URL.
async fn send(db: &Db, corp: i64, receiver: &Receiver, event: &Event) -> Result<(), String> {
    let now = Clock::System.now();
    let attempt = receiver.deliver(event, now).await;
    if let Some(app) = receiver.app() {
        let sent = Sent {
            at: now,
            took: i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX),
            delivered: attempt.delivered,
            outcome: attempt.outcome.clone(),
        };
        let event = event.clone();
        let recorded = db.write(move |tx| by_hand::record(tx, corp, app, &event, &sent)).await;
        recorded.map_err(|error| format!("{}; this could not be recorded: {}", attempt.outcome, error.message()))?;
    }
    if attempt.delivered { Ok(()) } else { Err(attempt.outcome) }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

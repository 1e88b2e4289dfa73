//! What became of events at the applications that were to get them.

use crate::refusal::Verdict;
use crate::store::db::{DbError, Row, Tx};

/// How far an event is on its way to an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is still to be delivered.
    Pending,
    /// The application has taken it.
    Delivered,
    /// Nobody tries any more.
    Exhausted,
}

impl State {
    /// All of them.
    pub const ALL: [State; 3] = [State::Pending, State::Delivered, State::Exhausted];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Delivered => "delivered",
            State::Exhausted => "exhausted",
        }
    }

    /// The number in the table.
    pub const fn number(self) -> i64 {
        match self {
            State::Pending => 0,
            State::Delivered => 1,
            State::Exhausted => 2,
        }
    }

    fn of(number: i64) -> Result<State, DbError> {
        State::ALL
            .into_iter()
            .find(|state| state.number() == number)
            .ok_or(DbError::Unsupported("a delivery has an unknown state"))
    }
}

/// An event on its way to an application.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The application's inner id.
    pub app: i64,
    /// The event's number.
    pub seq: i64,
    /// How far it is.
    pub state: State,
    /// Attempts so far, those by hand included.
    pub attempts: i64,
    /// When it was tried first, epoch milliseconds; 0 if never.
    pub first_at: i64,
    /// When it was tried last, epoch milliseconds.
    pub last_at: i64,
    /// When it will be tried next. None when nobody will, and while it waits behind another event of its object.
    pub next_at: Option<i64>,
    /// How long the last attempt took, milliseconds.
    pub took: i64,
    /// What became of the last attempt, in words.
    pub outcome: String,
}

/// An attempt that failed or was made by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Counted from 1.
    pub number: i64,
    /// When it began, epoch milliseconds.
    pub at: i64,
    /// How long it took, milliseconds.
    pub took: i64,
    /// What became of it, in words.
    pub outcome: String,
}

/// The deliveries of events to these applications.
pub fn of_events(tx: &mut Tx<'_>, corp: i64, apps: &[i64], seqs: &[i64]) -> Verdict<Vec<Delivery>> {
    let sql = "select app_id, seq, state, attempts, first_at, last_at, next_at, took, outcome from delivery \
               where corp_id = $1 and app_id = $2 and seq in ({list})";
    let mut found = Vec::new();
    for app in apps {
        found.extend(tx.query_in(sql, &[&corp, app], seqs, read)?);
    }
    Ok(found)
}

/// The attempts that are recorded of an event at an application, the first one first. The last attempt of a
/// delivered event stands in its [`Delivery`] only, unless it was made by hand.
pub fn attempts(tx: &mut Tx<'_>, corp: i64, app: i64, seq: i64) -> Verdict<Vec<Attempt>> {
    let sql = "select number, at, took, outcome from attempt \
               where corp_id = $1 and app_id = $2 and seq = $3 order by number";
    Ok(tx.query(sql, &[&corp, &app, &seq], |row| {
        Ok(Attempt { number: row.get(0)?, at: row.get(1)?, took: row.get(2)?, outcome: row.get(3)? })
    })?)
}

/// The number of the first event of an object that is pending at an application: those behind it wait.
pub fn first_pending(tx: &mut Tx<'_>, corp: i64, app: i64, object: i64) -> Verdict<Option<i64>> {
    let sql = "select seq from delivery where corp_id = $1 and app_id = $2 and object_id = $3 and state = 0 \
               order by seq limit 1";
    Ok(tx.query_opt(sql, &[&corp, &app, &object], |row| row.get(0))?)
}

fn read(row: &Row<'_>) -> Result<Delivery, DbError> {
    Ok(Delivery {
        app: row.get(0)?,
        seq: row.get(1)?,
        state: State::of(row.get(2)?)?,
        attempts: row.get(3)?,
        first_at: row.get(4)?,
        last_at: row.get(5)?,
        next_at: row.get(6)?,
        took: row.get(7)?,
        outcome: row.get(8)?,
    })
}

//! Attempts that somebody makes by hand, beside the sender. They are counted and listed like its own, but never make
//! an event wait longer or give it up.

use super::Event;
use crate::refusal::Verdict;
use crate::store::db::{Arg, LockKey, Tx};
use crate::store::delivery;

/// What became of an attempt by hand.
#[derive(Clone, Debug)]
pub struct Sent {
    /// When it began, epoch milliseconds.
    pub at: i64,
    /// How long it took, milliseconds.
    pub took: i64,
    /// Whether the application has the event.
    pub delivered: bool,
    /// What happened, in words.
    pub outcome: String,
}

/// Records an attempt to send an event to the URL of an application. A delivered event is done with, whatever it
/// was before, and the next one of its object becomes due; after a failure everything goes on as it would have.
/// An event that the application was never to get, or whose delivery was forgotten, is kept when it was delivered.
pub fn record(tx: &mut Tx<'_>, corp: i64, app: i64, event: &Event, sent: &Sent) -> Verdict<()> {
    tx.lock(corp, &[LockKey::Name("callback", &app.to_string())])?;
    keep_last(tx, corp, app, event.seq)?;
    let attempts = match count(tx, corp, app, event.seq, sent)? {
        Some(attempts) => attempts,
        None if sent.delivered => insert(tx, corp, app, event, sent)?,
        None => return Ok(()),
    };
    tx.execute(
        "insert into attempt (corp_id, app_id, seq, number, at, took, outcome) values ($1, $2, $3, $4, $5, $6, $7)",
        &[&corp, &app, &event.seq, &attempts, &sent.at, &sent.took, &sent.outcome],
    )?;
    if sent.delivered {
        delivery::advance(tx, corp, app, &[event.object_id], sent.at)?;
    }
    Ok(())
}

/// Lists the sender's successful attempt, which stands in the delivery only and would be overwritten.
fn keep_last(tx: &mut Tx<'_>, corp: i64, app: i64, seq: i64) -> Verdict<()> {
    tx.execute(
        "insert into attempt (corp_id, app_id, seq, number, at, took, outcome) \
         select corp_id, app_id, seq, attempts, last_at, took, outcome from delivery \
         where corp_id = $1 and app_id = $2 and seq = $3 and attempts > 0 \
         on conflict (corp_id, app_id, seq, number) do nothing",
        &[&corp, &app, &seq],
    )?;
    Ok(())
}

/// Counts the attempt in the delivery, if there is one, and returns its number.
fn count(tx: &mut Tx<'_>, corp: i64, app: i64, seq: i64, sent: &Sent) -> Verdict<Option<i64>> {
    let done = if sent.delivered { ", state = 1, next_at = null" } else { "" };
    let sql = format!(
        "update delivery set attempts = attempts + 1, last_at = $4, took = $5, outcome = $6{done} \
         where corp_id = $1 and app_id = $2 and seq = $3 returning attempts"
    );
    Ok(tx.query_opt(&sql, &[&corp, &app, &seq, &sent.at, &sent.took, &sent.outcome], |row| row.get(0))?)
}

/// A delivery that begins and ends with this attempt; returns its number.
fn insert(tx: &mut Tx<'_>, corp: i64, app: i64, event: &Event, sent: &Sent) -> Verdict<i64> {
    let (none, one) = (0i64, 1i64);
    let next_at: Option<i64> = None;
    let mut args: Vec<&dyn Arg> = vec![&corp, &app, &event.seq, &event.journal_id, &event.ordinal, &event.object_id];
    args.extend_from_slice(&[&one, &one, &none, &sent.at, &sent.at, &next_at, &sent.took, &sent.outcome]);
    let into = "delivery (corp_id, app_id, seq, journal_id, ordinal, object_id, state, attempts, rung, first_at, \
                last_at, next_at, took, outcome)";
    tx.insert(into, 14, &args)?;
    Ok(one)
}

//! Events on their way to applications: one row for each event that an application is to get (chapter 21,
//! section 3). `next_at` is set on the first pending event of an object only; those behind it wait for it.

use std::collections::HashSet;

use crate::refusal::Verdict;
use crate::store::db::{Arg, DbError, Row, Tx};

/// Longest description of an attempt that is kept, characters.
pub const OUTCOME: usize = 200;

const PENDING: i64 = 0;
const DELIVERED: i64 = 1;
const EXHAUSTED: i64 = 2;

/// An event that has a number, before anybody has asked whom it is for.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// Its number in the tenant.
    pub seq: i64,
    /// Its journal row …
    pub journal_id: i64,
    /// … and its place in there.
    pub ordinal: i64,
    /// The object whose order is kept.
    pub object: i64,
    /// What the object is, as the journal calls it.
    pub object_type: String,
    /// The event type.
    pub kind: String,
    /// When it happened, epoch milliseconds.
    pub at: i64,
}

/// Events after a number, in order.
pub fn fresh(tx: &mut Tx<'_>, corp: i64, after: i64, limit: i64) -> Verdict<Vec<Fresh>> {
    let sql = "select e.seq, e.journal_id, e.ordinal, e.object_id, j.object_type, e.type, e.at from event e \
               join journal j on j.corp_id = e.corp_id and j.id = e.journal_id \
               where e.corp_id = $1 and e.seq > $2 order by e.seq limit $3";
    Ok(tx.query(sql, &[&corp, &after, &limit], |row| {
        Ok(Fresh {
            seq: row.get(0)?,
            journal_id: row.get(1)?,
            ordinal: row.get(2)?,
            object: row.get(3)?,
            object_type: row.get(4)?,
            kind: row.get(5)?,
            at: row.get(6)?,
        })
    })?)
}

/// Those of the objects that have a pending event for the application.
pub fn with_pending(tx: &mut Tx<'_>, corp: i64, app: i64, objects: &[i64]) -> Verdict<HashSet<i64>> {
    let sql = "select distinct object_id from delivery \
               where corp_id = $1 and app_id = $2 and state = 0 and object_id in ({list})";
    Ok(tx.query_in(sql, &[&corp, &app], objects, |row| row.get(0))?.into_iter().collect())
}

/// Queues events for the application, each with the time of its first attempt if none of its object is before it.
pub fn queue(tx: &mut Tx<'_>, corp: i64, app: i64, events: &[(&Fresh, Option<i64>)]) -> Verdict<()> {
    let into = "delivery (corp_id, app_id, seq, journal_id, ordinal, object_id, state, attempts, rung, first_at, \
                last_at, next_at, took, outcome)";
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(events.len() * 14);
    for (event, next_at) in events {
        args.extend_from_slice(&[&corp, &app, &event.seq, &event.journal_id, &event.ordinal, &event.object]);
        args.extend_from_slice(&[&PENDING, &0i64, &0i64, &0i64, &0i64, next_at, &0i64, &""]);
    }
    tx.insert(into, 14, &args)?;
    Ok(())
}

/// The first pending events of objects that may be tried by now, `(seq, object)`, the longest waiting first.
pub fn due(tx: &mut Tx<'_>, corp: i64, app: i64, now: i64, limit: i64) -> Verdict<Vec<(i64, i64)>> {
    let sql = "select seq, object_id from delivery where corp_id = $1 and app_id = $2 and next_at is not null \
               and next_at <= $3 order by next_at, seq limit $4";
    Ok(tx.query(sql, &[&corp, &app, &now, &limit], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// When the application's next attempt may be made.
pub fn next_due(tx: &mut Tx<'_>, corp: i64, app: i64) -> Verdict<Option<i64>> {
    let sql = "select next_at from delivery where corp_id = $1 and app_id = $2 and next_at is not null \
               order by next_at limit 1";
    Ok(tx.query_opt(sql, &[&corp, &app], |row| row.get(0))?)
}

/// An event that waits to be delivered.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its number in the tenant.
    pub seq: i64,
    /// The object whose order is kept.
    pub object: i64,
    /// Failed attempts that count for the next wait.
    pub rung: i64,
    /// When it was tried first, epoch milliseconds; 0 if never.
    pub first_at: i64,
    /// Its public id.
    pub event_id: String,
    /// The event type.
    pub kind: String,
    /// When it happened, epoch milliseconds.
    pub at: i64,
    /// The JSON text of the `event` object.
    pub payload: String,
}

/// Pending events of these objects up to a number, object by object and each in order, at most `limit`.
pub fn waiting(tx: &mut Tx<'_>, corp: i64, app: i64, objects: &[i64], up_to: i64, limit: i64) -> Verdict<Vec<Waiting>> {
    let sql = "select d.seq, d.object_id, d.rung, d.first_at, e.event_id, e.type, e.at, e.payload from delivery d \
               join event e on e.corp_id = d.corp_id and e.journal_id = d.journal_id and e.ordinal = d.ordinal \
               where d.corp_id = $1 and d.app_id = $2 and d.state = 0 and d.seq <= $3 and d.object_id in ({list}) \
               order by d.object_id, d.seq limit $4";
    Ok(tx.query_in(sql, &[&corp, &app, &up_to, &limit], objects, read_waiting)?)
}

fn read_waiting(row: &Row<'_>) -> Result<Waiting, DbError> {
    Ok(Waiting {
        seq: row.get(0)?,
        object: row.get(1)?,
        rung: row.get(2)?,
        first_at: row.get(3)?,
        event_id: row.get(4)?,
        kind: row.get(5)?,
        at: row.get(6)?,
        payload: row.get(7)?,
    })
}

/// What became of an attempt.
#[derive(Clone, Debug)]
pub struct Report {
    /// The event's number.
    pub seq: i64,
    /// Its object.
    pub object: i64,
    /// When the event was tried first, epoch milliseconds: the time of this attempt if it was the first.
    pub first_at: i64,
    /// Failed attempts so far that count for the next wait, this one included.
    pub rung: i64,
    /// When this attempt began, epoch milliseconds.
    pub at: i64,
    /// How long it took, milliseconds.
    pub took: i64,
    /// Whether the subscriber has the event.
    pub delivered: bool,
    /// What happened, in words.
    pub outcome: String,
}

/// Stores that events were delivered.
pub fn delivered(tx: &mut Tx<'_>, corp: i64, app: i64, reports: &[&Report]) -> Verdict<()> {
    let sql = "update delivery set state = 1, attempts = attempts + 1, first_at = v.column4, last_at = v.column5, \
               next_at = null, took = v.column6, outcome = v.column7 from ({rows}) as v \
               where delivery.corp_id = v.column1 and delivery.app_id = v.column2 and delivery.seq = v.column3";
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(reports.len() * 7);
    for report in reports {
        args.extend_from_slice(&[&corp, &app, &report.seq, &report.first_at, &report.at, &report.took]);
        args.push(&report.outcome);
    }
    tx.execute_rows(sql, 7, &args)?;
    Ok(())
}

/// Stores attempts that failed, each with the time of the next one; without one the event is exhausted. An event that
/// was delivered by hand in the meantime stays so.
pub fn failed(tx: &mut Tx<'_>, corp: i64, app: i64, reports: &[(&Report, Option<i64>)]) -> Verdict<()> {
    let attempt = "insert into attempt (corp_id, app_id, seq, number, at, took, outcome) \
                   select corp_id, app_id, seq, attempts + 1, $4, $5, $6 from delivery \
                   where corp_id = $1 and app_id = $2 and seq = $3 and state = 0";
    let update = "update delivery set state = $4, attempts = attempts + 1, rung = $5, first_at = $6, last_at = $7, \
                  next_at = $8, took = $9, outcome = $10 where corp_id = $1 and app_id = $2 and seq = $3 and state = 0";
    for (report, next_at) in reports {
        tx.execute(attempt, &[&corp, &app, &report.seq, &report.at, &report.took, &report.outcome])?;
        let state = if next_at.is_some() { PENDING } else { EXHAUSTED };
        let args: [&dyn Arg; 10] = [
            &corp,
            &app,
            &report.seq,
            &state,
            &report.rung,
            &report.first_at,
            &report.at,
            next_at,
            &report.took,
            &report.outcome,
        ];
        tx.execute(update, &args)?;
    }
    Ok(())
}

/// Makes the next pending event of each of these objects due, now that the one before it is done with.
pub fn advance(tx: &mut Tx<'_>, corp: i64, app: i64, objects: &[i64], now: i64) -> Verdict<()> {
    let sql = "update delivery set next_at = $3 where corp_id = $1 and app_id = $2 and state = 0 and next_at is null \
               and object_id in ({list}) and seq = (select min(p.seq) from delivery p where p.corp_id = $1 \
               and p.app_id = $2 and p.state = 0 and p.object_id = delivery.object_id)";
    tx.execute_in(sql, &[&corp, &app, &now], objects)?;
    Ok(())
}

/// Removes what became of exhausted events, with their attempts: those last tried before a time, at most `limit`.
/// Returns how many.
pub fn forget_exhausted(tx: &mut Tx<'_>, corp: i64, app: i64, before: i64, limit: i64) -> Verdict<usize> {
    let sql = "select seq from delivery where corp_id = $1 and app_id = $2 and state = 2 and last_at < $3 \
               order by last_at limit $4";
    let old: Vec<i64> = tx.query(sql, &[&corp, &app, &before, &limit], |row| row.get(0))?;
    forget(tx, corp, app, &old)?;
    Ok(old.len())
}

/// Removes what became of delivered events, with their attempts: those last tried before a time, among the `limit`
/// ones after a number. Returns the number to go on after, none when it has come to younger ones. Delivered events
/// have no index but their number, since they are many and become old in about that order.
pub fn forget_delivered(
    tx: &mut Tx<'_>,
    corp: i64,
    app: i64,
    before: i64,
    after: i64,
    limit: i64,
) -> Verdict<Option<i64>> {
    let sql = "select seq, state, last_at from delivery where corp_id = $1 and app_id = $2 and seq > $3 \
               order by seq limit $4";
    let page: Vec<(i64, i64, i64)> =
        tx.query(sql, &[&corp, &app, &after, &limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let delivered = page.iter().filter(|(_, state, _)| *state == DELIVERED);
    let (old, young): (Vec<&(i64, i64, i64)>, Vec<_>) = delivered.partition(|(_, _, last_at)| *last_at < before);
    forget(tx, corp, app, &old.iter().map(|(seq, ..)| *seq).collect::<Vec<_>>())?;
    let full = i64::try_from(page.len()).is_ok_and(|length| length >= limit);
    Ok(page.last().filter(|_| full && young.is_empty()).map(|(seq, ..)| *seq))
}

fn forget(tx: &mut Tx<'_>, corp: i64, app: i64, seqs: &[i64]) -> Verdict<()> {
    for table in ["attempt", "delivery"] {
        let sql = format!("delete from {table} where corp_id = $1 and app_id = $2 and seq in ({{list}})");
        tx.execute_in(&sql, &[&corp, &app], seqs)?;
    }
    Ok(())
}

/// How much waits for an application: the number of pending events, and when the oldest of them happened.
pub fn backlog(tx: &mut Tx<'_>, corp: i64, app: i64) -> Verdict<(i64, Option<i64>)> {
    let sql = "select count(*), coalesce(min(seq), 0) from delivery where corp_id = $1 and app_id = $2 and state = 0";
    let found = tx.query_opt(sql, &[&corp, &app], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?;
    let (count, oldest) = found.unwrap_or((0, 0));
    let sql = "select at from event where corp_id = $1 and seq = $2";
    Ok((count, tx.query_opt(sql, &[&corp, &oldest], |row| row.get(0))?))
}

/// Removes the oldest events of a tenant that happened before a time, at most `limit`, and stops at the first that
/// is younger, is still to be delivered, or was not looked at for every application. Returns how many.
pub fn forget_events(tx: &mut Tx<'_>, corp: i64, before: i64, limit: i64) -> Verdict<usize> {
    let sql = "select e.seq, e.at, (select count(*) from delivery d where d.corp_id = e.corp_id and d.seq = e.seq \
               and d.state = 0 and d.app_id in (select c.app_id from app_callback c where c.corp_id = $1)), \
               (select count(*) from app_callback c where c.corp_id = e.corp_id and c.queued_seq < e.seq) \
               from event e where e.corp_id = $1 and e.seq is not null order by e.seq limit $2";
    let oldest: Vec<(i64, bool)> = tx.query(sql, &[&corp, &limit], |row| {
        let needed = row.get::<i64>(2)? + row.get::<i64>(3)? > 0;
        Ok((row.get(0)?, row.get::<i64>(1)? < before && !needed))
    })?;
    let gone: Vec<i64> = oldest.into_iter().take_while(|(_, old)| *old).map(|(seq, _)| seq).collect();
    tx.execute_in("delete from event where corp_id = $1 and seq in ({list})", &[&corp], &gone)?;
    Ok(gone.len())
}

//! The one door through which every change is recorded: what changed, who did it, and the events to send.
//!
//! Called in the transaction of the change, after its locks, so that journal ids ascend per object in the
//! order of commits. Chapter 21 says which events a change has; the payloads come ready-made.

use serde_json::Value;

use crate::context::Context;
use crate::refusal::Verdict;
use crate::store::db::{Arg, Tx};

/// The change of one object.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `contact`, `company`, `customer` …: the noun of the object.
    pub object_type: &'static str,
    /// The inner id of the object; 0 for an import of many.
    pub object_id: i64,
    /// What was done, noun first: `contact.create`.
    pub action: &'static str,
    /// What changed from what to what, field by field: `{"user_name":["old","new"]}`.
    pub changes: Value,
    /// The callback events of the change, in the order of sending.
    pub events: Vec<Event>,
}

/// A callback event as it will be sent, without its header.
#[derive(Clone, Debug)]
pub struct Event {
    /// The event type of chapter 21, e.g. `contact_add`.
    pub kind: &'static str,
    /// The JSON text of the `event` object.
    pub payload: String,
}

impl Event {
    /// An event whose payload is the JSON of `payload`.
    pub fn new(kind: &'static str, payload: &impl serde::Serialize) -> Event {
        // Payloads are plain structs with string keys: serialising them cannot fail.
        Event { kind, payload: serde_json::to_string(payload).unwrap_or_default() }
    }
}

/// Records changes, in this order, with their events.
pub fn record(tx: &mut Tx<'_>, ctx: &Context, entries: &[Entry]) -> Verdict<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let ids = tx.journal_ids(entries.len())?;
    insert_entries(tx, ctx, entries, &ids)?;
    insert_events(tx, ctx, entries, &ids)
}

fn insert_entries(tx: &mut Tx<'_>, ctx: &Context, entries: &[Entry], ids: &[i64]) -> Verdict<()> {
    let actor = ctx.actor.journal_name();
    let request_id: &str = &ctx.request_id;
    let numbered_at_once = tx.position_now();
    let rows: Vec<(i64, Option<i64>, String, &Entry)> = ids
        .iter()
        .zip(entries)
        .map(|(&id, entry)| (id, numbered_at_once.then_some(id), entry.changes.to_string(), entry))
        .collect();
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(rows.len() * 10);
    for (id, position, changes, entry) in &rows {
        args.extend_from_slice(&[&ctx.corp, id, position, &ctx.now, &actor, &request_id]);
        args.extend_from_slice(&[&entry.object_type, &entry.object_id, &entry.action, changes]);
    }
    let into = "journal (corp_id, id, position, at, actor, request_id, object_type, object_id, action, changes)";
    tx.insert(into, 10, &args)?;
    Ok(())
}

fn insert_events(tx: &mut Tx<'_>, ctx: &Context, entries: &[Entry], ids: &[i64]) -> Verdict<()> {
    let count: usize = entries.iter().map(|entry| entry.events.len()).sum();
    if count == 0 {
        return Ok(());
    }
    let first = tx.event_numbers(ctx.corp, i64::try_from(count).unwrap_or(i64::MAX))?;
    let mut rows = Vec::with_capacity(count);
    for (id, entry) in ids.iter().zip(entries) {
        for (ordinal, event) in (0i64..).zip(&entry.events) {
            let seq = first.map(|first| first + i64::try_from(rows.len()).unwrap_or(0));
            rows.push((id, ordinal, seq, ctx.ids.wire(ctx.now), entry.object_id, event));
        }
    }
    let mut args: Vec<&dyn Arg> = Vec::with_capacity(rows.len() * 9);
    for (id, ordinal, seq, event_id, object_id, event) in &rows {
        args.extend_from_slice(&[&ctx.corp, *id, ordinal, seq, event_id]);
        args.extend_from_slice(&[&event.kind, object_id, &ctx.now, &event.payload]);
    }
    tx.insert("event (corp_id, journal_id, ordinal, seq, event_id, type, object_id, at, payload)", 9, &args)?;
    Ok(())
}

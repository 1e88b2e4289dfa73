//! Reading events, with what became of them: a page at a time, filtered, from the oldest on or from the newest back.
//!
//! Events have no index but their number. Times are found by [`place::span`], objects through their journal, and
//! types are sought in windows of numbers, so that no call takes long however many events there are. On PostgreSQL an
//! event is visible here once the sequencer has numbered it.

pub mod by_hand;
pub mod deliveries;
pub mod object;
pub mod place;

use crate::refusal::Verdict;
use crate::store::db::{Arg, DbError, Row, Tx};
use deliveries::State;
pub use place::Span;

/// An event with what the journal knows of it.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its number in the tenant.
    pub seq: i64,
    /// The public id, the same over all attempts.
    pub event_id: String,
    /// The event type of chapter 21.
    pub kind: String,
    /// When it happened, epoch milliseconds.
    pub at: i64,
    /// The noun of its object, as the journal calls it.
    pub object_type: String,
    /// The inner id of its object.
    pub object_id: i64,
    /// Who did it: an application's id or `system`.
    pub actor: String,
    /// The request that did it.
    pub request_id: String,
    /// Its journal row …
    pub journal_id: i64,
    /// … and its place in there.
    pub ordinal: i64,
    /// The JSON text of the `event` object.
    pub payload: String,
}

/// Which events are wanted. All conditions hold together; the default is all events.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Event types; empty means all.
    pub kinds: Vec<String>,
    /// Inner ids of objects.
    pub objects: Option<Vec<i64>>,
    /// Numbers, ascending.
    pub seqs: Option<Vec<i64>>,
    /// From this time on, epoch milliseconds.
    pub from: Option<i64>,
    /// Before this time, epoch milliseconds.
    pub until: Option<i64>,
    /// Queued for one of these applications, by inner id, in this state if one is given.
    pub queued: Option<(Vec<i64>, Option<State>)>,
}

/// Which end comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The oldest.
    Ascending,
    /// The newest.
    Descending,
}

/// Some events, in order, and what has not been looked at yet.
#[derive(Clone, Debug)]
pub struct Page {
    /// The events.
    pub events: Vec<Event>,
    /// The numbers that the next page is to be taken from; empty when there is nothing more.
    pub rest: Span,
}

/// Numbers that are looked through in one statement.
const WINDOW: i64 = 10_000;

/// Windows of a page. Then it ends, even if it is empty, so that a rare type holds no thread for long.
const WINDOWS: usize = 10;

/// Events that are read in one statement.
const BATCH: usize = 200;

/// A page ends when its payloads have so many bytes.
const BYTES: usize = 8 * 1024 * 1024;

const SELECT: &str = "select e.seq, e.event_id, e.type, e.at, j.object_type, e.object_id, j.actor, j.request_id, \
                      e.journal_id, e.ordinal, e.payload \
                      from event e join journal j on j.corp_id = e.corp_id and j.id = e.journal_id";

/// Up to `limit` events that the filter lets through, out of `span`. May give fewer, even none, while `rest` is not
/// empty.
pub fn page(tx: &mut Tx<'_>, corp: i64, filter: &Filter, span: Span, order: Order, limit: usize) -> Verdict<Page> {
    let mut page = Page { events: Vec::new(), rest: span };
    let (mut windows, mut bytes) = (0, 0);
    while !page.rest.is_empty() && page.events.len() < limit && bytes < BYTES && windows < WINDOWS {
        let wide = filter.objects.is_some() || filter.seqs.is_some();
        let (window, beyond) = if wide { page.rest.split(i64::MAX, order) } else { page.rest.split(WINDOW, order) };
        let want = BATCH.min(limit - page.events.len());
        let (events, reached) = batch(tx, corp, filter, window, order, want)?;
        page.rest = match reached {
            Some(seq) => page.rest.behind(seq, order),
            None => beyond,
        };
        windows += usize::from(reached.is_none());
        bytes += events.iter().map(|event| event.payload.len()).sum::<usize>();
        page.events.extend(events);
    }
    Ok(page)
}

/// The event with this number.
pub fn find(tx: &mut Tx<'_>, corp: i64, seq: i64) -> Verdict<Option<Event>> {
    let sql = format!("{SELECT} where e.corp_id = $1 and e.seq = $2");
    Ok(tx.query_opt(&sql, &[&corp, &seq], read)?)
}

/// At most `want` events of a window, and the number up to which it was looked through, unless that is all of it.
fn batch(
    tx: &mut Tx<'_>,
    corp: i64,
    filter: &Filter,
    window: Span,
    order: Order,
    want: usize,
) -> Verdict<(Vec<Event>, Option<i64>)> {
    let Seen { mut events, reached } = match (&filter.seqs, &filter.objects) {
        (Some(seqs), _) => by_number(tx, corp, filter, seqs, window, order, want)?,
        (None, Some(objects)) => by_object(tx, corp, filter, objects, window, order, want)?,
        (None, None) => by_kind(tx, corp, filter, window, order, want)?,
    };
    events.retain(|event| filter.lets_through(event));
    Ok((events, reached))
}

struct Seen {
    events: Vec<Event>,
    reached: Option<i64>,
}

impl Seen {
    /// What a statement with a limit gave.
    fn limited(events: Vec<Event>, limit: usize) -> Seen {
        let reached = if events.len() < limit { None } else { events.last().map(|event| event.seq) };
        Seen { events, reached }
    }
}

impl Filter {
    /// Whether an event is wanted, as far as the event itself tells.
    fn lets_through(&self, event: &Event) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&event.kind))
            && self.objects.as_ref().is_none_or(|objects| objects.contains(&event.object_id))
            && self.from.is_none_or(|from| event.at >= from)
            && self.until.is_none_or(|until| event.at < until)
    }

    /// The condition that an event is on its way to an application. Inner ids are numbers of ours and few, so they
    /// stand in the statement.
    fn queued_sql(&self) -> String {
        let Some((apps, state)) = &self.queued else { return String::new() };
        if apps.is_empty() {
            return " and 1 = 0".to_owned();
        }
        let apps: Vec<String> = apps.iter().map(i64::to_string).collect();
        let state = state.map_or(String::new(), |state| format!(" and d.state = {}", state.number()));
        format!(
            " and exists (select 1 from delivery d where d.corp_id = e.corp_id and d.app_id in ({}) \
             and d.seq = e.seq{state})",
            apps.join(", ")
        )
    }
}

fn by_kind(tx: &mut Tx<'_>, corp: i64, filter: &Filter, window: Span, order: Order, want: usize) -> Verdict<Seen> {
    let (limit, from, until) = (count(want), filter.from.unwrap_or(i64::MIN), filter.until.unwrap_or(i64::MAX));
    let kinds = if filter.kinds.is_empty() { "" } else { " and e.type in ({list})" };
    let sql = format!(
        "{SELECT} where e.corp_id = $1 and e.seq > $2 and e.seq <= $3 and e.at >= $4 and e.at < $5{kinds}{} \
         order by e.seq{} limit $6",
        filter.queued_sql(),
        order.sql()
    );
    let args: [&dyn Arg; 6] = [&corp, &window.after, &window.up_to, &from, &until, &limit];
    let events =
        if kinds.is_empty() { tx.query(&sql, &args, read)? } else { tx.query_in(&sql, &args, &filter.kinds, read)? };
    Ok(Seen::limited(events, want))
}

/// The plus keeps SQLite from reading all events in order instead of those of the objects.
fn by_object(
    tx: &mut Tx<'_>,
    corp: i64,
    filter: &Filter,
    objects: &[i64],
    window: Span,
    order: Order,
    want: usize,
) -> Verdict<Seen> {
    let limit = count(want);
    let sql = format!(
        "{SELECT} where j.corp_id = $1 and +e.seq > $2 and +e.seq <= $3 and j.object_id in ({{list}}){} \
         order by e.seq{} limit $4",
        filter.queued_sql(),
        order.sql()
    );
    let events = tx.query_in(&sql, &[&corp, &window.after, &window.up_to, &limit], objects, read)?;
    Ok(Seen::limited(events, want))
}

/// Takes ascending numbers.
fn by_number(
    tx: &mut Tx<'_>,
    corp: i64,
    filter: &Filter,
    seqs: &[i64],
    window: Span,
    order: Order,
    want: usize,
) -> Verdict<Seen> {
    let mut seqs: Vec<i64> = seqs.iter().copied().filter(|seq| window.contains(*seq)).collect();
    if order == Order::Descending {
        seqs.reverse();
    }
    let reached = if seqs.len() > want { want.checked_sub(1).and_then(|last| seqs.get(last).copied()) } else { None };
    seqs.truncate(want);
    let sql = format!(
        "{SELECT} where e.corp_id = $1 and e.seq in ({{list}}){} order by e.seq{}",
        filter.queued_sql(),
        order.sql()
    );
    let events = tx.query_in(&sql, &[&corp], &seqs, read)?;
    Ok(Seen { events, reached })
}

impl Order {
    const fn sql(self) -> &'static str {
        match self {
            Order::Ascending => "",
            Order::Descending => " desc",
        }
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn read(row: &Row<'_>) -> Result<Event, DbError> {
    Ok(Event {
        seq: row.get(0)?,
        event_id: row.get(1)?,
        kind: row.get(2)?,
        at: row.get(3)?,
        object_type: row.get(4)?,
        object_id: row.get(5)?,
        actor: row.get(6)?,
        request_id: row.get(7)?,
        journal_id: row.get(8)?,
        ordinal: row.get(9)?,
        payload: row.get(10)?,
    })
}

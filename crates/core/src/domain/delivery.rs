//! What happens to an event on its way to an application: queued, tried, tried again, given up (chapter 21,
//! section 3). Everything that a sender finds out or wants to know goes through [`turn`], one transaction.

use std::collections::{HashMap, HashSet};

use crate::domain::callback;
use crate::refusal::Verdict;
use crate::store::callback::{self as callbacks, Callback};
use crate::store::db::{LockKey, Tx, lease};
use crate::store::delivery::{self, Fresh, Report, Waiting};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// Waits after the first, second … failed attempt, milliseconds; the last one repeats.
pub const WAITS: [i64; 9] =
    [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR];

/// No attempt begins later than this after the first one, milliseconds.
pub const LIFE: i64 = 72 * HOUR;

/// Events that one turn looks at for an application.
const PAGE: i64 = 1_000;

/// Events of one object that are handed out together.
const CHAIN: usize = 16;

/// Events that are read in one turn to be sent, and how far they may lie apart.
const ROWS: i64 = 1_024;

/// When to try again after `failures` failed attempts, or never. `jitter` is between -0.2 and 0.2.
pub fn next_attempt(first_at: i64, now: i64, failures: i64, jitter: f64) -> Option<i64> {
    let step = usize::try_from(failures.max(1) - 1).unwrap_or(usize::MAX).min(WAITS.len() - 1);
    let wait = WAITS.get(step).copied().unwrap_or(8 * HOUR);
    let next = now + wait + spread(wait, jitter);
    (next - first_at <= LIFE).then_some(next)
}

/// A share of a wait, in whole milliseconds.
fn spread(wait: i64, jitter: f64) -> i64 {
    const PARTS: i32 = 1_000_000;
    // At most 200,000 parts of a million: the rounding is exact enough and the number is small.
    #[expect(clippy::cast_possible_truncation, reason = "clamped to a fifth of a million")]
    let parts = (jitter.clamp(-0.2, 0.2) * f64::from(PARTS)) as i64;
    wait * parts / i64::from(PARTS)
}

/// What a sender brings and asks for.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The tenant's inner number.
    pub corp: i64,
    /// The inner id of the application.
    pub app: i64,
    /// The duty that the sender must hold, and the name under which it holds it.
    pub duty: (String, String),
    /// What became of attempts, each with a jitter for the next one.
    pub reports: Vec<(Report, f64)>,
    /// Objects that are being sent; nothing more of them is wanted.
    pub busy: HashSet<i64>,
    /// How many more objects are wanted; 0 while the application gets nothing.
    pub room: usize,
    /// Epoch milliseconds.
    pub now: i64,
}

/// What a sender gets.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// Events to be sent, a list for each object in the order of sending.
    pub chains: Vec<Vec<Waiting>>,
    /// Events up to here were looked at.
    pub queued_seq: i64,
    /// Whether there are more events that were not looked at.
    pub more: bool,
}

/// Stores what became of attempts, queues new events, and hands out those that are due. None: another process
/// has the duty now.
pub fn turn(tx: &mut Tx<'_>, turn: &Turn) -> Verdict<Option<Taken>> {
    tx.lock(turn.corp, &[LockKey::Name("callback", &turn.app.to_string())])?;
    if !lease::is_held(tx, &turn.duty.0, &turn.duty.1)? {
        return Ok(None);
    }
    record(tx, turn)?;
    let (queued_seq, more) = queue(tx, turn)?;
    Ok(Some(Taken { chains: hand_out(tx, turn)?, queued_seq, more }))
}

fn record(tx: &mut Tx<'_>, turn: &Turn) -> Verdict<()> {
    if turn.reports.is_empty() {
        return Ok(());
    }
    let (corp, app) = (turn.corp, turn.app);
    let (delivered, failed): (Vec<_>, Vec<_>) = turn.reports.iter().partition(|(report, _)| report.delivered);
    let delivered: Vec<&Report> = delivered.into_iter().map(|(report, _)| report).collect();
    let failed: Vec<(&Report, Option<i64>)> = failed
        .into_iter()
        .map(|(report, jitter)| (report, next_attempt(report.first_at, turn.now, report.rung, *jitter)))
        .collect();
    delivery::delivered(tx, corp, app, &delivered)?;
    delivery::failed(tx, corp, app, &failed)?;
    let exhausted = failed.iter().filter(|(_, next)| next.is_none()).map(|(report, _)| report.object);
    let done: HashSet<i64> = delivered.iter().map(|report| report.object).chain(exhausted).collect();
    delivery::advance(tx, corp, app, &done.into_iter().collect::<Vec<_>>(), turn.now)
}

/// Queues the next page of events; how far that came, and whether there are more.
fn queue(tx: &mut Tx<'_>, turn: &Turn) -> Verdict<(i64, bool)> {
    let (corp, app) = (turn.corp, turn.app);
    let Some(settings) = callbacks::find(tx, corp, app)? else { return Ok((0, false)) };
    let page = delivery::fresh(tx, corp, settings.queued_seq, PAGE)?;
    let Some(last) = page.last() else { return Ok((settings.queued_seq, false)) };
    let wanted: Vec<&Fresh> = page.iter().filter(|event| is_wanted(&settings, event)).collect();
    let objects: Vec<i64> = wanted.iter().map(|event| event.object).collect();
    let mut behind = delivery::with_pending(tx, corp, app, &objects)?;
    let rows: Vec<(&Fresh, Option<i64>)> =
        wanted.into_iter().map(|event| (event, behind.insert(event.object).then_some(turn.now))).collect();
    delivery::queue(tx, corp, app, &rows)?;
    callbacks::set_queued(tx, corp, app, last.seq)?;
    Ok((last.seq, i64::try_from(page.len()).is_ok_and(|length| length >= PAGE)))
}

fn is_wanted(callback: &Callback, event: &Fresh) -> bool {
    let off = (callback.off_at..callback.on_at).contains(&event.at);
    !off && callback::takes(&callback.event_set, &callback.event_types, &event.kind, &event.object_type)
}

fn hand_out(tx: &mut Tx<'_>, turn: &Turn) -> Verdict<Vec<Vec<Waiting>>> {
    if turn.room == 0 {
        return Ok(Vec::new());
    }
    let (corp, app) = (turn.corp, turn.app);
    let limit = i64::try_from(turn.room + turn.busy.len()).unwrap_or(ROWS);
    let heads = delivery::due(tx, corp, app, turn.now, limit)?;
    let heads: Vec<(i64, i64)> =
        heads.into_iter().filter(|(_, object)| !turn.busy.contains(object)).take(turn.room).collect();
    let Some(farthest) = heads.iter().map(|(seq, _)| *seq).max() else { return Ok(Vec::new()) };
    let objects: Vec<i64> = heads.iter().map(|(_, object)| *object).collect();
    let events = delivery::waiting(tx, corp, app, &objects, farthest + ROWS, ROWS)?;
    Ok(chains(&heads, events))
}

/// Puts the events of each object behind each other, the objects in the order in which they became due. An
/// object whose first event did not fit into what was read has to wait for the next turn.
fn chains(heads: &[(i64, i64)], events: Vec<Waiting>) -> Vec<Vec<Waiting>> {
    let mut of: HashMap<i64, Vec<Waiting>> = HashMap::new();
    for event in events {
        let chain = of.entry(event.object).or_default();
        if chain.len() < CHAIN {
            chain.push(event);
        }
    }
    heads.iter().filter_map(|(_, object)| of.remove(object)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The times of all attempts of an event whose subscriber never answers, in seconds after the first.
    fn attempts(jitter: f64) -> Vec<i64> {
        let (mut at, mut failures, mut times) = (0, 0, Vec::new());
        loop {
            times.push(at / SECOND);
            failures += 1;
            match next_attempt(0, at, failures, jitter) {
                Some(next) => at = next,
                None => return times,
            }
        }
    }

    #[test]
    fn an_event_is_tried_seventeen_times_in_72_hours() {
        let hours = |h: i64, m: i64, s: i64| h * 3_600 + m * 60 + s;
        let mut expected = vec![0, 5, 35, 155, 755, hours(0, 42, 35), hours(1, 42, 35), hours(3, 42, 35)];
        expected.extend((0..9).map(|n| hours(7 + 8 * n, 42, 35)));
        assert_eq!(expected.len(), 17);
        assert_eq!(attempts(0.0), expected);
    }

    #[test]
    fn no_attempt_begins_later_than_72_hours_after_the_first() {
        for jitter in [-0.2, -0.1, 0.01, 0.2, 7.0] {
            let times = attempts(jitter);
            assert!(times.iter().all(|at| *at <= 72 * 3_600), "{jitter}: {times:?}");
            assert!(times.len() >= 14, "{jitter}: {times:?}");
        }
    }

    #[test]
    fn waits_vary_by_a_fifth() {
        assert_eq!(next_attempt(0, 0, 1, 0.2), Some(6_000));
        assert_eq!(next_attempt(0, 0, 1, -0.2), Some(4_000));
        assert_eq!(next_attempt(0, 0, 1, -9.0), Some(4_000));
    }
}

//! Where events stand: by time, by public id.
//!
//! Numbers follow the order of commits, times are those of the requests: within `SLACK` they ascend together, so a
//! time is found by halving, and what is near it is compared exactly by whoever reads.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Order;
use crate::refusal::Verdict;
use crate::store::callback::last_seq;
use crate::store::db::Tx;

/// How far the times of events may be out of the order of their numbers, milliseconds. A request may take 30 s, wait
/// for locks and run again, and the clocks of nodes differ.
const SLACK: i64 = 10 * 60 * 1000;

/// How far they mostly are at most.
const NEAR: i64 = 2_000;

/// Numbers behind `after`, up to and with `up_to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The last number that does not belong to it.
    pub after: i64,
    /// The last number that does.
    pub up_to: i64,
}

impl Span {
    /// Whether no number belongs to it.
    pub const fn is_empty(self) -> bool {
        self.up_to <= self.after
    }

    /// Whether a number belongs to it.
    pub const fn contains(self, seq: i64) -> bool {
        seq > self.after && seq <= self.up_to
    }

    /// What belongs to both.
    #[must_use]
    pub fn and(self, other: Span) -> Span {
        Span { after: self.after.max(other.after), up_to: self.up_to.min(other.up_to) }
    }

    /// The first `n` numbers of an order, and the others.
    pub(super) fn split(self, n: i64, order: Order) -> (Span, Span) {
        match order {
            Order::Ascending => {
                let middle = self.after.saturating_add(n).min(self.up_to);
                (Span { up_to: middle, ..self }, Span { after: middle, ..self })
            }
            Order::Descending => {
                let middle = self.up_to.saturating_sub(n).max(self.after);
                (Span { after: middle, ..self }, Span { up_to: middle, ..self })
            }
        }
    }

    /// What comes behind a number in an order.
    pub(super) fn behind(self, seq: i64, order: Order) -> Span {
        match order {
            Order::Ascending => Span { after: seq, ..self },
            Order::Descending => Span { up_to: seq - 1, ..self },
        }
    }
}

/// All events that are kept.
pub fn kept(tx: &mut Tx<'_>, corp: i64) -> Verdict<Span> {
    let up_to = last_seq(tx, corp)?;
    let oldest = next(tx, corp, 0)?.map_or(up_to + 1, |(seq, _)| seq);
    Ok(Span { after: oldest - 1, up_to })
}

/// Numbers among which all kept events of a time are: from `from` on, before `until`, epoch milliseconds.
pub fn span(tx: &mut Tx<'_>, corp: i64, from: Option<i64>, until: Option<i64>) -> Verdict<Span> {
    within(tx, corp, from, until, SLACK)
}

fn within(tx: &mut Tx<'_>, corp: i64, from: Option<i64>, until: Option<i64>, slack: i64) -> Verdict<Span> {
    let kept = kept(tx, corp)?;
    let after = match from {
        Some(from) => first_at(tx, corp, kept, from.saturating_sub(slack))? - 1,
        None => kept.after,
    };
    let up_to = match until {
        Some(until) => first_at(tx, corp, kept, until.saturating_add(slack))?.min(kept.up_to),
        None => kept.up_to,
    };
    Ok(Span { after, up_to })
}

/// The number of the event with this public id. Ids begin with their time, and only what is near it is read.
pub fn of_id(tx: &mut Tx<'_>, corp: i64, event_id: &str) -> Verdict<Option<i64>> {
    let Some(at) = time_of(event_id) else { return Ok(None) };
    let sql = "select seq from event where corp_id = $1 and seq > $2 and seq <= $3 and at = $4 and event_id = $5";
    for slack in [NEAR, SLACK] {
        let Span { after, up_to } = within(tx, corp, Some(at), Some(at), slack)?;
        let found = tx.query_opt(sql, &[&corp, &after, &up_to, &at, &event_id], |row| row.get(0))?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The time that an id of ours begins with, epoch milliseconds.
fn time_of(event_id: &str) -> Option<i64> {
    let bytes = URL_SAFE_NO_PAD.decode(event_id).ok().filter(|bytes| bytes.len() == 32)?;
    let time = bytes.first_chunk::<6>()?;
    Some(time.iter().fold(0, |sum, byte| (sum << 8) | i64::from(*byte)))
}

/// The first number whose event is not before a time; one behind the last when there is none.
fn first_at(tx: &mut Tx<'_>, corp: i64, kept: Span, time: i64) -> Verdict<i64> {
    // The answer is in low..=high.
    let (mut low, mut high) = (kept.after + 1, kept.up_to + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match next(tx, corp, middle)? {
            Some((seq, at)) if at < time => low = seq + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

/// The first event from a number on: its number and its time.
fn next(tx: &mut Tx<'_>, corp: i64, seq: i64) -> Verdict<Option<(i64, i64)>> {
    let sql = "select seq, at from event where corp_id = $1 and seq >= $2 order by seq limit 1";
    Ok(tx.query_opt(sql, &[&corp, &seq], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::wire_id;

    #[test]
    fn an_id_tells_its_time() {
        assert_eq!(time_of(&wire_id(1_793_584_800_123, [9; 32])), Some(1_793_584_800_123));
        for text in ["", "abc", "XwP-Z7Car-MNhGxnmPCfmf_lbMEilu_F96AB68msZv", "ä"] {
            assert_eq!(time_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_span_is_taken_from_either_end() {
        let span = Span { after: 10, up_to: 20 };
        let parts = |n, order| span.split(n, order);
        assert_eq!(parts(3, Order::Ascending), (Span { after: 10, up_to: 13 }, Span { after: 13, up_to: 20 }));
        assert_eq!(parts(3, Order::Descending), (Span { after: 17, up_to: 20 }, Span { after: 10, up_to: 17 }));
        assert!(parts(i64::MAX, Order::Ascending).1.is_empty() && parts(i64::MAX, Order::Descending).1.is_empty());
        assert_eq!(span.behind(12, Order::Ascending), Span { after: 12, up_to: 20 });
        assert_eq!(span.behind(12, Order::Descending), Span { after: 10, up_to: 11 });
        assert!(span.contains(11) && span.contains(20) && !span.contains(10) && !span.contains(21));
    }
}

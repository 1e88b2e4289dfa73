//! What has arrived so far: which events, how often, and how many of each kind.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use super::judge::{Finding, Kind};

/// So many event ids are remembered at least, and twice as many at most: repeats come soon or never.
const REMEMBERED: usize = 500_000;

/// Numbers since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) verifications: u64,
    /// Events, repeats among them.
    pub(super) events: u64,
    pub(super) repeats: u64,
    pub(super) accepted: u64,
    /// Failed on purpose.
    pub(super) failed: u64,
    /// Wrong in themselves, verifications and others among them.
    pub(super) refused: u64,
    pub(super) highest_sequence: i64,
}

/// What is known of an event that has arrived before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Before {
    pub(super) times: u32,
    /// Whether one of them was answered `success`.
    pub(super) accepted: bool,
}

#[derive(Default)]
pub(super) struct Ledger {
    pub(super) counts: Counts,
    hasher: RandomState,
    recent: HashMap<u64, Before>,
    older: HashMap<u64, Before>,
}

impl Ledger {
    /// Notes a request and what became of it; tells what is known of the event from before.
    pub(super) fn note(
        &mut self,
        finding: &Finding,
        event_id: Option<&str>,
        sequence: Option<i64>,
        failed: bool,
    ) -> Before {
        let (right, counts) = (finding.problem.is_none(), &mut self.counts);
        counts.refused += u64::from(!right);
        counts.failed += u64::from(failed);
        counts.verifications += u64::from(finding.kind == Kind::Verification);
        if finding.kind != Kind::Event {
            return Before::default();
        }
        let accepted = right && !failed;
        counts.events += 1;
        counts.accepted += u64::from(accepted);
        if right {
            counts.highest_sequence = counts.highest_sequence.max(sequence.unwrap_or_default());
        }
        // Whoever cannot sign must not make an honest event look like a repeat.
        let before = event_id.filter(|_| right).map(|id| self.seen(id, accepted)).unwrap_or_default();
        self.counts.repeats += u64::from(before.times > 0);
        before
    }

    fn seen(&mut self, event_id: &str, accepted: bool) -> Before {
        let key = self.hasher.hash_one(event_id);
        if self.recent.len() >= REMEMBERED {
            self.older = std::mem::take(&mut self.recent);
        }
        let before = self.recent.get(&key).or_else(|| self.older.get(&key)).copied().unwrap_or_default();
        let now = Before { times: before.times.saturating_add(1), accepted: before.accepted || accepted };
        self.recent.insert(key, now);
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeat_is_told_from_a_first_sight() {
        let finding = Finding::right(Kind::Event);
        let mut ledger = Ledger::default();
        let mut note = |id, failed| ledger.note(&finding, Some(id), Some(7), failed);
        assert_eq!(note("a", true), Before { times: 0, accepted: false });
        assert_eq!(note("b", false), Before { times: 0, accepted: false });
        assert_eq!(note("a", false), Before { times: 1, accepted: false });
        assert_eq!(note("a", false), Before { times: 2, accepted: true });
        let counts = Counts { events: 4, repeats: 2, accepted: 3, failed: 1, highest_sequence: 7, ..Counts::default() };
        assert_eq!(ledger.counts, counts);
    }
}

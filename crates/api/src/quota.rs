//! Rate limits of the profile `strict`: 500 calls in a sliding minute and 10,000 in a sliding hour, for each
//! application and path (chapter 00, section 4).

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 3_600_000;
const PER_MINUTE: usize = 500;
const PER_HOUR: usize = 10_000;

/// Who is counted. Credentials of unknown applications share a fixed number of counters, so that nobody
/// can fill the memory with invented names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Call { app: i64, path: &'static str },
    Unknown(u64),
}

/// The times of the calls of the last hour. Holds 8 bytes for each accepted call, at most 10,000 for each
/// application and path, and nothing for those that were silent for an hour.
#[derive(Debug, Default)]
pub(crate) struct Quota {
    state: Mutex<State>,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct State {
    calls: HashMap<Key, VecDeque<i64>>,
    swept: i64,
}

impl Quota {
    /// Counts a call of an application, unless it is one too many.
    pub(crate) fn admit(&self, app: i64, path: &'static str, now: i64) -> bool {
        self.count(Key::Call { app, path }, now)
    }

    /// Counts an attempt to get a token with an unknown application id.
    pub(crate) fn admit_unknown(&self, app_id: &str, now: i64) -> bool {
        self.count(Key::Unknown(self.hasher.hash_one(app_id) % 1024), now)
    }

    fn count(&self, key: Key, now: i64) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.sweep(now);
        let calls = state.calls.entry(key).or_default();
        while calls.front().is_some_and(|at| *at <= now - HOUR) {
            calls.pop_front();
        }
        let minute_is_full =
            calls.len().checked_sub(PER_MINUTE).and_then(|at| calls.get(at)).is_some_and(|at| *at > now - MINUTE);
        if minute_is_full || calls.len() >= PER_HOUR {
            return false;
        }
        // Calls that overtake each other may bring slightly older times; the log stays in order.
        let at = calls.back().map_or(now, |last| now.max(*last));
        calls.push_back(at);
        true
    }
}

impl State {
    fn sweep(&mut self, now: i64) {
        if (self.swept..self.swept + MINUTE).contains(&now) {
            return;
        }
        self.swept = now;
        self.calls.retain(|_, calls| calls.back().is_some_and(|at| *at > now - HOUR));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000_000;

    fn admitted(quota: &Quota, calls: usize, now: i64) -> usize {
        (0..calls).filter(|_| quota.admit(1, "/a", now)).count()
    }

    #[test]
    fn a_minute_slides() {
        let quota = Quota::default();
        assert_eq!(admitted(&quota, 300, NOW), 300);
        assert_eq!(admitted(&quota, 300, NOW + 30_000), 200);
        assert_eq!(admitted(&quota, 1, NOW + 59_999), 0);
        assert_eq!(admitted(&quota, 500, NOW + 60_000), 300);
    }

    #[test]
    fn an_hour_slides() {
        let quota = Quota::default();
        for minute in 0..20 {
            assert_eq!(admitted(&quota, 500, NOW + minute * MINUTE), 500);
        }
        assert_eq!(admitted(&quota, 1, NOW + 20 * MINUTE), 0);
        assert_eq!(admitted(&quota, 1, NOW + HOUR - 1), 0);
        assert_eq!(admitted(&quota, 600, NOW + HOUR), 500);
    }

    #[test]
    fn applications_and_paths_do_not_share_a_quota() {
        let quota = Quota::default();
        assert_eq!(admitted(&quota, 501, NOW), 500);
        assert!(quota.admit(2, "/a", NOW));
        assert!(quota.admit(1, "/b", NOW));
    }

    #[test]
    fn silent_applications_take_no_memory() {
        let quota = Quota::default();
        admitted(&quota, 500, NOW);
        assert!(quota.admit(2, "/a", NOW + HOUR));
        assert_eq!(quota.state.lock().unwrap().calls.len(), 1);
        for name in 0..5_000 {
            quota.admit_unknown(&name.to_string(), NOW + HOUR);
        }
        assert!(quota.state.lock().unwrap().calls.len() <= 1025);
    }
}

//! What was sent and what waits, as Prometheus text.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kailing_core::store::callback;
use kailing_core::store::db::Db;
use kailing_core::store::delivery;

use crate::client::Attempt;

/// Upper ends of the histogram of attempts, milliseconds.
const BUCKETS: [u64; 9] = [1, 5, 10, 50, 100, 500, 1_000, 2_500, 5_000];

/// Counts of attempts by application.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    apps: Mutex<BTreeMap<String, Counts>>,
}

#[derive(Clone, Debug, Default)]
struct Counts {
    delivered: u64,
    failed: u64,
    buckets: [u64; BUCKETS.len()],
    took: Duration,
}

impl Metrics {
    /// Counts an attempt.
    pub(crate) fn count(&self, app_id: &str, attempt: &Attempt) {
        let mut apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        if !apps.contains_key(app_id) {
            apps.insert(app_id.to_owned(), Counts::default());
        }
        let Some(counts) = apps.get_mut(app_id) else { return };
        if attempt.delivered {
            counts.delivered += 1;
        } else {
            counts.failed += 1;
        }
        counts.took += attempt.took;
        let place = BUCKETS.iter().position(|end| attempt.took <= Duration::from_millis(*end));
        if let Some(bucket) = place.and_then(|place| counts.buckets.get_mut(place)) {
            *bucket += 1;
        }
    }

    /// Everything, with what waits in the database at `now`.
    pub(crate) async fn text(&self, db: &Db, now: i64) -> String {
        let mut out = String::new();
        let apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner).clone();
        attempts(&mut out, &apps);
        durations(&mut out, &apps);
        // Without the database there is nothing to tell, and readiness says why.
        waiting(&mut out, &backlogs(db).await.unwrap_or_default(), now);
        out
    }
}

/// What waits for an application: its public id, the number of events, and when the oldest happened.
type Backlog = (String, i64, Option<i64>);

async fn backlogs(db: &Db) -> kailing_core::refusal::Verdict<Vec<Backlog>> {
    db.read(|tx| {
        let mut rows = Vec::new();
        for addressee in callback::addressees(tx)? {
            let (count, oldest) = delivery::backlog(tx, addressee.callback.corp, addressee.callback.app)?;
            rows.push((addressee.app_id, count, oldest));
        }
        Ok(rows)
    })
    .await
}

fn attempts(out: &mut String, apps: &BTreeMap<String, Counts>) {
    head(out, "kailing_callback_attempts_total", "counter", "Attempts to send an event, by result");
    for (app, counts) in apps {
        for (result, count) in [("delivered", counts.delivered), ("failed", counts.failed)] {
            // Writing to a text cannot fail, here and below.
            let _ = writeln!(out, "kailing_callback_attempts_total{{app=\"{app}\",result=\"{result}\"}} {count}");
        }
    }
}

fn durations(out: &mut String, apps: &BTreeMap<String, Counts>) {
    let name = "kailing_callback_attempt_duration_seconds";
    head(out, name, "histogram", "Time from connecting to the last byte of the answer");
    for (app, counts) in apps {
        let (mut below, total) = (0, counts.delivered + counts.failed);
        for (end, bucket) in BUCKETS.iter().zip(&counts.buckets) {
            below += bucket;
            let end = Duration::from_millis(*end).as_secs_f64();
            let _ = writeln!(out, "{name}_bucket{{app=\"{app}\",le=\"{end}\"}} {below}");
        }
        let _ = writeln!(out, "{name}_bucket{{app=\"{app}\",le=\"+Inf\"}} {total}");
        let _ = writeln!(out, "{name}_sum{{app=\"{app}\"}} {}", counts.took.as_secs_f64());
        let _ = writeln!(out, "{name}_count{{app=\"{app}\"}} {total}");
    }
}

fn waiting(out: &mut String, backlogs: &[Backlog], now: i64) {
    head(out, "kailing_callback_pending", "gauge", "Events that an application has not got yet");
    for (app, count, _) in backlogs {
        let _ = writeln!(out, "kailing_callback_pending{{app=\"{app}\"}} {count}");
    }
    let help = "Time since the oldest pending event happened";
    head(out, "kailing_callback_oldest_pending_seconds", "gauge", help);
    for (app, _, oldest) in backlogs {
        let age = oldest.map_or(0, |at| (now - at).max(0) / 1_000);
        let _ = writeln!(out, "kailing_callback_oldest_pending_seconds{{app=\"{app}\"}} {age}");
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_counted_by_result_and_duration() {
        let metrics = Metrics::default();
        let attempt = |delivered, ms| Attempt { delivered, took: Duration::from_millis(ms), outcome: String::new() };
        metrics.count("wloa1", &attempt(true, 3));
        metrics.count("wloa1", &attempt(false, 6_000));
        let apps = metrics.apps.lock().expect("counts").clone();
        let mut out = String::new();
        attempts(&mut out, &apps);
        durations(&mut out, &apps);
        for line in [
            "kailing_callback_attempts_total{app=\"wloa1\",result=\"delivered\"} 1",
            "kailing_callback_attempts_total{app=\"wloa1\",result=\"failed\"} 1",
            "kailing_callback_attempt_duration_seconds_bucket{app=\"wloa1\",le=\"0.001\"} 0",
            "kailing_callback_attempt_duration_seconds_bucket{app=\"wloa1\",le=\"0.005\"} 1",
            "kailing_callback_attempt_duration_seconds_bucket{app=\"wloa1\",le=\"+Inf\"} 2",
            "kailing_callback_attempt_duration_seconds_sum{app=\"wloa1\"} 6.003",
        ] {
            assert!(out.lines().any(|found| found == line), "{line} is not in\n{out}");
        }
    }
}

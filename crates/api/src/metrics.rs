//! Counts of what the server does, as Prometheus text. Counting costs a few additions and no look-up by text.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kailing_core::refusal::Code;

use crate::app::App;
use crate::router::Place;

/// Upper ends of the latency histogram, microseconds.
const BUCKETS: [u64; 12] =
    [250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 3_000_000];

/// Counters of the HTTP side.
pub(crate) struct Metrics {
    /// One for each endpoint, and one at the end for paths that do not exist.
    endpoints: Vec<EndpointCounts>,
    connections: AtomicU64,
    accepted: AtomicU64,
    sent: AtomicU64,
}

struct EndpointCounts {
    path: &'static str,
    success: AtomicU64,
    refused: Vec<AtomicU64>,
    buckets: [AtomicU64; BUCKETS.len()],
    microseconds: AtomicU64,
}

impl Metrics {
    pub(crate) fn new(paths: impl Iterator<Item = &'static str>) -> Metrics {
        let endpoints = paths.chain(["unknown"]).map(EndpointCounts::new).collect();
        Metrics { endpoints, connections: AtomicU64::new(0), accepted: AtomicU64::new(0), sent: AtomicU64::new(0) }
    }

    /// The place of a path in the table.
    pub(crate) fn place(&self, path: &str) -> Option<Place> {
        self.endpoints.iter().position(|counts| counts.path == path)
    }

    /// Counts an answer; `None` is a path that does not exist.
    pub(crate) fn count(&self, place: Option<Place>, code: Option<Code>, took: Duration, bytes: u64) {
        self.sent.fetch_add(bytes, Ordering::Relaxed);
        let place = place.unwrap_or(self.endpoints.len() - 1);
        if let Some(counts) = self.endpoints.get(place) {
            counts.count(code, u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
    }

    /// Counts a connection while the returned guard lives.
    pub(crate) fn connection(app: std::sync::Arc<App>) -> OpenConnection {
        app.metrics.connections.fetch_add(1, Ordering::Relaxed);
        app.metrics.accepted.fetch_add(1, Ordering::Relaxed);
        OpenConnection(app)
    }
}

/// A connection that is open.
pub(crate) struct OpenConnection(std::sync::Arc<App>);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.metrics.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl EndpointCounts {
    fn new(path: &'static str) -> EndpointCounts {
        EndpointCounts {
            path,
            success: AtomicU64::new(0),
            refused: Code::ALL.iter().map(|_| AtomicU64::new(0)).collect(),
            buckets: std::array::from_fn(|_| AtomicU64::new(0)),
            microseconds: AtomicU64::new(0),
        }
    }

    fn count(&self, code: Option<Code>, microseconds: u64) {
        let counter = match code {
            None => Some(&self.success),
            Some(code) => Code::ALL.iter().position(|known| *known == code).and_then(|at| self.refused.get(at)),
        };
        counter.map(|counter| counter.fetch_add(1, Ordering::Relaxed));
        self.microseconds.fetch_add(microseconds, Ordering::Relaxed);
        if let Some(bucket) = BUCKETS.iter().position(|end| microseconds <= *end).and_then(|at| self.buckets.get(at)) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn total(&self) -> u64 {
        std::iter::once(&self.success).chain(&self.refused).map(|counter| counter.load(Ordering::Relaxed)).sum()
    }
}

/// All counts of a server as Prometheus text.
pub(crate) fn text(app: &App) -> String {
    let mut out = String::new();
    calls(&mut out, &app.metrics);
    latency(&mut out, &app.metrics);
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    single(&mut out, "kailing_connections", "gauge", "Open connections", count(&app.metrics.connections));
    single(&mut out, "kailing_connections_total", "counter", "Connections accepted", count(&app.metrics.accepted));
    single(&mut out, "kailing_sent_bytes_total", "counter", "Bytes of answers", count(&app.metrics.sent));
    cards(&mut out, app);
    database(&mut out, app);
    out
}

fn calls(out: &mut String, metrics: &Metrics) {
    head(out, "kailing_requests_total", "counter", "Answers by endpoint and code");
    for counts in &metrics.endpoints {
        let refused = Code::ALL.iter().map(|code| code.number()).zip(&counts.refused);
        for (code, counter) in std::iter::once((0, &counts.success)).chain(refused) {
            let value = counter.load(Ordering::Relaxed);
            if value > 0 {
                let path = counts.path;
                // Writing to a text cannot fail.
                let _ = writeln!(out, "kailing_requests_total{{endpoint=\"{path}\",code=\"{code}\"}} {value}");
            }
        }
    }
}

fn latency(out: &mut String, metrics: &Metrics) {
    let name = "kailing_request_duration_seconds";
    head(out, name, "histogram", "Time from the head of a request to its answer");
    for counts in metrics.endpoints.iter().filter(|counts| counts.total() > 0) {
        let (path, total) = (counts.path, counts.total());
        let mut below = 0;
        for (end, bucket) in BUCKETS.iter().zip(&counts.buckets) {
            below += bucket.load(Ordering::Relaxed);
            let end = seconds(*end);
            let _ = writeln!(out, "{name}_bucket{{endpoint=\"{path}\",le=\"{end}\"}} {below}");
        }
        let sum = seconds(counts.microseconds.load(Ordering::Relaxed));
        let _ = writeln!(out, "{name}_bucket{{endpoint=\"{path}\",le=\"+Inf\"}} {total}");
        let _ = writeln!(out, "{name}_sum{{endpoint=\"{path}\"}} {sum}");
        let _ = writeln!(out, "{name}_count{{endpoint=\"{path}\"}} {total}");
    }
}

fn cards(out: &mut String, app: &App) {
    let cards = app.cards_statistics();
    single(out, "kailing_cards_hits_total", "counter", "Cards answered from memory", cards.hits);
    single(out, "kailing_cards_stored_total", "counter", "Cards read ready-made from the database", cards.stored);
    single(out, "kailing_cards_rendered_total", "counter", "Cards made from rows", cards.rendered);
    single(out, "kailing_cards", "gauge", "Cards in memory", cards.cards);
    single(out, "kailing_cards_bytes", "gauge", "Memory taken by cards", cards.bytes);
}

fn database(out: &mut String, app: &App) {
    let db = app.db.statistics();
    single(out, "kailing_database_reads_total", "counter", "Reading transactions", db.reads);
    single(out, "kailing_database_writes_total", "counter", "Writing transactions", db.writes);
    single(out, "kailing_database_commits_total", "counter", "Commits; one may hold many writes", db.commits);
    single(out, "kailing_database_errors_total", "counter", "Transactions that the database failed", db.errors);
    single(out, "kailing_database_reruns_total", "counter", "Transactions run again after a conflict", db.reruns);
    single(out, "kailing_database_losses_total", "counter", "Connections that were lost", db.losses);
    single(out, "kailing_database_waiting_reads", "gauge", "Reads that wait for a thread", db.waiting_reads);
    single(out, "kailing_database_waiting_writes", "gauge", "Writes that wait for a thread", db.waiting_writes);
    single(out, "kailing_database_connections", "gauge", "Connections that are alive", db.connections);
    single(out, "kailing_ready", "gauge", "Whether calls can be served", u64::from(app.db.ready()));
}

fn single(out: &mut String, name: &str, kind: &str, help: &str, value: u64) {
    head(out, name, kind, help);
    let _ = writeln!(out, "{name} {value}");
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// Microseconds as decimal seconds.
fn seconds(microseconds: u64) -> String {
    let text = format!("{}.{:06}", microseconds / 1_000_000, microseconds % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microseconds_are_written_as_seconds() {
        assert_eq!((seconds(250), seconds(1_000_000), seconds(0)), ("0.00025".into(), "1".into(), "0".into()));
    }

    #[test]
    fn buckets_add_up() {
        let metrics = Metrics::new(["/a"].into_iter());
        metrics.count(Some(0), None, Duration::from_micros(300), 10);
        metrics.count(Some(0), Some(Code::NotFound), Duration::from_secs(9), 10);
        metrics.count(None, Some(Code::IllegalAccess), Duration::ZERO, 10);
        let mut out = String::new();
        calls(&mut out, &metrics);
        latency(&mut out, &metrics);
        for line in [
            r#"kailing_requests_total{endpoint="/a",code="0"} 1"#,
            r#"kailing_requests_total{endpoint="/a",code="1003"} 1"#,
            r#"kailing_requests_total{endpoint="unknown",code="1007"} 1"#,
            r#"kailing_request_duration_seconds_bucket{endpoint="/a",le="0.0005"} 1"#,
            r#"kailing_request_duration_seconds_bucket{endpoint="/a",le="3"} 1"#,
            r#"kailing_request_duration_seconds_bucket{endpoint="/a",le="+Inf"} 2"#,
            r#"kailing_request_duration_seconds_sum{endpoint="/a"} 9.0003"#,
        ] {
            assert!(out.lines().any(|found| found == line), "{line} is not in\n{out}");
        }
    }
}

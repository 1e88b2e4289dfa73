//! The stored cards of some contacts over the bare driver, again and again: one query for the bytes of a batch.

use std::time::{Duration, Instant};

use postgres::{Client, NoTls};
use serde_json::Value;

use crate::Result;

/// Connections, as many as the server has.
const CONNECTIONS: usize = 12;

const SQL: &str = "select json from card where corp_id = 1 and wire_id = any($1)";

/// Asks for the contacts of a `contact/batch` body; prints requests/s, p50 and p99 in milliseconds, and failures, as
/// `report.lua` does.
pub(crate) fn postgres(url: &str, body: &str, seconds: u64) -> Result<String> {
    let body: Value = serde_json::from_slice(&std::fs::read(body)?)?;
    let ids = body["contact_ids"].as_array().ok_or("no contact_ids")?;
    let ids: Vec<&str> = ids.iter().filter_map(Value::as_str).collect();
    let limit = Duration::from_secs(seconds);
    let mut times = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS)
            .map(|_| scope.spawn(|| ask(url, &ids, limit).map_err(|error| error.to_string())))
            .collect();
        let each = threads.into_iter().map(|thread| thread.join().map_err(|_| "a thread panicked".to_owned())?);
        each.collect::<std::result::Result<Vec<Vec<f64>>, String>>()
    })?
    .concat();
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or(0.0);
    Ok(format!("{:.1} {:.3} {:.3} 0", f64::from(u32::try_from(times.len())?) / limit.as_secs_f64(), at(50), at(99)))
}

/// The milliseconds of each query.
fn ask(url: &str, ids: &[&str], limit: Duration) -> Result<Vec<f64>> {
    let mut client = Client::connect(url, NoTls)?;
    let statement = client.prepare(SQL)?;
    let (began, mut times) = (Instant::now(), Vec::new());
    while began.elapsed() < limit {
        let asked = Instant::now();
        let rows = client.query(&statement, &[&ids])?;
        let bytes: usize = rows.iter().map(|row| row.get::<_, &str>(0).len()).sum();
        if bytes == 0 || rows.len() != ids.len() {
            return Err("not all cards are stored".into());
        }
        times.push(asked.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(times)
}

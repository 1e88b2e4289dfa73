//! `GET /api/v1/events`: the callback events of the tenant, pulled by number instead of received.

use std::fmt::Write as _;
use std::time::Duration;

use kailing_core::context::Context;
use kailing_core::domain::callback::EVENT_TYPES;
use kailing_core::refusal::Verdict;
use kailing_core::store::db::Tx;
use kailing_core::store::event::{self, Filter, Order, Page, Span, place};
use tokio::time::Instant;

use super::params::{Params, shown, wrong};
use crate::app::App;
use crate::dispatch::Seen;

pub(super) const PATH: &str = "/api/v1/events";
pub(super) const SCOPE: &str = "event.read";

/// Events of an answer: unless told otherwise, and at most.
pub(super) const LIMIT: (i64, i64) = (100, 1_000);

/// Longest wait for an event, seconds.
pub(super) const WAIT: i64 = 30;

/// What a call asks for.
struct Query {
    /// None: only what comes from now on.
    after: Option<i64>,
    filter: Filter,
    limit: usize,
    wait: Duration,
}

/// Events behind a number; waits for the first of them if it may.
pub(super) async fn list(app: &App, ctx: &Context, query: &str, seen: &mut Seen) -> Verdict<Vec<u8>> {
    let query = read(query)?;
    let (corp, until) = (ctx.corp, Instant::now() + query.wait);
    let mut after = query.after;
    loop {
        let (filter, limit) = (query.filter.clone(), query.limit);
        let page = app.db.read(move |tx| page(tx, corp, after, &filter, limit)).await?;
        let waits = page.events.is_empty() && page.rest.is_empty() && Instant::now() < until;
        if !waits {
            return Ok(json(&page));
        }
        after = Some(page.rest.after);
        let began = Instant::now();
        let news = tokio::time::timeout_at(until, app.watch.event_after(corp, page.rest.after)).await;
        seen.waited += began.elapsed();
        if news != Ok(true) {
            return Ok(json(&page));
        }
    }
}

fn read(query: &str) -> Verdict<Query> {
    let params = Params::read(query, &["after", "types", "limit", "wait"])?;
    let after = match params.text("after") {
        Some("now") => None,
        _ => Some(params.number("after", 0, i64::MAX)?.unwrap_or(0)),
    };
    let limit = params.number("limit", 1, LIMIT.1)?.unwrap_or(LIMIT.0);
    let wait = params.number("wait", 0, WAIT)?.unwrap_or(0);
    let kinds = params.text("types").unwrap_or("").split(',').map(str::trim);
    let kinds: Vec<String> = kinds.filter(|kind| !kind.is_empty()).map(str::to_owned).collect();
    if let Some(unknown) = kinds.iter().find(|kind| EVENT_TYPES.iter().all(|(known, _)| known != *kind)) {
        return Err(wrong("types", &format!("names {}, which is no event type", shown(unknown))));
    }
    Ok(Query {
        after,
        filter: Filter { kinds, ..Filter::default() },
        limit: usize::try_from(limit).unwrap_or(1),
        wait: Duration::from_secs(wait.unsigned_abs()),
    })
}

fn page(tx: &mut Tx<'_>, corp: i64, after: Option<i64>, filter: &Filter, limit: usize) -> Verdict<Page> {
    let kept = place::kept(tx, corp)?;
    let after = after.unwrap_or(kept.up_to);
    if after > kept.up_to {
        return Err(wrong("after", &format!("is beyond the last event, which has the number {}", kept.up_to)));
    }
    let span = Span { after: after.max(kept.after), up_to: kept.up_to };
    event::page(tx, corp, filter, span, Order::Ascending, limit)
}

/// The answer. Ids and types are plain ASCII, payloads are ready JSON: nothing has to be escaped.
fn json(page: &Page) -> Vec<u8> {
    let size = page.events.iter().map(|event| event.payload.len() + 256).sum::<usize>();
    let mut out = String::with_capacity(size + 64);
    out.push_str(r#"{"events":["#);
    for (i, event) in page.events.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        // Writing to a text cannot fail.
        let _ = write!(
            out,
            r#"{comma}{{"seq":{},"event_id":"{}","event_type":"{}","time_stamp":"{}","object_type":"{}","event":{}}}"#,
            event.seq, event.event_id, event.kind, event.at, event.object_type, event.payload
        );
    }
    let _ = write!(out, r#"],"next":{},"more":{}}}"#, page.rest.after, !page.rest.is_empty());
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_without_parameters_reads_from_the_beginning() {
        let query = read("").unwrap();
        assert_eq!((query.after, query.limit, query.wait), (Some(0), 100, Duration::ZERO));
        assert!(query.filter.kinds.is_empty());
        assert_eq!(read("after=now&limit=1000&wait=30").unwrap().after, None);
    }

    #[test]
    fn types_are_known_ones() {
        let query = read("types=contact_add,%20company_v2_add,").unwrap();
        assert_eq!(query.filter.kinds, ["contact_add", "company_v2_add"]);
        for query in ["types=contact_ad", "types=*", "types=contact_add;contact_update", "after=-1", "wait=31"] {
            let name = query.split('=').next().unwrap();
            let refusal = read(query).map(drop).unwrap_err();
            assert!(refusal.detail().starts_with(name), "{query}: {refusal}");
        }
    }
}

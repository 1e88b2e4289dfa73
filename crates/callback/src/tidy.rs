//! Removes what is older than it is kept, a little at a time.

use std::sync::Arc;
use std::time::Duration;

use kailing_core::refusal::Verdict;
use kailing_core::store::{callback, delivery};

use crate::sender::Shared;

/// Rows of one transaction.
const PAGE: i64 = 1_000;

/// What became of the events of an application.
pub(crate) async fn deliveries(shared: &Shared, corp: i64, app: i64) -> Verdict<()> {
    let before = before(shared, shared.settings.keep_exhausted);
    while is_full(shared.db.write(move |tx| delivery::forget_exhausted(tx, corp, app, before, PAGE)).await?) {}
    let before = self::before(shared, shared.settings.keep_delivered);
    let mut next = Some(0);
    while let Some(after) = next {
        let page = shared.db.write(move |tx| delivery::forget_delivered(tx, corp, app, before, after, PAGE));
        next = page.await?;
    }
    Ok(())
}

/// Events themselves, if they are not kept for ever.
pub(crate) async fn events(shared: Arc<Shared>) {
    let Some(keep) = shared.settings.keep_events else { return };
    let before = before(&shared, keep);
    for (corp, _) in shared.db.read(callback::last_seqs).await.unwrap_or_default() {
        loop {
            let gone = shared.db.write(move |tx| delivery::forget_events(tx, corp, before, PAGE)).await;
            match gone {
                Ok(gone) if is_full(gone) => {}
                Ok(_) => break,
                Err(refusal) => return tracing::warn!(%refusal, "old events could not be removed"),
            }
        }
    }
}

fn before(shared: &Shared, keep: Duration) -> i64 {
    (shared.now)().saturating_sub(i64::try_from(keep.as_millis()).unwrap_or(i64::MAX))
}

fn is_full(count: usize) -> bool {
    i64::try_from(count).is_ok_and(|count| count >= PAGE)
}

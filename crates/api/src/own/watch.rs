//! Who waits for events, waits here: one small read every 200 ms tells all of them, and none is made while nobody
//! waits.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use kailing_core::store::callback::last_seqs;
use tokio::sync::watch;

use crate::app::App;

/// Time between two looks.
const PAUSE: Duration = Duration::from_millis(200);

/// The numbers of the last events of all tenants, by inner number of the tenant.
type Numbers = Arc<HashMap<i64, i64>>;

/// The latest numbers, and whether the server is about to stop.
pub(crate) struct Watch {
    numbers: watch::Sender<Numbers>,
    stopping: watch::Sender<bool>,
}

impl Default for Watch {
    fn default() -> Watch {
        Watch { numbers: watch::Sender::new(Numbers::default()), stopping: watch::Sender::new(false) }
    }
}

impl Watch {
    /// Comes when the tenant has an event behind this number, or when the server is about to stop; says which.
    pub(crate) async fn event_after(&self, corp: i64, seq: i64) -> bool {
        let (mut numbers, mut stopping) = (self.numbers.subscribe(), self.stopping.subscribe());
        // Neither sender can go away: this borrows their owner.
        tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => false,
            _ = numbers.wait_for(|numbers| numbers.get(&corp).is_some_and(|last| *last > seq)) => true,
        }
    }

    /// Lets nobody wait any longer.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }
}

/// Looks for new events while somebody waits, for as long as the server lives.
pub(crate) async fn follow(app: Weak<App>) {
    loop {
        tokio::time::sleep(PAUSE).await;
        let Some(app) = app.upgrade() else { return };
        if app.watch.numbers.receiver_count() == 0 {
            continue;
        }
        // While the database is away there is nothing to tell.
        if let Ok(found) = app.db.get(last_seqs).await {
            let found: HashMap<i64, i64> = found.into_iter().collect();
            app.watch.numbers.send_if_modified(|known| {
                let news = **known != found;
                *known = Arc::new(found);
                news
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_is_told_of_later_events_of_its_tenant_only() {
        let watch = Watch::default();
        watch.numbers.send_replace(Arc::new(HashMap::from([(1, 5), (2, 9)])));
        assert!(watch.event_after(1, 4).await);
        let later = tokio::time::timeout(Duration::from_millis(20), watch.event_after(1, 5)).await;
        assert!(later.is_err(), "5 is not behind 5");
        watch.stop();
        assert!(!watch.event_after(1, 5).await);
    }
}

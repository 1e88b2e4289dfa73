//! Cards for an answer: from memory, and from the database what memory does not hold.

use std::sync::{Arc, Weak};
use std::time::Duration;

use kailing_core::card::{self, Card};
use kailing_core::refusal::Verdict;
use kailing_core::store::db::Tx;

use crate::app::App;

/// Cards that are stored in one transaction.
const BATCH: usize = 128;
/// The pause between two of those, so that writers hardly notice.
const BUSY: Duration = Duration::from_millis(10);
/// How often somebody looks for cards to store when there were none.
const IDLE: Duration = Duration::from_millis(100);

impl App {
    /// The cards of contacts in the order asked for; unknown ids are left out.
    pub(crate) async fn cards_of(&self, corp: i64, wanted: Vec<String>) -> Verdict<Vec<Arc<Card>>> {
        let mut cards: Vec<Option<Arc<Card>>> = if self.db.tail_is_fresh() {
            wanted.iter().map(|id| self.cards.kept(corp, id)).collect()
        } else {
            // What other processes changed is not known: memory may be behind.
            vec![None; wanted.len()]
        };
        let wanted: Arc<[String]> = wanted.into();
        // What is stored takes one statement and no transaction; what is not is rendered from one snapshot.
        for renders in [false, true] {
            let gaps: Vec<usize> =
                (0..).zip(&cards).filter(|(_, card)| card.is_none()).map(|(place, _)| place).collect();
            if gaps.is_empty() {
                break;
            }
            let (memory, since, wanted) = (Arc::clone(&self.cards), self.cards.begin(), Arc::clone(&wanted));
            let read = move |tx: &mut Tx<'_>| {
                let ids: Vec<&str> = gaps.iter().filter_map(|&place| wanted.get(place)).map(String::as_str).collect();
                if renders { memory.render(tx, corp, &ids, since) } else { memory.stored(tx, corp, &ids, since) }
            };
            let found = if renders { self.db.read(read) } else { self.db.get(read) }.await?;
            cards.iter_mut().filter(|card| card.is_none()).zip(found).for_each(|(gap, card)| *gap = card);
        }
        Ok(cards.into_iter().flatten().collect())
    }
}

/// Stores the cards that were rendered, when no writer waits, for as long as the server lives.
pub(crate) async fn store(app: Weak<App>) {
    let mut pause = IDLE;
    loop {
        tokio::time::sleep(pause).await;
        let Some(app) = app.upgrade() else { return };
        pause = BUSY;
        if app.db.statistics().waiting_writes > 0 {
            continue;
        }
        let cards = app.cards.take_unkept(BATCH);
        if cards.is_empty() {
            pause = IDLE;
            continue;
        }
        // What is not stored is rendered again when it is read next.
        if let Err(refusal) = app.db.write(move |tx| card::keep(tx, &cards)).await {
            tracing::debug!(%refusal, "cards were not stored");
        }
    }
}

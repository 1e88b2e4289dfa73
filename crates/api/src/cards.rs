//! Cards for an answer: from memory, and from the database what memory does not hold.

use std::sync::Arc;

use kailing_core::card::Card;
use kailing_core::refusal::Verdict;

use crate::app::App;

impl App {
    /// The cards of contacts in the order asked for; unknown ids are left out.
    pub(crate) async fn cards_of(&self, corp: i64, wanted: Vec<String>) -> Verdict<Vec<Arc<Card>>> {
        let mut cards: Vec<Option<Arc<Card>>> = if self.db.tail_is_fresh() {
            wanted.iter().map(|id| self.cards.kept(corp, id)).collect()
        } else {
            // What other processes changed is not known: memory may be behind.
            vec![None; wanted.len()]
        };
        let missing: Vec<String> =
            wanted.iter().zip(&cards).filter(|(_, card)| card.is_none()).map(|(id, _)| id.clone()).collect();
        if !missing.is_empty() {
            let (memory, since) = (Arc::clone(&self.cards), self.cards.begin());
            let mut made = self.db.read(move |tx| memory.make(tx, corp, &missing, since)).await?;
            for (id, card) in wanted.iter().zip(&mut cards).filter(|(_, card)| card.is_none()) {
                *card = made.remove(id);
            }
        }
        Ok(cards.into_iter().flatten().collect())
    }
}

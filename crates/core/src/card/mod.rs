//! Ready-made JSON of contacts: how it is made, kept, and when it goes stale.
//!
//! A [`Card`] is a row of `contact/list`; a row of `contact/batch` is its beginning. Answers copy cards, so
//! a hot answer builds no JSON tree. [`Generations`] tells whether a card may still be shown.

mod generations;
mod lead;
mod render;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use crate::refusal::Verdict;
use crate::store::contact;
use crate::store::db::Tx;

pub use generations::{Generations, Slot, Touched};
pub use lead::leads;

/// The JSON of one contact and what it depends on.
#[derive(Debug)]
pub struct Card {
    /// A row of `contact/list`, 46 members.
    json: Box<[u8]>,
    /// Where the 39 members of `contact/batch` end.
    batch_end: usize,
    /// Whether `contact/list` may show it: outside the public seas.
    is_listed: bool,
    slots: Box<[Slot]>,
    since: u64,
}

impl Card {
    /// Appends the row of `contact/batch`: 39 members.
    pub fn write_batch_row(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.json.get(..self.batch_end).unwrap_or_default());
        out.push(b'}');
    }

    /// Appends the row of `contact/list`: 46 members.
    pub fn write_list_row(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.json);
    }

    /// Whether the contact is outside the public seas. A page is found before its cards are, and a contact
    /// may go to a sea between.
    pub fn is_listed(&self) -> bool {
        self.is_listed
    }

    /// Bytes of the row.
    pub fn len(&self) -> usize {
        self.json.len()
    }

    /// Never: a card holds at least its braces.
    pub fn is_empty(&self) -> bool {
        self.json.is_empty()
    }
}

/// The cards in memory, bounded by weight.
#[derive(Debug)]
pub struct Cards {
    generations: Arc<Generations>,
    kept: Cache<Key, Arc<Card>, ByWeight>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// The moment before rows are read. Cards made from them are stale if anything was touched after it.
#[derive(Clone, Copy, Debug)]
pub struct Since(u64);

/// What the memory of cards has done since the start.
#[derive(Clone, Copy, Debug)]
pub struct CardStatistics {
    /// Cards that were answered from memory.
    pub hits: u64,
    /// Cards that had to be made.
    pub misses: u64,
    /// Cards in memory.
    pub cards: u64,
    /// Bytes in memory.
    pub bytes: u64,
}

impl Cards {
    /// Memory for cards of at most `bytes` in all; 0 keeps none.
    pub fn new(generations: Arc<Generations>, bytes: u64) -> Cards {
        let items = usize::try_from(bytes / 2_500).unwrap_or(usize::MAX).clamp(1_000, 4_000_000);
        let kept = Cache::with_weighter(items, bytes, ByWeight);
        Cards { generations, kept, hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }

    /// The fresh card of a contact, if it is in memory.
    pub fn kept(&self, corp: i64, wire_id: &str) -> Option<Arc<Card>> {
        let card = self.kept.get(&KeyRef(corp, wire_id));
        let fresh = card.filter(|card| self.generations.untouched(&card.slots, card.since));
        let counter = if fresh.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        fresh
    }

    /// To be called before the snapshot is taken from which [`Cards::make`] reads.
    pub fn begin(&self) -> Since {
        Since(self.generations.now())
    }

    /// Makes the cards of contacts from their rows and keeps them; unknown ids are left out.
    pub fn make(
        &self,
        tx: &mut Tx<'_>,
        corp: i64,
        wire_ids: &[String],
        since: Since,
    ) -> Verdict<HashMap<String, Arc<Card>>> {
        let wanted: Vec<&str> = wire_ids.iter().map(String::as_str).filter(|id| crate::ids::is_plausible(id)).collect();
        let ids: Vec<i64> = contact::ids(tx, corp, &wanted)?.into_values().collect();
        let mut made = HashMap::with_capacity(ids.len());
        for (wire_id, row) in render::rows(tx, corp, &ids)? {
            let slots = row.shows.iter().map(|&touched| self.generations.slot(corp, touched)).collect();
            // A copy of the exact size: shrinking in place would keep the rest.
            let card = Card {
                json: row.json.as_slice().into(),
                batch_end: row.batch_end,
                is_listed: row.is_listed,
                slots,
                since: since.0,
            };
            let card = Arc::new(card);
            self.kept.insert(Key(corp, wire_id.as_str().into()), Arc::clone(&card));
            made.insert(wire_id, card);
        }
        Ok(made)
    }

    /// Counts for the metrics.
    pub fn statistics(&self) -> CardStatistics {
        CardStatistics {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            cards: u64::try_from(self.kept.len()).unwrap_or(u64::MAX),
            bytes: self.kept.weight(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key(i64, Box<str>);

/// A [`Key`] without a copy of the id; it must hash alike.
#[derive(Hash)]
struct KeyRef<'a>(i64, &'a str);

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.0 == key.0 && *self.1 == *key.1
    }
}

#[derive(Clone, Debug)]
struct ByWeight;

impl Weighter<Key, Arc<Card>> for ByWeight {
    fn weight(&self, key: &Key, card: &Arc<Card>) -> u64 {
        // The text, the slots, the key, and what the cache and the allocator keep beside them.
        let bytes = card.json.len() + card.slots.len() * size_of::<Slot>() + key.1.len() + 160;
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

//! Ready-made JSON of contacts: how it is made, kept, and when it goes stale.
//!
//! A [`Card`] is a row of `contact/list`; a row of `contact/batch` is its beginning. Answers copy cards, so
//! a hot answer builds no JSON tree. Cards are kept in memory, where [`Generations`] tells whether one may still be
//! shown, and behind that in the database, where versions do.

mod generations;
mod lead;
mod names;
mod render;
mod stored;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use crate::ids::is_plausible;
use crate::refusal::Verdict;
use crate::store::card::Kept;
use crate::store::contact;
use crate::store::db::Tx;
use stored::{Place, Stored};

pub use generations::{Generations, Slot, Touched};
pub use lead::leads;
pub use stored::{Unkept, keep};

/// Cards that wait to be stored; with more of them the next ones are not stored this time.
const UNKEPT: usize = 4_096;

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

/// The cards in memory, bounded by weight, and the way to those of the database.
#[derive(Debug)]
pub struct Cards {
    generations: Arc<Generations>,
    /// None when memory is switched off.
    kept: Option<Cache<Key, Arc<Card>, ByWeight>>,
    unkept: Mutex<Vec<Unkept>>,
    hits: AtomicU64,
    stored: AtomicU64,
    rendered: AtomicU64,
}

/// The moment before rows are read. Cards made from them are stale if anything was touched after it.
#[derive(Clone, Copy, Debug)]
pub struct Since(u64);

/// The cards of contacts in the order asked for; none where there is none.
pub type CardsRead = Vec<Option<Arc<Card>>>;

/// What the memory of cards has done since the start.
#[derive(Clone, Copy, Debug)]
pub struct CardStatistics {
    /// Cards that were answered from memory.
    pub hits: u64,
    /// Cards that were read ready-made from the database.
    pub stored: u64,
    /// Cards that had to be made from rows.
    pub rendered: u64,
    /// Cards in memory.
    pub cards: u64,
    /// Bytes in memory.
    pub bytes: u64,
}

impl Cards {
    /// Memory for cards of at most `bytes` in all; 0 keeps none.
    pub fn new(generations: Arc<Generations>, bytes: u64) -> Cards {
        let items = usize::try_from(bytes / 2_500).unwrap_or(usize::MAX).clamp(1_000, 4_000_000);
        let kept = (bytes > 0).then(|| Cache::with_weighter(items, bytes, ByWeight));
        let [hits, stored, rendered] = [0; 3].map(AtomicU64::new);
        Cards { generations, kept, unkept: Mutex::default(), hits, stored, rendered }
    }

    /// The fresh card of a contact, if it is in memory.
    pub fn kept(&self, corp: i64, wire_id: &str) -> Option<Arc<Card>> {
        let card = self.kept.as_ref()?.get(&KeyRef(corp, wire_id))?;
        if !self.generations.untouched(&card.slots, card.since) {
            return None;
        }
        self.hits.fetch_add(1, Ordering::Relaxed);
        Some(card)
    }

    /// To be called before the snapshot is taken from which [`Cards::stored`] or [`Cards::render`] reads.
    pub fn begin(&self) -> Since {
        Since(self.generations.now())
    }

    /// The stored cards of contacts that are fresh, in the order asked for. They are kept in memory. Its statements
    /// need not see the same moment: names are looked at last, and one that was touched since makes a card stale.
    pub fn stored(&self, tx: &mut Tx<'_>, corp: i64, wire_ids: &[&str], Since(since): Since) -> Verdict<CardsRead> {
        let stored = self.read_stored(tx, corp, wire_ids, since)?;
        Ok(self.remember(corp, wire_ids, stored))
    }

    /// The cards of contacts from one snapshot of the database, in the order asked for: what is not stored is rendered
    /// from rows and noted to be stored. None for unknown ids.
    pub fn render(&self, tx: &mut Tx<'_>, corp: i64, wire_ids: &[&str], Since(since): Since) -> Verdict<CardsRead> {
        let mut stored = self.read_stored(tx, corp, wire_ids, since)?;
        self.render_others(tx, corp, wire_ids, since, &mut stored)?;
        Ok(self.remember(corp, wire_ids, stored))
    }

    fn read_stored(&self, tx: &mut Tx<'_>, corp: i64, wire_ids: &[&str], since: u64) -> Verdict<Stored> {
        let stored = Stored::read(tx, corp, wire_ids, |row| self.of_row(corp, row, since))?;
        let found = stored.places.iter().filter(|place| place.card.is_some()).count();
        self.stored.fetch_add(count(found), Ordering::Relaxed);
        Ok(stored)
    }

    fn remember(&self, corp: i64, wire_ids: &[&str], stored: Stored) -> CardsRead {
        let cards: CardsRead = stored.places.into_iter().map(|place| place.card).collect();
        if let Some(kept) = &self.kept {
            for (wire_id, card) in wire_ids.iter().zip(&cards) {
                if let Some(card) = card {
                    kept.insert(Key(corp, (*wire_id).into()), Arc::clone(card));
                }
            }
        }
        cards
    }

    /// Renders those that are missing.
    fn render_others(
        &self,
        tx: &mut Tx<'_>,
        corp: i64,
        wire_ids: &[&str],
        since: u64,
        stored: &mut Stored,
    ) -> Verdict<()> {
        let born = stored.birth(tx, corp)?;
        let missing = wire_ids.iter().zip(&mut stored.places).filter(|(_, place)| place.card.is_none());
        let mut places: HashMap<&str, &mut Place> = missing.map(|(id, place)| (*id, place)).collect();
        let wanted: Vec<&str> = places.keys().copied().filter(|id| is_plausible(id)).collect();
        let ids: Vec<i64> = contact::ids(tx, corp, &wanted)?.into_values().collect();
        self.rendered.fetch_add(count(ids.len()), Ordering::Relaxed);
        for row in render::rows(tx, corp, &ids)? {
            let Some(place) = places.get_mut(row.wire_id.as_str()) else { continue };
            let slots = self.slots(corp, row.contact_id, &row.shows);
            // A copy of the exact size: shrinking in place would keep the rest.
            let json = row.json.as_bytes().into();
            let card = Arc::new(Card { json, batch_end: row.batch_end, is_listed: row.is_listed, slots, since });
            self.note(Unkept::new(corp, &row, (place.version, born), Arc::clone(&card)));
            place.card = Some(card);
        }
        Ok(())
    }

    /// A stored card as it is kept in memory, unless what it shows was written by a newer version of the program.
    fn of_row(&self, corp: i64, row: &Kept<'_>, since: u64) -> Option<Card> {
        let slots = match self.kept {
            Some(_) => self.slots(corp, row.contact_id, &names::of_text(row.shows)?),
            None => Box::default(),
        };
        let batch_end = usize::try_from(row.batch_end).ok()?;
        Some(Card { json: row.json.into(), batch_end, is_listed: row.is_listed, slots, since })
    }

    fn slots(&self, corp: i64, contact_id: i64, shows: &[Touched]) -> Box<[Slot]> {
        let contact = std::iter::once(Touched::Contact(contact_id));
        contact.chain(shows.iter().copied()).map(|touched| self.generations.slot(corp, touched)).collect()
    }

    fn note(&self, card: Unkept) {
        let mut unkept = self.unkept();
        if unkept.len() < UNKEPT {
            unkept.push(card);
        }
    }

    /// Takes some of the cards that wait to be [stored](keep), the eldest first.
    pub fn take_unkept(&self, most: usize) -> Vec<Unkept> {
        let mut unkept = self.unkept();
        let some = most.min(unkept.len());
        unkept.drain(..some).collect()
    }

    fn unkept(&self) -> MutexGuard<'_, Vec<Unkept>> {
        self.unkept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts for the metrics.
    pub fn statistics(&self) -> CardStatistics {
        CardStatistics {
            hits: self.hits.load(Ordering::Relaxed),
            stored: self.stored.load(Ordering::Relaxed),
            rendered: self.rendered.load(Ordering::Relaxed),
            cards: self.kept.as_ref().map_or(0, |kept| count(kept.len())),
            bytes: self.kept.as_ref().map_or(0, Cache::weight),
        }
    }
}

/// The rows of `contact/list` as they would be rendered now, whatever is kept: to compare cards with.
pub fn rendered(tx: &mut Tx<'_>, corp: i64, wire_ids: &[String]) -> Verdict<HashMap<String, String>> {
    let wanted: Vec<&str> = wire_ids.iter().map(String::as_str).filter(|id| is_plausible(id)).collect();
    let ids: Vec<i64> = contact::ids(tx, corp, &wanted)?.into_values().collect();
    Ok(render::rows(tx, corp, &ids)?.into_iter().map(|row| (row.wire_id, row.json)).collect())
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
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

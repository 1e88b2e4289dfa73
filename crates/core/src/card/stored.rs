//! The cards that the database keeps beside the rows.
//!
//! A commit that changes a contact raises the version of its card. Whoever has rendered a contact hands the card over
//! with the version of the same snapshot, and it is stored only where that is still the version: "rows read, somebody
//! commits, old card stored" cannot happen. Names have versions of their own, see [`Names`].

use std::collections::HashMap;
use std::sync::Arc;

use super::names::{self, Names};
use super::render::{FORM, Rendered};
use super::{Card, Touched};
use crate::refusal::Verdict;
use crate::store::card::{self, Kept};
use crate::store::db::Tx;

/// What one snapshot of the database says of the cards of some contacts.
pub(super) struct Stored {
    /// Cards that equal what would be rendered from the snapshot, and what they show.
    pub(super) fresh: Vec<(Kept, Vec<Touched>)>,
    /// The versions of those that do not; without a row 0.
    versions: HashMap<String, i64>,
    names: Names,
}

impl Stored {
    pub(super) fn read(tx: &mut Tx<'_>, corp: i64, wire_ids: &[&str]) -> Verdict<Stored> {
        let rows = card::kept(tx, corp, wire_ids)?;
        let whole = |kept: &Kept| kept.form == FORM && !kept.json.is_empty();
        let eldest = rows.iter().filter(|kept| whole(kept)).map(|kept| kept.born).min();
        let names = Names::read(tx, corp, eldest.unwrap_or(0))?;
        let mut stored = Stored { fresh: Vec::with_capacity(rows.len()), versions: HashMap::new(), names };
        for kept in rows {
            match names::of_text(&kept.shows).filter(|_| whole(&kept)) {
                Some(shows) if stored.names.untouched(&shows, kept.born) => stored.fresh.push((kept, shows)),
                _ => drop(stored.versions.insert(kept.wire_id, kept.version)),
            }
        }
        Ok(stored)
    }

    /// A card that was rendered from the same snapshot, ready to be stored.
    pub(super) fn unkept(&self, corp: i64, row: &Rendered, card: Arc<Card>) -> Unkept {
        Unkept {
            corp,
            wire_id: row.wire_id.clone(),
            contact_id: row.contact_id,
            version: self.versions.get(&row.wire_id).copied().unwrap_or(0),
            born: self.names.latest,
            shows: names::to_text(&row.shows),
            card,
        }
    }
}

/// A card to be stored.
#[derive(Clone, Debug)]
pub struct Unkept {
    corp: i64,
    wire_id: String,
    contact_id: i64,
    version: i64,
    born: i64,
    shows: String,
    card: Arc<Card>,
}

impl Unkept {
    fn kept(&self) -> Kept {
        Kept {
            wire_id: self.wire_id.clone(),
            contact_id: self.contact_id,
            version: self.version,
            form: FORM,
            born: self.born,
            batch_end: i64::try_from(self.card.batch_end).unwrap_or(0),
            is_listed: self.card.is_listed,
            shows: self.shows.clone(),
            json: self.card.json.to_string(),
        }
    }
}

/// Stores cards, but for those whose contact was touched since they were rendered. The answer is how many.
pub fn keep(tx: &mut Tx<'_>, cards: &[Unkept]) -> Verdict<u64> {
    let mut cards: Vec<&Unkept> = cards.iter().collect();
    // Of one contact the newest; one statement may not store two.
    cards.sort_unstable_by_key(|card| (card.corp, card.contact_id, -card.version, -card.born));
    cards.dedup_by_key(|card| (card.corp, card.contact_id));
    let mut stored = 0;
    for tenant in cards.chunk_by(|a, b| a.corp == b.corp) {
        let Some(first) = tenant.first() else { continue };
        let rows: Vec<Kept> = tenant.iter().map(|card| card.kept()).collect();
        stored += card::keep(tx, first.corp, &rows)?;
    }
    Ok(stored)
}

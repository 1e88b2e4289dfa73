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
use crate::ids::is_plausible;
use crate::refusal::Verdict;
use crate::store::card::{self, Kept};
use crate::store::db::Tx;

/// What one snapshot of the database says of the cards of some contacts.
pub(super) struct Stored {
    /// In the order asked for.
    pub(super) places: Vec<Place>,
    /// The last touch of a name, if there was a row that tells.
    last_touch: Option<i64>,
}

/// What it says of one.
#[derive(Clone, Default)]
pub(super) struct Place {
    /// The card, if it equals what would be rendered from the snapshot.
    pub(super) card: Option<Arc<Card>>,
    /// How often the contact was touched; 0 without a row.
    pub(super) version: i64,
}

impl Stored {
    /// Reads them; `card` makes one of a row.
    pub(super) fn read(
        tx: &mut Tx<'_>,
        corp: i64,
        wire_ids: &[&str],
        card: impl Fn(&Kept<'_>) -> Option<Card>,
    ) -> Verdict<Stored> {
        let mut stored = Stored { places: vec![Place::default(); wire_ids.len()], last_touch: None };
        let ids = wire_ids.iter().enumerate().filter(|(_, id)| is_plausible(id));
        let places: HashMap<&str, usize> = ids.map(|(place, id)| (*id, place)).collect();
        let asked: Vec<&str> = places.keys().copied().collect();
        let mut elder: Vec<(usize, i64, Option<Vec<Touched>>)> = Vec::new();
        card::kept(tx, corp, &asked, |row, last_touch| {
            stored.last_touch = Some(last_touch);
            let Some(&at) = places.get(row.wire_id) else { return };
            let Some(place) = stored.places.get_mut(at) else { return };
            place.version = row.version;
            if row.form == FORM && !row.json.is_empty() {
                place.card = card(&row).map(Arc::new);
                if row.born < last_touch {
                    elder.push((at, row.born, names::of_text(row.shows)));
                }
            }
        })?;
        if let Some(eldest) = elder.iter().map(|(_, born, _)| *born).min() {
            let names = Names::read(tx, corp, eldest)?;
            elder.retain(|(_, born, shows)| !shows.as_ref().is_some_and(|shows| names.untouched(shows, *born)));
            for (at, ..) in elder {
                stored.places.get_mut(at).map(|place| place.card.take());
            }
        }
        Ok(stored)
    }

    /// The last touch of a name in the snapshot: the birth of cards that are rendered from it.
    pub(super) fn birth(&self, tx: &mut Tx<'_>, corp: i64) -> Verdict<i64> {
        self.last_touch.map_or_else(|| card::last_touch(tx, corp), Ok)
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
    /// A card that was rendered, and from what: the version of the contact and the last touch of a name in the snapshot.
    pub(super) fn new(corp: i64, row: &Rendered, (version, born): (i64, i64), card: Arc<Card>) -> Unkept {
        let (wire_id, shows) = (row.wire_id.clone(), names::to_text(&row.shows));
        Unkept { corp, wire_id, contact_id: row.contact_id, version, born, shows, card }
    }

    fn kept(&self) -> Kept<'_> {
        Kept {
            wire_id: &self.wire_id,
            contact_id: self.contact_id,
            version: self.version,
            form: FORM,
            born: self.born,
            batch_end: i64::try_from(self.card.batch_end).unwrap_or(0),
            is_listed: self.card.is_listed,
            shows: &self.shows,
            json: &self.card.json,
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
        let rows: Vec<Kept<'_>> = tenant.iter().map(|card| card.kept()).collect();
        stored += card::keep(tx, first.corp, &rows)?;
    }
    Ok(stored)
}

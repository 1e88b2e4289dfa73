//! The names that a card shows, as a text beside it, and whether one of them was touched since.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::Touched;
use crate::refusal::Verdict;
use crate::store::card;
use crate::store::db::Tx;

/// Touched names that are looked at one by one. A card that is older than so many touches is made anew.
const NAMES: usize = 256;

impl Touched {
    /// A kind and an id; tables `touch` and `card` know it under these.
    pub(crate) const fn number(self) -> (i64, i64) {
        match self {
            Touched::Tenant => (0, 0),
            Touched::Tag(id) => (1, id),
            Touched::Channel(id) => (2, id),
            Touched::Stage(id) => (3, id),
            Touched::Company(id) => (4, id),
            Touched::Business(id) => (5, id),
            Touched::Contact(id) => (6, id),
            Touched::Catalogue => (7, 0),
        }
    }

    const fn of_number(kind: i64, id: i64) -> Option<Touched> {
        Some(match kind {
            0 => Touched::Tenant,
            1 => Touched::Tag(id),
            2 => Touched::Channel(id),
            3 => Touched::Stage(id),
            4 => Touched::Company(id),
            5 => Touched::Business(id),
            // A contact has a version of its own, and no card shows the catalogue.
            _ => return None,
        })
    }
}

/// The text of what a card shows beside its contact: `00 11f 2a0`, the kind as one digit, the id in hex.
pub(super) fn to_text(shows: &[Touched]) -> String {
    let mut text = String::with_capacity(shows.len() * 18);
    for (kind, id) in shows.iter().map(|touched| touched.number()) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}{kind}{id:x}", if text.is_empty() { "" } else { " " });
    }
    text
}

/// What a card shows; nothing if this version of the program does not understand the text.
pub(super) fn of_text(text: &str) -> Option<Vec<Touched>> {
    text.split(' ').map(one).collect()
}

fn one(word: &str) -> Option<Touched> {
    let (kind, id) = word.split_at_checked(1)?;
    Touched::of_number(kind.parse().ok()?, i64::from_str_radix(id, 16).ok()?)
}

/// The names of a tenant that were touched after a version, as one snapshot shows them.
///
/// Versions are in the order of commits: the counter that gives them stays locked until the commit.
#[derive(Debug)]
pub(super) struct Names {
    /// All touches after this one are known.
    since: i64,
    touched: HashMap<(i64, i64), i64>,
}

impl Names {
    /// Reads what was touched after `since`, which must be the birth of a card in the same snapshot, or 0.
    pub(super) fn read(tx: &mut Tx<'_>, corp: i64, since: i64) -> Verdict<Names> {
        let limit = i64::try_from(NAMES + 1).unwrap_or(i64::MAX);
        Ok(Names::new(card::touched_after(tx, corp, since, limit)?, since))
    }

    /// From `(kind, id, version)`, the latest first.
    fn new(rows: Vec<(i64, i64, i64)>, since: i64) -> Names {
        let oldest = rows.last().filter(|_| rows.len() > NAMES).map_or(since, |row| row.2);
        let touched = rows.into_iter().map(|(kind, id, version)| ((kind, id), version)).collect();
        Names { since: oldest, touched }
    }

    /// Whether nothing of this was touched after a card was born.
    pub(super) fn untouched(&self, shows: &[Touched], born: i64) -> bool {
        let is_later = |name: (i64, i64)| self.touched.get(&name).is_some_and(|&version| version > born);
        born >= self.since && !shows.iter().map(|name| name.number()).any(is_later)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWS: [Touched; 3] = [Touched::Tenant, Touched::Tag(31), Touched::Business(i64::MAX)];

    #[test]
    fn what_a_card_shows_survives_as_a_text() {
        assert_eq!(to_text(&SHOWS), "00 11f 57fffffffffffffff");
        assert_eq!(of_text(&to_text(&SHOWS)).unwrap(), SHOWS);
        for strange in ["", "1", "9ff", "1xyz", "1 2", "é1"] {
            assert_eq!(of_text(strange), None, "{strange}");
        }
    }

    #[test]
    fn a_card_is_stale_when_a_name_it_shows_was_touched_after_its_birth() {
        let names = Names::new(vec![(1, 31, 9), (1, 32, 8), (2, 31, 7)], 5);
        assert!(!names.untouched(&SHOWS, 8), "its tag is newer");
        assert!(names.untouched(&SHOWS, 9), "born with it");
        assert!(names.untouched(&[Touched::Tenant, Touched::Tag(33), Touched::Channel(32)], 5), "others were touched");
        assert!(!Names::new(vec![(0, 0, 6)], 5).untouched(&SHOWS, 5), "the tenant stands for all");
        assert!(Names::new(Vec::new(), 5).untouched(&SHOWS, 5));
    }

    #[test]
    fn a_card_that_is_older_than_the_touches_that_were_read_is_stale() {
        let rows: Vec<(i64, i64, i64)> = (0..257).map(|n| (1, 1_000 + n, 2_000 - n)).collect();
        let names = Names::new(rows, 3);
        assert!(!names.untouched(&SHOWS, 1_743) && names.untouched(&SHOWS, 1_744));
    }
}

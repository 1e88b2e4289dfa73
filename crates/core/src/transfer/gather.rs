//! What follows from other lines: whether a contact is a repeat of an earlier one, and its score.
//!
//! A further pass, only when a line of a new contact leaves one of them open.

use std::collections::HashMap;

use super::check::Checked;
use super::draft::{Cell, Draft};
use super::error::ImportError;
use super::format::TYPES;
use super::known::Hashed;
use super::lines::Lines;
use super::parse::{self, Parsed};
use super::{House, Source};
use crate::contact_way;
use crate::domain::journey;

/// What the lines say together.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// By the key of a contact way: creation and identity of the earliest contact that has it.
    first: HashMap<Hashed, (i64, Hashed)>,
    /// By contact: the weights of its journey items.
    scores: HashMap<Hashed, i64>,
}

/// Reads the lines of contacts and of journeys once more, if that is needed.
pub(super) fn run(house: &House, sources: &[Source], checked: &Checked) -> Result<Gathered, ImportError> {
    let mut gathered = Gathered::default();
    let place = |name: &str| TYPES.iter().position(|of| of.name == name).unwrap_or(0);
    let wanted = [(checked.open_repeats, place("contact")), (checked.open_scores, place("history"))];
    for (at, source) in sources.iter().enumerate() {
        let holds = |place: usize| checked.holds.get(at).and_then(|holds| holds.get(place)).is_some_and(|holds| *holds);
        if !wanted.iter().any(|(needed, place)| *needed && holds(*place)) {
            continue;
        }
        let failed = |error| ImportError::Read { path: source.path.clone(), error };
        let mut lines = Lines::open(&source.path).map_err(failed)?;
        loop {
            let block = lines.block(2_000).map_err(failed)?;
            if block.is_empty() {
                break;
            }
            for line in block.lines().filter(|line| !checked.bad.contains(&(at, line.number))) {
                let Ok(text) = line.text else { continue };
                if let Parsed::Object(draft) = parse::line(text, &checked.fields) {
                    gathered.add(house, &draft);
                }
            }
        }
    }
    Ok(gathered)
}

impl Gathered {
    fn add(&mut self, house: &House, draft: &Draft<'_>) {
        match draft.of.name {
            "contact" => {
                let who = (draft.int("create_time").unwrap_or(house.ctx.now), Hashed::new("contact", &draft.key));
                for key in way_keys(draft) {
                    let first = self.first.entry(Hashed::new("way", &key)).or_insert(who);
                    // Of two contacts of one moment the line that comes first is the original.
                    if who.0 < first.0 {
                        *first = who;
                    }
                }
            }
            "history" => {
                let weight = journey::weight(draft.int("history_type").unwrap_or(999));
                if let (true, Cell::Ref("contact", id)) = (weight > 0, draft.cell("object_id")) {
                    *self.scores.entry(Hashed::new("contact", id)).or_default() += weight;
                }
            }
            _ => {}
        }
    }

    /// Whether a line describes an earlier contact with one of these keys.
    pub(super) fn is_repeat(&self, key: &str, create_time: i64, ways: &[String]) -> bool {
        let own = Hashed::new("contact", key);
        let earlier = |way: &String| {
            self.first.get(&Hashed::new("way", way)).is_some_and(|(time, who)| *who != own && *time <= create_time)
        };
        ways.iter().any(earlier)
    }

    /// The weights of the journey of a contact.
    pub(super) fn score(&self, key: &str) -> i64 {
        self.scores.get(&Hashed::new("contact", key)).copied().unwrap_or(0)
    }
}

fn way_keys(draft: &Draft<'_>) -> Vec<String> {
    let ways = draft.of.list("contact_ways").and_then(|at| draft.node.lists.get(at)).and_then(Option::as_ref);
    let texts = ways.into_iter().flatten().filter_map(|way| match way.cells.get(1) {
        Some(Cell::Text(text)) => Some(contact_way::key(text)),
        _ => None,
    });
    texts.filter(|key| !key.is_empty()).collect()
}

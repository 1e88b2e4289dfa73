//! Journey entries (chapter 09) and what they weigh in `interactive_score` (chapter 19, section 7.7).

use super::people::Hand;
use super::rows::{Rows, Table, Text};
use crate::domain::journey::{title, weight};
use crate::store::db::Value;

/// Something that happened, to be told on one object or on several.
pub(super) struct Event {
    /// The number of chapter 09, section 9.0.
    pub kind: i64,
    pub title: &'static str,
    pub content: Text,
    /// The staff member who acted, 0 for none.
    pub staff: i64,
    /// What it tells of, e.g. a follow-up record.
    pub source: i64,
    /// JSON of the members that only some entries have.
    pub details: Text,
    pub at: i64,
}

impl Event {
    /// An event with the fixed title of its kind.
    pub(super) fn new(kind: i64, content: impl Into<Text>, staff: i64, at: i64) -> Event {
        Event { kind, title: title(kind), content: content.into(), staff, source: 0, details: Text::default(), at }
    }

    /// Writes the entry on each of the objects, given by type and inner id.
    pub(super) fn write(&self, hand: &mut Hand<'_>, rows: &mut Rows, objects: &[(i64, i64)]) {
        for (object_type, object) in objects {
            let (id, wire) = hand.object();
            rows.push(
                Table::History,
                [
                    id.into(),
                    wire.into(),
                    (*object_type).into(),
                    (*object).into(),
                    self.kind.into(),
                    self.title.into(),
                    Value::Text(self.content.clone()),
                    self.staff.into(),
                    self.source.into(),
                    Value::Text(self.details.clone()),
                    self.at.into(),
                ],
            );
        }
    }

    /// What the entry adds to the score of a contact.
    pub(super) fn weight(&self) -> i64 {
        weight(self.kind)
    }
}

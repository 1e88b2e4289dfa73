//! What an import tells: progress, and at the end what became of each type.

use std::collections::BTreeMap;

/// What became of the lines of a type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Objects that were not there.
    pub new: u64,
    /// Objects that were there and differ.
    pub changed: u64,
    /// Objects that are as the line says.
    pub unchanged: u64,
    /// Lines that cannot be stored.
    pub bad: u64,
}

/// The end of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// By type, `?` for lines whose type cannot be told.
    pub types: BTreeMap<&'static str, Count>,
    /// Rows of all tables that were written.
    pub rows: u64,
    /// It was told to stop before the end. What is written stays; running it again goes on.
    pub stopped: bool,
}

impl Report {
    /// The count of a type.
    pub(super) fn of(&mut self, name: &'static str) -> &mut Count {
        self.types.entry(name).or_default()
    }

    /// Lines that cannot be stored.
    pub fn bad(&self) -> u64 {
        self.types.values().map(|count| count.bad).sum()
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done: `checking`, `writing`, `exporting`.
    pub step: &'static str,
    /// How much of the step is done.
    pub done: u64,
    /// How much there is: bytes of files, or objects.
    pub total: u64,
}

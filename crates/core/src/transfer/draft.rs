//! What a line says, before anybody has looked into the database.

use std::borrow::Cow;

use super::format::{Shape, Type};
use crate::domain::custom::Change;

/// A line.
#[derive(Clone, Debug)]
pub(super) struct Draft<'a> {
    /// The type of the object.
    pub(super) of: &'static Type,
    /// What tells it from others of its type.
    pub(super) key: Cow<'a, str>,
    /// What it says of the object.
    pub(super) node: Node<'a>,
    /// Things that must exist though no id of theirs is kept: options, stages of pipelines.
    pub(super) needs: Vec<(&'static str, String)>,
}

/// The members of an object or of an item, in the order of the shape.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) cells: Vec<Cell<'a>>,
    /// `None`: the line does not speak of the list.
    pub(super) lists: Vec<Option<Vec<Node<'a>>>>,
}

/// One member.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// The line does not speak of it.
    Absent,
    Int(i64),
    Text(Cow<'a, str>),
    /// The id of another object and its type; the type is `""` until the member that says it was read.
    Ref(&'static str, Cow<'a, str>),
    /// Custom fields to set or clear.
    Custom(Vec<Change>),
}

impl<'a> Node<'a> {
    /// A node that says nothing.
    pub(super) fn empty(shape: &Shape) -> Node<'a> {
        Node {
            cells: shape.columns.iter().map(|_| Cell::Absent).collect(),
            lists: shape.lists.iter().map(|_| None).collect(),
        }
    }

    /// Calls `f` with every reference, those in lists too.
    pub(super) fn each_ref(&self, f: &mut impl FnMut(&'static str, &str)) {
        for cell in &self.cells {
            if let Cell::Ref(name, id) = cell {
                f(name, id);
            }
        }
        for item in self.lists.iter().flatten().flatten() {
            item.each_ref(f);
        }
    }
}

impl<'a> Draft<'a> {
    /// A member by the column that keeps it.
    pub(super) fn cell(&self, column: &str) -> &Cell<'a> {
        self.of.position(column).and_then(|at| self.node.cells.get(at)).unwrap_or(&Cell::Absent)
    }

    /// Sets a member by the column that keeps it.
    pub(super) fn set(&mut self, column: &str, cell: Cell<'a>) {
        if let Some(place) = self.of.position(column).and_then(|at| self.node.cells.get_mut(at)) {
            *place = cell;
        }
    }

    /// Whether the line speaks of a member.
    pub(super) fn says(&self, column: &str) -> bool {
        !matches!(self.cell(column), Cell::Absent)
    }

    /// The number that a member says.
    pub(super) fn int(&self, column: &str) -> Option<i64> {
        match self.cell(column) {
            Cell::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// The text that a member says.
    pub(super) fn text(&self, column: &str) -> Option<&str> {
        match self.cell(column) {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether a member names another object.
    pub(super) fn names(&self, column: &str) -> bool {
        matches!(self.cell(column), Cell::Ref(..))
    }

    /// Further names under which others refer to this object, or to parts of it.
    pub(super) fn further_names(&self) -> Vec<(&'static str, String)> {
        match self.of.name {
            "sea" if self.int("object_type") == Some(3) => vec![("company_sea", self.key.to_string())],
            "sea" => vec![("contact_sea", self.key.to_string())],
            "process" => {
                let stages = self.node.lists.iter().flatten().flatten().filter_map(|stage| match stage.cells.first() {
                    Some(Cell::Int(stage)) => Some((PROCESS_STAGE, format!("{}:{stage}", self.key))),
                    _ => None,
                });
                stages.collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The set of `pipeline:stage`.
pub(super) const PROCESS_STAGE: &str = "process_stage";

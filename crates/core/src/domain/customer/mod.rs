//! WeCom friends (chapter 03): what they show, how the relation of a staff member with one is edited, and what that
//! announces. Friends come in by import, synchronisation or administration.

mod announce;
mod edit;
mod find;

pub use announce::{Change, events};
pub use edit::{Patch, edit};
pub use find::{Related, batch, by_external_userid, by_unionid, get, list};

pub use crate::store::customer::{Customer, Relation, RelationTag};

/// A friend with everything around it.
#[derive(Clone, Debug)]
pub struct Friend {
    /// What is known of the person.
    pub customer: Customer,
    /// Display text of the stage, `""` for none.
    pub customer_stage: String,
    /// The relations in the order in which they were made, lost ones too, each with the tags that stand in it.
    pub relations: Vec<(Relation, Vec<RelationTag>)>,
    /// Companies as (id, name), by creation of the link.
    pub companies: Vec<(String, String)>,
    /// Opportunities as (id, name), without voided ones, by creation of the link.
    pub businesses: Vec<(String, String)>,
    /// Linked contacts, by creation of the link.
    pub clues: Vec<String>,
}

impl Friend {
    /// The numbers of all relations, each once.
    pub fn remark_mobiles(&self) -> Vec<String> {
        remark_mobiles(self.relations.iter().map(|(relation, _)| relation))
    }

    /// Whether every relation is lost.
    pub fn lost_state(&self) -> bool {
        is_lost(self.relations.iter().map(|(relation, _)| relation))
    }
}

fn remark_mobiles<'a>(relations: impl Iterator<Item = &'a Relation>) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    for number in relations.flat_map(|relation| &relation.remark_mobiles) {
        if !numbers.contains(number) {
            numbers.push(number.clone());
        }
    }
    numbers
}

/// Nobody has lost a friend whom nobody had.
fn is_lost<'a>(mut relations: impl Iterator<Item = &'a Relation>) -> bool {
    relations.next().is_some_and(|first| first.lost_state && relations.all(|relation| relation.lost_state))
}

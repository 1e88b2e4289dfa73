//! Objects of any type by the numbers of chapter 00, section 11, as follow-ups and journeys address them.

use crate::ids;
use crate::refusal::Verdict;
use crate::store::db::Tx;

/// What kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Type 0, on older endpoints called a lead.
    Contact,
    /// Type 1, a WeCom friend.
    Friend,
    /// Type 3.
    Company,
    /// Type 4.
    Visitor,
    /// Type 6.
    GroupChat,
    /// Type 7, an opportunity.
    Business,
}

impl Kind {
    const ALL: [Kind; 6] = [Kind::Contact, Kind::Friend, Kind::Company, Kind::Visitor, Kind::GroupChat, Kind::Business];

    /// The kind of a `type`.
    pub fn of(number: i64) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Its `type`.
    pub const fn number(self) -> i64 {
        match self {
            Kind::Contact => 0,
            Kind::Friend => 1,
            Kind::Company => 3,
            Kind::Visitor => 4,
            Kind::GroupChat => 6,
            Kind::Business => 7,
        }
    }

    /// The noun of its table and of its journal.
    pub const fn noun(self) -> &'static str {
        match self {
            Kind::Contact => "contact",
            Kind::Friend => "customer",
            Kind::Company => "company",
            Kind::Visitor => "visitor",
            Kind::GroupChat => "group_chat",
            Kind::Business => "business",
        }
    }
}

/// The inner id of an object. None for an unknown one, and for a group chat that was dissolved.
pub fn id(tx: &mut Tx<'_>, corp: i64, kind: Kind, wire_id: &str) -> Verdict<Option<i64>> {
    if !ids::is_plausible(wire_id) {
        return Ok(None);
    }
    let living = if kind == Kind::GroupChat { " and dissolved = 0" } else { "" };
    let sql = format!("select id from {} where corp_id = $1 and wire_id = $2{living}", kind.noun());
    Ok(tx.query_opt(&sql, &[&corp, &wire_id], |row| row.get(0))?)
}

/// The id on the wire of an object, dissolved group chats included.
pub fn wire_id(tx: &mut Tx<'_>, corp: i64, kind: Kind, id: i64) -> Verdict<Option<String>> {
    let sql = format!("select wire_id from {} where corp_id = $1 and id = $2", kind.noun());
    Ok(tx.query_opt(&sql, &[&corp, &id], |row| row.get(0))?)
}

//! Leads (chapter 04): contacts under other names. Whatever changes them is in [`super::contact`]; here is what only
//! the endpoints of leads ask for.

use crate::contact_way;
use crate::context::Context;
use crate::domain::contact::{self, Failure};
use crate::ids;
use crate::refusal::{Code, Verdict};
use crate::store::clue::{self, Filter};
use crate::store::db::Tx;
use crate::store::user;

/// What a caller of the list asks for.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Only leads created later than this, ms.
    pub start: Option<i64>,
    /// Staff id of the owner; an unknown one finds nothing.
    pub owner_id: Option<String>,
    /// A number or address, compared by its key; one without a key finds nothing.
    pub mobile: Option<String>,
}

/// Creation time and id of at most `limit` leads in any state, behind a position.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Context,
    filter: &ListFilter,
    after: &(i64, String),
    limit: i64,
) -> Verdict<Vec<(i64, String)>> {
    let owner_id = match &filter.owner_id {
        None => None,
        Some(wire_id) => match user::by_wire_ids(tx, ctx.corp, std::slice::from_ref(wire_id))?.get(wire_id) {
            None => return Ok(Vec::new()),
            Some(staff) => Some(staff.id),
        },
    };
    let way_key = filter.mobile.as_deref().map(contact_way::key);
    if way_key.as_deref() == Some("") {
        return Ok(Vec::new());
    }
    let filter = Filter { from: filter.start.map_or(i64::MIN, |start| start.saturating_add(1)), owner_id, way_key };
    clue::page(tx, ctx.corp, &filter, after, limit)
}

/// What became of the ids of a call that answers both lists.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Items that were refused.
    pub failures: Vec<Failure>,
    /// The ids of the others, in the order given.
    pub successes: Vec<String>,
}

/// Puts leads back into a public sea (4.8); no sea named: the default one.
pub fn back_to_sea(tx: &mut Tx<'_>, ctx: &Context, ids: &[String], sea_id: Option<&str>) -> Verdict<Outcome> {
    Ok(outcome(ids, contact::back_to_sea(tx, ctx, ids, sea_id)?))
}

/// Takes discarded leads back (4.9).
pub fn recover(tx: &mut Tx<'_>, ctx: &Context, ids: &[String]) -> Verdict<Outcome> {
    Ok(outcome(ids, contact::recover(tx, ctx, ids)?))
}

/// An id that cannot be one is not merely unknown here.
fn outcome(ids: &[String], mut failures: Vec<Failure>) -> Outcome {
    for failure in &mut failures {
        if !ids::is_plausible(&failure.id) {
            failure.refusal = Code::BadValue.because("the id is empty or malformed");
        }
    }
    let failed = |index| failures.iter().any(|failure| failure.index == index);
    let successes = ids.iter().enumerate().filter(|(index, _)| !failed(*index)).map(|(_, id)| id.clone());
    Outcome { successes: successes.collect(), failures }
}

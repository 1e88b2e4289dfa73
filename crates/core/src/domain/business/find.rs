//! Which opportunities a call shows, and everything that they show (chapter 10, 10.1).

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::process::Pipelines;
use crate::context::Context;
use crate::cursor::{PAGE_ROWS, Page, Position};
use crate::domain::person::{self, Tie};
use crate::refusal::Verdict;
use crate::store::business::{self, Business, Collaborator, Filter};
use crate::store::db::Tx;
use crate::store::user;
use crate::time;

/// What a caller asks for; what is none does not matter.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Part of the name, regardless of the case of ASCII letters.
    pub business_name: Option<String>,
    /// Staff id of the owner; an unknown one finds nothing.
    pub user_id: Option<String>,
    /// Only what was created later than this, ms.
    pub start: Option<i64>,
    /// First day of creation in the zone of the tenant.
    pub start_day: Option<Date>,
    /// Last day of creation, inclusive.
    pub end_day: Option<Date>,
    /// The stage; an unknown one finds nothing.
    pub stage: Option<i64>,
}

/// Opportunities with what surrounds them.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The opportunities in order.
    pub rows: Vec<ShownBusiness>,
    /// Everybody who is tied to one of them.
    pub people: person::People,
    /// The last row of a page behind which something follows.
    pub next: Option<Position>,
}

/// One opportunity.
#[derive(Clone, Debug)]
pub struct ShownBusiness {
    /// Its row.
    pub business: Business,
    /// What its stage is called, `""` when the pipeline does not have it any more.
    pub stage_name: String,
    /// Its collaborators.
    pub staff: Vec<Collaborator>,
    /// Its external people.
    pub ties: Vec<Tie>,
}

/// The opportunities with these ids that pass the filter, in the order named, each once.
pub fn get(tx: &mut Tx<'_>, ctx: &Context, wire_ids: &[String], filter: &ListFilter) -> Verdict<Shown> {
    let Some(filter) = resolve(tx, ctx, filter)? else { return show(tx, ctx, Vec::new(), None) };
    let known = business::ids(tx, ctx.corp, wire_ids)?;
    let mut seen = HashSet::with_capacity(known.len());
    let wanted = wire_ids.iter().filter_map(|wire_id| known.get(wire_id).copied()).filter(|id| seen.insert(*id));
    let wanted: Vec<i64> = wanted.collect();
    let mut rows = business::by_ids(tx, ctx.corp, &wanted)?;
    let found = wanted.iter().filter_map(|id| rows.remove(id)).filter(|row| filter.passes(row)).collect();
    show(tx, ctx, found, None)
}

/// A page of the opportunities that pass the filter, by (creation, id).
pub fn list(tx: &mut Tx<'_>, ctx: &Context, filter: &ListFilter, after: Option<&Position>) -> Verdict<Shown> {
    let Some(filter) = resolve(tx, ctx, filter)? else { return show(tx, ctx, Vec::new(), None) };
    let after = after.map_or((i64::MIN, ""), |position| (position.time, position.id.as_str()));
    let limit = i64::try_from(PAGE_ROWS + 1).unwrap_or(i64::MAX);
    let ids = business::page(tx, ctx.corp, &filter, after, limit)?;
    let mut rows = business::by_ids(tx, ctx.corp, &ids)?;
    let found: Vec<Business> = ids.iter().filter_map(|id| rows.remove(id)).collect();
    let page = Page::cut(found, |row| Position { time: row.create_time, id: row.wire_id.clone() });
    show(tx, ctx, page.rows, page.next)
}

/// None when nothing can pass.
fn resolve(tx: &mut Tx<'_>, ctx: &Context, filter: &ListFilter) -> Verdict<Option<Filter>> {
    let owner_id = match &filter.user_id {
        None => None,
        Some(wire_id) => match user::by_wire_ids(tx, ctx.corp, std::slice::from_ref(wire_id))?.get(wire_id) {
            None => return Ok(None),
            Some(staff) => Some(staff.id),
        },
    };
    let zone = &ctx.tenant.time_zone;
    let first = filter.start_day.map_or(i64::MIN, |day| time::start_of_day(day, zone));
    let later = filter.start.map_or(i64::MIN, |start| start.saturating_add(1));
    Ok(Some(Filter {
        from: first.max(later),
        before: filter.end_day.map_or(i64::MAX, |day| time::end_of_day(day, zone)),
        name: filter.business_name.as_deref().map(str::to_ascii_lowercase),
        owner_id,
        stage: filter.stage,
    }))
}

fn show(tx: &mut Tx<'_>, ctx: &Context, rows: Vec<Business>, next: Option<Position>) -> Verdict<Shown> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let pipelines = Pipelines::load(tx, ctx)?;
    let mut ties: HashMap<i64, Vec<Tie>> = HashMap::new();
    for (id, tie) in business::people(tx, ctx.corp, &ids)? {
        ties.entry(id).or_default().push(tie);
    }
    let mut staff: HashMap<i64, Vec<Collaborator>> = HashMap::new();
    for (id, collaborator) in business::staff(tx, ctx.corp, &ids)? {
        staff.entry(id).or_default().push(collaborator);
    }
    let people = person::People::of(tx, ctx.corp, ties.values().flatten())?;
    let shown = rows.into_iter().map(|business| ShownBusiness {
        stage_name: pipelines.stage_name(business.process_id, business.stage).unwrap_or_default().to_owned(),
        staff: staff.remove(&business.id).unwrap_or_default(),
        ties: ties.remove(&business.id).unwrap_or_default(),
        business,
    });
    Ok(Shown { rows: shown.collect(), people, next })
}

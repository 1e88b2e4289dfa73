//! Which contacts a list or a search shows (chapter 19, 19.3, 19.10).

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use crate::contact_way;
use crate::context::Context;
use crate::refusal::{Code, Verdict};
use crate::store::contact::{self, Filter};
use crate::store::db::Tx;
use crate::store::user;
use crate::time;

/// What a caller of the list asks for.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// First day of creation in the zone of the tenant.
    pub start_day: Option<Date>,
    /// Last day of creation, inclusive.
    pub end_day: Option<Date>,
    /// Staff id of the owner; an unknown one finds nothing.
    pub owner_id: Option<String>,
}

/// Rows of an answer that has no pages.
const MOST: usize = 2_000;

/// Creation time and id of at most `limit` contacts outside the sea, behind a position.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Context,
    filter: &ListFilter,
    after: &(i64, String),
    limit: i64,
) -> Verdict<Vec<(i64, String)>> {
    let zone = &ctx.tenant.time_zone;
    let owner_id = match &filter.owner_id {
        None => None,
        Some(wire_id) => match user::by_wire_ids(tx, ctx.corp, std::slice::from_ref(wire_id))?.get(wire_id) {
            None => return Ok(Vec::new()),
            Some(staff) => Some(staff.id),
        },
    };
    let filter = Filter {
        from: filter.start_day.map_or(i64::MIN, |day| time::start_of_day(day, zone)),
        before: filter.end_day.map_or(i64::MAX, |day| time::end_of_day(day, zone)),
        owner_id,
    };
    contact::page(tx, ctx.corp, &filter, after, limit)
}

/// The ids of contacts that can be reached under one of these ways: in the order of the first way that
/// matches, then of (`create_time`, id).
pub fn with_ways(tx: &mut Tx<'_>, ctx: &Context, ways: &[String]) -> Verdict<Vec<String>> {
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, way) in ways.iter().enumerate() {
        let key = contact_way::key(way);
        if !key.is_empty() {
            places.entry(key).or_insert(place);
        }
    }
    let keys: Vec<&str> = places.keys().map(String::as_str).collect();
    let mut found: Vec<(usize, i64, String)> = contact::with_keys(tx, ctx.corp, &keys)?
        .into_iter()
        .filter_map(|(key, create_time, wire_id)| Some((*places.get(&key)?, create_time, wire_id)))
        .collect();
    found.sort();
    let mut seen = HashSet::new();
    found.retain(|(_, _, wire_id)| seen.insert(wire_id.clone()));
    if found.len() > MOST {
        return Err(Code::TooMuch.because(format!("contact_ways match more than {MOST} contacts")));
    }
    Ok(found.into_iter().map(|(_, _, wire_id)| wire_id).collect())
}

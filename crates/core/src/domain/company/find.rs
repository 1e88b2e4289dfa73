//! Which companies a list shows, and one company by id or name (chapter 05, 5.1, 5.2).

use super::show::{self, Detail};
use crate::context::Context;
use crate::cursor::{PAGE_ROWS, Page, Position};
use crate::refusal::{Code, Verdict};
use crate::store::company::{self, Filter, Listed};
use crate::store::db::Tx;
use crate::store::user;

/// What a caller of the list asks for.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Created later than this, ms.
    pub start: Option<i64>,
    /// 0 in a public sea, 1 claimed.
    pub status: Option<i64>,
    /// Staff id of the owner; an unknown one finds nothing.
    pub owner_id: Option<String>,
}

/// A page of companies, by (`create_time`, id).
pub fn list(tx: &mut Tx<'_>, ctx: &Context, filter: &ListFilter, after: Option<&Position>) -> Verdict<Page<Listed>> {
    let mut rows = Filter { later_than: filter.start, in_sea: filter.status.map(|s| s == 0), owner_id: None };
    if let Some(owner) = &filter.owner_id {
        match user::by_wire_ids(tx, ctx.corp, std::slice::from_ref(owner))?.get(owner) {
            None => return Ok(Page { rows: Vec::new(), next: None }),
            Some(staff) => rows.owner_id = Some(staff.id),
        }
    }
    let after = after.map_or((i64::MIN, ""), |position| (position.time, position.id.as_str()));
    let limit = i64::try_from(PAGE_ROWS + 1).unwrap_or(i64::MAX);
    let found = company::page(tx, ctx.corp, rows, after, limit)?;
    Ok(Page::cut(found, |row| Position { time: row.create_time, id: row.wire_id.clone() }))
}

/// How a call names one company.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// By its id.
    Id(String),
    /// By its full name; of namesakes the oldest is meant.
    Name(String),
}

/// One company. Unknown: 1003.
pub fn get(tx: &mut Tx<'_>, ctx: &Context, wanted: &Wanted) -> Verdict<Detail> {
    let (id, param) = match wanted {
        Wanted::Id(id) => (company::ids(tx, ctx.corp, std::slice::from_ref(id))?.remove(id), "company_id"),
        Wanted::Name(name) => (company::with_name(tx, ctx.corp, &super::name_key(name))?, "company_name"),
    };
    let mut found = match id {
        Some(id) => show::details(tx, ctx, &[id])?,
        None => Vec::new(),
    };
    found.pop().ok_or_else(|| Code::NotFound.because(format!("{param} is unknown")))
}
